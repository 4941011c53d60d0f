/**
 * A stack of its own for each test, as kernel.ts has it, but with what is native (tools/native/files.ts) compiled for this machine:
 * the environment variable CORE=native asks for it. What is not native is the JavaScript that it always was.
 */
import { transformSync } from "esbuild";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Context, runInContext, Script } from "node:vm";
import { NATIVE_FILES } from "../../tools/native/files";
import { cached, hostCompiler } from "../../tools/native/host";
import type { Config, Net } from "./kernel";
import { NativeCore } from "./native_core";

const { configured, PROFILES } = require("../../tools/profile") as {
  configured(text: string, constants: Config): string;
  PROFILES: { [name: string]: Config };
};

const ROOT = resolve(__dirname, "../..");
const ENTRY = "firmware/boot-test-enc28j60.ts";
const CONFIG = "firmware/config.ts";

/** Constants and types are the same in both worlds; only files with code or variables are taken from the core. */
const compiled = new Set(
  NATIVE_FILES.filter((file) => /^export (function|let|const \w+: )/m.test(readFileSync(join(ROOT, file), "utf8"))),
);

export const isNative = process.env.CORE === "native";

export function bootNative(context: Context, config: Config): Net {
  if (!hostCompiler()) throw new Error("CORE=native needs gcc or clang");
  const constants = { ...PROFILES["test"], ...config };
  const { library, description } = cached({ files: NATIVE_FILES, constants });
  const modules = new Map<string, { exports: object }>();
  const evaluate = <T>(code: string) => runInContext(code, context) as T;
  // the machine of the JavaScript world is the core's as well
  type Machine = Net & { machdep_memory(buffer: ArrayBufferLike, off: number, size: number): void };
  const load = (file: string): object => {
    if (compiled.has(file)) return core.exports;
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const imported = (name: string) => load(relative(ROOT, resolve(dirname(join(ROOT, file)), name)).concat(".ts"));
    scriptOf(file, config).runInContext(context)(module, module.exports, imported);
    return module.exports;
  };
  const machine = load("firmware/machdep.ts") as Machine;
  const core = new NativeCore(library, description, {
    random32: () => machine.random32(),
    uptime: () => machine.uptime(),
    timeofday: () => machine.timeofday(),
    setTimeout: evaluate("setTimeout"),
    clearTimeout: evaluate("clearTimeout"),
    Uint8Array: evaluate("Uint8Array"),
    Uint32Array: evaluate("Uint32Array"),
  });
  const size = description.constants["NMBUFS"] * description.constants["MSIZE"];
  machine.machdep_memory(core.bytes.buffer, core.arena, size);
  const net = load(ENTRY) as Net;
  return net;
}

const scripts = new Map<string, Script>();

/** A module of the sources as a function (module, exports, require). */
function scriptOf(file: string, config: Config): Script {
  const key = file === CONFIG ? `${file} ${JSON.stringify(config)}` : file;
  const known = scripts.get(key);
  if (known) return known;
  const path = join(ROOT, file);
  if (!existsSync(path)) throw new Error(`no file ${file}`);
  const text = readFileSync(path, "utf8");
  const { code } = transformSync(file === CONFIG ? configured(text, config) : text, {
    loader: "ts",
    format: "cjs",
    target: "es2020",
  });
  const script = new Script(`(function (module, exports, require) {${code}\n})`, { filename: path });
  scripts.set(key, script);
  return script;
}
