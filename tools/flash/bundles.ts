/**
 * What there is of the stack for each chip, the most complete first, and what programs need of it: JavaScript, a bundle, or
 * machine code, a core and the shell that calls it. The one place to add a variety to.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FlashError, type StorageFile } from "./storage";

/** What a bundle may have or lack. */
export type Feature =
  | "TCP"
  | "UDP"
  | "DHCP"
  | "connections out"
  | "eth.net"
  | "counters"
  | "groups"
  | "raw sockets"
  | "packet tap"
  | "files";

export interface Variety {
  /** tools/profile.js */
  profile: string;
  /** of the bundle's name, behind the chip's */
  suffix: string;
  features: readonly Feature[];
  /** in words */
  title: string;
  /** bytes of JavaScript, in tokens, that it has at most (test/build/storage.test.ts); undefined: there is machine code alone */
  most?: number;
  /** bytes of Thumb-2 and its shell, in tokens, that it has at most */
  machine: number;
}

const { IS_PACKAGE, ROOT } = require("../root") as { IS_PACKAGE: boolean; ROOT: string };
const { CHIP_NAMES } = require("../chips") as { CHIP_NAMES: string[] };

/** The chips, by the names of their modules. */
export const CHIPS = CHIP_NAMES;

export const VARIETIES: readonly Variety[] = [
  {
    profile: "full",
    suffix: "",
    features: ["TCP", "UDP", "DHCP", "connections out", "eth.net", "counters", "groups", "raw sockets"],
    title: "all there is",
    most: 87_000,
    machine: 66_200,
  },
  {
    profile: "small",
    suffix: "-small",
    features: ["TCP", "UDP", "DHCP", "connections out", "eth.net", "counters"],
    title: "TCP without its options, DHCP, DNS; no groups",
    machine: 56_200,
  },
  {
    profile: "udp",
    suffix: "-udp",
    features: ["UDP", "DHCP", "eth.net", "counters"],
    title: "no TCP: DHCP, DNS, dgram",
    machine: 42_600,
  },
  {
    profile: "tcp",
    suffix: "-tcp",
    features: ["TCP", "DHCP", "connections out"],
    title: "TCP for net and http alone, DHCP: no DNS, dgram, eth.net, ping, stats",
    machine: 45_200,
  },
  {
    profile: "dgram",
    suffix: "-dgram",
    features: ["UDP", "DHCP"],
    title: "UDP for dgram alone, DHCP, DNS: no TCP, eth.net, ping, stats",
    machine: 37_800,
  },
  {
    profile: "server",
    suffix: "-server",
    features: ["TCP"],
    title:
      "TCP servers for net and http, at an address by hand, setIP({ ip, subnet, gateway }): no DHCP, connections out, DNS, dgram, eth.net, ping, stats",
    machine: 36_864,
  },
];

/** What only builds with the profile router have, in the simulator and for whoever builds one. */
export const ROUTERS: readonly Feature[] = ["packet tap", "files"];

/** What is needed by who requires a module. */
export const NEEDS: Readonly<Record<string, readonly Feature[]>> = {
  net: ["TCP"],
  http: ["TCP"],
  tls: ["TCP"],
  dgram: ["UDP"],
  sntp: ["UDP", "eth.net"],
  dhcpd: ["UDP", "eth.net"],
  tftpd: ["UDP", "eth.net"],
  netstat: ["counters"],
  nettools: ["counters"],
  telnet: ["TCP", "eth.net"],
  update: ["TCP", "eth.net"],
  mdns: ["groups"],
  traceroute: ["raw sockets"],
  tcpdump: ["packet tap"],
  pcap: ["packet tap"],
  vfs: ["files"],
};

/** What a bundle, "enc28j60-udp", or a shell, "enc28j60-udp.shell", has not of what is needed by these modules, and which of them; undefined: nothing. */
export function lackOf(
  bundle: string,
  chip: string,
  modules: string[],
): { feature: Feature; names: string } | undefined {
  const variety = VARIETIES.find((one) => bundle === chip + one.suffix || bundle === shellName(chip, one));
  const needed = (name: string) => (Object.hasOwn(NEEDS, name) ? NEEDS[name] : []);
  const feature = modules.flatMap(needed).find((one) => !variety?.features.includes(one));
  if (!variety || !feature) return undefined;
  return { feature, names: modules.filter((name) => needed(name).includes(feature)).join(", ") };
}

/** The file of a chip's machine code in the Storage (tools/core_file.js). */
export const coreName = (chip: string) => `${chip}.core`;

/** The shell that calls a chip's machine code: its name in dist/. */
export const shellName = (chip: string, { profile }: Variety) => `${chip}-${profile}.shell`;

/**
 * JsVars that the stack as JavaScript and a small program take: 9,700 with the chip connected and an http server, 11,300 while that
 * answers four at a time (npm run figures:espruino).
 */
export const JS_VARIABLES = 12_000;

type Tell = (line: string) => void;
type Build = (files: string[], tell: (files: string[]) => void) => Promise<string[]>;

/** Makes sure that these are in dist/, as their sources are; in the package, which has none, they are. */
export async function built(names: string[], tell: Tell): Promise<void> {
  if (IS_PACKAGE) return;
  const { build } = require("../build") as { build: Build };
  const files = names.map((name) => `dist/${name}.tok.js`);
  await build(files, (made) => tell(`building ${made.join(" ")}, which takes some seconds ...`));
}

/** What is shipped: in the interpreter's tokens where there is that. */
export function bundlePath(name: string): string {
  const tokens = join(ROOT, "dist", `${name}.tok.js`);
  return existsSync(tokens) ? tokens : join(ROOT, "dist", `${name}.min.js`);
}

export function readBundle(name: string): string {
  const path = bundlePath(name);
  if (!existsSync(path)) throw new FlashError(`There is no ${path}`);
  return readFileSync(path, "latin1");
}

/** What is native of tools/native/cores.ts: it is not of the package, which has the files alone. */
interface Cores {
  coreBytes(one: object): Buffer;
  isMade(one: object): boolean;
}

/** A chip's machine code and its shell, as they go into the Storage: they are of one version, or this throws. */
export function nativeStack(chip: string, variety: Variety, thumb: string, tell: Tell): StorageFile[] {
  const core = machineCode(chip, variety.profile, thumb, tell);
  const shell = readBundle(shellName(chip, variety));
  const text = readFileSync(join(ROOT, "dist", `${shellName(chip, variety)}.min.js`), "latin1"); // the same, unpacked
  if (!text.includes(String(core.readInt32LE(LAYOUT_AT))))
    throw new FlashError(`${chip}-${variety.profile}: machine code and shell are of different versions`);
  return [
    { name: coreName(chip), content: core.toString("latin1") },
    { name: chip, content: shell },
  ];
}

/** Of the number in which both agree, in the header (tools/native/runtime/board.c). */
const LAYOUT_AT = 4;

/** Checked in, or compiled now; in the package it is there. Throws a FlashError that says why there is none. */
export function machineCode(chip: string, profile: string, thumb: string, tell: Tell = () => {}): Buffer {
  const name = `${chip}-${profile}.${thumb}`;
  if (IS_PACKAGE) return readFileSync(join(ROOT, "dist", `${name}.bin`));
  const { coreBytes, isMade } = require(join(ROOT, "tools/native/cores.ts")) as Cores;
  const one = { chip, profile, thumb };
  if (!isMade(one)) tell(`compiling ${name}, which takes some seconds ...`);
  try {
    return coreBytes(one);
  } catch (error) {
    throw new FlashError(`There is no machine code ${name}: ${(error as Error).message}. --core js: do without`);
  }
}
