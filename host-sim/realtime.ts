/**
 * Real time: runs a virtual clock in step with the wall clock, so that a simulation can talk to the world outside.
 *
 * Between events the process sleeps. Node's timers tick in milliseconds, so what is due within the next one runs at
 * once: virtual time may be ahead by that much, never more by choice. A simulation that is slower than the wall falls
 * behind (it *slips*: virtual time is not made up for later), and still lets the host's I/O in every few milliseconds.
 */
import { MS, type VirtualClock } from "./clock";

/** How far virtual time may run ahead, ns: the resolution of the host's timers. */
const AHEAD = MS;
/** How long the simulation may keep the host's event loop from its I/O, ns of wall time. */
const SLICE = 8 * MS;
/** Looks at the clock again after so long, ms: a timer of Node's cannot be longer than 24 days. */
const LONGEST_SLEEP_MS = 1e6;
/** Behind by more than this, virtual time slips, ns. */
const MAX_LAG = 50 * MS;

export class RealTime {
  /** ns of virtual time that were given up because the simulation was too slow */
  slipped = 0;
  /** wall time (ns) at virtual time 0 */
  private base = 0;
  private sleeping: NodeJS.Timeout | undefined;
  private departure: NodeJS.Timeout | undefined;
  private readonly leaving: { time: number; work: () => void }[] = [];
  private yielded: NodeJS.Immediate | undefined;
  private started = false;
  private running = false;

  /** `wall`: a clock in ns that never goes back. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly wall: () => number = monotonic,
  ) {}

  /** How far virtual time is ahead of where it should be, ns. */
  get lead(): number {
    return this.clock.now() - this.target();
  }

  start(): void {
    this.started = true;
    this.base = this.wall() - this.clock.now();
    this.resume();
  }

  /** Virtual time stands still from now on. */
  stop(): void {
    this.started = false;
    clearTimeout(this.sleeping);
    clearTimeout(this.departure);
    this.leaving.length = 0;
    clearImmediate(this.yielded);
  }

  /**
   * Something came in from the host: brings virtual time up to the wall clock, then runs `work`. Use it for all that a
   * host's callback does to the simulation.
   */
  inject(work: () => void): void {
    if (this.started && !this.running) this.catchUp();
    work();
    this.resume();
  }

  /**
   * Something goes out to the host: `work` runs when the wall clock is there, in order. A turn that takes a board long is
   * over in a moment here, and what it sends must not be early.
   */
  outward(work: () => void): void {
    const early = this.clock.now() - this.target();
    if (this.started && (early > AHEAD || this.leaving.length)) this.leaving.push({ time: this.clock.now(), work });
    else work();
    if (this.leaving.length === 1) this.leaveLater();
  }

  private leaveLater(): void {
    const [first] = this.leaving;
    if (first) this.departure = setTimeout(() => this.leave(), Math.max(0, (first.time - this.target()) / MS));
  }

  private leave(): void {
    while (this.leaving.length && this.leaving[0].time - this.target() <= AHEAD) this.leaving.shift()?.work();
    this.leaveLater();
  }

  /** Goes on as soon as the host's event loop has had its turn. */
  private resume(): void {
    if (!this.started || this.running) return;
    clearTimeout(this.sleeping);
    clearImmediate(this.yielded);
    this.yielded = setImmediate(() => this.pump());
  }

  private pump(): void {
    const caughtUp = this.catchUp();
    if (!this.started) return;
    if (caughtUp) this.sleep();
    else this.resume();
  }

  private sleep(): void {
    const next = this.clock.nextEventTime() ?? Number.POSITIVE_INFINITY;
    const wait = next - this.target();
    if (wait <= AHEAD) this.resume();
    else this.sleeping = setTimeout(() => this.pump(), Math.min(wait / MS, LONGEST_SLEEP_MS));
  }

  /** Where virtual time should be now, ns. */
  private target(): number {
    return this.wall() - this.base;
  }

  /** Runs what is due, for a slice of wall time at most; true when nothing is due any more. */
  private catchUp(): boolean {
    this.running = true;
    const { clock } = this;
    const deadline = this.wall() + SLICE;
    const limit = this.target() + AHEAD;
    const enough = () => clock.now() > limit || this.wall() >= deadline;
    clock.runUntil(enough, Math.max(0, limit - clock.now()));
    const caughtUp = this.wall() < deadline;
    if (caughtUp) this.passIdleTime();
    else this.slip();
    this.running = false;
    return caughtUp;
  }

  /** Nothing is due: virtual time follows the wall clock. */
  private passIdleTime(): void {
    const idle = this.target() - this.clock.now();
    const next = this.clock.nextEventTime() ?? Number.POSITIVE_INFINITY;
    if (idle > 0 && next > this.clock.now() + idle) this.clock.runFor(idle);
  }

  private slip(): void {
    const lag = this.target() - this.clock.now();
    if (lag <= MAX_LAG) return;
    this.slipped += lag;
    this.base += lag;
  }
}

/** The time of day, ns since 1970. */
export function timeOfDay(): bigint {
  return BigInt(Date.now()) * BigInt(MS);
}

function monotonic(): number {
  return Number(process.hrtime.bigint());
}
