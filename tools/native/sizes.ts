/**
 * What the native files cost on a board: bytes of Thumb code and constants by file, and of memory by structure, for each
 * profile. Debian's gcc-arm-none-eabi does it; without it only memory is told.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GCC, hasThumbCompiler } from "./cores";
import { type Translation, translate } from "./emit";
import { NATIVE_FILES } from "./files";
import { write } from "./host";
import { amounts } from "./pools";

const { nativeConstants } = require("../profile") as {
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};

/** Thumb-2 for a Cortex-M4; Thumb-1, which every Cortex-M runs. */
export const TARGETS: { [name: string]: string } = { "Thumb-2": "cortex-m4", "Thumb-1": "cortex-m0plus" };

/** Position independent, all state by r9, no tables of jumps, which Thumb-1 leaves to functions of gcc's own. */
export const FLAGS = (
  "-std=gnu11 -mthumb -Os -ffreestanding -fpie -ffixed-r9 -fno-jump-tables -fms-extensions -fno-strict-aliasing " +
  "-fwrapv -fno-builtin -fno-tree-loop-distribute-patterns -fno-unwind-tables -fno-asynchronous-unwind-tables -w -g1 -c " +
  "-fno-move-loop-invariants -fno-if-conversion -fno-if-conversion2 -fno-schedule-insns2 -fno-caller-saves -fno-tree-tail-merge"
).split(" ");

/** Each chip's core: its root (firmware/core) by the folder of its driver. */
export const CHIPS: { [driver: string]: string } = { enc28j60: "enc28j60", "w5500-raw": "w5500_raw" };

/** Of the native files those of a core with one driver. */
export function filesOf(driver: string, files: readonly string[] = NATIVE_FILES): string[] {
  const others = Object.entries(CHIPS).filter(([other]) => other !== driver);
  return files.filter(
    (file) => !others.some(([other, root]) => file.includes(`/${other}/`) || file.endsWith(`/core/${root}.ts`)),
  );
}

/** What a board enters it by; all else is there only if that needs it. */
function roots({ modules }: Translation): string[] {
  const functions = modules.flatMap((module) => module.functions).filter(({ text }) => text);
  return functions.map(({ name }) => name).filter((name) => /_(entry|told)$/.test(name) && name !== "core_entry");
}

/** Compiles for a processor, in a folder; answers the object file. */
export function compileThumb(translation: Translation, cpu: string, folder: string): string {
  write(translation, roots(translation), folder);
  const object = join(folder, "core.o");
  run(GCC, [...FLAGS, `-mcpu=${cpu}`, "-DEXPORT=", "-o", object, "core.c"], folder);
  return object;
}

/** Bytes by file of the source; "" is what belongs to none. */
export function thumbSizes(translation: Translation, cpu: string): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-sizes-"));
  try {
    const object = compileThumb(translation, cpu, folder);
    return bySource(run("arm-none-eabi-nm", ["-S", "-l", object], folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** nm's lines: address, size, kind, name, and where that is declared. */
function bySource(listing: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const line of listing.split("\n")) {
    const [, size, where] = /^\w+ (\w+) [tTrR] \S+(?:\t(.*):\d+)?$/.exec(line) ?? [];
    if (!size) continue;
    const path = (where ?? "").replace(/^.*?(firmware\/)/, "$1");
    const file = path.startsWith("firmware/") ? path : "";
    sizes.set(file, (sizes.get(file) ?? 0) + Number.parseInt(size, 16));
  }
  return sizes;
}

/** Bytes of memory on a board, by structure, as the compiler for it lays them out. */
function memorySizes(translation: Translation, cpu: string): [what: string, bytes: number][] {
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-sizes-"));
  try {
    write(translation, [], folder);
    const { cx } = translation;
    const pools = [...cx.allocated].filter(({ name }) => name in cx.amounts.pools);
    const parts = [
      ...pools.map(({ name, cname }) => ({ what: `${cx.amounts.pools[name]} ${name}`, c: `sizeof g->all_${cname}` })),
      { what: "arena", c: "sizeof g->arena" },
      { what: "clusters", c: "sizeof g->all_clusters" },
      { what: "all", c: "sizeof *g" },
    ];
    const object = join(folder, "core.o");
    const text = parts.map(({ c }, i) => `const char part_${i}[${c}];`).join("\n");
    writeFileSync(join(folder, "parts.c"), `#include "core.c"\n${text}\n`);
    run(GCC, [...FLAGS, `-mcpu=${cpu}`, "-DEXPORT=", "-o", object, "parts.c"], folder);
    const listing = run("arm-none-eabi-nm", ["-S", object], folder);
    return parts.map(({ what }, i) => [
      what,
      Number.parseInt(new RegExp(`^\\w+ (\\w+) \\w part_${i}$`, "m").exec(listing)?.[1] ?? "0", 16),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints all of it; `files` are those of files.ts unless a caller wants to know of others. */
export function printSizes(files: readonly string[] = NATIVE_FILES): void {
  if (!hasThumbCompiler()) {
    console.log(`no ${GCC}: sizes of machine code are skipped (Debian: gcc-arm-none-eabi)`);
    return;
  }
  for (const profile of ["full", "small", "udp"])
    for (const driver of Object.keys(CHIPS)) printProfile(profile, driver, filesOf(driver, files));
}

function printProfile(profile: string, driver: string, files: readonly string[]): void {
  const translation = translate({ files, constants: nativeConstants(profile) }, amounts);
  const functions = translation.modules.flatMap((module) => module.functions);
  const missing = functions.filter(({ text }) => !text).length;
  const columns = Object.values(TARGETS).map((cpu) => thumbSizes(translation, cpu));
  console.log(
    `\nnative, ${profile}, ${driver}: ${Object.keys(TARGETS).join(", ")}${missing ? ` (without ${missing} of ${functions.length} functions, which are not in the subset)` : ""}`,
  );
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort();
  for (const name of names)
    print(
      columns.map((column) => column.get(name) ?? 0),
      name || "the rest: runtime, boot",
    );
  print(
    columns.map((column) => [...column.values()].reduce((a, b) => a + b, 0)),
    "all",
  );
  console.log("memory:");
  for (const [what, bytes] of memorySizes(translation, "cortex-m0plus")) print([bytes], what);
}

function print(sizes: number[], what: string): void {
  console.log(`${sizes.map((size) => String(size).padStart(7)).join("")}  ${what}`);
}
