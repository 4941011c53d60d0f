/**
 * The firmware that a simulation runs, built if it is not as its sources are: for quickness the sources as they stand
 * (tools/quick_bundle.js), or on demand a bundle of dist/, as it is shipped (tools/build.js).
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";

const { IS_PACKAGE, ROOT } = require("../tools/root") as { IS_PACKAGE: boolean; ROOT: string };

/** Paths of the bundles. */
export interface Firmware {
  board: string;
  /** The machine behind the `user` link has one with all system calls. */
  gateway: string;
  /** What is in the board's Storage besides: paths or texts of modules, by name. */
  modules: Record<string, string>;
}

type Build = (files: string[], tell: (files: string[]) => void) => Promise<string[]>;

/** Whether the path is one of a bundle that can be built. */
export function isOfDist(path: string): boolean {
  return /^dist\/[\w.-]+\.js$/.test(fromRoot(path));
}

/** `program`: modules of ours to be built, and texts of others. `tell` is told what takes time. Rejects with the compiler's error. */
export async function firmware(
  chip: string,
  bundle: string | undefined,
  { own, others }: { own: string[]; others: Record<string, string> },
  tell: (line: string) => void,
): Promise<Firmware> {
  const [gateway, ...paths] = await made([chip, ...own]);
  if (bundle !== undefined) await shipped(bundle, tell);
  const modules = { ...others, ...Object.fromEntries(own.map((name, i) => [name, paths[i]])) };
  return { board: bundle ?? gateway, gateway, modules };
}

/** Of the sources, or where there are none, in the package, what was shipped of them. */
async function made(names: string[]): Promise<string[]> {
  if (IS_PACKAGE) return names.map(readable);
  const { quickBundles } = await import("../tools/quick_bundle.js" as string);
  return (quickBundles as (names: string[]) => Promise<string[]>)(names);
}

function readable(name: string): string {
  const path = join(ROOT, "dist", `${name}.js`);
  return existsSync(path) ? path : path.replace(/\.js$/, ".min.js");
}

async function shipped(path: string, tell: (line: string) => void): Promise<void> {
  if (!isOfDist(path) || IS_PACKAGE) return;
  const { build } = (await import("../tools/build.js" as string)) as { build: Build };
  await build([fromRoot(path)], (files) => tell(`building ${files.join(" ")}, which takes some seconds ...`));
  if (!existsSync(path)) throw new Error(`${path} was not built`);
}

function fromRoot(path: string): string {
  return relative(ROOT, path).replaceAll("\\", "/");
}
