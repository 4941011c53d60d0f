/**
 * The options of the simulator's command line: one table of names, defaults, checks and help.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type PinLevel, pinLevel } from "./bench_pins";
import { CHIP_NAMES } from "./chips/names";
import { isOfDist } from "./firmware";
import { addressNumber, firstOther, type NetworkAddress, networkAddress, sameNetwork } from "./ipv4";
import type { Forward } from "./links/forward";
import type { StreamAddress } from "./links/stream";
import { BOARDS } from "./pace/figures";
import type { CableFaults } from "./segment";

/** Why the command line cannot be used, in one line. */
export class OptionError extends Error {}

export type LinkChoice =
  | { kind: "user" }
  | { kind: "none" }
  | { kind: "tap"; name: string }
  | { kind: "stream"; address: StreamAddress };

/** What the user has asked for, checked and complete. */
export interface Settings {
  chip: string;
  /** The board whose pace is kept, a name in BOARDS; undefined: none, programs take no time. */
  board: string | undefined;
  link: LinkChoice;
  /** The board's own address; undefined: a DHCP server gives it. */
  ip: NetworkAddress | undefined;
  /** As it was given, for messages; undefined: it was not. */
  givenIp: string | undefined;
  /** The board's default gateway. */
  gateway: string | undefined;
  /** The address of the other side of the cable, where the simulator may give it one. */
  otherSide: string | undefined;
  mac: string | undefined;
  /** Ports of this host that lead to the board, with --link user; undefined: the usual ones. */
  forwards: Forward[] | undefined;
  /** Path of the program that runs on the board. */
  app: string;
  /** Names of modules for the board's Storage. */
  with: string[];
  /** Path of a folder of further modules that the program requires. */
  modules: string | undefined;
  /** What drives pins of the board at its start. */
  pins: PinLevel[];
  /** What is printed as it happens: "packets", "spi". */
  trace: string[];
  /** Path of the capture file. */
  pcap: string | undefined;
  faults: Partial<CableFaults>;
  seed: number;
  /** Path of the firmware's bundle; undefined: made of the sources as they stand. */
  bundle: string | undefined;
  /** Start again when the program or the firmware has changed. */
  watch: boolean;
  quiet: boolean;
  /** Open a page that shows what happens (lab/). */
  lab: boolean;
  /** The TCP port of that page; 0: any. */
  labPort: number;
  help: boolean;
}

interface Option {
  /** What stands for its value in the help; none: a switch. */
  value?: string;
  help: string;
  default?: string;
  /** Turns the text into the setting. Throws an OptionError that says what is wrong with it. */
  parse?: (text: string) => unknown;
}

/** Of the board and its gateway; with --link user also what DHCP gives. */
export const DEFAULT_IP = "10.0.2.15/24";
export const DEFAULT_GATEWAY = "10.0.2.2";
const { commandLine, ROOT } = require("../tools/root") as {
  commandLine(script: string, name: string): string;
  ROOT: string;
};
const { requires } = require("../tools/program") as { requires(text: string, file: string): string[] };
const DEFAULT_APP = join(__dirname, "apps", "services.js");

