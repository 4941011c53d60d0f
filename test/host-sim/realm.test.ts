import { VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";

describe("A board's JavaScript", () => {
  let board: Board;
  const value = (source: string) => board.realm.evaluate(source, "test");

  beforeEach(() => {
    board = new Board(new VirtualClock());
  });

  it("has nothing of Node and nothing that Espruino lacks", () => {
    const names =
      "Buffer setImmediate queueMicrotask structuredClone URL TextEncoder fetch performance Map Set WeakMap WeakSet " +
      "WeakRef Symbol Proxy Reflect BigInt Intl WebAssembly SharedArrayBuffer Atomics escape RangeError Iterator";
    const present = names.split(" ").filter((name) => value(`typeof ${name}`) !== "undefined");
    expect(present).toEqual([]);
  });

  it("lacks the functions of newer JavaScript", () => {
    const functions =
      "Array.from Array.of Object.freeze Object.is Math.imul Math.trunc Math.log2 Math.clz32 Number.isInteger " +
      "Promise.race Promise.allSettled ''.at ''.codePointAt ''.trimStart [].at [].flat " +
      "[].findLast [].lastIndexOf [].reduceRight [].copyWithin [].entries Array.prototype.slice " +
      "new(Uint8Array)(1).copyWithin new(ArrayBuffer)(1).slice new(Promise)(function(){}).finally {}.isPrototypeOf " +
      "ArrayBuffer.isView Uint8Array.from Uint8Array.of Date.UTC Error.captureStackTrace";
    const present = functions.split(" ").filter((name) => value(`(${name})`) !== undefined);
    expect(present).toEqual([]);
  });

  it("has what a program may rely on", () => {
    const texts: [string, unknown][] = [
      ["[1, 2, 3].slice(1).join()", "2,3"],
      ["var s = 0; for (var x of [1, 2]) s += x; s", 3],
      ["'a-b'.replace(/-/g, '+').split('+').length", 2],
      ["'x'.padStart(3) + 'abc'.substr(1) + 'ab'.repeat(2)", "  xbcabab"],
      ["Object.keys(Object.assign({ a: 1 }, { b: 2 })).join()", "a,b"],
      ["new Uint8Array([1, 2, 3]).map(function (v) { return v * 2; }).join()", "2,4,6"],
      ["JSON.stringify({ a: [1] })", '{"a":[1]}'],
      ["global === globalThis", true],
      ["Math.clip(7, 1, 5) + Math.wrap(-1, 4)", 8],
      ["parseInt('ff', 16).toFixed(1)", "255.0"],
      ["atob(btoa('\\xff\\0'))", "\xff\0"],
    ];
    for (const [source, expected] of texts) expect(value(source)).withContext(source).toEqual(expected);
  });

  it("sets typed arrays from byte strings, and slices them into plain arrays", () => {
    expect(value("var u = new Uint8Array(4); u.set('\\x01\\xff', 1); u.join()")).toBe("0,1,255,0");
    expect(value("Array.isArray(u.slice(1, 3)) && u.slice(1, 3).join()")).toBe("1,255");
  });

  it("lets views of wide elements begin at any byte", () => {
    value("var b = new ArrayBuffer(16), u = new Uint8Array(b), w = new Uint16Array(b, 3, 4)");
    value("w[0] = 0x1234; w.set([1, 2], 1)");
    expect(value("u.join()")).toBe("0,0,0,52,18,1,0,2,0,0,0,0,0,0,0,0");
    expect(value("[w[0], w[2], w[4], w.length, w.byteOffset, w.byteLength].join()")).toBe("4660,2,,4,3,8");
    expect(value("w instanceof Uint16Array && E.sum(w)")).toBe(4660 + 3);
    expect(value("new Uint16Array(w).join()")).toBe("4660,1,2,0");
    expect(value("w.subarray(1, 3).join()")).toBe("1,2");
  });

  it("copies between such views by bytes", () => {
    value("var from = new Uint8Array([9, 1, 2, 3, 4, 5, 6, 7, 8]).buffer, to = new Uint8Array(12)");
    value("new Uint32Array(to.buffer, 2, 2).set(new Uint32Array(from, 1, 2))");
    expect(value("to.join()")).toBe("0,0,1,2,3,4,5,6,7,8,0,0");
  });

  it("takes length 0 for the rest of the buffer, as a board does", () => {
    expect(value("new Uint8Array(new ArrayBuffer(8), 2, 0).length")).toBe(6);
    expect(value("new Uint16Array(new ArrayBuffer(7), 2).length")).toBe(2);
    expect(value("new Uint8Array(8).subarray(3, 3).length")).toBe(0);
  });

  it("refuses what a board refuses when a view is made", () => {
    expect(() => value("new Uint8Array('abc')")).toThrowError(/Unsupported first argument/);
    expect(() => value("new Uint8Array(new ArrayBuffer(70000), 65536, 4)")).toThrowError(/byteOffset too large/);
    expect(() => value("new Uint8Array(new ArrayBuffer(4), 2, 4)")).toThrow();
  });

  it("queues events of objects until the idle loop", () => {
    value(
      "var log = [], o = {}; o.on('x', function (a, b) { log.push(a + b); }); o.emit('x', 1, 2); log.push('first')",
    );
    expect(value("log.join()")).toBe("first");
    board.clock.runFor(0);
    expect(value("log.join()")).toBe("first,3");
    expect(value("Object.keys(o).length")).toBe(0);
    value("o.removeAllListeners('x'); o.emit('x', 3, 4)");
    board.clock.runFor(0);
    expect(value("log.join()")).toBe("first,3");
  });

  it("settles promises from the idle loop", () => {
    value(
      "var log = []; Promise.all([1, Promise.resolve(2)]).then(function (v) { log.push(v.join('+')); throw 'no'; })",
    );
    value("  .catch(function (e) { log.push(e); })".replace(/^ */, "p = Promise.reject('why')"));
    expect(value("log.length")).toBe(0);
    board.clock.runFor(0);
    expect(value("log.join()")).toContain("1+2");
    expect(value("log.join()")).toContain("why");
  });

  it("tells the board's time and draws the board's random numbers", () => {
    board.clock.runFor(1.5e9);
    expect(value("getTime()")).toBe(946684801.5);
    expect(value("Date.now()")).toBe(946684801500);
    expect(value("new Date().getTime()")).toBe(946684801500);
    value("setTime(1000)");
    board.clock.runFor(1e9);
    expect(value("getTime()")).toBe(1001);
    const other = new Board(new VirtualClock());
    expect(value("Math.random()")).toBe(other.realm.evaluate("Math.random()", "test"));
  });

  it("has a serial number of 24 hex digits, made from the seed", () => {
    const other = new Board(new VirtualClock(), { seed: 2 });
    expect(value("getSerial()")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8}){2}$/);
    expect(other.realm.evaluate("getSerial()", "test")).not.toBe(value("getSerial()"));
  });
});
