/**
 * A stack of its own for each test: the unmangled bundle (dist/enc28j60.test.js, `npm run build`, or the one that the
 * environment variable TCP_BUNDLE names) in a context with a board's natives (natives.ts), in virtual time. With CORE=native what
 * is native is machine code of this machine; `core` of Surroundings says so for one stack.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, runInContext, Script } from "node:vm";
import { VirtualClock } from "../../host-sim/clock";
import { nativeFirmware } from "../../host-sim/native/firmware";
import { boardContext } from "./natives";

export type Net = typeof import("../../firmware/boot-test-enc28j60");

export interface Kernel {
  net: Net;
  clock: VirtualClock;
  /** what the stack printed */
  printed: string[];
  /** what was emitted on objects, as "event argument" */
  events: string[];
  /** cells that the interpreter has to spare, and the serial number: a test may set them */
  freeCells: number;
  serial: string;
  /** runs a program's text beside it */
  evaluate(code: string): unknown;
}

const bundle = process.env.TCP_BUNDLE ?? join(__dirname, "../../dist/enc28j60.test.js");
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

/** A stack as JavaScript, or what is native of it as machine code. */
export type Core = "javascript" | "native";

/** Which one tests run on. */
export const CORE: Core = process.env.CORE === "native" ? "native" : "javascript";

/** What a stack may share with others, and what it is made of. */
interface Surroundings {
  core?: Core;
  clock?: VirtualClock;
  /** 32 bits of the hardware's random numbers; default: a plain generator from the seed */
  random?: () => number;
}

/** Boots the bundle, with other constants if need be, and initialises nothing: the test calls mbinit or netinit itself. */
export function bootKernel(seed = 1, config: Config = {}, { core = CORE, clock, random }: Surroundings = {}): Kernel {
  const own = {
    clock: clock ?? new VirtualClock(),
    printed: [] as string[],
    events: [] as string[],
    freeCells: 5000,
    serial: "00000000-11111111-22222222",
  };
  const context = boardContext({
    clock: own.clock,
    random: random ?? congruential(seed),
    print: (line) => own.printed.push(line),
    emitted: (event, arg) => own.events.push(arg === undefined ? event : `${event} ${arg}`),
    freeCells: () => own.freeCells,
    serial: () => own.serial,
  });
  const evaluate = (code: string) => runInContext(code, context);
  if (core === "native") return Object.assign(own, { net: bootNative(context, config), evaluate });
  bundleWith(config).runInContext(context);
  return Object.assign(own, { net: (context as { exports: Net }).exports, evaluate });
}

/** The same with all that is native compiled for this machine. */
function bootNative(context: Context, config: Config): Net {
  const evaluate = <T>(text: string, filename: string): T => {
    const script = natives.get(text) ?? new Script(text, { filename });
    natives.set(text, script);
    return script.runInContext(context) as T;
  };
  return nativeFirmware(evaluate, "firmware/boot-test-enc28j60.ts", config) as Net;
}

const natives = new Map<string, Script>();

function congruential(seed: number): () => number {
  let random = seed >>> 0;
  return () => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return random ^ (random >>> 15);
  };
}
