// Classes of the firmware as programs see them; what their methods do is the host's. `table` names the methods of each,
// with blanks between, `name=method` where the host calls it otherwise. Objects that can be read keep what has come until
// there is a listener for it.
(table, methods) => {
  const READING = "available read";

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
  Object.keys(table).forEach((name) => {
    const Class = { [name]: class {} }[name];
    table[name].split(" ").forEach((text) => {
      addMethod(Class, text);
    });
    if (table[name].indexOf(READING) >= 0) addReplay(Class);
    classes[name] = Class;
  });
  return classes;
};
