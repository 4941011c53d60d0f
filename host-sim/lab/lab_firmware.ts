/**
 * The lab's bundles: of the sources as they stand, or in the package what was made of them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { OptionError } from "../options";

const { IS_PACKAGE, ROOT } = require("../../tools/root") as { IS_PACKAGE: boolean; ROOT: string };

/** What a board of the lab is made of: the shipped stack, or with routes and fragments too (tools/profile.js). */
export type LabProfile = "full" | "router";

/** Path of the bundle of a chip in which packets can be followed (tools/lab_taps.js). */
export async function labBundle(chip: string, profile: LabProfile = "full"): Promise<string> {
  const name = profile === "full" ? chip : `${chip}-${profile}`;
  if (IS_PACKAGE) return join(ROOT, "dist/lab", `${name}.js`);
  const { quickBundles } = (await import("../../tools/quick_bundle.js" as string)) as {
    quickBundles(names: string[]): Promise<string[]>;
  };
  return (await quickBundles([`lab-${name}`]))[0];
}

/** The folder with the page, which is built when it is not as its sources are. */
export async function labPage(tell: (line: string) => void): Promise<string> {
  const folder = join(ROOT, "dist/lab/page");
  if (!IS_PACKAGE) {
    const { buildPage } = (await import("../../tools/lab_page.js" as string)) as {
      buildPage(tell: (line: string) => void): Promise<void>;
    };
    await buildPage(tell);
  }
  if (!existsSync(join(folder, "index.html"))) throw new OptionError(`--lab: ${folder} has no page`);
  return folder;
}
