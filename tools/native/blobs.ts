/**
 * The machine code that there is for boards: one blob for each chip, profile and kind of processor, and of what each is made.
 */
import { createHash } from "node:crypto";
import { digest } from "./digest";
import { NATIVE_FILES } from "./files";
import { THUMBS, thumbCompiler } from "./gcc";

const { SHIPPED, nativeConstants } = require("../profile") as {
  SHIPPED: string[];
  nativeConstants: (profile: string) => { [name: string]: number | boolean };
};
const { coreLayout } = require("../core_file") as { coreLayout: (profile: string) => number };
const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };
const { devDependencies } = require("../../package.json") as { devDependencies: { [name: string]: string } };

/** Tools that have no part in machine code for boards. */
const OTHERS = [
  "check.ts",
  "cores.ts",
  "digest.ts",
  "ffi.ts",
  "host.ts",
  "outline.ts",
  "runtime/faults.h",
  "runtime/host.c",
];

export interface Blob {
  chip: string;
  profile: string;
  thumb: string;
}

export function blobs(): Blob[] {
  return CHIP_NAMES.flatMap((chip) =>
    SHIPPED.flatMap((profile) => Object.keys(THUMBS).map((thumb) => ({ chip, profile, thumb }))),
  );
}

export function nameOf({ chip, profile, thumb }: Blob): string {
  return `${chip}-${profile}.${thumb}`;
}

/** Of which sources and tools a blob would be made today, as one number. */
export function sourcesOf(one: Blob): string {
  const flags = [nameOf(one), String(coreLayout(one.profile)), devDependencies["typescript"]];
  return digest({ files: NATIVE_FILES, constants: nativeConstants(one.profile) }, flags, OTHERS);
}

/** Where in dist/native/ a blob is kept that this machine's compiler has made. */
export function keptAs(one: Blob): string {
  return createHash("sha256")
    .update(`${sourcesOf(one)} ${thumbCompiler()}`)
    .digest("hex")
    .slice(0, 16);
}
