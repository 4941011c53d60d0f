/**
 * Who is to hear of a change of a file that is no socket: the upcall of one descriptor, queued as those of sockets are (socket2.ts), in
 * the same turn behind them. BSD: sys/select.h, kern/sys_generic.c (selrecord, selwakeup); Stevens section 16.13. Called by pipes and
 * packet taps.
 */
import { timeout } from "../../machdep";
import type { u8 } from "../../types";

export interface Selinfo {
  /** the descriptor whose upcall comes; 0: none */
  si_fd: u8;
  si_queued: boolean;
  si_next: Selinfo | null;
}

/** Those whose upcall is on its way. */
let sel_first: Selinfo | null;
let sel_count: number;
/** The turn in which they are called, and whether it has been asked for. */
let sel_turn: () => void;
let sel_due: boolean;

/** Nobody waits: at boot. `turn` is called, in a turn of its own, when upcalls wait. */
export function selinit(turn: () => void): void {
  sel_turn = turn;
  sel_first = null;
  sel_count = 0;
  sel_due = false;
}

export function sel_new(): Selinfo {
  return { si_fd: 0, si_queued: false, si_next: null };
}

/** The turn begins: how many upcalls are on their way. */
export function selcount(): number {
  sel_due = false;
  return sel_count;
}

/** There is a change: queues the upcall. */
export function selwakeup(si: Selinfo): void {
  if (!selqueue(si) || sel_due) return;
  sel_due = true;
  timeout(sel_turn, 0);
}

/** The descriptor of the one that has waited longest; 0: none waits, or it does not want its upcall any more. */
export function selnext(): number {
  const si = sel_first;
  if (!si) return 0;
  selforget(si);
  return si.si_fd;
}

/** False when nobody wants it, or it is on its way already. */
function selqueue(si: Selinfo): boolean {
  if (!si.si_fd || si.si_queued) return false;
  let last = sel_first;
  while (last && last.si_next) last = last.si_next;
  if (last) last.si_next = si;
  else sel_first = si;
  si.si_queued = true;
  sel_count++;
  return true;
}

/** Takes it off the queue: what it belongs to may go. */
export function selforget(si: Selinfo): void {
  if (!si.si_queued) return;
  if (sel_first === si) sel_first = si.si_next;
  else for (let p = sel_first; p; p = p.si_next) if (p.si_next === si) p.si_next = si.si_next;
  si.si_next = null;
  si.si_queued = false;
  sel_count--;
}
