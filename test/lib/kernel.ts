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
import { type Evaluate, sourceLoader } from "../../host-sim/native/sources";
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
let script: Script | undefined;

/** Values of constants of config.ts. */
export interface Config {
  [name: string]: number | boolean;
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
  if (core === "native")
    return Object.assign(own, { net: nativeFirmware(evaluator(context), ROOT, config) as Net, evaluate });
  if (Object.keys(config).length)
    return Object.assign(own, { net: sourceLoader(evaluator(context), config)(ROOT) as Net, evaluate });
  script ??= new Script(`(function (exports) {${readFileSync(bundle, "utf8")}\n})`, { filename: bundle });
  const net = {} as Net;
  script.runInContext(context)(net);
  return Object.assign(own, { net, evaluate });
}

/** Where constants are others than the bundle was built with, which knows them in many places, the sources are taken. */
const ROOT = "firmware/boot-test-enc28j60.ts";

function evaluator(context: Context): Evaluate {
  return <T>(text: string, filename: string): T => {
    const script = modules.get(text) ?? new Script(text, { filename });
    modules.set(text, script);
    return script.runInContext(context) as T;
  };
}

const modules = new Map<string, Script>();

function congruential(seed: number): () => number {
  let random = seed >>> 0;
  return () => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return random ^ (random >>> 15);
  };
}
