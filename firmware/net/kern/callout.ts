/**
 * Callouts: functions to be called later. BSD: kern/kern_clock.c (timeout, untimeout) with the calls of its successors
 * (callout_reset, callout_stop).
 *
 * Tickless: callouts wait in a list by deadline and one machine timer stands for the first of them, so an idle board
 * sleeps until something is due, half an hour at most. A callout is part of the structure that it serves (an ARP entry, a PCB), never
 * allocated. When the timer comes early, because the callout that it was set for has gone, nothing happens but the
 * next one being set.
 */
import { type Timeout, timeout, untimeout, uptime } from "../../machdep";

export interface Callout {
  c_next: Callout | null;
  /** deadline, in ms of uptime */
  c_time: number;
  c_func: ((arg: never) => void) | null;
  c_arg: unknown;
}

/**
 * The machine timer is set for so long at most (ms), also when nothing is due, so that the uptime goes on: a step of an
 * hour is taken for the clock being set (machdep.ts).
 */
const LONGEST_SLEEP = 1800000;

let calltodo: Callout | null;
let hardclock: Timeout | null;
let armed: number;

export function callout_init(): void {
  calltodo = null;
  hardclock = null;
  armed = 0;
  callout_arm(LONGEST_SLEEP);
}

/** A callout that is not pending. */
export function callout_new(): Callout {
  return { c_next: null, c_time: 0, c_func: null, c_arg: null };
}

/** Is it waiting to be called? */
export function callout_pending(c: Callout): boolean {
  return c.c_func !== null;
}

/** Calls `func(arg)` once, `ms` milliseconds from now (at least 1); one that was pending is moved. */
export function callout_reset<T>(c: Callout, delay: number, func: (arg: T) => void, arg: T): void {
  const ms = delay < 1 ? 1 : delay;
  callout_stop(c);
  c.c_time = uptime() + ms;
  c.c_func = func as (arg: never) => void;
  c.c_arg = arg;
  callout_insert(c);
  callout_arm(ms);
}

/** Forgets a callout; harmless when it is not pending. */
export function callout_stop(c: Callout): void {
  if (c.c_func) {
    callout_remove(c);
    c.c_func = null;
    c.c_arg = null;
  }
}

function callout_insert(c: Callout): void {
  let before: Callout | null = null;
  let after = calltodo;
  while (after && after.c_time <= c.c_time) {
    before = after;
    after = after.c_next;
  }
  c.c_next = after;
  if (before) before.c_next = c;
  else calltodo = c;
}

function callout_remove(c: Callout): void {
  let before: Callout | null = null;
  let p = calltodo;
  while (p && p !== c) {
    before = p;
    p = p.c_next;
  }
  if (before) before.c_next = c.c_next;
  else calltodo = c.c_next;
  c.c_next = null;
}

/** Sets the machine timer for `ms` from now unless it comes sooner as it is. */
function callout_arm(delay: number): void {
  const ms = delay > LONGEST_SLEEP ? LONGEST_SLEEP : delay;
  const due = uptime() + ms;
  if (hardclock !== null) {
    if (armed <= due) return;
    untimeout(hardclock);
  }
  armed = due;
  hardclock = timeout(softclock, ms);
}

/** The machine timer: calls what is due, in order of deadline, and sets itself for the next. */
function softclock(): void {
  hardclock = null;
  const now = uptime() + 0.5; // timers may come a fraction of a millisecond early
  let c = calltodo;
  while (c && c.c_time <= now) {
    const func = c.c_func!;
    const arg = c.c_arg;
    callout_stop(c);
    func(arg as never);
    c = calltodo;
  }
  callout_arm(c ? c.c_time - uptime() : LONGEST_SLEEP);
}
