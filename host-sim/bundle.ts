/**
 * A machine's firmware: what a bundle is by its path or its text, and which kind of core there is for it.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** The file of a shell of machine code, dist/enc28j60-small.shell.tok.js. */
const SHELL = /\.shell\.(tok|min)\.js$/;

export type CoreKind = "thumb" | "native" | "javascript";

interface Firmware {
  bundle: string;
  /** its name, when it is one of the table's */
  chip: string | object;
  core?: CoreKind;
}

/** What the stack of a machine is. */
export function coreOf({ bundle, chip, core = coreFor(bundle) }: Firmware): CoreKind {
  const compiled = core === "thumb" || core === "native"; // what else CORE says is not meant for the simulator
  return compiled && typeof chip === "string" && isOurs(bundle, chip) ? core : "javascript";
}

function coreFor(bundle: string) {
  return SHELL.test(bundle) ? "thumb" : (process.env.CORE as CoreKind | undefined);
}

/** A bundle of the build's, by its name: of a firmware that somebody brings along there is no machine code. */
function isOurs(bundle: string, chip: string): boolean {
  return isRouter(bundle) || (!isProgram(bundle) && basename(bundle).startsWith(chip));
}

/** The bundle that has the drivers of all chips (firmware/boot-router.ts). */
const ROUTER = "router";

function isRouter(bundle: string): boolean {
  return !isProgram(bundle) && basename(bundle, ".js") === ROUTER;
}

/** The name that a bundle has in the Storage. */
export function firmwareOf(bundle: string, chip: string): string {
  return isRouter(bundle) ? ROUTER : chip;
}

/** A text with a bracket or a semicolon in it is a program, anything else the path of one. */
function isProgram(bundle: string): boolean {
  return /[;({]/.test(bundle) && !existsSync(bundle);
}

/** The text of a bundle: a path, or that itself. */
export function bundleText(bundle: string): string {
  if (isProgram(bundle)) return bundle;
  if (existsSync(bundle)) return readFileSync(bundle, "latin1");
  throw new Error(`Cannot find the bundle ${bundle}; "npm run build" makes it`);
}
