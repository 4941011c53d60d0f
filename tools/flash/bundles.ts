/**
 * The bundles that there are of each chip, the most complete one first, and what programs need of them. The one place to add
 * a bundle to.
 */

/** What a bundle may have or lack. */
export type Feature = "TCP" | "groups" | "raw sockets";

export interface Variety {
  /** of the file in dist/, behind the chip's name */
  suffix: string;
  features: readonly Feature[];
  /** in words */
  title: string;
}

const { IS_PACKAGE } = require("../root") as { IS_PACKAGE: boolean };
const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };

/** The chips, by the names of their modules. */
export const CHIPS = CHIP_NAMES;

export const VARIETIES: readonly Variety[] = [
  { suffix: "", features: ["TCP", "groups", "raw sockets"], title: "all there is" },
  { suffix: "-small", features: ["TCP"], title: "TCP without its options, DHCP; no DNS, no groups" },
  { suffix: "-udp", features: [], title: "no TCP: DHCP, DNS, dgram" },
];

/** What is needed by who requires a module. */
export const NEEDS: Readonly<Record<string, Feature>> = {
  net: "TCP",
  http: "TCP",
  tls: "TCP",
  telnet: "TCP",
  update: "TCP",
  mdns: "groups",
  traceroute: "raw sockets",
};

/** What a bundle, "enc28j60-udp", has not of what is needed by these modules, and which of them; undefined: nothing. */
export function lackOf(
  bundle: string,
  chip: string,
  modules: string[],
): { feature: Feature; names: string } | undefined {
  const variety = VARIETIES.find(({ suffix }) => bundle === chip + suffix);
  const lacking = modules.filter((name) => Object.hasOwn(NEEDS, name) && !variety?.features.includes(NEEDS[name]));
  if (!variety || !lacking.length) return undefined;
  const feature = NEEDS[lacking[0]];
  return { feature, names: lacking.filter((name) => NEEDS[name] === feature).join(", ") };
}

type Build = (files: string[], tell: (files: string[]) => void) => Promise<string[]>;

/** Makes sure that these are in dist/, as their sources are; in the package, which has none, they are. */
export async function built(names: string[], tell: (line: string) => void): Promise<void> {
  if (IS_PACKAGE) return;
  const { build } = require("../build") as { build: Build };
  const files = names.map((name) => `dist/${name}.tok.js`);
  await build(files, (made) => tell(`building ${made.join(" ")}, which takes some seconds ...`));
}