const OPTIONS = {
  chip: { value: "CHIP", help: `the network chip: ${CHIP_NAMES.join(", ")}`, default: CHIP_NAMES[0], parse: chip },
  board: {
    value: "BOARD",
    help: `keeps the pace of a board, and runs the bundle that it has room for: ${Object.keys(BOARDS).join(", ")}`,
    parse: board,
  },
  link: {
    value: "LINK",
    help:
      "what the board's cable leads to: user (a gateway in this process; forwards ports of this host),\n" +
      "tap:NAME (a Linux TAP device, made when there is none), unix:PATH or stream:HOST:PORT (QEMU's stream\n" +
      "framing: connects, or listens when nobody does, so either end may start first), none",
    default: "user",
    parse: link,
  },
  ip: {
    value: "A.B.C.D/N",
    help: "the board's address, or dhcp: a server on the cable gives it (with --link user: the gateway)",
    default: DEFAULT_IP,
    parse: ip,
  },
  gateway: {
    value: "A.B.C.D",
    help: `the board's default gateway (with --link user: ${DEFAULT_GATEWAY})`,
    parse: address,
  },
  forward: {
    value: "PROTO:PORT:PORT",
    help:
      "with --link user: a port of this host that leads to one of the board, tcp:8081:80 or udp:5300:53; may be\n" +
      "given several times (tcp:8080:80, tcp:7007:7, udp:7007:7, or the next ones that are free)",
    parse: forwards,
  },
  mac: { value: "XX:XX:XX:XX:XX:XX", help: "the board's MAC address (made by the firmware)", parse: mac },
  app: { value: "FILE.js", help: "the Espruino program that runs on the board (a page, echo, discard, chargen)" },
  with: {
    value: "NAMES",
    help: "modules for the board's Storage, with commas between: telnet,mdns (what the program requires is there anyway)",
    parse: (text) => text.split(","),
  },
  modules: { value: "FOLDER", help: "where to find further modules that the program requires (MQTT.js ...)" },
  pin: {
    value: "NAME=LEVEL",
    help: "pulls a pin of the board to a level, B3=1; several, or several times; at the prompt: .pin B3=1",
    parse: pins,
  },
  trace: {
    value: "WHAT",
    help: "prints each packet, as tcpdump does; spi: what the board says to its chip; packets,spi: both",
    parse: trace,
  },
  pcap: { value: "FILE", help: "captures every frame on the wire" },
  loss: { value: "P", help: "probability that a frame is lost: 0.2 or 20%", default: "0", parse: probability },
  delay: { value: "MS", help: "delay of each frame, milliseconds", default: "0", parse: milliseconds },
  jitter: { value: "MS", help: "further random delay, up to so many milliseconds", default: "0", parse: milliseconds },
  dup: { value: "P", help: "probability that a frame arrives twice", default: "0", parse: probability },
  reorder: { value: "P", help: "probability that later frames overtake a frame", default: "0", parse: probability },
  corrupt: { value: "P", help: "probability that a bit of a frame flips unnoticed", default: "0", parse: probability },
  seed: { value: "N", help: "of all random choices", default: "1", parse: wholeNumber },
  bundle: {
    value: "FILE",
    help:
      "the firmware (its sources as they stand); dist/CHIP.tok.js: as it is shipped, and others of dist/, are\n" +
      "built first",
  },
  watch: { help: "starts the board again when the program, a module of --modules or the firmware has changed" },
  lab: { help: "a page that shows packets, windows, memory and the wire, live: its address is printed" },
  "lab-port": { value: "PORT", help: "the page's port on 127.0.0.1 (any that is free)", default: "0", parse: port },
  quiet: { help: "no summary at the start" },
  help: { help: "this text" },
} satisfies Record<string, Option>;

/** Those that may be given several times. */
const MULTIPLE = ["forward", "pin", "trace"];

type Name = keyof typeof OPTIONS;
const table: Record<string, Option> = OPTIONS;

/** Reads the command line (without node and script). Throws an OptionError. */
export function parseOptions(args: string[]): Settings {
  const given = texts(args);
  const setting = <T>(name: Name) => parsed(name, given[name]) as T;
  const chosen = setting<string>("chip");
  const choice = setting<LinkChoice>("link");
  if (given.forward && choice.kind !== "user")
    throw new OptionError("--forward: is for --link user; on other links the board has its own address");
  const own = setting<NetworkAddress | undefined>("ip");
  const otherSide = otherAddress(own, setting<string | undefined>("gateway"), given.ip !== undefined);
  return {
    chip: chosen,
    board: setting("board"),
    link: choice,
    ip: own,
    givenIp: given.ip,
    gateway: own && (given.gateway || choice.kind === "user") ? otherSide : undefined,
    otherSide,
    mac: setting("mac"),
    forwards: setting("forward"),
    app: setting<string | undefined>("app") ?? DEFAULT_APP,
    with: setting<string[] | undefined>("with") ?? [],
    modules: setting("modules"),
    pins: setting<PinLevel[] | undefined>("pin") ?? [],
    trace: setting<string[] | undefined>("trace") ?? [],
    pcap: setting("pcap"),
    faults: faults(setting),
    seed: setting("seed"),
    bundle: setting("bundle") ?? bundleOf(chosen, setting("board"), setting("app")),
    watch: "watch" in given,
    quiet: "quiet" in given,
    lab: "lab" in given,
    labPort: setting("lab-port"),
    help: "help" in given,
  };
}

