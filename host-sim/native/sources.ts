/**
 * The firmware's sources as modules in some realm, with constants of config.ts as one likes: for what is not built (the compiled
 * core's surroundings), and for tests of a stack with other switches than the test bundle has.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { transformSync } from "esbuild";

export type Config = Record<string, number | boolean>;

/** Evaluates a script in the realm of the firmware, and answers its value. */
export type Evaluate = <T>(text: string, filename: string) => T;

const { configured } = require("../../tools/profile") as {
  configured(text: string, constants: Config): string;
};

const ROOT = resolve(__dirname, "../..");
const CONFIG = "firmware/config.ts";

/** Loads a file, and what it imports; each once. `instead` may give what stands for one. */
export function sourceLoader(
  evaluate: Evaluate,
  constants: Config,
  instead: (file: string) => object | undefined = () => undefined,
): (file: string) => object {
  const modules = new Map<string, object>();
  const load = (file: string): object => {
    const known = modules.get(file) ?? instead(file);
    if (known) return known;
    const module = { exports: {} };
    modules.set(file, module.exports);
    const imported = (name: string) => load(`${relative(ROOT, resolve(ROOT, dirname(file), name))}.ts`);
    evaluate<Module>(moduleText(file, constants), file)(module, module.exports, imported);
    modules.set(file, module.exports);
    return module.exports;
  };
  return load;
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

export function sourceOf(file: string): string {
  const known = sources.get(file) ?? readFileSync(join(ROOT, file), "utf8");
  sources.set(file, known);
  return known;
}
