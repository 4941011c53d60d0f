/**
 * setTimeout, setInterval and their like. Times are milliseconds, fractions count; the shortest is 0.1 ms.
 *
 * A timer that falls due wakes the idle loop, which runs the due ones in the order in which they were made. Intervals
 * do not drift: the next time is counted from the last one that was due, and a late one runs once a round.
 */
import { type ClockEvent, MS, type VirtualClock } from "../clock";
import type { IdleLoop } from "./idle_loop";
import type { Realm } from "./realm";

const SHORTEST_MS = 0.1;

interface Timer {
  callback: (...args: unknown[]) => void;
  args: unknown[];
  /** ns of virtual time */
  due: number;
  /** ns; undefined for a timeout */
  interval: number | undefined;
  event: ClockEvent | undefined;
}

export class Timers {
  private readonly timers = new Map<number, Timer>();
  private lastId = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly loop: IdleLoop,
    private readonly realm: Realm,
  ) {
    loop.runTimers = () => this.runDue();
  }

  /** How many timers there are. */
  get size(): number {
    return this.timers.size;
  }

  /** Those that wait: when each is due and how long an interval is (ns), and its function's name. */
  pending(): { due: number; interval: number | undefined; name: string }[] {
    return [...this.timers.values()].map(({ due, interval, callback }) => ({ due, interval, name: callback.name }));
  }

  /** The functions that programs see. */
  globals(): Record<string, unknown> {
    return {
      setTimeout: (callback: unknown, ms?: number, ...args: unknown[]) => this.add(callback, ms, args, false),
      setInterval: (callback: unknown, ms?: number, ...args: unknown[]) => this.add(callback, ms, args, true),
      clearTimeout: (...id: unknown[]) => this.clear("Timeout", id),
      clearInterval: (...id: unknown[]) => this.clear("Interval", id),
      changeInterval: (id: number, ms: number) => this.change(id, ms),
    };
  }

  clearAll(): void {
    for (const timer of this.timers.values()) this.clock.cancel(timer.event);
    this.timers.clear();
  }

  private add(callback: unknown, ms: number | undefined, args: unknown[], repeat: boolean): number {
    const ns = nanoseconds(ms);
    const timer: Timer = {
      callback: this.callable(callback),
      args,
      due: this.clock.now() + ns,
      interval: repeat ? ns : undefined,
      event: undefined,
    };
    this.timers.set(++this.lastId, timer);
    this.arm(timer);
    return this.lastId;
  }

  /** A function, or a text that is run as a script. */
  private callable(callback: unknown): Timer["callback"] {
    if (typeof callback === "function") return callback as Timer["callback"];
    if (typeof callback === "string") return () => this.realm.evaluate(callback, "timer");
    throw this.realm.error("Function or String not supplied!");
  }

  /** Without an id all are cleared; `undefined` is refused, for it is nearly always a mistake. */
  private clear(name: string, id: unknown[]): void {
    if (!id.length) this.clearAll();
    else if (id[0] === undefined) {
      throw this.realm.error(`clear${name}(undefined) not allowed. Use clear${name}() instead`);
    }
    const timer = this.timers.get(id[0] as number);
    this.clock.cancel(timer?.event);
    this.timers.delete(id[0] as number);
  }

  private change(id: number, ms: number): void {
    const timer = this.timers.get(id);
    if (!timer) throw this.realm.error("Unknown Interval");
    this.clock.cancel(timer.event);
    timer.interval = nanoseconds(ms);
    timer.due = this.clock.now() + timer.interval;
    this.arm(timer);
  }

  private arm(timer: Timer): void {
    timer.event = this.clock.at(timer.due, () => this.loop.wake());
    timer.due = timer.event.time;
  }

  private runDue(): void {
    const now = this.clock.now();
    for (const [id, timer] of this.timers) if (timer.due <= now) this.run(id, timer);
  }

  private run(id: number, timer: Timer): void {
    const due = timer.due;
    this.loop.guarded(() => timer.callback(...timer.args));
    if (this.timers.get(id) !== timer || timer.due !== due) return;
    if (timer.interval === undefined) {
      this.timers.delete(id);
      return;
    }
    timer.due += timer.interval;
    this.arm(timer);
  }
}

/** A missing time or NaN is the shortest one. */
function nanoseconds(ms: unknown): number {
  return Math.round(Math.max(Number(ms) || 0, SHORTEST_MS) * MS);
}
