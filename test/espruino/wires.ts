/**
 * The chips' end of the wires to a real interpreter: takes what wires.js writes into a FIFO, has a chip's model do it,
 * and answers through another.
 *
 * The clock of the simulation keeps to the wall clock meanwhile (RealTime); an SPI byte takes its eight bit times.
 */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { NetworkChip } from "../../host-sim/chips";
import { SECOND, type VirtualClock } from "../../host-sim/clock";
import type { RealTime } from "../../host-sim/realtime";

/* The messages, as in wires.js. */
const SELECT = 1;
const DESELECT = 2;
const BYTES = 3;
const EXCHANGE = 4;
const RESET_LOW = 5;
const RESET_HIGH = 6;
const LEVEL = 7;
const EDGES = 8;
const CLOCK = 9;
const CHIP = 10;
/** An answer to EDGES that tells of none: the interpreter marks this moment by the rest of the byte (cost/marks.h). */
const MARK = 0x80;

/** Bytes of a message's head; BYTES and EXCHANGE have as many more as their head says. */
const HEAD = [0, 1, 1, 3, 3, 1, 1, 1, 1, 3, 2];
/** While the bus has been in use within so many ms, a question for edges is answered at once; else after as many. */
const BUSY_MS = 2;
const MOST_EDGES = MARK - 1;
/** What a call that changes a pin takes at least on a fast board, ns; two of them make a pulse that long. */
const PIN_CALL = 1000;

/** What went over the wires. */
export interface Traffic {
  /** messages that the interpreter waited for the answer of */
  questions: number;
  /** times that chip select fell */
  transactions: number;
  /** bytes on the bus */
  bytes: number;
  /** falling edges of the interrupt line */
  edges: number;
}

export class Wires {
  readonly traffic: Traffic = { questions: 0, transactions: 0, bytes: 0, edges: 0 };
  private readonly toChip: Socket;
  private readonly toChipFd: number;
  private readonly fromChip: number;
  private pending: Buffer = Buffer.alloc(0);
  private nsPerByte = 0;
  /** whose pins are meant: the one that was last named */
  private chip: NetworkChip;
  /** of each chip's interrupt line, not yet told */
  private readonly edges: number[];
  private asked: NodeJS.Timeout | undefined;
  private isAsked = false;
  private lastUse = 0;
  private marked: { mark: number; told: () => void } | undefined;

