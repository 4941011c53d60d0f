/**
 * The machine code that is checked in: cores/ has one file for each chip, profile and kind of processor, and a manifest that
 * says of which sources each was made. So nobody needs an ARM compiler who has not changed anything; whoever has changes the
 * files by `npm run cores`.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest } from "./digest";
import { NATIVE_FILES } from "./files";

const { ROOT } = require("../root") as { ROOT: string };
const { SHIPPED, nativeConstants } = require("../profile") as {
  SHIPPED: string[];
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};
const { coreLayout } = require("../core_file") as { coreLayout: (profile: string) => number };
const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };
const { devDependencies } = require("../../package.json") as { devDependencies: { [name: string]: string } };

export const GCC = "arm-none-eabi-gcc";

/** Kinds of processors, and what the compiler calls the least of each: every Cortex-M, Cortex-M4 and up. */
export const THUMBS: { [kind: string]: string } = { thumb1: "cortex-m0plus", thumb2: "cortex-m4" };

/** Tools that have no part in machine code for boards. */
const OTHERS = ["check.ts", "cores.ts", "digest.ts", "ffi.ts", "host.ts", "runtime/faults.h", "runtime/host.c"];

export interface Blob {
  chip: string;
  profile: string;
  thumb: string;
}

interface Manifest {
  /** what it says of its version */
  compiler: string;
  /** by the file's name */
  cores: { [name: string]: { sources: string; bytes: number; sha256: string } };
}

export function blobs(): Blob[] {
  return CHIP_NAMES.flatMap((chip) =>
    SHIPPED.flatMap((profile) => Object.keys(THUMBS).map((thumb) => ({ chip, profile, thumb }))),
  );
}

export function nameOf({ chip, profile, thumb }: Blob): string {
  return `${chip}-${profile}.${thumb}`;
}

/** What the compiler says of its version; undefined when there is none. */
export function thumbCompiler(): string | undefined {
  const { status, stdout } = spawnSync(GCC, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0] : undefined;
}

export function hasThumbCompiler(): boolean {
  return thumbCompiler() !== undefined;
}

/** Of which sources and tools a blob would be made today, as one number. */
export function sourcesOf(one: Blob): string {
  const flags = [nameOf(one), String(coreLayout(one.profile)), devDependencies["typescript"]];
  return digest({ files: NATIVE_FILES, constants: nativeConstants(one.profile) }, flags, OTHERS);
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

/** Where in dist/native/ a blob is kept that this machine's compiler has made. */
export function keptAs(one: Blob): string {
  return createHash("sha256")
    .update(`${sourcesOf(one)} ${thumbCompiler()}`)
    .digest("hex")
    .slice(0, 16);
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
  return (require("./board") as { cachedBlob(one: Blob): Buffer }).cachedBlob(one);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
