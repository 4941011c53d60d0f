/**
 * Which chips the tests of whole machines run with: what is quick with all of them, the rest with the ENC28J60; or
 * everything with the one that the environment variable CHIP names.
 *
 *     CHIP=w5500-raw npm test
 */
import { join } from "node:path";
import { chips } from "../../host-sim/chips";

const chosen = process.env.CHIP;
export const CHIP = chosen ?? "enc28j60";
export const CHIPS = chosen ? [chosen] : Object.keys(chips);
if (!Object.hasOwn(chips, CHIP)) throw new Error(`CHIP=${CHIP}: there are ${Object.keys(chips).join(", ")}`);

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

/** The path of a chip's stack in JavaScript with the small profile's memory, which no board gets. */
export async function smallBundle(chip = CHIP): Promise<string> {
  const [path] = await quickBundles([`${chip}-small`]);
  return path;
}

/** The path of the shell that is shipped beside machine code; a simulated board that is given it runs both. */
export function shellFor(chip: string, profile: string): string {
  return join(__dirname, `../../dist/${chip}-${profile}.shell.tok.js`);
}

/** The path of a bundle for `chip`: as it is shipped, readable, or with everything exported. */
export function bundleFor(chip: string, kind: "tok" | "readable" | "test"): string {
  const suffix = kind === "readable" ? "" : `.${kind}`;
  return join(__dirname, `../../dist/${chip}${suffix}.js`);
}
