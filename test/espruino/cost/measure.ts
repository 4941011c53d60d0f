/**
 * Counts what one stack costs, on a TAP device in a network namespace; a process of its own for the environment's sake:
 *
 *     ESPRUINO=... CORE=thumb2 PROFILE=small CHIP=enc28j60 node --import tsx test/espruino/cost/measure.ts INSN SPENT [WORD ...]
 *
 * Prints a line "COST {...}" at its end (Measured); INSN and SPENT are the plugins (insn.c, spent.c); words choose what is counted by a part of its name.
 */
import { statSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { CHIP } from "../../lib/chip";
import { ARP_REQUEST, arp, EVERYBODY, ethernet, NOBODY, TYPE_ARP } from "../../lib/packets";
import { stackFiles, thumb } from "../interpreter";
import { type Cells, cellsOf } from "./cells";
import { BOARD, Counted, command, ENDED, FEW, GAP, SETTLED, wait } from "./counted";
import type { Spent } from "./spent";
import type { Cost } from "./turns";

/** What was measured of a stack. */
export interface Measured {
  costs: { [what: string]: Cost };
  /** of machine code: what some of that is spent on */
  spents?: { [what: string]: Spent };
  /** in use with an http server, and of how many */
  cells: number;
  total: number;
  /** of machine code: what for */
  cellsFor?: Cells;
  /** bytes of its files in Storage */
  storage: number;
}

/** Seconds in which nothing happens. */
const QUIET = 30;
/** Segments of a stream in; out as many as programs/cost_*.js have. */
const SEGMENTS = 32;
const SEGMENT = 1460;
/** An Ethernet type that nobody here knows. */
const LLDP = 0x88cc;

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
  await board.count("idle", QUIET, () => wait(1000 * QUIET));
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

async function pages(board: Counted): Promise<Pick<Measured, "cells" | "total" | "cellsFor">> {
  const cells = await board.value<number>("process.memory().usage");
  const total = await board.value<number>("process.memory().total");
  const cellsFor = thumb ? cellsOf(await board.variables(), CHIP) : undefined;
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
  return { cells, total, cellsFor };
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

/** What is looked at closely: what instructions are spent on. */
const CLOSELY = ["ping 56", "connect", "stream in", "stream out", "page"];

async function main([plugin, closer, ...words]: string[]): Promise<void> {
  const costs: Measured["costs"] = {};
  const spents: { [what: string]: Spent } = {};
  /** What `measure` gives of a board with that program. */
  async function on<T>(program: string, measure: (board: Counted) => Promise<T>, cells = 0): Promise<T> {
    const board = new Counted(plugin, program, words, cells);
    const counted = await measured(board, measure);
    Object.assign(costs, board.costs);
    return counted;
  }
  async function closely(program: string, measure: (board: Counted) => Promise<unknown>): Promise<void> {
    const board = new Counted(closer, program, CLOSELY);
    await measured(board, measure);
    for (const what of CLOSELY) if (board.spents[what]) spents[what] = board.spents[what];
  }
  await on("cost_packets", packets);
  const memory = await on("cost_http", pages);
  await on("cost_net", streams);
  if (thumb) await on("cost_http", fewCells, FEW);
  if (thumb) await closely("cost_packets", packets);
  if (thumb) await closely("cost_http", pages);
  const files = Object.values(stackFiles(CHIP));
  const storage = files.reduce((bytes, file) => bytes + statSync(file).size, 0);
  console.log(`COST ${JSON.stringify({ costs, spents: thumb ? spents : undefined, ...memory, storage })}`);
  process.exit(0);
}

async function measured<T>(board: Counted, measure: (board: Counted) => Promise<T>): Promise<T> {
  try {
    await board.boots();
    return await measure(board);
  } finally {
    await board.stop();
  }
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exit(1);
  });
