/**
 * The firmware with what is native of it (tools/native/files.ts) compiled for this machine, and the rest as the JavaScript that it
 * always is, in some realm. Needs gcc or clang.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { transformSync } from "esbuild";
import { NATIVE_FILES } from "../../tools/native/files";
import { cached } from "../../tools/native/host";
import { NativeCore } from "./core";
import { uioOf } from "./uio";

export type Config = Record<string, number | boolean>;

const { configured } = require("../../tools/profile") as {
  configured(text: string, constants: Config): string;
};

/** More flags for the C compiler: "-DCHECKED -fsanitize=undefined,bounds" counts what is wrong (runtime/faults.h). */
const FLAGS = (process.env.CORE_FLAGS ?? "").split(" ").filter(Boolean);

const ROOT = resolve(__dirname, "../..");
const CONFIG = "firmware/config.ts";
const UIO = "firmware/net/kern/uio.ts";

/** Evaluates a script in the realm of the firmware, and answers its value. */
export type Evaluate = <T>(text: string, filename: string) => T;

/** What the firmware's machdep.ts gives. */
interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
  machdep_memory(buffer: ArrayBufferLike, off: number, size: number): void;
}

/** What a root of composition exports, say firmware/boot-enc28j60.ts, with these constants of config.ts. */
export function nativeFirmware(evaluate: Evaluate, root: string, constants: Config): object {
  const { library, description } = cached({ files: NATIVE_FILES, constants }, FLAGS);
  const modules = new Map<string, { exports: object }>();
  let uio: object | undefined;
  const load = (file: string): object => {
    if (isCompiled(file)) return core.exports;
    if (file === UIO) {
      uio ??= uioOf(core);
      return uio;
    }
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const imported = (name: string) => load(`${relative(ROOT, resolve(ROOT, dirname(file), name))}.ts`);
    evaluate<Module>(moduleText(file, constants), file)(module, module.exports, imported);
    return module.exports;
  };
  const machine = load("firmware/machdep.ts") as Machine;
  const core = new NativeCore(library, description, {
    random32: () => machine.random32(),
    uptime: () => machine.uptime(),
    timeofday: () => machine.timeofday(),
    setTimeout: evaluate("setTimeout", "native"),
    clearTimeout: evaluate("clearTimeout", "native"),
    Uint8Array: evaluate("Uint8Array", "native"),
    Uint32Array: evaluate("Uint32Array", "native"),
  });
  const { NMBUFS, MSIZE } = description.constants;
  machine.machdep_memory(core.bytes.buffer, core.arena, NMBUFS * MSIZE);
  const exports = load(root);
  core.makesFor(exports);
  core.exports["loif"].if_name = "lo0"; // names are the shell's
  return exports;
}

/** Constants and types are the same in both worlds; only files with code or variables are taken from the core. */
function isCompiled(file: string): boolean {
  return NATIVE_FILES.includes(file) && /^export (function|let|const \w+: )/m.test(sourceOf(file));
}

type Module = (module: object, exports: object, require: (name: string) => object) => void;

const texts = new Map<string, string>();

/** A file as a function (module, exports, require). */
function moduleText(file: string, constants: Config): string {
  const key = file === CONFIG ? `${file} ${JSON.stringify(constants)}` : file;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const source = sourceOf(file);
  const { code } = transformSync(file === CONFIG ? configured(source, constants) : source, {
    loader: "ts",
    format: "cjs",
    target: "es2020",
    define: { require: "globalThis.require" }, // the board's, for what is in its own firmware
  });
  const text = `(function (module, exports, require) {${code}\n})`;
  texts.set(key, text);
  return text;
}

const sources = new Map<string, string>();

function sourceOf(file: string): string {
  const path = join(ROOT, file);
  const known = sources.get(file);
  if (known !== undefined) return known;
  if (!existsSync(path)) throw new Error(`no file ${file}`);
  const text = readFileSync(path, "utf8");
  sources.set(file, text);
  return text;
}
