// What a board has and V8 has not, or has otherwise: `on`, `emit` and their like on every object, `clone`, Math.clip,
// Math.wrap, Math.randInt, InternalError, and a Date that reads the board's clock.
//
// Events are asynchronous: `emit` queues the listeners, and the idle loop runs them last (see idle_loop.ts).
// Listeners hang on the object itself under "#on" + name, as on a board, but hidden from enumeration.
// `unaccented` is V8's String.prototype.normalize.
(queue, random, getTime, unaccented) => {
  function define(object, name, value) {
    Object.defineProperty(object, name, { value: value, configurable: true, writable: true, enumerable: false });
  }

  function checked(event, listener) {
    if (typeof event !== "string") throw new TypeError("First argument must be String");
    if (typeof listener !== "function") throw new TypeError("Second argument must be a function or a String");
  }

  function addTo(object, event, listener, first) {
    checked(event, listener);
    const listeners = object[`#on${event}`] || [];
    // On a board this spoils the list, and every listener is lost or its text is run.
    if (typeof listeners === "function") throw new Error(`There is a listener for ${event} already, given as callback`);
    define(object, `#on${event}`, first ? [listener].concat(listeners) : listeners.concat([listener]));
  }

  function addListener(event, listener) {
    addTo(this, event, listener, false);
  }

  define(Object.prototype, "on", addListener);
  define(Object.prototype, "addListener", addListener);
  define(Object.prototype, "prependListener", function (event, listener) {
    addTo(this, event, listener, true);
  });
  define(Object.prototype, "emit", function (event, ...args) {
    if (args.length > 4) throw new TypeError("Too many arguments (>4)");
    [].concat(this[`#on${event}`] || []).forEach((listener) => {
      queue(listener, this, args);
    });
  });
  define(Object.prototype, "removeListener", function (event, listener) {
    const left = [].concat(this[`#on${event}`] || []).filter((other) => other !== listener);
    define(this, `#on${event}`, left);
  });
  define(Object.prototype, "removeAllListeners", function (event) {
    Object.getOwnPropertyNames(this).forEach((name) => {
      if (event === undefined ? name.indexOf("#on") === 0 : name === `#on${event}`) delete this[name];
    });
  });
  define(Object.prototype, "clone", function () {
    return Array.isArray(this) ? this.concat([]) : Object.assign(Object.create(Object.getPrototypeOf(this)), this);
  });

  define(String.prototype, "removeAccents", function () {
    return unaccented.call(this, "NFD").replace(/[\u0300-\u036f]/g, "");
  });
  const fromCharCode = String.fromCharCode;
  define(String, "fromCharCode", (...codes) => fromCharCode(...codes.map((code) => code & 255)));
  define(Math, "random", random);
  define(Math, "randInt", (range) => Math.floor(random() * range));
  define(Math, "clip", (x, low, high) => (x < low ? low : Math.min(x, high)));
  define(Math, "wrap", (x, range) => ((x % range) + range) % range);

  function InternalError(message) {
    const error = new Error(message);
    error.name = "InternalError";
    return error;
  }
  define(globalThis, "InternalError", InternalError);

  class BoardDate extends Date {
    constructor(...when) {
      super(...(when.length ? when : [getTime() * 1000]));
    }
    static now() {
      return getTime() * 1000;
    }
    toLocalISOString() {
      return this.toISOString().replace("Z", "+0000");
    }
  }
  define(BoardDate, "UTC", undefined);
  define(globalThis, "Date", BoardDate);
};
