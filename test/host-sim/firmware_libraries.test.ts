import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";

function evaluator(board = new Board(new VirtualClock())) {
  return (source: string) => board.realm.evaluate(source, "test");
}

describe("E", () => {
  const value = evaluator();

  it("sums strings, arrays and views, 32-bit words as signed ones", () => {
    expect(value("E.sum([1, 2.5])")).toBe(3.5);
    expect(value("E.sum('\\xff\\x01')")).toBe(256);
    expect(value("E.sum(new Uint16Array([65535, 2]))")).toBe(65537);
    expect(value("E.sum(new Uint32Array([0xffffffff, 5]))")).toBe(4);
    expect(() => value("E.sum(5)")).toThrowError(/First argument must be Array/);
  });

  it("turns anything with bytes into strings and arrays", () => {
    expect(value("E.toString(new Uint8Array([72, 105]), ' you', [33])")).toBe("Hi you!");
    expect(value("E.toString({ data: 'ab', count: 2 })")).toBe("abab");
    expect(value("E.toUint8Array('A', [1, [2]]).join()")).toBe("65,1,2");
    expect(value("new Uint8Array(E.toArrayBuffer('\\x01\\xff')).join()")).toBe("1,255");
    expect(value("E.toArrayBuffer(5)")).toBeUndefined();
  });

  it("maps views, also by groups of bits, with the board's fault for 32 bits", () => {
    expect(
      value("var t = new Uint8Array(4); E.mapInPlace(new Uint8Array([0x12, 0x34]), t, undefined, 4); t.join()"),
    ).toBe("1,2,3,4");
    expect(value("E.mapInPlace(new Uint8Array([1, 2]), t, function (v, i) { return v * 10 + i; }); t.join()")).toBe(
      "10,21,3,4",
    );
    expect(value("E.mapInPlace(new Uint8Array([1, 0]), t, [7, 8]); t.join()")).toBe("8,7,3,4");
    expect(value("var w = new Uint32Array(1); E.mapInPlace(new Uint32Array([5]), w); w[0]")).toBe(0);
  });

  it("knows CRC-32, clip, reverseByte and case", () => {
    expect(value("E.CRC32('123456789')")).toBe(0xcbf43926);
    expect(value("E.clip(9, 1, 4)")).toBe(4);
    expect(value("E.reverseByte(0x13)")).toBe(0xc8);
    expect(value("E.lookupNoCase({ Foo: 1 }, 'fOO', true)")).toBe("Foo");
    expect(value("E.getAddressOf('', true) != 0")).toBe(true);
  });

  it("draws 32-bit random numbers that follow from the seed", () => {
    const draws = "[E.hwRand(), E.hwRand()].join()";
    expect(evaluator()(draws)).toBe(evaluator()(draws));
    expect(evaluator(new Board(new VirtualClock(), { seed: 5 }))(draws)).not.toBe(evaluator()(draws));
  });
});

describe("Storage", () => {
  it("keeps files as byte strings", () => {
    const value = evaluator();
    value("var s = require('Storage')");
    expect(value("s.write('a', [1, 255]) && s.read('a')")).toBe("\x01\xff");
    expect(value("s.read('a', 1, 1) + s.read('none')")).toBe("\xffundefined");
    expect(value("s.writeJSON('b', { x: 1 }) && s.readJSON('b').x")).toBe(1);
    expect(value("new Uint8Array(s.readArrayBuffer('a')).join()")).toBe("1,255");
    expect(value("s.write('b', 'no json') && s.readJSON('b', true)")).toBeUndefined();
    expect(() => value("s.readJSON('b')")).toThrow();
    expect(value("s.list(/^a/).join() + s.list().length")).toBe("a2");
    value("s.erase('a')");
    expect(value("s.read('a')")).toBeUndefined();
  });

  it("writes into a file only where its flash is erased, and only as much as there is", () => {
    const value = evaluator();
    value("var s = require('Storage')");
    expect(value("s.write('log', 'ab', 0, 6) && s.write('log', 'cd', 2) && s.read('log')")).toBe("abcd\xff\xff");
    expect(value("s.write('log', 'x', 0 + 1)")).toBe(false);
    expect(value("s.write('log', 'toolong', 3)")).toBe(false);
    expect(value("s.write('big', { data: 0, count: 60000 })")).toBe(false);
    expect(() => value("s.write('a name that is longer than 28 characters', '')")).toThrowError(/Invalid file name/);
  });

  it("lives on in a folder of the host, if told to", () => {
    const storageFolder = mkdtempSync(join(tmpdir(), "storage-"));
    evaluator(new Board(new VirtualClock(), { storageFolder }))("require('Storage').write('.boot/1', '\\xfe')");
    expect(readdirSync(storageFolder)).toEqual([".boot%2F1"]);
    const again = evaluator(new Board(new VirtualClock(), { storageFolder }));
    expect(again("require('Storage').read('.boot/1')")).toBe("\xfe");
    again("require('Storage').erase('.boot/1')");
    expect(readdirSync(storageFolder)).toEqual([]);
    rmSync(storageFolder, { recursive: true });
  });
});

describe("require", () => {
  it("loads a module from Storage once", () => {
    const value = evaluator();
    value("require('Storage').write('m', 'exports.n = ++count; this.self = exports === this;')");
    expect(value("var count = 0; require('m').n + require('m').n")).toBe(2);
    expect(value("require('m').self")).toBe(true);
  });

  it("takes module.exports, cached texts and cached functions", () => {
    const value = evaluator();
    value("Modules.addCached('a', 'module.exports = function () { return 5; }')");
    value("Modules.addCached('b', function () { exports.x = 6; })");
    expect(value("require('a')() + require('b').x")).toBe(11);
    expect(value("Modules.getCached().join()")).toBe("a,b");
    value("Modules.removeCached('a')");
    expect(() => value("require('a')")).toThrowError('Module "a" not found');
  });

  it("takes what a module assigns to exports, by either name, and adds to it afterwards", () => {
    const value = evaluator();
    value("Modules.addCached('m', 'exports = function () { return 42; }; exports.create = function () { return 43; };')");
    value("Modules.addCached('n', 'module.exports = function () { return 5; }; exports.more = 6; this.old = 1;')");
    expect(value("require('m')() + ' ' + require('m').create()")).toBe("42 43");
    expect(value("require('n')() + ' ' + require('n').more + ' ' + require('n').old")).toBe("5 6 undefined");
    expect(value("typeof tie + typeof readTokens")).toBe("undefinedundefined");
  });

  it("does not let Storage shadow what the firmware brings", () => {
    const value = evaluator();
    value("require('Storage').write('Storage', 'exports.fake = 1')");
    value("Modules.removeAllCached()");
    expect(value("require('Storage').fake")).toBeUndefined();
  });
});

describe("The console", () => {
  it("shows values as a board does", () => {
    const printed: string[] = [];
    const value = evaluator(new Board(new VirtualClock(), { print: (line) => printed.push(line) }));
    value("print('a', 1, { x: [1, 'b'], y: {} }, new Uint8Array([1, 2]), B1, undefined); console.log([])");
    expect(printed).toEqual(['a 1 { "x": [ 1, "b" ], "y": {  } } new Uint8Array([ 1, 2 ]) B1 undefined', "[  ]"]);
  });
});
