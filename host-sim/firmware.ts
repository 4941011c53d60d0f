/**
 * The firmware that a simulation runs, built if it is not as its sources are: for quickness the sources as they stand
 * (tools/quick_bundle.js), or on demand a bundle of dist/, as it is shipped (tools/build.js).
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(__dirname, "..");

/** Paths of the bundles. */
export interface Firmware {
  board: string;
  /** The machine behind the `user` link has one with all system calls. */
  gateway: string;
  /** The module `netstat` for the board's Storage. */
  netstat: string;
}

type Build = (files: string[], tell: (files: string[]) => void) => Promise<string[]>;

/** Whether the path is one of a bundle that can be built. */
export function isOfDist(path: string): boolean {
  return /^dist\/[\w.-]+\.js$/.test(fromRoot(path));
}

/** `tell` is told what takes time. Rejects with the compiler's error. */
export async function firmware(
  chip: string,
  bundle: string | undefined,
  tell: (line: string) => void,
): Promise<Firmware> {
  const { quickBundles } = await import("../tools/quick_bundle.js" as string);
  const [gateway, netstat] = await (quickBundles as (names: string[]) => Promise<string[]>)([chip, "netstat"]);
  if (bundle !== undefined) await shipped(bundle, tell);
  return { board: bundle ?? gateway, gateway, netstat };
}

async function shipped(path: string, tell: (line: string) => void): Promise<void> {
  if (!isOfDist(path)) return;
  const { build } = (await import("../tools/build.js" as string)) as { build: Build };
  await build([fromRoot(path)], (files) => tell(`building ${files.join(" ")}, which takes some seconds ...`));
  if (!existsSync(path)) throw new Error(`${path} was not built`);
}

function fromRoot(path: string): string {
  return relative(ROOT, path).replaceAll("\\", "/");
}
