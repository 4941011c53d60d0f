/**
 * Counts what one stack costs, on a TAP device in a network namespace; a process of its own for the environment's sake:
 *
 *     ESPRUINO=... CORE=thumb2 PROFILE=small CHIP=enc28j60 node --import tsx test/espruino/cost/measure.ts PLUGIN [WORD ...]
 *
 * Prints a line "COST {...}" at its end (Measured); words choose what is counted by a part of its name. It starts the board anew for each program: what a program does not use would count
 * among its cells.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TapLink } from "../../../host-sim/links/tap";
import { CHIP } from "../../lib/chip";
import { ARP_REQUEST, arp, EVERYBODY, ethernet, NOBODY, TYPE_ARP } from "../../lib/packets";
import { stackFiles, thumb } from "../interpreter";
import { programText } from "../programs";
import { Rig } from "../rig";
import { type Cost, cost, median } from "./turns";

/** What was measured of a stack. */
export interface Measured {
  costs: { [what: string]: Cost };
  /** in use with an http server, and of how many */
  cells: number;
  total: number;
  /** bytes of its files in Storage */
  storage: number;
}

const BOARD = "10.77.0.2";
const HOST = { address: "10.77.0.1", length: 24, mask: "255.255.255.0" };
const CONNECT = `
var eth = require("${CHIP}").connect({ spi: SPI1, cs: D1, int: D2, rst: D3, baud: 10000000, mac: "02:00:00:00:00:02" });
eth.on("error", function (e) { print("ERROR " + e); });
eth.setIP({ ip: "${BOARD}", subnet: "255.255.255.0", gateway: "10.77.0.1" });
`;

/** The interpreter has so many cells of 13 bytes, as far as what follows is concerned. */
const smaller = (cells: number) => `var rest = new Uint8Array(13 * (process.memory().total - ${cells} - 2));`;
/** What an MDBT42Q and a Pixl.js have. */
const FEW = 2950;

/** ms: until a board answers; between two packets; what a kind of thing has to end, connections with their timers. */
const PATIENCE = 120000;
const GAP = 20;
const SETTLED = 600;
const ENDED = 3000;
/** Segments of a stream in; out as many as programs/cost_*.js have. */
const SEGMENTS = 32;
const SEGMENT = 1460;
/** An Ethernet type that nobody here knows. */
const LLDP = 0x88cc;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const command = promisify(execFile);

class Counted {
  readonly costs: Measured["costs"] = {};
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-cost-"));
  private readonly rig: Rig;
  private readonly link: TapLink;
  private marks = 0;
  /** instructions of a round in which nothing happens */
  private idle = 0;

  constructor(
    plugin: string,
    program: string,
    private readonly words: string[],
    cells = 0,
  ) {
    const environment = { QEMU_PLUGIN: `${plugin},dir=${this.folder}` };
    const text = (cells ? smaller(cells) : "") + CONNECT + programText(program);
    this.rig = new Rig({ program: text, ownPins: true, environment });
    const { segment, realTime } = this.rig;
    this.link = new TapLink("tap0", { segment, realTime, report: console.log }, HOST);
  }

  async boots(): Promise<void> {
    const { console } = this.rig;
    await console.until(() => console.lines("BOOTED").length > 0, PATIENCE, "BOOTED");
    for (const late = Date.now() + PATIENCE; !(await this.answers()); )
      if (Date.now() > late) throw new Error(`It answers no ping: ${console.output}`);
    await wait(ENDED);
  }

  private answers(): Promise<boolean> {
    return command("ping", ["-c", "1", "-W", "2", BOARD]).then(
      () => true,
      () => false,
    );
  }

  value<T>(expression: string): Promise<T> {
    return this.rig.console.evaluate<T>(expression);
  }

  /**
   * Counts what `work` costs, which does `count` of a kind; what it leaves behind ends within `settled` ms, or when the interpreter
   * comes to rest. The first that is counted is nothing.
   */
  async count(what: string, count: number, work: () => Promise<unknown>, settled = SETTLED): Promise<void> {
    const { traffic } = this.rig.wires;
    if (this.idle && this.words.length && !this.words.some((word) => what.includes(word))) return void (await work());
    await this.mark();
    const before = { ...traffic };
    await work();
    const rounds = await this.mark();
    for (const late = Date.now() + PATIENCE; ; ) {
      await wait(settled);
      const quiet = await this.mark();
      rounds.push(...quiet);
      if (quiet.length) this.idle ||= median(quiet);
      if (quiet.length && median(quiet) < 2 * this.idle) break;
      if (Date.now() > late) throw new Error(`${what}: the interpreter does not come to rest`);
    }
    const selects = (traffic.transactions - before.transactions) / count;
    const bytes = (traffic.bytes - before.bytes) / count;
    this.costs[what] = { ...cost(rounds, this.idle, count), selects, bytes };
    console.log(what, JSON.stringify(this.costs[what]));
  }

  /** The instructions of each round since the mark before. */
  private async mark(): Promise<number[]> {
    const mark = this.marks++ % 128;
    const file = join(this.folder, `${mark}`);
    rmSync(file, { force: true });
    await this.rig.wires.mark(mark);
    for (const late = Date.now() + PATIENCE; !existsSync(file); await wait(5))
      if (Date.now() > late) throw new Error("The interpreter does not mark its rounds (cost/insn.c)");
    return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
  }

