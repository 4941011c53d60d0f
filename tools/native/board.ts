/**
 * Machine code for boards: one blob for each chip, profile and kind of processor, dist/CHIP-PROFILE.thumb1.bin (every Cortex-M) and
 * .thumb2.bin (Cortex-M4 and others). Debian's gcc-arm-none-eabi makes it.
 *
 *     npm run build:native [-- enc28j60-full.thumb1 ...]
 *
 * That it may lie anywhere is proved: it is linked for two addresses, and comes out the same.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Translation, translate } from "./emit";
import { NATIVE_FILES } from "./files";
import { digest, once, write } from "./host";
import { amounts } from "./pools";
import { ROOT } from "./program";
import { FLAGS, hasThumbCompiler } from "./sizes";

const { PROFILES, nativeConstants } = require("../profile") as {
  PROFILES: { [name: string]: { [name: string]: number | boolean } };
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};
const { coreLayout } = require("../core_file") as { coreLayout: (profile: string) => number };
const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };

const GCC = "arm-none-eabi-gcc";

export const THUMBS: { [kind: string]: string } = { thumb1: "cortex-m0plus", thumb2: "cortex-m4" };

/** Where the two links put it. */
const BASES = [0, 0x10040100];

export interface Blob {
  chip: string;
  profile: string;
  thumb: string;
}

export function blobs(): Blob[] {
  return CHIP_NAMES.flatMap((chip) =>
    Object.keys(PROFILES)
      .filter((profile) => profile !== "test")
      .flatMap((profile) => Object.keys(THUMBS).map((thumb) => ({ chip, profile, thumb }))),
  );
}

export function nameOf({ chip, profile, thumb }: Blob): string {
  return `${chip}-${profile}.${thumb}`;
}

/** The bytes of a blob. Throws what the compiler says. */
export function blob({ chip, profile, thumb }: Blob): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-board-"));
  try {
    const root = chip.replaceAll("-", "_");
    write(translated(profile), [`${root}_entry`, `${root}_told`], folder);
    const defines = [`-DROOT=${root}`, `-DLAYOUT=${coreLayout(profile)}u`];
    const made = BASES.map((base) => linked(folder, [...FLAGS, `-mcpu=${THUMBS[thumb]}`, ...defines], base));
    if (!made[0].equals(made[1])) throw new Error(`${nameOf({ chip, profile, thumb })} is not position independent`);
    return made[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same, made when the sources or tools have changed since (dist/native/). */
export function cachedBlob(one: Blob): Buffer {
  const sources = { files: NATIVE_FILES, constants: nativeConstants(one.profile) };
  const folder = once(digest(sources, [nameOf(one), String(coreLayout(one.profile))]), (part) => {
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, "blob.bin"), blob(one));
  });
  return readFileSync(join(folder, "blob.bin"));
}

const translations = new Map<string, Translation>();

function translated(profile: string): Translation {
  const known =
    translations.get(profile) ?? translate({ files: NATIVE_FILES, constants: nativeConstants(profile) }, amounts);
  const { errors, refusals } = known;
  const wrong = [...errors, ...refusals.map(({ file, line, what }) => `${file}:${line}: ${what}`)];
  if (wrong.length) throw new Error(wrong.join("\n"));
  translations.set(profile, known);
  return known;
}

function linked(folder: string, flags: string[], base: number): Buffer {
  run(GCC, [...flags, "-o", "board.o", "board.c"], folder);
  const cpu = flags.find((flag) => flag.startsWith("-mcpu="))!;
  const link = ["-mthumb", cpu, "-nostdlib", "-Wl,-T,blob.ld", `-Wl,--defsym=BASE=${base}`, "-Wl,-e,board_entry"];
  run(GCC, [...link, "-o", "board.elf", "board.o", "-lgcc"], folder);
  run("arm-none-eabi-objcopy", ["-O", "binary", "-j", ".blob", "board.elf", "board.bin"], folder);
  return whole(readFileSync(join(folder, "board.bin")));
}

/** With its length in the header, and at its end its first word once more: one that was written by half has none there. */
function whole(code: Buffer): Buffer {
  const length = ((code.length + 3) & -4) + 4;
  const bytes = Buffer.alloc(length);
  code.copy(bytes);
  bytes.writeUInt32LE(length, LENGTH_AT);
  bytes.writeUInt32LE(code.readUInt32LE(0), length - 4);
  return bytes;
}

/** Of `length` in the header (runtime/board.c). */
const LENGTH_AT = 16;

function run(command: string, args: string[], cwd: string): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
}

/** Makes those in dist/ that are chosen. */
export function build(chosen: (one: Blob) => boolean): void {
  if (!hasThumbCompiler()) throw new Error(`no ${GCC} (Debian: gcc-arm-none-eabi)`);
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  for (const one of blobs().filter(chosen)) {
    const bytes = cachedBlob(one);
    writeFileSync(join(ROOT, `dist/${nameOf(one)}.bin`), bytes);
    console.log(`${bytes.length} bytes, ${bytes.readUInt32LE(8)} of memory: ${nameOf(one)}`);
  }
}

function main(names: string[]): void {
  build((one) => !names.length || names.includes(nameOf(one)));
}

if (require.main === module) main(process.argv.slice(2));
