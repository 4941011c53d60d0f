/**
 * Is a segment to be believed? RFC 9293 3.10.7.4 first to fourth, 7323 5 (PAWS), 5961 3 and 4. BSD: the middle of
 * netinet/tcp_input.c (tcp_input); Stevens sections 28.7, 28.8. Each step answers a verdict (tcp_var.ts).
 *
 * Until all have answered TI_GO, and the acknowledgement is acceptable too (tcp_ack.ts), nothing in the segment counts:
 * not its timestamp, its window, its options or flags, nor that it has come at all. Anybody could have sent it. One exception
 * is at tcp_old.
 */
import { TCP_DO_ECN, TCP_DO_TSTAMP } from "../../../config";
import { ECONNREFUSED, ECONNRESET } from "../../kern/errno";
import type { Mbuf } from "../../kern/mbuf";
import { m_adj } from "../../kern/mbuf_chain";
import type { Socket } from "../../kern/socketvar";
import { TH_ACK, TH_ECE, TH_FIN, TH_RST, TH_SYN, TH_URG } from "../../wire/tcp";
import { tcp_ecnsyn } from "./tcp_ecn";
import { TCPS_CLOSING, TCPS_LAST_ACK, TCPS_SYN_RECEIVED } from "./tcp_fsm";
import { tcp_duplicate } from "./tcp_reass";
import { tcp_send } from "./tcp_send";
import {
  TCPSTAT_DROPS,
  TCPSTAT_PAWSDROP,
  TCPSTAT_RCVAFTERWIN,
  TCPSTAT_RCVDUPPACK,
  TCPSTAT_RCVWINPROBE,
  tcpstat,
} from "./tcp_stat";
import { tcp_challenge, tcp_close } from "./tcp_subr";
import { type Tcpcb, TF_PASSIVE, TF_RCVD_TSTMP, TI_ACK, TI_CUT, TI_DROP, TI_GO, tcp_now, ti } from "./tcp_var";

/** A timestamp older than this (ms: 24 days) proves nothing (RFC 7323 5.5). */
const PAWS_IDLE = 24 * 24 * 3600 * 1000;

/**
 * By its timestamp, is the segment from long ago (RFC 7323 5.3, R1)? One without, where both agreed to have them, is dropped
 * (3.2). Not so a SYN: who has had no answer may try without; tcp_dosyn gives it one, and no more.
 */
export function tcp_dopaws(tp: Tcpcb): number {
  if (!TCP_DO_TSTAMP || !(tp.t_flags & TF_RCVD_TSTMP) || ti.ti_flags & TH_RST) return TI_GO;
  if (!ti.ti_tspresent) return (ti.ti_flags & (TH_SYN | TH_ACK)) === TH_SYN ? TI_GO : TI_DROP;
  if (((ti.ti_tsval - tp.t_tsrecent) | 0) >= 0 || (tcp_now - tp.t_tsage) >>> 0 > PAWS_IDLE) return TI_GO;
  tcpstat[TCPSTAT_PAWSDROP]++;
  return tcp_challenge(tp);
}

/** A reset counts when it is exactly what we expect next; elsewhere in the window it might be forged (RFC 5961 3). */
export function tcp_dorst(tp: Tcpcb, so: Socket): number {
  if (!(ti.ti_flags & TH_RST)) return TI_GO;
  const off = (ti.ti_seq - tp.rcv_nxt) | 0;
  if (off) return off > 0 && off < tp.rcv_wnd ? tcp_challenge(tp) : TI_DROP;
  const state = tp.t_state;
  tcpstat[TCPSTAT_DROPS]++;
  if (state === TCPS_SYN_RECEIVED) so.so_error = tp.t_flags & TF_PASSIVE ? ECONNRESET : ECONNREFUSED;
  else if (state !== TCPS_CLOSING && state !== TCPS_LAST_ACK) so.so_error = ECONNRESET;
  tcp_close(tp);
  return TI_DROP;
}

/**
 * A SYN on a connection: of its beginning, again; else an ACK shows the peer that we know of a connection that it may have
 * forgotten (RFC 5961 4).
 */