  /** Puts a frame on the cable, `count` times. */
  async frames(frame: Uint8Array, count: number): Promise<void> {
    const port = this.rig.segment.attach("somebody", () => {});
    for (let i = 0; i < count; i++, await wait(GAP)) this.rig.realTime.inject(() => port.send(frame));
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    await this.link.close();
    rmSync(this.folder, { recursive: true, force: true });
    if (/^ERROR|Uncaught|^FLAG/m.test(this.rig.console.output)) throw new Error(this.rig.console.output);
  }
}

/** A connection to the board that stands; what comes is thrown away. */
function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: BOARD, port }, () => resolve(socket));
    socket.on("error", reject);
    socket.resume();
  });
}

const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));

async function connects(count: number): Promise<void> {
  for (let i = 0; i < count; i++, await wait(GAP)) {
    const socket = await connected(9);
    await wait(GAP);
    socket.end();
    await closed(socket);
  }
}

/** A stream of SEGMENTS in, by a connection that stands already. */
async function streamIn(board: Counted, what: string): Promise<void> {
  const socket = await connected(9);
  await wait(SETTLED);
  await board.count(what, SEGMENTS, async () => {
    socket.end(Buffer.alloc(SEGMENT * SEGMENTS, 65));
    await closed(socket);
  });
}

async function streamOut(board: Counted, what: string): Promise<void> {
  const socket = await connected(19);
  await wait(SETTLED);
  await board.count(what, SEGMENTS, async () => {
    socket.write("go");
    await closed(socket);
    if (socket.bytesRead !== SEGMENTS * SEGMENT) throw new Error(`${socket.bytesRead} bytes came out`);
  });
}

/** One after another. Throws when one is not answered. */
async function pings(count: number, size: number): Promise<void> {
  for (let i = 0; i < count; i++) await command("ping", ["-c", "1", "-W", "10", "-s", `${size}`, BOARD]);
}

const SOMEBODY = "02:00:00:00:00:66";
const toEverybody = (type: number, payload: number[]) => ethernet({ from: SOMEBODY, to: EVERYBODY, type, payload });

/** A question for the owner of an address. */
const whoHas = (target: string) =>
  toEverybody(
    TYPE_ARP,
    arp({ op: ARP_REQUEST, senderMac: SOMEBODY, senderIp: "10.77.0.9", targetMac: NOBODY, targetIp: target }),
  );

async function packets(board: Counted): Promise<void> {
  const lldp = toEverybody(LLDP, Array(46).fill(0));
  await board.count("idle", 1, () => wait(ENDED));
  await board.count("broadcast", 40, () => board.frames(lldp, 40));
  await board.count("arp other", 40, () => board.frames(whoHas("10.77.0.7"), 40));
  await board.count("arp reply", 40, () => board.frames(whoHas(BOARD), 40));
  await board.count("ping 56", 40, () => pings(40, 56));
  await board.count("ping 1400", 20, () => pings(20, 1400));
  await board.value("streams()");
  await connects(2);
  await wait(ENDED);
  await board.count("connect", 10, () => connects(10), ENDED);
  await streamIn(board, "stream in");
  await streamOut(board, "stream out");
}

async function pages(board: Counted): Promise<Pick<Measured, "cells" | "total">> {
  const cells = await board.value<number>("process.memory().usage");
  const total = await board.value<number>("process.memory().total");
  await board.count("idle http", 1, () => wait(ENDED));
  const page = () => command("curl", ["-sf", "-m", "60", "-o", "/dev/null", `http://${BOARD}/`]);
  await page();
  await wait(ENDED);
  await board.count(
    "page",
    10,
    async () => {
      for (let i = 0; i < 10; i++) await page();
    },
    ENDED,
  );
  await board.count("page of four", 40, () => ab(40, 4), 2 * ENDED);
  return { cells, total };
}

/** That many requests, some of them at a time. Throws when one fails. */
async function ab(count: number, atATime: number): Promise<void> {
  const { stdout } = await command("ab", ["-q", "-s", "120", "-n", `${count}`, "-c", `${atATime}`, `http://${BOARD}/`]);
  if (!new RegExp(`Complete requests: +${count}\\n`).test(stdout) || !/Failed requests: +0\n/.test(stdout))
    throw new Error(stdout);
}

async function streams(board: Counted): Promise<void> {
  await board.count("idle net", 1, () => wait(ENDED));
  await streamIn(board, "net in");
  await streamOut(board, "net out");
}

/** Two connections at a time, with what memory is left there. */
async function fewCells(board: Counted): Promise<void> {
  await board.count("idle few", 1, () => wait(ENDED));
  await board.count("page of two", 200, () => ab(200, 2), ENDED);
}

async function main([plugin, ...words]: string[]): Promise<void> {
  const costs: Measured["costs"] = {};
  /** What `measure` gives of a board with that program. */
  async function on<T>(program: string, measure: (board: Counted) => Promise<T>, cells = 0): Promise<T> {
    const board = new Counted(plugin, program, words, cells);
    try {
      await board.boots();
      return await measure(board);
    } finally {
      Object.assign(costs, board.costs);
      await board.stop();
    }
  }
  await on("cost_packets", packets);
  const memory = await on("cost_http", pages);
  await on("cost_net", streams);
  if (thumb) await on("cost_http", fewCells, FEW);
  const files = Object.values(stackFiles(CHIP));
  const storage = files.reduce((bytes, file) => bytes + statSync(file).size, 0);
  console.log(`COST ${JSON.stringify({ costs, ...memory, storage })}`);
  process.exit(0);
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exit(1);
  });
