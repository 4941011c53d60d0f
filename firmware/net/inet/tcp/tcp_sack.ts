/**
 * The scoreboard: what of the data in flight is missing. RFC 6675, 2018, with the clock of RFC 8985 (RACK). BSD's
 * descendants: netinet/tcp_sack.c.
 *
 * A list of holes, in order: stretches of [snd_una, snd_fack) that the peer has not got. While nothing is amiss it is
 * empty and costs nothing. A hole is in flight until it is thought lost (SH_LOST), and again once it was retransmitted,
 * piece by piece, each piece a hole of its own. Retransmissions are numbered: one that was overtaken by a later one, or
 * by new data sent after it, is lost again, without waiting for a timeout.
 *
 * Without SACK (RFC 6582) a duplicate acknowledgement says no more than that some segment has arrived: there is at most
 * one hole, made by tcp_recover.ts, and t_dupacks counts what has left the network.
 */
import { TCP_DO_SACK, TCP_MAXHOLES, TCP_RTOMIN } from "../../../config";
import { get32 } from "../../../machdep";
import { TCPOLEN_SACK } from "../../wire/tcp";
import { tcp_timerset } from "./tcp_callout";
import { hole_free, hole_new, hole_split, tcp_holesfree } from "./tcp_hole";
import {
  type Sackhole,
  SH_LOST,
  SH_REXMT,
  TCPT_REO,
  type Tcpcb,
  TF_FASTRECOVERY,
  TF_REORDER,
  TF_RTORECOVERY,
  TF_SACK_PERMIT,
  tcp_now,
  ti,
} from "./tcp_var";

/** Shortest wait for what may only be out of order (ms). */
const REO_LEAST = 5;

/** Data of a hole has arrived. Which transmission was it? Sooner than a round trip after the last: an earlier one. */
function hole_arrived(tp: Tcpcb, h: Sackhole): void {
  const late = (h.sh_flags & SH_REXMT) === 0 || ((tcp_now - h.sh_time) | 0) < (((tp.t_rttmin * 9 + 9) / 10) | 0);
  if (!late && ((h.sh_no - tp.snd_rackno) | 0) > 0) tp.snd_rackno = h.sh_no;
  if (late && ((h.sh_end - tp.snd_recent) | 0) <= 0) tp.t_flags |= TF_REORDER;
}

/** Nothing is missing any more, or nothing is known. */
export function tcp_sackfree(tp: Tcpcb): void {
  if (tp.snd_holes) tcp_holesfree(tp, null);
  tp.snd_fack = tp.snd_recent = tp.snd_una;
}

/** Everything up to `ack` has arrived. */
export function tcp_sackack(tp: Tcpcb, ack: number): void {
  let h = tp.snd_holes;
  while (h && ((h.sh_start - ack) | 0) < 0) {
    if (TCP_DO_SACK) hole_arrived(tp, h);
    if (((h.sh_end - ack) | 0) > 0) {
      h.sh_start = ack;
      break;
    }
    h = hole_free(tp, null, h);
  }
  if (((tp.snd_fack - ack) | 0) < 0) tp.snd_fack = ack;
  if (((tp.snd_recent - ack) | 0) < 0) tp.snd_recent = ack;
}

/** Takes in the SACK option of the segment in `ti`; answers whether it reports data that came twice (RFC 2883). */
export function tcp_sackinput(tp: Tcpcb): boolean {
  let dup = false;
  for (let i = 0; i < ti.ti_nsack; i++) {
    const start = get32(ti.ti_sack + i * TCPOLEN_SACK);
    const end = get32(ti.ti_sack + i * TCPOLEN_SACK + 4);
    if (((end - start) | 0) <= 0 || ((end - tp.snd_max) | 0) > 0) continue;
    if (!i && (((end - ti.ti_ack) | 0) <= 0 || tcp_sacktwice(start, end))) dup = true;
    else if (((start - tp.snd_una) | 0) > 0) tcp_sackblock(tp, start, end);
  }
  return dup;
}

/** Does the first block lie in the second: is it data that came twice? */
function tcp_sacktwice(start: number, end: number): boolean {
  if (ti.ti_nsack < 2) return false;
  const second = ti.ti_sack + TCPOLEN_SACK;
  return ((start - get32(second)) | 0) >= 0 && ((end - get32(second + 4)) | 0) <= 0;
}

