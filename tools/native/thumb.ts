/**
 * The core as Thumb code: which files of TypeScript a chip's core is made of, and Debian's gcc-arm-none-eabi, which makes an object
 * of them and of runtime/board.c. board.ts makes blobs of these, sizes.ts measures them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Translation } from "./emit";
import { NATIVE_FILES } from "./files";
import { GCC, run, THUMBS } from "./gcc";
import { translated, write } from "./host";
import type { Sources } from "./program";

const { nativeConstants } = require("../profile") as {
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};
const { LONGEST_TEXT } = require("../pack") as { LONGEST_TEXT: number };
const { coreLayout } = require("../core_file") as { coreLayout: (profile: string) => number };
const { CHIP_NAMES, CORES, rootOf } = require("../chips") as {
  CHIP_NAMES: string[];
  CORES: { [name: string]: string[] };
  rootOf: (core: string) => string;
};

/**
 * Position independent, all state by r7 (which short instructions reach), nothing to be called from elsewhere, no tables of jumps,
 * which Thumb-1 leaves to functions of gcc's own. Each option behind -g1 makes the code smaller, as was measured; others may too.
 */
const FLAGS = (
  "-std=gnu11 -mthumb -Os -ffreestanding -fpie -ffixed-r7 -fno-jump-tables -fms-extensions -fno-strict-aliasing -fwrapv " +
  "-fno-builtin -fno-tree-loop-distribute-patterns -fno-unwind-tables -fno-asynchronous-unwind-tables -fwhole-program -w -c -g1 " +
  "-fno-move-loop-invariants -fno-if-conversion -fno-schedule-insns2 -fno-tree-tail-merge -fno-expensive-optimizations " +
  "-fno-tree-loop-optimize -fno-section-anchors -ffinite-loops -fno-tree-loop-im -fno-ipa-modref -mbranch-cost=3 " +
  "--param=uninlined-function-insns=0 --param=ipa-sra-max-replacements=0"
).split(" ");
/** What makes it smaller for a Cortex-M4 alone. */
const THUMB2_FLAGS =
  "-fno-guess-branch-probability -fno-optimize-sibling-calls -fno-caller-saves -fira-region=mixed".split(" ");

/** Runs `use` in a folder that is gone afterwards. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-thumb-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a core (chips.js: CORES) is made of: without the drivers of other chips, and other roots. */
export function coreSources(core: string, profile: string): Sources {
  const chips = CORES[core];
  const drivers = CHIP_NAMES.filter((chip) => !chips.includes(chip));
  const roots = Object.keys(CORES).filter((other) => other !== core && !chips.includes(other));
  const isAnothers = (file: string) =>
    drivers.some((chip) => file.includes(`/drivers/${chip}/`)) ||
    roots.some((other) => file === `firmware/core/${rootOf(other)}.ts`);
  return { files: NATIVE_FILES.filter((file) => !isAnothers(file)), constants: nativeConstants(profile) };
}

/** The functions that board.c calls. */
function rootsOf(core: string): string[] {
  const root = rootOf(core);
  return [`${root}_entry`, `${root}_told`];
}

const translations = new Map<string, Translation>();

/** Its translation. Throws what is wrong in the sources. */
export function translationOf(chip: string, profile: string): Translation {
  const key = `${chip} ${profile}`;
  const translation = translations.get(key) ?? translated(coreSources(chip, profile), rootsOf(chip));
  translations.set(key, translation);
  return translation;
}

/** Compiles it in a folder, with the runtime, for a processor: `source`, or board.c. Answers the object's name. */
export function compile(chip: string, profile: string, cpu: string, folder: string, source = "board.c"): string {
  write(translationOf(chip, profile), rootsOf(chip), folder, "board");
  run(GCC, [...gccFlags(chip, profile, cpu), "-o", "board.o", source], folder);
  return "board.o";
}

/** What gcc is told. */
export function gccFlags(chip: string, profile: string, cpu: string): string[] {
  const flags = cpu === THUMBS["thumb2"] ? [...FLAGS, ...THUMB2_FLAGS] : FLAGS;
  const numbers = [`-DLAYOUT=${coreLayout(profile)}u`, `-DLONGEST_TEXT=${LONGEST_TEXT}`];
  return [...flags, `-mcpu=${cpu}`, `-DROOT=${rootOf(chip)}`, ...numbers];
}
