/**
 * `npm run costs`: what each part of Net/3 costs that is beyond a plain host (fragments, forwarding, routes, address translation, the
 * packet tap, descriptors), and each module that stands on these: docs/costs.md. Made by the builds themselves, once without and once
 * with the part: machine code (Debian's gcc-arm-none-eabi), the shell beside it, and the whole stack as JavaScript.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OutputAsset, type Plugin, type RollupOptions, rollup } from "rollup";
import { cachedBlob } from "./native/blob";
import { GCC, hasThumbCompiler, THUMBS } from "./native/gcc";
import { thumbSizes } from "./native/sizes";
import { measure } from "./size";

type Constants = { [name: string]: number | boolean };

const { NATIVE, PROFILES, profile } = require("./profile") as {
  NATIVE: { [name: string]: Constants };
  PROFILES: { [name: string]: Constants };
  profile: (constants: Constants) => Plugin;
};
const { CHIPS } = require("./chips") as { CHIPS: { [name: string]: { title: string } } };

const ROOT = join(__dirname, "..");
const PAGE = join(ROOT, "docs/costs.md");
const CHIP = "enc28j60";
/** The profile without any of them, which is shipped. */
const BASE = "full";

interface Part {
  name: string;
  /** Constants of config.ts. */
  on: Constants;
  /** Parts that it stands on: it is measured over these. */
  over: Part[];
  /** Its own files; the rest of it are branches in the files of others. */
  files: RegExp;
}

/** How many of each a router has. */
const { NAT_MAX, BPF_BUFSIZE } = NATIVE["router"];

const fragments: Part = {
  name: "fragments: cut and put together",
  on: { INET_FRAG: true, UDP_SENDSPACE: 9216, UDP_RECVSPACE: 18432 },
  over: [],
  files: /inet\/ip\/(ip_reass|ipq)\.ts$/,
};
const forwarding: Part = {
  name: "forwarding, with redirects sent",
  on: { INET_FORWARD: true },
  over: [],
  files: /inet\/(ip\/ip_forward|in_pcb_router)\.ts$/,
};
const routes: Part = {
  name: "routes of programs, metrics, redirects heeded",
  on: { INET_ROUTE: true },
  over: [],
  files: /inet\/(in_route|icmp\/icmp_redirect)\.ts$/,
};
const translation: Part = {
  name: `address translation, ${NAT_MAX} sessions`,
  on: { INET_NAT: true, NAT_MAX },
  over: [fragments, forwarding],
  files: /inet\/nat\//,
};
const descriptors: Part = {
  name: "descriptors: read, write, dup, pipes, ioctl, vnodes",
  on: { KERN_FILES: true },
  over: [],
  files:
    /kern\/(kern_descrip|sys_generic|sys_pipe|selinfo|sofile|vnode)\.ts$|core\/(filecall|gate_files)|lib\/(files|vnode|if_ioctl)\.ts$|arp_ioctl/,
};
const control: Part = {
  name: "control data of messages (IP_RECVDSTADDR)",
  on: { SO_CONTROL: true },
  over: [],
  files: /ip_savecontrol\.ts$/,
};
const tap: Part = {
  name: `packet tap, two of ${BPF_BUFSIZE} bytes`,
  on: { NET_BPF: true, BPF_BUFSIZE },
  over: [descriptors],
  files: /net\/if\/bpf/,
};
const PARTS = [fragments, forwarding, routes, translation, descriptors, control, tap];
const ALL: Part = { name: "all of these", on: {}, over: PARTS, files: /$./ };

/** Modules, and what of the above each needs. */
const MODULES: [name: string, what: string, needs: string][] = [
  ["dhcpd", "a DHCP server", "-"],
  ["tftpd", "a TFTP server, from which a PC boots (examples/pxe)", "-"],
  ["nettools", "`ifconfig() arp() route() netstat() mbstat() sockets()`", "routes, to change these"],
  ["netstat", "all counters, in words", "-"],
  ["traceroute", "traceroute", "-"],
  ["tcpdump", "lines on the console", "packet tap"],
  ["pcap", "a capture for Wireshark, by TCP or UDP", "packet tap"],
  ["vfs", "the console and the Storage's files", "descriptors"],
];

/** Bytes. */
interface Cost {
  thumb2: number;
  thumb1: number;
  memory: number;
  shell: number;
  bundle: number;
}
const COLUMNS: (keyof Cost)[] = ["thumb2", "thumb1", "memory", "shell", "bundle"];

const configs = require(join(ROOT, "rollup.config.js")) as RollupOptions[];

/** Bytes of a file of dist/ as it is shipped, in tokens, with other constants than its profile's. */
async function tokenBytes(name: string, constants: Constants): Promise<number> {
  const file = `dist/${name}.min.js`;
  const outputs = configs.flatMap((config) => [config.output ?? []].flat().map((output) => ({ config, output })));
  const { config, output } = outputs.find((one) => one.output.file === file)!;
  const plugins = [config.plugins].flat() as Plugin[];
  const changed = plugins.map((one) => (one.name === "profile" ? profile({ ...PROFILES[BASE], ...constants }) : one));
  const bundle = await rollup({ ...config, plugins: changed });
  const made = await bundle.generate(output);
  await bundle.close();
  return (made.output.find(({ type }) => type === "asset") as OutputAsset).source.length;
}

