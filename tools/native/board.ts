/**
 * Makes machine code for boards: one blob for each chip, profile and kind of processor, dist/CHIP-PROFILE.thumb1.bin (every
 * Cortex-M) and .thumb2.bin (Cortex-M4 and up). Debian's gcc-arm-none-eabi makes it; without that they are those that are
 * checked in (cores.ts), if they are of today's sources.
 *
 *     npm run build:native [-- enc28j60-full.thumb1 ...]
 *     npm run cores         # makes all of them anew, and keeps them in cores/, to be checked in
 *
 * That it may lie anywhere is proved: it is linked for two addresses, and comes out the same.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Blob, blobs, Cores, coreBytes, GCC, keptAs, nameOf, THUMBS, thumbCompiler } from "./cores";
import { once } from "./host";
import { ROOT } from "./program";
import { compile, inFolder, run } from "./thumb";

/** Where the two links put it. */
const BASES = [0, 0x10040100];

/** The bytes of a blob. Throws what the compiler says. */
export function blob(one: Blob): Buffer {
  return inFolder((folder) => {
    compile(one.chip, one.profile, THUMBS[one.thumb], folder);
    const made = BASES.map((base) => linked(folder, THUMBS[one.thumb], base));
    if (!made[0].equals(made[1])) throw new Error(`${nameOf(one)} is not position independent`);
    return made[0];
  });
}

/** The same, made when sources, tools or compiler have changed since (dist/native/). */
export function cachedBlob(one: Blob): Buffer {
  const folder = once(keptAs(one), (part) => {
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, "blob.bin"), blob(one));
  });
  return readFileSync(join(folder, "blob.bin"));
}

function linked(folder: string, cpu: string, base: number): Buffer {
  const link = ["-mthumb", `-mcpu=${cpu}`, "-nostdlib", "-Wl,-T,blob.ld", `-Wl,--defsym=BASE=${base}`];
  run(GCC, [...link, "-Wl,-e,board_entry", "-o", "board.elf", "board.o"], folder);
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

/** Makes those in dist/ that are chosen. */
export function build(chosen: (one: Blob) => boolean): void {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  for (const one of blobs().filter(chosen)) {
    const bytes = coreBytes(one);
    writeFileSync(join(ROOT, `dist/${nameOf(one)}.bin`), bytes);
    console.log(`${bytes.length} bytes, ${bytes.readUInt32LE(8)} of memory: ${nameOf(one)}`);
  }
}

function main(args: string[]): void {
  const keeps = args.includes("--keep");
  const names = args.filter((arg) => arg !== "--keep");
  const unknown = names.find((name) => !blobs().some((one) => nameOf(one) === name));
  if (unknown) throw new Error(`There is no ${unknown}, only ${blobs().map(nameOf).join(", ")}`);
  if (keeps) keep();
  build((one) => !names.length || names.includes(nameOf(one)));
}

/** Makes all of them, and keeps them. */
function keep(): void {
  const compiler = thumbCompiler();
  if (!compiler) throw new Error(`There is no ${GCC} (Debian: gcc-arm-none-eabi)`);
  new Cores().keep(
    blobs().map((one) => [one, cachedBlob(one)] as const),
    compiler,
  );
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
