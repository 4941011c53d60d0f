/**
 * Callouts: functions to be called later. BSD: kern/kern_clock.c (timeout, untimeout) with the calls of its successors
 * (callout_reset, callout_stop).
 *
 * Tickless: callouts wait in a list by deadline and one machine timer stands for the first of them, so an idle board
 * sleeps until something is due, half an hour at most. A callout is part of the structure that it serves (an ARP entry, a PCB), never
 * allocated. When the timer comes early, because the callout that it was set for has gone, nothing happens but the
 * next one being set.
 *
 * The machine timer is set for the next time before anything is called: a callout's function that breaks off (turn.ts) does
 * not stop the others, and is called again by `callout_mend`.
 */
import { type Timeout, timeout, untimeout, uptime } from "../../machdep";
import type { caddr_t } from "../../types";
import { turn_begin, turn_end } from "./turn";

export interface Callout {
  c_next: Callout | null;
  /** deadline, in ms of uptime */
  c_time: number;
  c_func: ((arg: caddr_t | null) => void) | null;
  c_arg: caddr_t | null;
}

/**
 * The machine timer is set for so long at most (ms), also when nothing is due, so that the uptime goes on: a step of an
 * hour is taken for the clock being set (machdep.ts).
 */
const LONGEST_SLEEP = 1800000;
/** After callouts have been called it comes again so soon at least, should they have broken off (ms). */
const LIFELINE = 2000;
/** So late the machine timer never comes (ms): it has been lost. */
const LOST = 1000;
/** A callout that was broken off is called again after so long (ms). */
const AGAIN = 1000;

let calltodo: Callout | null;
/** the machine timer (0: none), and when it comes */
let hardclock: Timeout;
let armed: number;
/** the callout that is being set, or called */
let callbusy: Callout | null;
let callfunc: Callout["c_func"];
let callarg: caddr_t | null;

export function callout_init(): void {
  calltodo = null;
  callbusy = null;
  hardclock = 0;
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
export function callout_reset<T extends caddr_t | null>(
  c: Callout,
  delay: number,
  func: (arg: T) => void,
  arg: T,
): void {
  const ms = delay < 1 ? 1 : delay;
  callout_stop(c);
  c.c_arg = arg;
  c.c_time = (uptime() + ms) | 0;
  callout_insert(c);
  c.c_func = func as (arg: caddr_t | null) => void;
  callout_arm(ms);
}

/** Forgets a callout; harmless when it is not pending. */
export function callout_stop(c: Callout): void {
  if (c.c_func) {
    c.c_func = null; // first: should we break off here, this tells callout_mend that it is none
    callout_remove(c);
    c.c_arg = null;
  }
}

function callout_insert(c: Callout): void {
  let before: Callout | null = null;
  let after = calltodo;
  while (after && ((after.c_time - c.c_time) | 0) <= 0) {
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
  const now = uptime();
  if (hardclock) {
    const left = (armed - now) | 0;
    if (left <= ms && left > -LOST) return;
    callout_disarm();
  }
  armed = (now + ms) | 0;
  hardclock = timeout(softclock, ms);
}

function callout_disarm(): void {
  const id = hardclock;
  hardclock = 0;
  if (id) untimeout(id);
}

/** Should the machine timer have been lost, there is one again: for whoever comes by now and then. */
export function callout_rescue(): void {
  callout_arm(calltodo ? callout_left(calltodo, uptime()) : LONGEST_SLEEP);
}

/** How long until the callout is due (ms), negative when it is late. */
function callout_left(c: Callout, now: number): number {
  return (c.c_time - now) | 0;
}

/** The machine timer: sets itself for the next time, and calls what is due, in order of deadline. */
function softclock(): void {
  turn_begin();
  const now = uptime();
  let c = calltodo;
  hardclock = 0;
  while (c && callout_left(c, now) <= 0) c = c.c_next;
  const ms = c ? callout_left(c, now) : LONGEST_SLEEP;
  callout_arm(c === calltodo || ms < LIFELINE ? ms : LIFELINE);
  c = calltodo;
  while (c && callout_left(c, now) <= 0) {
    callfunc = c.c_func;
    callarg = c.c_arg;
    callbusy = c;
    callout_stop(c);
    callfunc!(callarg);
    callbusy = null;
    c = calltodo;
  }
  turn_end();
}

/**
 * A turn has broken off: what is neither pending nor not, is not; the callout that was being called is called again; and
 * the machine timer is set anew.
 */
export function callout_mend(): void {
  let before: Callout | null = null;
  let c = calltodo;
  while (c) {
    const next: Callout | null = c.c_next;
    if (c.c_func) before = c;
    else {
      c.c_next = null;
      if (before) before.c_next = next;
      else calltodo = next;
    }
    c = next;
  }
  callout_disarm();
  callout_rescue();
  c = callbusy;
  callbusy = null;
  if (c && !c.c_func) callout_reset(c, AGAIN, callfunc!, callarg);
}
