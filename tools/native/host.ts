/**
 * The compiled core on this machine: C by gcc or clang, into a shared library that koffi calls.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emit, type Translation } from "./emit";

const RUNTIME = join(__dirname, "runtime");

/** The C compiler of this machine; undefined when there is none. */
export function hostCompiler(): string | undefined {
  return ["gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
}

/** Writes the C of a translation, and what it stands on, into a folder. */
export function write(translation: Translation, exports: string[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of emit(translation, exports)) writeFileSync(join(folder, name), text);
  cpSync(RUNTIME, folder, { recursive: true });
}

const FLAGS =
  "-std=gnu11 -O1 -g -shared -fPIC -fms-extensions -fno-strict-aliasing -fno-builtin -fvisibility=hidden".split(" ");
const WARNINGS =
  "-Wall -Wextra -Werror -Wno-unused -Wno-type-limits -Wno-int-in-bool-context -Wno-tautological-compare -Wno-implicit-fallthrough -Wno-unknown-warning-option -Wno-microsoft-anon-tag".split(
    " ",
  );

/** Compiles a folder that `write` has filled; answers the path of the library. Throws what the compiler says. */
export function build(folder: string, more: string[] = []): string {
  const library = join(folder, "core.so");
  const args = [...FLAGS, ...WARNINGS, ...more, "-o", library, "host.c"];
  const { status, stderr } = spawnSync(hostCompiler()!, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return library;
}
