/**
 * Makes a blob: compiled, and linked. That it may lie anywhere is proved: it is linked for two addresses, and comes out the same.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Blob, keptAs, nameOf } from "./blobs";
import { GCC, run, THUMBS } from "./gcc";
import { once } from "./host";
import { compile, inFolder } from "./thumb";

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
