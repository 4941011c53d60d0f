/**
 * A stack of its own for each test: the unmangled bundle (dist/enc28j60.test.js, `npm run build`) in a vm context with
 * the few globals that machdep.ts names, in virtual time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext, Script } from "node:vm";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";

export type Net = typeof import("../../firmware/boot-test");

export interface Kernel {
  net: Net;
  clock: VirtualClock;
  /** what the stack printed */
  printed: string[];
  /** cells that the interpreter has to spare */
  freeCells: number;
  /** runs a program's text beside it */
  evaluate(code: string): unknown;
}

const bundle = join(__dirname, "../../dist/enc28j60.test.js");
const scripts = new Map<string, Script>();

/** Values of constants of config.ts. */
export interface Config {
  [name: string]: number | boolean;
}

/** The text of a bundle with other constants of config.ts than it was built with. */
export function withConfig(text: string, config: Config): string {
  return Object.entries(config).reduce((before, [name, value]) => {
    const constant = new RegExp(`^var ${name} = .*;`, "m");
    if (!constant.test(before)) throw new Error(`no constant ${name}`);
    return before.replace(constant, `var ${name} = ${value};`);
  }, text);
}

function bundleWith(config: Config): Script {
  const key = JSON.stringify(config);
  const script = scripts.get(key) ?? new Script(withConfig(readFileSync(bundle, "utf8"), config), { filename: bundle });
  scripts.set(key, script);
  return script;
}

/** Natives of the interpreter, in the context's own realm. */
const natives = `
  var global = this;
  var E = {
    sum: function (a) { var s = 0; for (var i = 0; i < a.length; i++) s += a[i]; return s; },
    toArrayBuffer: function (s) { return Uint8Array.from(s, function (c) { return c.charCodeAt(0); }).buffer; },
    toString: function (a) { return String.fromCharCode.apply(null, a); },
    toFlatString: function (a) { return a.count <= 13 * freeCells() ? "x" : undefined; },
    hwRand: hwRand,
  };
  var process = { memory: function () { return { free: freeCells(), blocksize: 13 }; } };
  Uint8Array.prototype.set = (function (set) {
    return function (src, off) {
      set.call(this, typeof src === "string" ? new Uint8Array(E.toArrayBuffer(src)) : src, off);
    };
  })(Uint8Array.prototype.set);
`;

/** Boots the bundle, with other constants if need be, and initialises nothing: the test calls mbinit or netinit itself. */
export function bootKernel(seed = 1, config: Config = {}): Kernel {
  const clock = new VirtualClock();
  const printed: string[] = [];
  const kernel = { clock, printed, freeCells: 5000 };
  const timers = new Map<number, ReturnType<VirtualClock["after"]>>();
  let timerId = 0;
  let random = seed >>> 0;
  let epoch = 0;
  const context = createContext({
    exports: {},
    getTime: () => epoch + clock.now() / SECOND,
    setTime: (seconds: number) => {
      epoch = seconds - clock.now() / SECOND;
    },
    setTimeout: (run: () => void, ms: number) => {
      const id = ++timerId;
      timers.set(
        id,
        clock.after(ms * MS, () => {
          timers.delete(id);
          clock.defer(run);
        }),
      );
      return id;
    },
    clearTimeout: (id: number) => {
      clock.cancel(timers.get(id));
      timers.delete(id);
    },
    freeCells: () => kernel.freeCells,
    console: { log: (line: string) => printed.push(line) },
    hwRand: () => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      return random ^ (random >>> 15);
    },
  });
  runInContext(natives, context);
  bundleWith(config).runInContext(context);
  const evaluate = (code: string) => runInContext(code, context);
  return Object.assign(kernel, { net: (context as { exports: Net }).exports, evaluate });
}