export function tcp_dosyn(tp: Tcpcb): number {
  if (!(ti.ti_flags & TH_SYN)) return TI_GO;
  if (tp.t_state === TCPS_SYN_RECEIVED && ti.ti_seq === tp.t_irs) {
    if (!(ti.ti_flags & TH_ACK)) return tcp_synagain(tp);
    ti.ti_seq = (ti.ti_seq + 1) | 0;
    ti.ti_flags &= ~(TH_SYN | TH_ECE); // of a SYN that says something else: tcp_ecnsynin
    return TI_GO;
  }
  return tcp_challenge(tp);
}

/** The peer has not heard our SYN. */
function tcp_synagain(tp: Tcpcb): number {
  if (tcp_challenge(tp) === TI_ACK)
    tcp_send(tp, tp.t_iss, 0, TH_SYN | TH_ACK | (TCP_DO_ECN ? tcp_ecnsyn(tp, TH_ACK) : 0));
  return TI_DROP;
}

/**
 * Does it lie in the window? What lies outside is cut off; if nothing is left, an ACK tells where we are. `m` is the data.
 * Differs: a segment without data may lie at the window's right edge. A peer that has filled the window acknowledges from
 * there, when some of what fills it is lost.
 */
export function tcp_dosequence(tp: Tcpcb, m: Mbuf): number {
  const before = (tp.rcv_nxt - ti.ti_seq) | 0;
  if (before > 0) {
    if (before >= ti.ti_len + (ti.ti_flags & TH_FIN ? 1 : 0)) return tcp_old(tp);
    tcp_trimhead(m, before);
  }
  const beyond = (ti.ti_seq + ti.ti_len - tp.rcv_nxt - tp.rcv_wnd) | 0;
  return beyond > 0 ? tcp_trimtail(tp, m, beyond) : TI_GO;
}

/**
 * We have had all of it: the sender may have missed an acknowledgement. It gets another, and data is reported with it.
 * Differs from RFC 7323 5.3: of the segment that we had last the timestamp counts, as on Linux, or the sender would take the
 * time until it sent it again for a round trip. Who would forge one has to know exactly where we are.
 */
function tcp_old(tp: Tcpcb): number {
  const verdict = tcp_challenge(tp);
  tcpstat[TCPSTAT_RCVDUPPACK]++;
  if (verdict !== TI_ACK || !ti.ti_len) return verdict;
  tcp_duplicate(tp, ti.ti_seq, ti.ti_len);
  if (TCP_DO_TSTAMP && tp.t_flags & TF_RCVD_TSTMP && ((ti.ti_seq + ti.ti_len) | 0) === tp.rcv_nxt) tcp_tsrecent(tp);
  return verdict;
}

/** Cuts `n` bytes that came before off the front. */
function tcp_trimhead(m: Mbuf, n: number): void {
  m_adj(m, n);
  ti.ti_seq = (ti.ti_seq + n) | 0;
  ti.ti_len -= n;
  if (ti.ti_urp > n) ti.ti_urp -= n;
  else {
    ti.ti_flags &= ~TH_URG;
    ti.ti_urp = 0;
  }
}

/** Cuts `n` bytes beyond the window off the end. */
function tcp_trimtail(tp: Tcpcb, m: Mbuf, n: number): number {
  tcpstat[TCPSTAT_RCVAFTERWIN]++;
  if (n >= ti.ti_len && (ti.ti_len || ti.ti_seq !== tp.rcv_nxt)) {
    // a probe of a closed window: its acknowledgement counts (RFC 9293 3.8.6.1, 3.10.7.4 first)
    if (tp.rcv_wnd || ti.ti_seq !== tp.rcv_nxt) return tcp_challenge(tp);
    tcpstat[TCPSTAT_RCVWINPROBE]++;
    ti.ti_flags |= TI_CUT;
  }
  m_adj(m, n < ti.ti_len ? -n : -ti.ti_len);
  ti.ti_len = n < ti.ti_len ? ti.ti_len - n : 0;
  ti.ti_flags &= ~TH_FIN;
  return TI_GO;
}

/**
 * The segment counts: its timestamp is to be echoed, unless it is of data that lies behind what we have acknowledged (RFC
 * 7323 4.3; 5.3, R3, after R2).
 */
export function tcp_tsrecent(tp: Tcpcb): void {
  if (!ti.ti_tspresent || ((ti.ti_seq - tp.rcv_acked) | 0) > 0) return;
  tp.t_tsrecent = ti.ti_tsval;
  tp.t_tsage = tcp_now;
}