  /** Makes the FIFOs in `folder`, before the interpreter opens them. */
  constructor(
    folder: string,
    private readonly chips: NetworkChip[],
    private readonly clock: VirtualClock,
    realTime: RealTime,
  ) {
    const paths = ["to-chip", "from-chip"].map((name) => join(folder, name));
    const made = spawnSync("mkfifo", paths, { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`mkfifo: ${made.stderr}`);
    // opened for both directions: neither end then waits for the other, and there is never an end of file
    const [toChip, fromChip] = paths.map((path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    this.toChipFd = toChip;
    this.fromChip = fromChip;
    this.toChip = new Socket({ fd: toChip, readable: true, writable: false });
    this.toChip.on("data", (data) => realTime.inject(() => this.take(data)));
    this.chip = chips[0];
    this.edges = chips.map(() => 0);
    this.setClock(100);
    for (const [i, chip] of chips.entries()) chip.onInterruptPin = (high) => this.interrupt(i, high);
  }

  /** The interpreter has ended, perhaps in the middle of a message, and will be started again. */
  clear(): void {
    drain(this.toChipFd);
    drain(this.fromChip);
    clearTimeout(this.asked);
    this.isAsked = false;
    this.pending = Buffer.alloc(0);
    for (const chip of this.chips) chip.deselect();
  }

  /** The interpreter, which must know of marks, marks what it has counted; resolves when it has been told to. */
  mark(mark: number): Promise<void> {
    return new Promise((told) => {
      this.marked = { mark, told };
      if (this.isAsked) this.tellEdges();
    });
  }

  close(): void {
    if (this.toChip.destroyed) return;
    clearTimeout(this.asked);
    for (const chip of this.chips) chip.onInterruptPin = undefined;
    this.toChip.destroy();
    closeSync(this.fromChip);
  }

  private take(data: Buffer): void {
    this.pending = this.pending.length ? Buffer.concat([this.pending, data]) : data;
    let at = 0;
    for (let size = this.sizeAt(at); size && at + size <= this.pending.length; size = this.sizeAt(at)) {
      this.obey(this.pending[at], this.pending.subarray(at, at + size));
      at += size;
    }
    this.pending = this.pending.subarray(at);
  }

  /** The length of the message at `at`, 0 when it cannot be told yet. */
  private sizeAt(at: number): number {
    const kind = this.pending[at];
    if (kind === undefined) return 0;
    const head = HEAD[kind];
    if (!head) throw new Error(`the interpreter sent a message of kind ${kind}`);
    if (at + head > this.pending.length) return 0;
    return kind === BYTES || kind === EXCHANGE ? head + this.pending.readUInt16LE(at + 1) : head;
  }

  private obey(kind: number, message: Buffer): void {
    if (kind !== EDGES) this.lastUse = performance.now();
    if (kind === SELECT) this.select();
    else if (kind === DESELECT) this.deselect();
    else if (kind === BYTES) this.exchange(message.subarray(HEAD[BYTES]));
    else if (kind === EXCHANGE) this.answer(this.exchange(message.subarray(HEAD[EXCHANGE])));
    else if (kind === RESET_LOW || kind === RESET_HIGH) this.reset(kind === RESET_LOW);
    else if (kind === LEVEL) this.answer(Uint8Array.of(Number(this.chip.interruptPin())));
    else if (kind === CLOCK) this.setClock(message.readUInt16LE(1));
    else if (kind === CHIP) this.chip = this.chips[message[1]];
    else this.ask();
  }

  private select(): void {
    this.traffic.transactions++;
    this.chip.select();
  }

  private deselect(): void {
    this.chip.deselect();
    this.clock.advance(PIN_CALL);
  }

  private reset(low: boolean): void {
    this.chip.reset(low);
    this.clock.advance(PIN_CALL);
    this.answer(Uint8Array.of(1));
  }

  private exchange(data: Uint8Array): Uint8Array {
    this.traffic.bytes += data.length;
    return data.map((byte) => {
      this.clock.advance(this.nsPerByte);
      return this.chip.transfer(byte);
    });
  }

  private answer(bytes: Uint8Array): void {
    this.traffic.questions++;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fromChip, bytes, at);
  }

  private setClock(khz: number): void {
    this.nsPerByte = (8 * SECOND) / (khz * 1000);
    for (const chip of this.chips) chip.spiClock(khz * 1000);
  }

  private interrupt(chip: number, high: boolean): void {
    if (high) return;
    this.traffic.edges++;
    this.edges[chip] = Math.min(MOST_EDGES, this.edges[chip] + 1);
    if (this.isAsked) this.tellEdges();
  }

  /** The interpreter asks for edges, and waits. */
  private ask(): void {
    this.isAsked = true;
    if (this.marked || this.edges.some(Boolean) || performance.now() - this.lastUse < BUSY_MS) this.tellEdges();
    else this.asked = setTimeout(() => this.tellEdges(), BUSY_MS);
  }

  private tellEdges(): void {
    clearTimeout(this.asked);
    this.isAsked = false;
    if (this.marked) {
      this.answer(Uint8Array.of(MARK | this.marked.mark));
      this.marked.told();
      this.marked = undefined;
      return;
    }
    this.answer(Uint8Array.from(this.edges));
    this.edges.fill(0);
  }
}

/** Reads over whatever is left in a FIFO. */
function drain(fd: number): void {
  const rest = Buffer.alloc(4096);
  try {
    while (readSync(fd, rest) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
}
