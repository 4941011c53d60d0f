/**
 * Which chip the tests of whole machines run with: the ENC28J60, or what the environment variable CHIP names.
 *
 *     CHIP=w5500-raw npm test
 */
import { join } from "node:path";
import { chips } from "../../host-sim/chips";

export const CHIP = process.env.CHIP ?? "enc28j60";
if (!Object.hasOwn(chips, CHIP)) throw new Error(`CHIP=${CHIP}: there are ${Object.keys(chips).join(", ")}`);

/** The path of a bundle for `chip`: as it is shipped, readable, or with everything exported. */
export function bundleFor(chip: string, kind: "min" | "readable" | "test"): string {
  const suffix = kind === "readable" ? "" : `.${kind}`;
  return join(__dirname, `../../dist/${chip}${suffix}.js`);
}
