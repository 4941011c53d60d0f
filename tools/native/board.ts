/**
 * Makes machine code for boards: one blob for each chip, profile and kind of processor, dist/CHIP-PROFILE.thumb1.bin (every
 * Cortex-M) and .thumb2.bin (Cortex-M4 and up). Debian's gcc-arm-none-eabi makes it; without that they are those that are
 * checked in (cores.ts), if they are of today's sources.
 *
 *     npm run build:native [-- enc28j60-full.thumb1 ...]
 *     npm run cores         # makes all of them anew, and keeps them in cores/, to be checked in
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedBlob } from "./blob";
import { type Blob, blobs, nameOf } from "./blobs";
import { Cores, coreBytes } from "./cores";
import { GCC, thumbCompiler } from "./gcc";
import { ROOT } from "./program";

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
