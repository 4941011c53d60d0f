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
    expect(() => value("s.write('log', 'x', 0 + 1)")).toThrowError(/already written/);
    expect(() => value("s.write('log', 'toolong', 3)")).toThrowError(/Too much data/);
    expect(() => value("s.write('big', new Uint8Array(60000))")).toThrowError(/Unable to find or create/);
    expect(() => value("s.write('b', '')")).toThrowError(/zero length/);
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
    value(
      "Modules.addCached('m', 'exports = function () { return 42; }; exports.create = function () { return 43; };')",
    );
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

describe("A board with nothing attached", () => {
  const printed: string[] = [];
  const board = new Board(new VirtualClock(), { print: (line) => printed.push(line) });
  const value = evaluator(board);

  it("reads noise on an analog input, and what is on the wire when something is", () => {
    const readings = value("[analogRead(A1), A1.analog(), analogRead(A1)]") as number[];
    for (const reading of readings) expect(reading >= 0 && reading < 1).toBe(true);
    expect(new Set(readings).size).toBe(3);
    board.pins.get("A1").drive(true);
    expect(value("analogRead(A1)")).toBe(4095 / 4096);
  });

  it("says which pins can do what, as boards do", () => {
    printed.length = 0;
    expect(value("analogRead(B10)")).toBe(0);
    value("analogWrite(A4, 0.5)");
    expect(printed.join("\n")).toMatch(/Pin B10 is not capable of Analog Input\nSuitable pins are:\nA0 A1/);
    expect(printed.join("\n")).toMatch(/Pin A4 is not capable of PWM Output[\s\S]*soft:true/);
  });

  it("drives a pin by PWM, and shifts bits out", () => {
    value("analogWrite(LED1, 1, { soft: true }); A8.pwm(0.2, { freq: 100 })");
    expect(value("[LED1.read(), A8.read()].join()")).toBe("true,false");
    value("shiftOut([A0, A1, A2, A3], { clk: A9 }, 0b0101)");
    expect(value("[A0, A1, A2, A3, A9].map(function (p) { return p.read() ? 1 : 0; }).join('')")).toBe("01011");
  });

  it("gets no answer on I2C, after a wait, and none on OneWire", () => {
    const before = board.clock.now();
    expect(() => value("I2C1.setup({ scl: B8, sda: B9 }); I2C1.readFrom(0x40, 2)")).toThrowError(/Timeout on I2C Read/);
    expect(() => value("I2C1.writeTo(0x40, 1)")).toThrowError(/Timeout on I2C Write/);
    expect(() => value("I2C2.readReg(0x40, 1, 2)")).toThrowError(/Timeout on I2C Write/);
    expect(board.clock.now()).toBeGreaterThan(before);
    expect(value("var w = new OneWire(A1); [w.reset(), w.search().length, w.read(), w.read(2).join()].join()")).toBe(
      "false,0,255,255,255",
    );
    expect(() => value("w.select('x')")).toThrowError(/Invalid OneWire device address/);
  });

  it("hears nothing on a serial port but what is injected", () => {
    value("var heard = ''; Serial1.setup(9600, { tx: B6, rx: B7 }); Serial1.write('AT\\r\\n', 13); Serial1.print('x')");
    value("Serial1.on('data', function (d) { heard += d; })");
    board.clock.runFor(1e9);
    expect(value("heard + Serial1.available()")).toBe("0");
    value("Serial1.inject('OK', [13, 10]); Serial2.inject('later')");
    board.clock.runFor(1e6);
    expect(value("heard")).toBe("OK\r\n");
    expect(value("Serial2.available() + Serial2.read(2) + Serial2.read()")).toBe("5later");
    expect(value("[Serial1.isConnected(), Serial2.isConnected(), USB.isConnected()].join()")).toBe("true,false,true");
  });

  it("has memory where it was poked", () => {
    value("poke32(0x40020000, 0x12345678); poke8(0x40020004, [1, 2])");
    expect(value("peek16(0x40020000).toString(16) + peek8(0x40020003)")).toBe("567818");
    expect(value("peek8(0x40020003, 3).join() + peek32(0x40020000, 2).length")).toBe("18,1,22");
    expect(value("peek32(0)")).toBe(0);
  });
});

describe("heatshrink", () => {
  it("decompresses what the interpreter has compressed", () => {
    const packed = "s11t1julpt9ulFhlN7uVlul1uVukFhlcxvoWIsQWIsUrmV9A";
    expect(evaluator()(`E.toString(require("heatshrink").decompress(atob("${packed}")))`)).toBe(
      "function(a){return a+1}function(b){return b+2}",
    );
  });
});