/** The peer has [start, end). */
function tcp_sackblock(tp: Tcpcb, start: number, end: number): void {
  if (((tp.snd_fack - tp.snd_una) | 0) < 0) tp.snd_fack = tp.snd_una;
  if (((start - tp.snd_fack) | 0) > 0) {
    if (!tcp_sackgap(tp, start)) return;
  } else tcp_sackfill(tp, start, end);
  if (((end - tp.snd_fack) | 0) > 0) tp.snd_fack = end;
  if (((end - tp.snd_recent) | 0) > 0) tp.snd_recent = end;
}

/** What lies between all that is known and `start` is a hole. False when there are too many. */
function tcp_sackgap(tp: Tcpcb, start: number): boolean {
  let last: Sackhole | null = null;
  let n = 0;
  for (let h = tp.snd_holes; h; h = h.sh_next) {
    last = h;
    n++;
  }
  return n < TCP_MAXHOLES && hole_new(tp, last, tp.snd_fack, start, 0) !== null;
}

/** Takes [start, end) out of the holes. */
function tcp_sackfill(tp: Tcpcb, start: number, end: number): void {
  let before: Sackhole | null = null;
  let h = tp.snd_holes;
  while (h && ((h.sh_start - end) | 0) < 0) {
    if (((h.sh_end - start) | 0) > 0) {
      hole_arrived(tp, h);
      if (((h.sh_start - start) | 0) >= 0 && ((h.sh_end - end) | 0) <= 0) {
        h = hole_free(tp, before, h);
        continue;
      }
      if (((h.sh_start - start) | 0) >= 0) h.sh_start = end;
      else {
        if (((h.sh_end - end) | 0) > 0) hole_split(tp, h, end);
        if (((h.sh_end - end) | 0) <= 0) h.sh_end = start;
      }
    }
    before = h;
    h = h.sh_next;
  }
}

/**
 * Decides which holes are lost; true when any is. That is so
 *  - when three segments above it have arrived (RFC 6675 4), all others that are out when these are fewer and nothing can
 *    be sent to get more (RFC 5827 3), or any during recovery; unless the path is known to reorder;
 *  - when anything above it has arrived a quarter of a round trip ago (RFC 8985 6.2), which TCPT_REO finds;
 *  - for a retransmission, when something that was sent later has arrived.
 */
export function tcp_sackmark(tp: Tcpcb, wait: boolean): boolean {
  let above = (tp.snd_recent - tp.snd_una) | 0;
  let at = tp.snd_una;
  let pending = false;
  let lost = false;
  for (let h = tp.snd_holes; h && ((h.sh_start - tp.snd_recent) | 0) < 0; h = h.sh_next)
    above -= ((h.sh_end - tp.snd_recent) | 0) > 0 ? (tp.snd_recent - h.sh_start) | 0 : (h.sh_end - h.sh_start) | 0;
  const thresh = wait ? tcp_dupthresh(tp) : 1;
  for (let h = tp.snd_holes; h; h = h.sh_next) {
    above -= (h.sh_start - at) | 0;
    at = h.sh_end;
    if (!(h.sh_flags & SH_LOST) && ((h.sh_start - tp.snd_recent) | 0) < 0) {
      if (h.sh_flags & SH_REXMT ? tcp_overtaken(tp, h) : above >= thresh) h.sh_flags |= SH_LOST;
      else if (!(h.sh_flags & SH_REXMT) || tp.t_flags & TF_REORDER) pending = true; // what time alone can decide
    }
    if (h.sh_flags & SH_LOST) lost = true;
  }
  if (pending && !tp.t_timer[TCPT_REO]) tcp_timerset(tp, TCPT_REO, tcp_reowait(tp));
  return lost;
}

/** A quarter of a round trip, of a careful guess while none is measured, and not so short that the board does nothing else. */
function tcp_reowait(tp: Tcpcb): number {
  const wait = (tp.t_srtt ? tp.t_srtt >> 5 : TCP_RTOMIN >> 2) + 1;
  return wait < REO_LEAST ? REO_LEAST : wait;
}

/** How many bytes above a hole must have arrived for it to be lost at once. */
function tcp_dupthresh(tp: Tcpcb): number {
  if (tp.t_flags & TF_REORDER) return 0x7fffffff;
  if (tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY)) return 1;
  const out = (tp.snd_max - tp.snd_una) | 0;
  if (out > 3 * tp.t_maxseg || tcp_moretosend(tp, out)) return 2 * tp.t_maxseg + 1;
  return out > tp.t_maxseg ? out - tp.t_maxseg : 1;
}

