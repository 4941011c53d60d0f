/**
 * The natives of a board as far as machdep.ts names them, in a vm context, in virtual time: the one emulation under all tests
 * of the stack alone; what may be otherwise in one of them is in `Natives`. Whole boards, with pins, SPI, Storage and the rest, are
 * host-sim/espruino's.
 */
import { type Context, createContext, runInContext } from "node:vm";
import { MS, SECOND, type VirtualClock } from "../../host-sim/clock";

/** What may differ from test to test. */
export interface Natives {
  clock: VirtualClock;
  /** 32 bits of the hardware's random numbers */
  random: () => number;
  /** takes what the stack prints */
  print: (line: string) => void;
  /** told what is emitted on any object */
  emitted: (event: string, arg?: unknown) => void;
  /** cells that the interpreter has to spare */
  freeCells: () => number;
  serial: () => string;
}

/** Bytes of a cell, as on a Pico. */
const CELL = 13;

/** Of the context's own realm. Bytes and strings are turned into one another by the host, which is quicker. */
const REALM = `
  var global = this;
  var E = {
    sum: function (a) { var s = 0; for (var i = 0, n = a.length; i < n; i++) s += a[i]; return s; },
    toArrayBuffer: function (s) {
      var n = s.length, a = new Uint8Array(n);
      for (var i = 0; i < n; i++) a[i] = s.charCodeAt(i);
      return a.buffer;
    },
    toString: function (a) { return host.latin1(a.buffer, a.byteOffset, a.length); },
    toFlatString: function (a) { return a.count <= ${CELL} * host.freeCells() ? "x" : undefined; },
    hwRand: host.random,
  };
  var process = { memory: function () { return { free: host.freeCells(), blocksize: ${CELL} }; } };
  var console = { log: host.print };
  Uint8Array.prototype.set = (function (set) {
    return function (src, off) {
      set.call(this, typeof src === "string" ? new Uint8Array(E.toArrayBuffer(src)) : src, off);
    };
  })(Uint8Array.prototype.set);
  Object.defineProperty(Object.prototype, "emit", { value: host.emitted, configurable: true });
`;

/** A context with a board's natives. */
export function boardContext(natives: Natives): Context {
  const { clock } = natives;
  const host = {
    random: natives.random,
    print: natives.print,
    freeCells: natives.freeCells,
    emitted: natives.emitted,
    latin1: (buffer: ArrayBuffer, off: number, len: number) => Buffer.from(buffer, off, len).toString("latin1"),
  };
  const globals = { exports: {}, host, getSerial: natives.serial, ...wallClock(clock), ...timers(clock) };
  const context = createContext(globals);
  runInContext(REALM, context);
  return context;
}

/** The board's clock, which can be set. */
function wallClock(clock: VirtualClock) {
  let epoch = 0;
  return {
    getTime: () => epoch + clock.now() / SECOND,
    setTime: (seconds: number) => {
      epoch = seconds - clock.now() / SECOND;
    },
  };
}

/** Timers call from a turn of their own. */
function timers(clock: VirtualClock) {
  const pending = new Map<number, ReturnType<VirtualClock["after"]>>();
  let last = 0;
  return {
    setTimeout: (run: () => void, ms: number) => {
      const id = ++last;
      const due = () => {
        pending.delete(id);
        clock.defer(run);
      };
      pending.set(id, clock.after(ms * MS, due));
      return id;
    },
    clearTimeout: (id: number) => {
      clock.cancel(pending.get(id));
      pending.delete(id);
    },
  };
}
