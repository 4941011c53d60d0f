/**
 * Loss recovery: when to begin, when it is over. RFC 5681 3.2, 6582, 6675, 5827, 8985. BSD: netinet/tcp_input.c; Stevens
 * section 29.4.
 */
import { TCP_DO_SACK, TCP_DO_TLP, TCP_DO_TSTAMP } from "../../../config";
import { TH_FIN } from "../../wire/tcp";
import { tcp_setrexmt, tcp_timerset } from "./tcp_callout";
import { tcp_ssthresh } from "./tcp_cong";
import { tcp_holesfree } from "./tcp_hole";
import { tcp_tsnow } from "./tcp_rtt";
import { tcp_moretosend, tcp_sackack, tcp_sackfirst, tcp_sackfree, tcp_sackmark, tcp_sackunlost } from "./tcp_sack";
import { TCPSTAT_RECOVERY, TCPSTAT_SPURIOUS, tcpstat } from "./tcp_stat";
import {
  TCPT_REXMT,
  type Tcpcb,
  TF_FASTRECOVERY,
  TF_PTO,
  TF_REXMTNOW,
  TF_RTORECOVERY,
  TF_SACK_PERMIT,
  TF_TLP,
  TI_CUT,
  ti,
} from "./tcp_var";

/** Duplicate acknowledgements that mean a loss (RFC 5681 3.2). */
const DUPTHRESH = 3;
/** More of them cannot come honestly: so many segments are never out. */
const DUPMOST = 1000;
/** Shortest time to a tail loss probe (ms). */
const PTOMIN = 10;

/** Something is lost: recovers from it, unless that is under way. */
export function tcp_enterrecovery(tp: Tcpcb): void {
  if (tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY)) return;
  tcpstat[TCPSTAT_RECOVERY]++;
  tp.snd_ssthresh = tp.snd_cwnd = tcp_ssthresh(tp);
  tp.snd_acked = 0;
  tp.snd_recover = tp.snd_max;
  tp.t_flags |= TF_FASTRECOVERY | TF_REXMTNOW;
}

/**
 * An acknowledgement that acknowledges nothing new, perhaps with SACK: is something lost (RFC 5681 2)? What tells of a closed
 * window answers a probe.
 */
export function tcp_dupack(tp: Tcpcb): void {
  if (TCP_DO_SACK && tp.t_flags & TF_SACK_PERMIT) {
    if (tp.snd_holes && tcp_sackmark(tp, true)) tcp_enterrecovery(tp);
    return;
  }
  const out = (tp.snd_max - tp.snd_una) | 0;
  if (!out || !tcp_isdupack(tp)) {
    if (!(tp.t_flags & TF_FASTRECOVERY)) tp.t_dupacks = 0;
    return;
  }
  if (tp.t_dupacks < DUPMOST) tp.t_dupacks++;
  if (tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY) || tp.t_dupacks < tcp_dupacksneeded(tp, out)) return;
  tcp_sackfirst(tp);
  tcp_enterrecovery(tp);
}

function tcp_isdupack(tp: Tcpcb): boolean {
  if (ti.ti_len || ti.ti_flags & (TH_FIN | TI_CUT)) return false;
  return ti.ti_win !== 0 && ti.ti_win === tp.snd_wnd && ti.ti_ack === tp.snd_una;
}

/** Three; fewer when fewer can come, since less is out and nothing can be sent (RFC 5827 3.2). */
function tcp_dupacksneeded(tp: Tcpcb, out: number): number {
  const segs = ((out + tp.t_maxseg - 1) / tp.t_maxseg) | 0;
  if (segs > DUPTHRESH || segs < 2 || tcp_moretosend(tp, out)) return DUPTHRESH;
  return segs - 1;
}

/** `acked` bytes, up to `ack`, are new: brings scoreboard and recovery up to date. snd_una is still what it was. */
export function tcp_recoverack(tp: Tcpcb, ack: number, acked: number): void {
  const recovering = tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY);
  tcp_sackack(tp, ack);
  if (TCP_DO_TSTAMP && tp.t_flags & TF_RTORECOVERY && tp.snd_prevcwnd) tcp_eifel(tp);
  if (!recovering || ((ack - tp.snd_recover) | 0) >= 0) {
    tp.t_flags &= ~(TF_FASTRECOVERY | TF_RTORECOVERY | TF_REXMTNOW);
    tp.t_dupacks = 0;
    if (tp.snd_holes && !(tp.t_flags & TF_SACK_PERMIT)) tcp_holesfree(tp, null);
  } else if (!(tp.t_flags & TF_SACK_PERMIT)) tcp_partialack(tp, ack, acked);
}

/** RFC 6582 3.2 step 4: the next segment is lost as well. */
function tcp_partialack(tp: Tcpcb, ack: number, acked: number): void {
  const segs = (acked / tp.t_maxseg) | 0;
  tp.t_dupacks = segs > tp.t_dupacks ? 0 : tp.t_dupacks - segs;
  if (tp.snd_holes || !(tp.t_flags & TF_FASTRECOVERY)) return;
  tp.snd_una = ack;
  tcp_sackfirst(tp);
  tp.t_flags |= TF_REXMTNOW;
}

/** A timeout: how things stand before it, should it turn out to have been needless (RFC 4015). */
export function tcp_remember(tp: Tcpcb): void {
  tp.snd_prevcwnd = tp.snd_cwnd;
  tp.snd_prevthresh = tp.snd_ssthresh;
  tp.snd_rtotime = tcp_tsnow(tp);
}

/** The first acknowledgement after a timeout: of the original (RFC 3522)? Then all is as it was (RFC 4015). */
function tcp_eifel(tp: Tcpcb): void {
  if (ti.ti_tspresent && ti.ti_tsecr && ((ti.ti_tsecr - tp.snd_rtotime) | 0) < 0) {
    tcpstat[TCPSTAT_SPURIOUS]++;
    tp.snd_cwnd = tp.snd_prevcwnd;
    tp.snd_ssthresh = tp.snd_prevthresh;
    tp.t_flags &= ~TF_RTORECOVERY;
    tcp_sackunlost(tp);
  }
  tp.snd_prevcwnd = 0;
}

/** Starts the timer for what is out: of a tail loss probe (RFC 8985 7.2), or of a timeout. */
export function tcp_armrexmt(tp: Tcpcb): void {
  if (!TCP_DO_TLP || !tcp_mayprobe(tp)) {
    tcp_setrexmt(tp);
    return;
  }
  const pto = tp.t_srtt >> 2; // two round trips
  tp.t_flags |= TF_PTO;
  tcp_timerset(tp, TCPT_REXMT, pto > PTOMIN ? pto : PTOMIN);
}

/**
 * Is a probe of use? Not of one segment that is out alone: its acknowledgement may be delayed, and the probe would come
 * after the timeout. Not of what has been probed, or timed out.
 */
export function tcp_mayprobe(tp: Tcpcb): boolean {
  return (
    ((tp.snd_max - tp.snd_una) | 0) > tp.t_maxseg &&
    tp.t_srtt > 0 &&
    tp.t_srtt >> 2 < tp.t_rxtcur &&
    !tp.t_rxtshift &&
    !(tp.t_flags & (TF_RTORECOVERY | TF_TLP))
  );
}

/** All that was out has been acknowledged. */
export function tcp_allacked(tp: Tcpcb): void {
  tp.t_timer[TCPT_REXMT] = 0;
  tp.t_flags &= ~TF_PTO;
  tcp_sackfree(tp);
}