/** What goes into a board's Storage. */
function bundleOf(chip: string, board: string | undefined, app: string | undefined): string | undefined {
  return board && join(ROOT, "dist", `${BOARDS[board].bundle(chip, modulesOf(app))}.tok.js`);
}

/** What the program requires; of one that is none somebody else complains (checkFiles, program.ts). */
function modulesOf(app: string | undefined): string[] {
  if (app === undefined || !isFile(app)) return [];
  try {
    return requires(readFileSync(app, "latin1"), app);
  } catch {
    return [];
  }
}

/** Throws an OptionError when a file that is to be read is not there, unless it is one that can be built. */
export function checkFiles({ app, bundle, modules }: Settings): void {
  if (!isFile(app)) throw new OptionError(`--app ${app}: there is no such file`);
  if (modules !== undefined && !statSync(modules, { throwIfNoEntry: false })?.isDirectory())
    throw new OptionError(`--modules ${modules}: there is no such folder`);
  if (bundle !== undefined && !isOfDist(bundle) && !isFile(bundle))
    throw new OptionError(`--bundle ${bundle}: there is no such file`);
}

function isFile(path: string): boolean {
  return Boolean(statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** The text of --help. */
export function helpText(): string {
  const usage = `Usage: ${commandLine("start", "espruino-ethernet")} [options]`;
  const lines = [usage, "", "Runs the firmware on a simulated Espruino board.", ""];
  for (const [name, option] of Object.entries(table)) {
    const title = `  --${name}${option.value ? ` ${option.value}` : ""}`;
    const [first, ...more] = option.help.split("\n");
    const suffix = option.default && option.default !== "0" ? ` (${option.default})` : "";
    const rows = [first, ...more].map((row) => " ".repeat(28) + row);
    rows[0] = title.length < 27 ? title.padEnd(28) + first : `${title}\n${rows[0]}`;
    lines.push(rows.join("\n") + suffix);
  }
  return lines.join("\n");
}

/** The values as given, or switches as "". */
function texts(args: string[]): Partial<Record<string, string>> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      name,
      { type: value ? "string" : "boolean", multiple: MULTIPLE.includes(name) } as const,
    ]),
  );
  try {
    const { values } = parseArgs({ args: withTrace(args), options, strict: true, allowPositionals: false });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === true ? "" : `${value}`]));
  } catch (error) {
    throw new OptionError((error as Error).message.split(/\n|\. /)[0].replace(/\.$/, ""));
  }
}

function parsed(name: Name, given: string | undefined): unknown {
  const option: Option = OPTIONS[name];
  const text = given ?? option.default;
  if (text === undefined) return undefined;
  if (text === "") throw new OptionError(`--${name}: a value is missing`);
  try {
    return option.parse ? option.parse(text) : text;
  } catch (error) {
    throw new OptionError(`--${name} ${text}: ${(error as Error).message}`);
  }
}

/** The other side's address: the gateway that was given, or one beside the board's own address. */
function otherAddress(
  own: NetworkAddress | undefined,
  gateway: string | undefined,
  isGiven: boolean,
): string | undefined {
  if (!own && gateway) throw new OptionError(`--gateway ${gateway}: is for the server to tell when --ip is dhcp`);
  if (!own) return undefined;
  const other = gateway ?? (isGiven ? firstOther(own) : DEFAULT_GATEWAY);
  const network = `${own.address}/${own.length}`;
  if (!sameNetwork(own, other)) throw new OptionError(`--gateway ${other}: is not in the network of ${network}`);
  if (other === own.address) throw new OptionError(`--gateway ${other}: is the board's own address`);
  return other;
}

function faults(setting: <T>(name: Name) => T): Partial<CableFaults> {
  return {
    loss: setting("loss"),
    delayMs: setting("delay"),
    jitterMs: setting("jitter"),
    dup: setting("dup"),
    reorder: setting("reorder"),
    corrupt: setting("corrupt"),
    seed: setting("seed"),
  };
}

function board(text: string): string {
  const name = text.toUpperCase();
  if (!Object.hasOwn(BOARDS, name))
    throw new OptionError(`there is no such board, only ${Object.keys(BOARDS).join(", ")}`);
  return name;
}

