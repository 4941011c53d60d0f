/**
 * The compiled core on this machine: C by gcc or clang, into a shared library that koffi calls.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest } from "./digest";
import { emit, type Translation, translate, type Where } from "./emit";
import { type Description, ffi } from "./ffi";
import { amounts } from "./pools";
import { ROOT, type Sources } from "./program";

const RUNTIME = join(__dirname, "runtime");
const CACHE = join(ROOT, "dist/native");

/** The C compiler of this machine; undefined when there is none. */
export function hostCompiler(): string | undefined {
  return ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
}

/** Writes the C of a translation, and what it stands on, into a folder. */
export function write(translation: Translation, exports: string[], folder: string, where: Where = "host"): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of emit(translation, exports, where)) writeFileSync(join(folder, name), text);
  cpSync(RUNTIME, folder, { recursive: true });
}

const FLAGS =
  "-std=gnu11 -O1 -g -shared -fPIC -fms-extensions -fno-strict-aliasing -fno-builtin -fvisibility=hidden".split(" ");
const WARNINGS =
  "-Wall -Wextra -Werror -Wno-unused -Wno-type-limits -Wno-int-in-bool-context -Wno-tautological-compare -Wno-implicit-fallthrough -Wno-unknown-warning-option -Wno-microsoft-anon-tag".split(
    " ",
  );

/** The core with everything to be seen of it, made of sources, tools, constants and flags. */
export function cached(sources: Sources, flags: string[] = []): { library: string; description: Description } {
  return described(once(digest(sources, ["-DFFI", ...flags]), (part) => make(sources, [], flags, part)));
}

/** The core of `cachedEntries`, with everything to be seen that there is in it: its memory is laid out as that one's. */
export function cachedSight(sources: Sources, exports: string[]): { library: string; description: Description } {
  return described(once(digest(sources, ["-DFFI", ...exports]), (part) => make(sources, exports, [], part)));
}

function described(folder: string): { library: string; description: Description } {
  const description = JSON.parse(readFileSync(join(folder, "ffi.json"), "utf8")) as Description;
  return { library: join(folder, "core.so"), description };
}

/** The core with these functions of it to be called, as native_<name>: the library. */
export function cachedEntries(sources: Sources, exports: string[]): string {
  const folder = once(digest(sources, exports), (part) => {
    write(translated(sources), exports, part);
    build(part);
  });
  return join(folder, "core.so");
}

/** A folder of dist/native/ that is filled for whoever asks first. */
export function once(key: string, fill: (folder: string) => void): string {
  const folder = join(CACHE, key);
  if (existsSync(folder)) return folder;
  const part = `${folder}.${process.pid}`;
  fill(part);
  try {
    renameSync(part, folder);
  } catch {
    rmSync(part, { recursive: true }); // somebody else was quicker
  }
  return folder;
}

/** Throws what is wrong in the sources. */
export function translated(sources: Sources, roots: string[] = []): Translation {
  const translation = translate(sources, amounts, roots);
  const { errors, refusals } = translation;
  const wrong = [...errors, ...refusals.map(({ file, line, what }) => `${file}:${line}: ${what}`)];
  if (wrong.length) throw new Error(wrong.join("\n"));
  return translation;
}

function make(sources: Sources, exports: string[], flags: string[], folder: string): void {
  const translation = translated(sources);
  write(translation, exports, folder);
  const { text, description } = ffi(translation, exports);
  writeFileSync(join(folder, "ffi.h"), text);
  writeFileSync(join(folder, "ffi.json"), JSON.stringify(description));
  build(folder, ["-DFFI", ...flags]);
}

/** Compiles a folder that `write` has filled; answers the path of the library. Throws what the compiler says. */
export function build(folder: string, more: string[] = []): string {
  const library = join(folder, "core.so");
  const compiler = hostCompiler();
  if (!compiler) throw new Error("the stack as machine code of this machine needs gcc or clang: neither is here");
  const args = [...FLAGS, ...WARNINGS, ...more, "-o", library, "host.c"];
  const { status, stderr } = spawnSync(compiler, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return library;
}
