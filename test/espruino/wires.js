/**
 * The board's end of the wires, an Espruino module: an SPI bus and pins that lead out of the interpreter, through two
 * FIFOs, to the chips' models in the process that started it (wires.ts has the other end).
 *
 *     var wires = require("wires").connect("/tmp/folder", 1);   // with the FIFOs to-chip and from-chip in it; one chip
 *     require("enc28j60").connect({ spi: wires.spi, cs: wires.cs, int: wires.int, rst: wires.rst });
 *
 * The first chip's pins are `wires.cs` and so on; `wires.chips[1]` has those of a second one on the same bus.
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
var CHIP = 10;
/** Bytes of an answer that are fetched at once. */
var PIECE = 128;

exports.connect = (folder, count) => {
  var out = E.openFile(`${folder}/to-chip`, "w");
  var back = E.openFile(`${folder}/from-chip`, "r");
  var put = out.write.bind(out);
  var get = back.read.bind(back);
  var watchers = [];

  // Functions, and not `put` bound to a message: whoever binds a pin's function to the pin would bind `put` anew.
  function output(low, high) {
    return {
      low: low,
      high: high,
      set: () => {
        put(high);
      },
      reset: () => {
        put(low);
      },
    };
  }

  function chip(index) {
    var to = count > 1 ? String.fromCharCode(CHIP, index) : "";
    return {
      cs: output(to + SELECT, to + DESELECT),
      // answered, so that the chip's time for what it is to do begins before the program's
      rst: {
        set: () => {
          put(to + RESET_HIGH);
          get(1);
        },
        reset: () => {
          put(to + RESET_LOW);
          get(1);
        },
      },
      int: {
        index: index,
        read: () => {
          put(to + LEVEL);
          return get(1) === "\x01";
        },
      },
    };
  }

  function exchange(data) {
    put([EXCHANGE, data.length & 255, data.length >> 8]);
    put(data);
  }

  // As a bus does it, in an array and nowhere else: what a long answer takes of memory besides would not be so on a board.
  function received(n) {
    var bytes = new Uint8Array(n);
    var i;
    for (i = 0; i < n; i += PIECE) bytes.set(get(Math.min(PIECE, n - i)), i);
    return bytes;
  }

  function send(data, select) {
    var kind = typeof data;
    if (kind === "number") data = [data];
    if (select) put(select.low);
    exchange(data);
    if (select) put(select.high);
    if (kind === "number") return get(1).charCodeAt(0);
    return kind === "string" ? get(data.length) : received(data.length);
  }

  function write() {
    var n = arguments.length;
    var last = arguments[n - 1];
    var select = last.low;
    var i;
    var data;
    if (select) {
      n--;
      put(select);
    }
    for (i = 0; i < n; i++) {
      data = arguments[i];
      if (typeof data === "number") put([BYTES, 1, 0, data]);
      else {
        put([BYTES, data.length & 255, data.length >> 8]);
        put(data);
      }
    }
    if (select) put(last.high);
  }

  function setup(options) {
    var khz = (options.baud || 100000) / 1000;
    put([CLOCK, khz & 255, khz >> 8]);
  }

  // What an interpreter without memory breaks off must not end the fetching, as it ends no interrupt of a board's: the next
  // time is set first, and seen to twice a second. A handler that was broken off is forgotten, as the interpreter does.
  var called = -1;
  var fetched = false;
  function fetchEdges() {
    var i;
    var n;
    setTimeout(fetchEdges, 1);
    fetched = true;
    if (called >= 0) {
      watchers[called] = undefined;
      called = -1;
    }
    put(EDGES);
    var edges = get(count);
    for (i = 0; i < count; i++) {
      n = edges.charCodeAt(i);
      while (watchers[i] && n--) {
        called = i;
        watchers[i]();
        called = -1;
      }
    }
  }

  function lookAfter() {
    setTimeout(lookAfter, 500);
    if (!fetched) fetchEdges();
    fetched = false;
  }

  var watch = setWatch;
  var unwatch = clearWatch;
  global.setWatch = (listener, pin, options) => {
    if (typeof pin !== "object") return watch(listener, pin, options);
    watchers[pin.index] = listener;
    return pin;
  };
  global.clearWatch = (id) => {
    if (typeof id !== "object") unwatch(id);
    else watchers[id.index] = undefined;
  };
  fetchEdges();
  lookAfter();
  var wires = chip(0);
  wires.spi = { send: send, write: write, setup: setup };
  wires.chips = [wires];
  wires.watchers = watchers;
  while (wires.chips.length < count) wires.chips.push(chip(wires.chips.length));
  return wires;
};
