/**
 * Virtual time, the one clock of a simulation.
 *
 * Unit: nanoseconds since the simulation began, always an integer (exact for 104 days).
 *
 * Two kinds of work hang on it:
 *  - **events** (`at`, `after`): what hardware does: a frame arrives, a transmission ends, a timer pin fires. They run
 *    at their time, also while a board's program is in the middle of a call that takes time (`advance`).
 *  - **turns** (`defer`): what a board's program does. A turn starts only when no other turn runs, so programs never
 *    nest; one that takes time delays the others, as it would if a single thread ran them all.
 */

/** One nanosecond, microsecond, millisecond and second in the unit of the clock. */
export const US = 1e3;
export const MS = 1e6;
export const SECOND = 1e9;

/** A pending event; hand it to `cancel`. */
export interface ClockEvent {
  readonly time: number;
  run: (() => void) | undefined;
}

interface HeapEvent extends ClockEvent {
  time: number;
  order: number;
}

export class VirtualClock {
  private time = 0;
  private order = 0;
  private readonly heap: HeapEvent[] = [];
  private readonly turns: (() => void)[] = [];

  /** Nanoseconds since the simulation began. */
  now(): number {
    return this.time;
  }

  /** The clock of what is no program: chips and cables. The same, unless a program sees time otherwise than they do. */
  get hardware(): VirtualClock {
    return this;
  }

  /** Runs `run` at `time` (ns, never before now); events of the same time run in the order they were made. */
  at(time: number, run: () => void): ClockEvent {
    const event: HeapEvent = { time: Math.max(this.time, Math.round(time)), order: this.order++, run };
    push(this.heap, event);
    return event;
  }

  /** Runs `run` in `delay` nanoseconds. */
  after(delay: number, run: () => void): ClockEvent {
    return this.at(this.time + delay, run);
  }

  /** Forgets an event; harmless when it has run. */
  cancel(event: ClockEvent | undefined): void {
    if (event) event.run = undefined;
  }

  /** Queues a turn of a board's program: it runs once no other turn is running. */
  defer(turn: () => void): void {
    this.turns.push(turn);
  }

  /** A running turn spends `ns` nanoseconds: hardware goes on meanwhile, turns wait. */
  advance(ns: number): void {
    this.runEvents(this.time + Math.round(ns));
  }

  /** Lets `ns` nanoseconds pass with everything that happens in them. */
  runFor(ns: number): void {
    const end = this.time + Math.round(ns);
    while (this.step(end));
    this.time = Math.max(this.time, end);
  }

  /** Runs until `done()` holds or `limit` nanoseconds have passed; tells whether it holds. */
  runUntil(done: () => boolean, limit: number): boolean {
    const end = this.time + Math.round(limit);
    while (!done()) if (!this.step(end)) break;
    return done();
  }

  /** When the next event is due (ns), `undefined` when nothing is pending. */
  nextEventTime(): number | undefined {
    if (this.turns.length) return this.time;
    while (this.heap.length && !this.heap[0].run) pop(this.heap);
    return this.heap[0]?.time;
  }

  /** Runs one turn, or else the next event due by `end`; false when there is neither, or turns have used the time up. */
  private step(end: number): boolean {
    if (this.time > end) return false;
    const turn = this.turns.shift();
    if (turn) {
      turn();
      return true;
    }
    const next = this.nextEventTime();
    if (next === undefined || next > end) return false;
    this.runNextEvent();
    return true;
  }

  private runEvents(end: number): void {
    while (this.heap.length && this.heap[0].time <= end) this.runNextEvent();
    this.time = Math.max(this.time, end);
  }

  private runNextEvent(): void {
    const event = pop(this.heap);
    this.time = Math.max(this.time, event.time);
    const run = event.run;
    event.run = undefined;
    run?.();
  }
}

function before(a: HeapEvent, b: HeapEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: HeapEvent[], event: HeapEvent): void {
  let child = heap.length;
  heap.push(event);
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!before(event, heap[parent])) break;
    heap[child] = heap[parent];
    child = parent;
  }
  heap[child] = event;
}

function pop(heap: HeapEvent[]): HeapEvent {
  const top = heap[0];
  const last = heap.pop() as HeapEvent;
  if (heap.length) sink(heap, last);
  return top;
}

function sink(heap: HeapEvent[], event: HeapEvent): void {
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], event)) break;
    heap[parent] = heap[child];
    parent = child;
  }
  heap[parent] = event;
}
