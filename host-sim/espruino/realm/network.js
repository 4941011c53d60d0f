// The classes of net, http and dgram, as programs see them; what their methods do is the host's (network/network.ts).
(methods) => {
  const READING = "available read";
  const CLASSES = {
    Server: "listen close=closeServer",
    httpSrv: "listen close=closeServer",
    Socket: `write end ${READING}`,
    httpSRq: READING,
    httpSRs: "write=respond end=endResponse writeHead setHeader",
    httpCRq: "write end",
    httpCRs: READING,
    dgramSocket: "send bind close=closeDatagrams addMembership",
  };

  function define(object, name, value) {
    Object.defineProperty(object, name, { value: value, configurable: true, writable: true, enumerable: false });
  }

  function addMethod(Class, text) {
    const [name, method] = text.split("=");
    define(Class.prototype, name, function (...args) {
      return methods[method || name](this, ...args);
    });
  }

  // Data that came before there was a listener for it is handed to the first one.
  function addReplay(Class) {
    const on = Object.prototype.on;
    define(Class.prototype, "on", function (event, listener) {
      on.call(this, event, listener);
      if (event === "data") methods.replay(this);
    });
  }

  const classes = {};
  Object.keys(CLASSES).forEach((name) => {
    const Class = { [name]: class {} }[name];
    CLASSES[name].split(" ").forEach((text) => {
      addMethod(Class, text);
    });
    if (CLASSES[name].indexOf(READING) >= 0) addReplay(Class);
    classes[name] = Class;
  });
  return classes;
};
