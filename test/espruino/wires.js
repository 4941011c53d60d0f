/**
 * The board's end of the wires, an Espruino module: an SPI bus and pins that lead out of the interpreter, through two
 * FIFOs, to the chip's model in the process that started it (wires.ts has the other end).
 *
 *     var wires = require("wires").connect("/tmp/folder");   // with the FIFOs to-chip and from-chip in it
 *     require("enc28j60").connect({ spi: wires.spi, cs: wires.cs, int: wires.int, rst: wires.rst });
 *
 * A call on the bus is what it is on a board: synchronous. What needs no answer is not waited for; the FIFO keeps the
 * order. The interrupt pin's level is asked for when the program reads it. Its falling edges are fetched in the idle
 * loop, by a question that the other end leaves unanswered for a millisecond or two while nothing happens, so that an
 * idle interpreter sleeps; `setWatch` of this pin is ours.
 */

/* Messages, from the board; BYTES and EXCHANGE are followed by a length of two bytes, low first, and the data. */
var SELECT = "\x01";
var DESELECT = "\x02";
var BYTES = 3;
var EXCHANGE = 4;
var RESET_LOW = "\x05";
var RESET_HIGH = "\x06";
var LEVEL = "\x07";
var EDGES = "\x08";
var CLOCK = 9;

exports.connect = (folder) => {
  var out = E.openFile(`${folder}/to-chip`, "w");
  var back = E.openFile(`${folder}/from-chip`, "r");
  var put = out.write.bind(out);
  var get = back.read.bind(back);
  var watcher;

  // Functions, and not `put` bound to a message: whoever binds a pin's function to the pin would bind `put` anew.
  var cs = {
    set: () => {
      put(DESELECT);
    },
    reset: () => {
      put(SELECT);
    },
  };
  var rst = {
    set: () => {
      put(RESET_HIGH);
    },
    reset: () => {
      put(RESET_LOW);
    },
  };
  var int = {
    read: () => {
      put(LEVEL);
      return get(1) === "\x01";
    },
  };

  function exchange(data) {
    var n = data.length;
    put([EXCHANGE, n & 255, n >> 8]);
    put(data);
    return get(n);
  }

  function send(data, select) {
    var kind = typeof data;
    if (kind === "number") data = [data];
    if (select) put(SELECT);
    var answer = exchange(data);
    if (select) put(DESELECT);
    if (kind === "number") return answer.charCodeAt(0);
    return kind === "string" ? answer : E.toUint8Array(answer);
  }

  function write() {
    var n = arguments.length;
    var select = arguments[n - 1] === cs;
    var i;
    var data;
    if (select) {
      n--;
      put(SELECT);
    }
    for (i = 0; i < n; i++) {
      data = arguments[i];
      if (typeof data === "number") put([BYTES, 1, 0, data]);
      else {
        put([BYTES, data.length & 255, data.length >> 8]);
        put(data);
      }
    }
    if (select) put(DESELECT);
  }

  function setup(options) {
    var khz = (options.baud || 100000) / 1000;
    put([CLOCK, khz & 255, khz >> 8]);
  }

  function fetchEdges() {
    put(EDGES);
    var n = get(1).charCodeAt(0);
    while (watcher && n--) watcher();
  }

  var watch = setWatch;
  var unwatch = clearWatch;
  global.setWatch = (listener, pin, options) => {
    if (pin !== int) return watch(listener, pin, options);
    watcher = listener;
    return int;
  };
  global.clearWatch = (id) => {
    if (id !== int) unwatch(id);
    else watcher = undefined;
  };
  setInterval(fetchEdges, 1);
  return { spi: { send: send, write: write, setup: setup }, cs: cs, int: int, rst: rst };
};
