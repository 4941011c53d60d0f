/**
 * A board under test: the shipped bundle on a simulated board with one of the chips, bad wires in between, healthy hosts at
 * the other end of the cable, and the kinds of traffic that a fault may meet.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import type { FaultSite, FaultyChip } from "../../host-sim/faults/fault";
import { Wires } from "../../host-sim/faults/wires";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Random } from "../../host-sim/random";
import { Segment } from "../../host-sim/segment";
import { BOARD, Peer, Prober, STREAM, streamAt } from "./peer";

/** Time of the interpreter per SPI call: that of a fast board, so that the chip may be outrun. */
const CALL_COST = 0.2 * MS;
const INT_PIN = "B10";
/** Ports of the board's program. */
const ECHO = 7;
const SINK = 9;
const SOURCE = 19;
const PIECE = 1460;

export const TRAFFICS = ["idle", "ping", "udp", "tcp in", "tcp out"] as const;
export type Traffic = (typeof TRAFFICS)[number];

/** What `eth.stats()` gives: structures whose fields have an order and no names. */
export interface BoardStats {
  mbuf: Record<string, number>;
  interfaces: object;
}

/** What of the pool is free. */
export interface Free {
  mbufs: number;
  clusters: number;
}

/** For `connect`: the interrupt line is not wired, so the board polls. */
export const NO_LINE = { int: false };

export interface BenchOptions {
  chip: string;
  seed?: number;
  chipOptions?: object;
  connect?: Record<string, string | number | boolean>;
  callCost?: number;
  app?: string;
}

export class FaultBench implements FaultSite {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly machine: Machine;
  readonly wires: Wires;
  readonly prober: Prober;
  readonly peer: Peer;
  readonly random: Random;
  /** what the board's program printed: events */
  readonly printed: string[] = [];
  /** connections that were opened, and of them those that broke; bytes that were not what was sent */
  opened = 0;
  broken = 0;
  wrongBytes = 0;
  /** bytes that came through, both ways */
  moved = 0;
  private readonly chipstat: ArrayLike<number>;
  private stopping = false;

  constructor(options: BenchOptions) {
    const seed = options.seed ?? 1;
    this.random = new Random(seed);
    this.prober = new Prober(this.clock, this.segment);
    this.peer = new Peer(this.clock, this.segment, seed);
    this.machine = createMachine({
      clock: this.clock,
      segment: this.segment,
      chip: options.chip,
      bundle: join(__dirname, `../../dist/${options.chip}.min.js`),
      mac: BOARD.mac,
      ip: `${BOARD.ip}/24`,
      app: options.app ?? readFileSync(join(__dirname, "board.js"), "latin1"),
      print: (line) => this.printed.push(line),
      callCost: options.callCost ?? CALL_COST,
      seed,
      chipOptions: options.chipOptions,
      connect: options.connect,
    });
    this.wires = new Wires(this.machine, this.random, INT_PIN);
    this.run(4000); // past the announcements
    this.chipstat = this.findChipstat();
  }

  get chip(): FaultyChip {
    return this.machine.chip as unknown as FaultyChip;
  }

  run(ms: number): void {
    this.clock.runFor(ms * MS);
  }

  /** ms */
  now(): number {
    return this.clock.now() / MS;
  }

  private stats(): BoardStats {
    return (this.machine.board.realm.global.eth as { stats(): BoardStats }).stats();
  }

  /** The newest interface's counters of faults, the only array of words that it has. */
  private findChipstat(): ArrayLike<number> {
    const fields = Object.values(this.stats().interfaces);
    return fields.find(
      (field) => (field as Partial<Uint32Array> | null)?.BYTES_PER_ELEMENT === 4,
    ) as unknown as ArrayLike<number>;
  }

  free(): Free {
    const [, mbufs, , clusters] = Object.values(this.stats().mbuf);
    return { mbufs, clusters };
  }

  /** Faults that the driver has counted, whole resets aside. */
  counted(): number {
    let sum = 0;
    for (let cause = 1; cause < this.chipstat.length; cause++) sum += this.chipstat[cause];
    return sum;
  }

  /** By cause; [0]: whole resets. */
  causes(): number[] {
    return Array.from(this.chipstat);
  }

  start(traffic: Traffic): void {
    this.every(traffic === "idle" ? 1000 : 100, () => this.prober.ping());
    if (traffic === "udp") this.every(25, () => this.prober.datagram(this.random.below(1400)));
    if (traffic === "tcp in") this.pour();
    if (traffic === "tcp out") this.drain();
  }

  /** Ends the traffic: what is open is closed. */
  stop(): void {
    this.stopping = true;
  }

  every(ms: number, work: () => void): void {
    const again = () => {
      if (this.stopping) return;
      work();
      this.clock.after(ms * MS, again);
    };
    again();
  }

  /** Sends to the board's sink as fast as TCP lets it. */
  private pour(): void {
    const { sys } = this.peer;
    let sent = 0;
    this.connect(SINK, (fd) => {
      if (this.stopping) return true;
      for (;;) {
        const n = sys.send(fd, streamAt(sent, PIECE), 0);
        if (n === -11 || n === -105 || n === -107) return false; // not now, no memory, not connected yet
        if (n < 0) return this.breaks();
        sent += n;
        this.moved += n;
      }
    });
  }

  /** Takes from the board's source what it can give. */
  private drain(): void {
    const { sys } = this.peer;
    let received = 0;
    this.connect(SOURCE, (fd) => {
      if (this.stopping) return true;
      for (;;) {
        const data = sys.recvstring(fd, PIECE, 0, null);
        if (data === -11 || data === -107) return false;
        if (typeof data === "number" || !data) return this.breaks();
        if (data !== streamAt(received, data.length)) this.wrongBytes++;
        received += data.length;
        this.moved += data.length;
      }
    });
  }

  /** A connection to the board: `step` does what it can, and says when it is over. */
  private connect(port: number, step: (fd: number) => boolean): void {
    const { net, sys } = this.peer;
    const fd = sys.socket(2, 1, 0);
    let over = false;
    const go = () => {
      if (over || !step(fd)) return;
      over = true;
      sys.close(fd);
    };
    this.opened++;
    sys.setupcall(fd, go);
    this.clock.defer(
      () => void sys.connect(fd, { sin_family: 2, sin_addr: net.inet_addr(BOARD.ip), sin_port: port } as object),
    );
    this.every(250, () => this.clock.defer(go)); // a send that met an empty pool is not told of a full one
    this.atStop.push(go);
  }

  private readonly atStop: (() => void)[] = [];

  private breaks(): true {
    this.broken++;
    return true;
  }

  /** Stops, and lets everything come to its end; nothing of the traffic is left then. */
  finish(): void {
    this.stop();
    for (const go of this.atStop) this.clock.defer(go);
    this.run(this.opened ? 75_000 : 3000); // connections end, TIME_WAIT included
  }

  /** What the board's sink found to be wrong. */
  get boardErrors(): number {
    return this.seen.bad;
  }

  /** What the board's program has counted. */
  get seen(): Record<string, number> {
    return this.machine.board.realm.global.seen as Record<string, number>;
  }
}

export { ECHO, SECOND, STREAM };