/** Is there unsent data that the window lets out? */
export function tcp_moretosend(tp: Tcpcb, out: number): boolean {
  const so = tp.t_inpcb!.inp_socket!;
  return so.so_snd.sb_cc > out && tp.snd_wnd > out;
}

/** Has something arrived that was sent after the last retransmission of a hole? A path that reorders gets time for it. */
function tcp_overtaken(tp: Tcpcb, h: Sackhole): boolean {
  if (((tp.snd_rackno - h.sh_no) | 0) <= 0 && ((tp.snd_recent - h.sh_max) | 0) <= 0) return false;
  return !(tp.t_flags & TF_REORDER) || ((tcp_now - h.sh_time) | 0) > (tp.t_srtt * 5) >> 5;
}

/** Bytes thought to be in the network (RFC 6675 4). */
export function tcp_pipe(tp: Tcpcb): number {
  let h = tp.snd_holes;
  if (!h && !tp.t_dupacks) return (tp.snd_max - tp.snd_una) | 0;
  let pipe = (tp.snd_max - (h ? tp.snd_fack : tp.snd_una)) | 0;
  for (; h; h = h.sh_next) if (!(h.sh_flags & SH_LOST)) pipe += (h.sh_end - h.sh_start) | 0;
  if (!(tp.t_flags & TF_SACK_PERMIT)) pipe -= tp.t_dupacks * tp.t_maxseg;
  return pipe < 0 ? 0 : pipe;
}

/** The first hole that is to be retransmitted, or null. */
export function tcp_sacknext(tp: Tcpcb): Sackhole | null {
  let h = tp.snd_holes;
  while (h && !(h.sh_flags & SH_LOST)) h = h.sh_next;
  return h;
}

/**
 * The first `len` bytes of a hole, or all of it and new data behind it, are on their way again. Where it cannot be divided
 * it counts as if all of it were: what is not is found lost again.
 */
export function tcp_sackrexmit(tp: Tcpcb, h: Sackhole, len: number): void {
  const end = (h.sh_start + len) | 0;
  if (((h.sh_end - end) | 0) > 0) hole_split(tp, h, end);
  else h.sh_end = end;
  if (((end - tp.snd_max) | 0) > 0) tp.snd_max = end;
  if (((end - tp.snd_fack) | 0) > 0) tp.snd_fack = end;
  h.sh_flags = SH_REXMT;
  h.sh_no = tp.snd_rxtno = (tp.snd_rxtno + 1) | 0;
  h.sh_max = tp.snd_max;
  h.sh_time = tcp_now;
}

/** All that is out is lost: after a timeout (RFC 6675 5.1). What the peer has said to have is believed, unless `all`. */
export function tcp_sacklost(tp: Tcpcb, all: boolean): void {
  if (all) tcp_sackfree(tp);
  let last: Sackhole | null = null;
  for (let h = tp.snd_holes; h; h = h.sh_next) {
    h.sh_flags |= SH_LOST;
    last = h;
  }
  if (((tp.snd_fack - tp.snd_una) | 0) < 0) tp.snd_fack = tp.snd_una;
  if (((tp.snd_max - tp.snd_fack) | 0) > 0 && !hole_new(tp, last, tp.snd_fack, tp.snd_max, SH_LOST) && last)
    last.sh_end = tp.snd_max;
  tp.snd_fack = tp.snd_max;
}

/** The segment at snd_una is lost, says a peer without SACK. */
export function tcp_sackfirst(tp: Tcpcb): void {
  const end = (tp.snd_una + tp.t_maxseg) | 0;
  tcp_sackfree(tp);
  tp.snd_fack = ((end - tp.snd_max) | 0) < 0 ? end : tp.snd_max;
  hole_new(tp, null, tp.snd_una, tp.snd_fack, SH_LOST);
}

/** The timeout was needless: what was thought lost only because of it is on its way. */
export function tcp_sackunlost(tp: Tcpcb): void {
  let before: Sackhole | null = null;
  let h = tp.snd_holes;
  while (h && ((h.sh_start - tp.snd_recent) | 0) < 0) {
    h.sh_flags &= ~SH_LOST;
    before = h;
    h = h.sh_next;
  }
  tcp_holesfree(tp, before);
  tp.snd_fack = tp.snd_recent;
}