function chip(text: string): string {
  if (!CHIP_NAMES.includes(text)) throw new OptionError(`there is no such chip, only ${CHIP_NAMES.join(", ")}`);
  return text;
}

function link(text: string): LinkChoice {
  const [kind, ...rest] = text.split(":");
  const where = rest.join(":");
  if (text === "user" || text === "none") return { kind: text };
  if (kind === "tap" && where) return { kind: "tap", name: where };
  if (kind === "unix" && where) return { kind: "stream", address: { path: where } };
  if (kind === "stream") return { kind: "stream", address: hostAndPort(where) };
  throw new OptionError("is none of user, tap:NAME, unix:PATH, stream:HOST:PORT, none");
}

function hostAndPort(text: string): StreamAddress {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (!host || Number(port) < 1 || Number(port) > 65535)
    throw new OptionError("is not stream:HOST:PORT with a port of 1 to 65535");
  return { host, port: Number(port) };
}

function ip(text: string): NetworkAddress | undefined {
  if (text === "dhcp") return undefined;
  const own = networkAddress(text);
  if (!own)
    throw new OptionError(
      "is not an address of a host with a prefix length of 1 to 30, such as 10.0.2.15/24, nor dhcp",
    );
  return own;
}

function pins(text: string): PinLevel[] {
  return text.split(",").map((each) => {
    const pin = pinLevel(each);
    if (!pin) throw new OptionError("is not NAME=0 or NAME=1");
    return pin;
  });
}

function trace(text: string): string[] {
  const kinds = text.split(",");
  if (kinds.some((kind) => kind !== "packets" && kind !== "spi"))
    throw new OptionError("is none of packets, spi, packets,spi");
  return kinds;
}

/** `--trace` may stand alone. */
function withTrace(args: string[]): string[] {
  return args.map((arg, i) => {
    const isAlone = arg === "--trace" && (args[i + 1] === undefined || args[i + 1].startsWith("-"));
    return isAlone ? "--trace=packets" : arg;
  });
}

/** Those given, in one text. */
function forwards(text: string): Forward[] {
  const all = text.split(",").map(forward);
  const twice = all.find(({ proto, hostPort }, i) =>
    all.some((other, k) => k < i && other.proto === proto && other.hostPort === hostPort),
  );
  if (twice) throw new OptionError(`${twice.proto} port ${twice.hostPort} of this host is there twice`);
  return all;
}

function forward(text: string): Forward {
  const [, proto, hostPort, boardPort] = /^(tcp|udp):(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
  const isPort = (port: string) => Number(port) >= 1 && Number(port) <= 65535;
  if (!isPort(hostPort) || !isPort(boardPort))
    throw new OptionError(
      "is not tcp:PORT:PORT or udp:PORT:PORT, of this host and of the board, with ports of 1 to 65535",
    );
  return { proto: proto as Forward["proto"], hostPort: Number(hostPort), boardPort: Number(boardPort) };
}

function address(text: string): string {
  if (addressNumber(text) === undefined) throw new OptionError("is not an address such as 10.0.2.2");
  return text;
}

function mac(text: string): string {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text))
    throw new OptionError("is not six bytes in hex such as 02:00:00:00:00:01");
  if (Number.parseInt(text.slice(0, 2), 16) & 1) throw new OptionError("is a group's address, not a board's");
  return text.toLowerCase();
}

function probability(text: string): number {
  const number = /^[\d.]+%$/.test(text) ? Number(text.slice(0, -1)) / 100 : /^[\d.]+$/.test(text) ? Number(text) : -1;
  if (!(number >= 0 && number <= 1)) throw new OptionError("is not a probability: 0 to 1, or 0% to 100%");
  return number;
}

function milliseconds(text: string): number {
  const number = /^[\d.]+$/.test(text) ? Number(text) : -1;
  if (!(number >= 0 && number <= 60000)) throw new OptionError("is not a number of milliseconds from 0 to 60000");
  return number;
}

function port(text: string): number {
  if (!(/^\d{1,5}$/.test(text) && Number(text) <= 65535)) throw new OptionError("is not a port, 0 to 65535");
  return Number(text);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new OptionError("is not a whole number");
  return Number(text);
}
