/**
 * The holes of the scoreboard (tcp_sack.ts) as a list: where they come from, and where they go.
 */
import { TCP_MAXHOLES } from "../../../config";
import { free } from "../../kern/kern_malloc";
import type { Sackhole, Tcpcb } from "./tcp_var";

/** So many may all connections have together, besides one for each. */
const HOLES = 2 * TCP_MAXHOLES;

/** How many there are, of all connections. */
let nholes: number;

export function tcp_hole_init(): void {
  nholes = 0;
}

/** Counts them, where a broken turn may have lost count (tcp_mend.ts). */
export function tcp_holecount(n: number): void {
  nholes = n;
}

/**
 * A new hole behind `before` (null: the first). Null when there are too many; but each connection may have one, or its loss
 * would be forgotten.
 */
export function hole_new(
  tp: Tcpcb,
  before: Sackhole | null,
  start: number,
  end: number,
  flags: number,
): Sackhole | null {
  if (tp.snd_holes && nholes >= HOLES) return null;
  const h: Sackhole | null = {
    sh_next: before ? before.sh_next : tp.snd_holes,
    sh_start: start,
    sh_end: end,
    sh_flags: flags,
    sh_no: 0,
    sh_max: 0,
    sh_time: 0,
  };
  if (!h) return null;
  if (before) before.sh_next = h;
  else tp.snd_holes = h;
  nholes++;
  return h;
}

/** Takes out the hole behind `before`, and answers the next one. */
export function hole_free(tp: Tcpcb, before: Sackhole | null, h: Sackhole): Sackhole | null {
  const next = h.sh_next;
  if (before) before.sh_next = next;
  else tp.snd_holes = next;
  nholes--;
  free(h);
  return next;
}

/** All holes behind `before` (null: all of them) are none any more. */
export function tcp_holesfree(tp: Tcpcb, before: Sackhole | null): void {
  let h = before ? before.sh_next : tp.snd_holes;
  while (h) h = hole_free(tp, before, h);
}

/** Divides a hole at `seq`. Where there is no memory for another it stays whole. */
export function hole_split(tp: Tcpcb, h: Sackhole, seq: number): void {
  const rest = hole_new(tp, h, seq, h.sh_end, h.sh_flags);
  if (!rest) return;
  rest.sh_no = h.sh_no;
  rest.sh_max = h.sh_max;
  rest.sh_time = h.sh_time;
  h.sh_end = seq;
}
