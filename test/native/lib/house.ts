/**
 * Small programs for the native compiler, in memory: translated, compiled, and called; or run as JavaScript.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "koffi";
import ts from "typescript";
import type { Amounts } from "../../../tools/native/compiler";
import { type Translation, translate } from "../../../tools/native/emit";
import { build, write } from "../../../tools/native/host";

/** The names by which sources say what C is to make of a type. */
const ALIASES = `
export type i32 = number;
export type u8 = number;
export type u16 = number;
export type bool = boolean;
export type Embedded<S> = S;
export type Bytes<_N extends number> = Uint8Array;
export type Words<_N extends number> = Uint32Array;
export type Table<T, _N extends number> = T[];
export type caddr_t = object;
export type Shell<T> = T;
`;
const IMPORT = 'import type { Bytes, Embedded, Shell, Table, Words, caddr_t, i32, u8, u16 } from "./house_aliases";\n';

const MEMORY = { arena: 256, clusters: 2, clusterBytes: 64 };

/** Translates the text of one file; `pools` says how many of each structure there are, `roots` what is called from outside. */
export function translateText(
  text: string,
  pools: Amounts["pools"] = {},
  more: { [path: string]: string } = {},
  roots: string[] = [],
): Translation {
  const texts = { "firmware/house_aliases.ts": ALIASES, "firmware/house.ts": IMPORT + text, ...more };
  const files = [...Object.keys(more), "firmware/house.ts"];
  return translate({ files, texts, lax: true }, () => ({ pools, ...MEMORY }), roots);
}

/** What is wrong with each of several texts, all at once, as "line: what"; "instead" is never empty. */
export function refusalsOf(cases: string[], pools: Amounts["pools"] = {}): string[][] {
  const path = (i: number) => `firmware/house_${i}.ts`;
  const texts = Object.fromEntries(cases.map((text, i) => [path(i), IMPORT + text]));
  texts["firmware/house_aliases.ts"] = ALIASES;
  texts["firmware/stranger.ts"] = STRANGER;
  const files = cases.map((_, i) => path(i));
  const { refusals } = translate({ files, texts, lax: true }, () => ({ pools, ...MEMORY }));
  for (const { what, instead } of refusals) if (!instead) throw new Error(`${what}: and instead?`);
  return files.map((file) => refusals.filter((r) => r.file === file).map(({ line, what }) => `${line - 1}: ${what}`));
}

/** A file that is not native. */
const STRANGER = "export function stranger(): number { return 1; }\nexport let odd: number;\n";

/** A library, and the memory of one machine. */
export class Native {
  private readonly memory: Buffer;
  private readonly library: ReturnType<typeof load>;

  constructor(path: string) {
    this.library = load(path);
    this.memory = Buffer.alloc(this.function("int32_t native_size(void)")());
    this.function("void native_use(void *memory)")(this.memory);
    this.boot();
  }

  /** By its prototype in C. */
  // biome-ignore lint/suspicious/noExplicitAny: what it takes and answers is in the prototype
  function(prototype: string): (...args: any[]) => any {
    return this.library.func(prototype);
  }

  boot(): void {
    this.function("void native_boot(void)")();
  }

  /** The mbufs' arena, shared. */
  get arena(): Buffer {
    return this.memory.subarray(this.function("int32_t native_arena(void)")());
  }

  /** How many promises were broken since the last time. */
  faults(): number {
    return this.function("int32_t native_faults(void)")();
  }

  close(): void {
    this.library.unload();
  }
}

/**
 * Compiles a translation with the sanitizer of undefined behaviour, and loads it. The same translation with the same exports and
 * flags is compiled once in a process. Throws what was refused.
 */
export function compileNative(
  translation: Translation,
  exports: string[],
  work: (native: Native) => void,
  flags: string[] = [],
): void {
  const native = new Native(libraryOf(translation, exports, flags));
  try {
    work(native);
  } finally {
    native.close();
  }
}

const libraries = new Map<Translation, Map<string, string>>();
const folders: string[] = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function libraryOf(translation: Translation, exports: string[], flags: string[]): string {
  const known = libraries.get(translation) ?? new Map<string, string>();
  libraries.set(translation, known);
  const key = [...exports, ...flags].join(" ");
  const library = known.get(key) ?? compiled(translation, exports, flags);
  known.set(key, library);
  return library;
}

function compiled(translation: Translation, exports: string[], flags: string[]): string {
  const refused = [...translation.errors, ...translation.refusals.map(({ line, what }) => `${line}: ${what}`)];
  if (refused.length) throw new Error(refused.join("\n"));
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-native-"));
  folders.push(folder);
  write(translation, exports, folder);
  return build(folder, [
    "-DCHECKED",
    "-fsanitize=undefined",
    "-fno-sanitize=null,alignment,unreachable,return",
    ...flags,
  ]);
}

/** The same text as a module of JavaScript, which imports from `modules`: what it exports. */
export function runAsJavaScript(
  text: string,
  modules: (path: string) => object = () => ({ free: () => {} }),
): { [name: string]: (...args: number[]) => number } {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports = {};
  new Function("exports", "require", outputText)(exports, modules);
  return exports;
}
