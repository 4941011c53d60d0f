/**
 * The machine code that is checked in: cores/ has one file for each chip, profile and kind of processor, and a manifest that
 * says of which sources each was made. So nobody needs an ARM compiler who has not changed anything; whoever has changes the
 * files by `npm run cores`.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Blob, keptAs, nameOf, sourcesOf } from "./blobs";
import { GCC, thumbCompiler } from "./gcc";

const { ROOT } = require("../root") as { ROOT: string };

interface Manifest {
  /** what it says of its version */
  compiler: string;
  /** by the file's name */
  cores: { [name: string]: { sources: string; bytes: number; sha256: string } };
}

/** The folder of those that are checked in. */
export class Cores {
  private readonly manifest: Manifest;

  constructor(private readonly folder = join(ROOT, "cores")) {
    const path = join(folder, "manifest.json");
    this.manifest = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { compiler: "", cores: {} };
  }

  /** What made them. */
  get compiler(): string {
    return this.manifest.compiler;
  }

  get names(): string[] {
    return Object.keys(this.manifest.cores);
  }

  /** Why a blob that is here cannot be taken; "" when it can. */
  fault(one: Blob): string {
    const name = nameOf(one);
    const known = this.manifest.cores[name];
    if (!known || !existsSync(this.path(name))) return `cores/ has no ${name}`;
    if (known.sources !== sourcesOf(one)) return `cores/${name}.bin was made of other sources than are here`;
    return sha256(readFileSync(this.path(name))) === known.sha256 ? "" : `cores/${name}.bin is damaged`;
  }

  /** The bytes of a blob of which `fault` finds none. */
  read(one: Blob): Buffer {
    return readFileSync(this.path(nameOf(one)));
  }

  /** Keeps these, by name, and no others. */
  keep(all: readonly (readonly [Blob, Buffer])[], compiler: string): void {
    mkdirSync(this.folder, { recursive: true });
    this.manifest.compiler = compiler;
    this.manifest.cores = {};
    for (const [one, bytes] of all) {
      writeFileSync(this.path(nameOf(one)), bytes);
      const known = { sources: sourcesOf(one), bytes: bytes.length, sha256: sha256(bytes) };
      this.manifest.cores[nameOf(one)] = known;
    }
    writeFileSync(join(this.folder, "manifest.json"), `${JSON.stringify(this.manifest, null, 2)}\n`);
  }

  private path(name: string): string {
    return join(this.folder, `${name}.bin`);
  }
}

/** Why there can be no machine code of today's sources here, in words for the user; "" when there can. */
export function whyNoCore(one: Blob, cores = new Cores(), compiler = thumbCompiler()): string {
  const fault = cores.fault(one);
  if (!fault || compiler) return "";
  return `${fault}, and there is no ${GCC} to make it (Debian: gcc-arm-none-eabi)`;
}

/** Is it there, so that nothing has to be compiled? */
export function isMade(one: Blob, cores = new Cores()): boolean {
  return !cores.fault(one) || existsSync(join(ROOT, "dist/native", keptAs(one)));
}

/** Machine code of today's sources: checked in, or made here. Throws an Error that says why there is none. */
export function coreBytes(one: Blob, cores = new Cores()): Buffer {
  if (!cores.fault(one)) return cores.read(one);
  const why = whyNoCore(one, cores);
  if (why) throw new Error(why);
  return (require("./blob") as { cachedBlob(one: Blob): Buffer }).cachedBlob(one);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
