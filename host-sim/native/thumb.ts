/**
 * A board with its stack as it is shipped: the blob of machine code for every Cortex-M and the shell around it, both in the Storage.
 * The blob is checked in, or made by Debian's gcc-arm-none-eabi.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { machineCode } from "../../tools/flash/bundles";
import { profileOf, shellText } from "./shell";

const { coreFile } = require("../../tools/core_file") as { coreFile: (chip: string) => string };

const ROOT = join(__dirname, "../..");

/** What lies in the Storage: the machine code's file, and the module, in the profile that the path of a bundle tells. */
export function thumbFiles(chip: string, bundle: string): { core: [name: string, content: string]; module: string } {
  const profile = profileOf(bundle);
  const content = machineCode(chip, profile, "thumb1").toString("latin1");
  return { core: [coreFile(chip), content], module: moduleText(chip, profile, bundle) };
}

/** As it is shipped, where the bundle is; else the sources as they stand. */
function moduleText(chip: string, profile: string, bundle: string): string {
  const shipped = join(ROOT, `dist/${chip}-${profile}.shell.${bundle.endsWith(".tok.js") ? "tok" : "min"}.js`);
  if (!/\.(tok|min)\.js$/.test(bundle)) return shellText(chip, profile, "board");
  if (existsSync(shipped)) return readFileSync(shipped, "latin1");
  throw new Error(`Cannot find the bundle ${shipped}; "npm run build" makes it`);
}
