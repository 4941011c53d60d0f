/**
 * What the native files cost on a board: bytes of Thumb code and constants by file, and of memory by structure, for each
 * chip and profile, as they are in the blobs (board.ts). Debian's gcc-arm-none-eabi does it.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GCC, hasThumbCompiler, THUMBS } from "./cores";
import { compile, inFolder, run, translationOf } from "./thumb";

const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };

/** A chip's core of a profile. */
export interface Core {
  chip: string;
  profile: string;
}

/** Bytes by file of the source; "" is what belongs to none. */
export function thumbSizes({ chip, profile }: Core, cpu: string): Map<string, number> {
  return inFolder((folder) =>
    bySource(run("arm-none-eabi-nm", ["-S", "-l", compile(chip, profile, cpu, folder)], folder)),
  );
}

/** Of these the bytes of what Net/3 is, without drivers, gate and runtime. */
export function stackSize(sizes: Map<string, number>): number {
  return sum([...sizes].map(([file, bytes]) => (file.startsWith("firmware/net/") ? bytes : 0)));
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

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
export function memorySizes({ chip, profile }: Core): [what: string, bytes: number][] {
  const { cx } = translationOf(chip, profile);
  const pools = [...cx.allocated].filter(({ name }) => name in cx.amounts.pools);
  const parts = [
    ...pools.map(({ name, cname }) => ({ what: `${cx.amounts.pools[name]} ${name}`, c: `sizeof g->all_${cname}` })),
    { what: "arena", c: "sizeof g->arena" },
    { what: "clusters", c: "sizeof g->clusters" },
    { what: "all", c: "sizeof(struct board)" },
  ];
  return inFolder((folder) => {
    const text = parts.map(({ c }, i) => `__attribute__((used)) static const char part_${i}[${c}];`).join("\n");
    writeFileSync(join(folder, "parts.c"), `#include "board.c"\n${text}\n`);
    const object = compile(chip, profile, THUMBS["thumb1"], folder, "parts.c");
    const listing = run("arm-none-eabi-nm", ["-S", object], folder);
    return parts.map(({ what }, i) => [
      what,
      Number.parseInt(new RegExp(`^\\w+ (\\w+) \\w part_${i}$`, "m").exec(listing)?.[1] ?? "0", 16),
    ]);
  });
}

/** Prints all of it. */
export function printSizes(): void {
  if (!hasThumbCompiler()) {
    console.log(`no ${GCC}: sizes of machine code are skipped (Debian: gcc-arm-none-eabi)`);
    return;
  }
  for (const profile of ["full", "small", "udp"]) for (const chip of CHIP_NAMES) printCore({ chip, profile });
}

function printCore(core: Core): void {
  const columns = Object.values(THUMBS).map((cpu) => thumbSizes(core, cpu));
  console.log(`\nmachine code, ${core.profile}, ${core.chip}: ${Object.keys(THUMBS).join(", ")}`);
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort();
  for (const name of names)
    print(
      columns.map((column) => column.get(name) ?? 0),
      name || "the rest: runtime, boot",
    );
  print(columns.map(stackSize), "of it the stack: firmware/net");
  print(
    columns.map((column) => sum([...column.values()])),
    "all",
  );
  console.log("memory:");
  for (const [what, bytes] of memorySizes(core)) print([bytes], what);
}

function print(sizes: number[], what: string): void {
  console.log(`${sizes.map((size) => String(size).padStart(7)).join("")}  ${what}`);
}