/** A core's machine code: its bytes, and those of memory that it wants. */
function machineCode(chip: string, name: string, thumb: string): { code: number; memory: number } {
  const blob = cachedBlob({ chip, profile: name, thumb });
  return { code: blob.length, memory: blob.readUInt32LE(8) };
}

/** What the stack takes with these parts, and those that they stand on. */
async function cost(name: string, parts: Part[]): Promise<Cost> {
  const constants = Object.assign({}, ...parts.flatMap(withOver).map(({ on }) => on)) as Constants;
  PROFILES[name] = { ...PROFILES[BASE], ...constants };
  NATIVE[name] = NATIVE[BASE];
  const [thumb2, thumb1] = ["thumb2", "thumb1"].map((thumb) => machineCode(CHIP, name, thumb));
  return {
    ...{ thumb2: thumb2.code, thumb1: thumb1.code, memory: thumb2.memory },
    shell: await tokenBytes(`${CHIP}-${BASE}.shell`, constants),
    bundle: await tokenBytes(CHIP, constants),
  };
}

const withOver = (part: Part): Part[] => [...part.over.flatMap(withOver), part];

/** What a part adds to what it stands on. */
async function added(part: Part, base: Cost): Promise<Cost> {
  const without = part === ALL || !part.over.length ? base : await cost(`${part.name}, without`, part.over);
  const whole = await cost(part.name, [part]);
  return Object.fromEntries(COLUMNS.map((column) => [column, whole[column] - without[column]])) as unknown as Cost;
}

const bytes = (n: number) => n.toLocaleString("en-US");
const row = (cells: (string | number)[]) =>
  `| ${cells.map((c) => (typeof c === "number" ? bytes(c) : c)).join(" | ")} |`;
const head = (cells: string[]) => [row(cells), `|${"---|".repeat(cells.length)}`];
const sum = (sizes: Map<string, number>, files: RegExp) =>
  [...sizes].reduce((all, [file, size]) => all + (files.test(file) ? size : 0), 0);

/** What each part adds to the stack that is shipped, and what there is of its files in that. */
async function partsTable(): Promise<string[]> {
  const base = await cost(BASE, []);
  const inCore = thumbSizes({ chip: CHIP, profile: BASE }, THUMBS["thumb2"]);
  const inBundle = await measure(CHIP);
  const lines = head(["", "Thumb-2", "Thumb-1", "memory", "shell", "JavaScript", "of its files, in what is shipped"]);
  for (const part of [...PARTS, ALL]) {
    const more = await added(part, base);
    const shipped = part === ALL ? "" : bytes(sum(inCore, part.files) + sum(inBundle, part.files));
    lines.push(row([part.name, ...COLUMNS.map((column) => `+${bytes(more[column])}`), shipped]));
  }
  return [...lines, row([`profile ${BASE}, as it is shipped`, ...COLUMNS.map((column) => base[column]), ""])];
}

async function modulesTable(): Promise<string[]> {
  const lines = head(["module", "JavaScript", "needs"]);
  for (const [name, what, needs] of MODULES)
    lines.push(row([`\`${name}\`: ${what}`, await tokenBytes(name, {}), needs]));
  return lines;
}

/** The router's profile with the driver of one chip, and with those of both. */
function routersTable(): string[] {
  const lines = head(["", "Thumb-2", "Thumb-1", "memory"]);
  for (const core of [...Object.keys(CHIPS), "router"]) {
    const [thumb2, thumb1] = ["thumb2", "thumb1"].map((thumb) => machineCode(core, "router", thumb));
    lines.push(row([CHIPS[core]?.title ?? "both", thumb2.code, thumb1.code, thumb2.memory]));
  }
  return lines;
}

const METHOD = `# What the parts of a router cost

Made by \`npm run costs\`; do not edit. Bytes, with the ${CHIPS[CHIP].title}: of machine code (Thumb-2 for a Cortex-M4 and above, Thumb-1 for every
Cortex-M), of the core's memory, which it takes in one piece at boot, of the shell beside it, and of the stack as JavaScript, both as they
lie in Storage, in the interpreter's tokens. Each line is what the build makes with the part's switches of \`firmware/config.ts\` on, less
what it makes without; address translation is counted over fragments and forwarding, which it needs, the packet tap over descriptors.
As JavaScript a part has no memory but the interpreter's cells.

All of them are off in what is shipped, and cost nothing there: of the files that are a part's alone nothing is left in the shipped core or
bundle (the last column, machine code and JavaScript together), and what it has in the files of others are branches on a constant that is
false, which both compilers drop.
`;

async function main(): Promise<void> {
  if (!hasThumbCompiler()) throw new Error(`There is no ${GCC} (Debian: gcc-arm-none-eabi)`);
  const text = [
    METHOD,
    ...(await partsTable()),
    "\n## Modules\n\nFor who requires them; they have no memory of the core's.\n",
    ...(await modulesTable()),
    "\n## The whole router\n\nThe profile `router` has all of the above. With the drivers of both chips a board with one of each is one stack.\n",
    ...routersTable(),
  ].join("\n");
  writeFileSync(PAGE, `${text}\n`);
  console.log(text);
}

main().catch((error) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
