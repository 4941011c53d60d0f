/**
 * Is a segment to be believed? RFC 9293 3.10.7.4 first to fourth, 7323 5 (PAWS), 5961 3 and 4. BSD: the middle of
 * netinet/tcp_input.c (tcp_input); Stevens sections 28.7, 28.8. Each step answers a verdict (tcp_verdict.ts).
 */
import { TCP_DO_ECN, TCP_DO_TSTAMP } from "../../../config";
import { ECONNREFUSED, ECONNRESET } from "../../kern/errno";
import type { Mbuf } from "../../kern/mbuf";
import { m_adj } from "../../kern/mbuf_chain";
import { type Socket, SS_NOFDREF } from "../../kern/socketvar";
import { TH_ACK, TH_FIN, TH_RST, TH_SYN, TH_URG } from "../../wire/tcp";
import { tcp_ecnsyn } from "./tcp_ecn";
import { TCPS_CLOSE_WAIT, TCPS_CLOSING, TCPS_LAST_ACK, TCPS_SYN_RECEIVED } from "./tcp_fsm";
import { tcp_duplicate } from "./tcp_reass";
import { tcp_send } from "./tcp_send";
import {
  TCPSTAT_DROPS,
  TCPSTAT_PAWSDROP,
  TCPSTAT_RCVAFTERCLOSE,
  TCPSTAT_RCVAFTERWIN,
  TCPSTAT_RCVWINPROBE,
  tcpstat,
} from "./tcp_stat";
import { tcp_challenge, tcp_close } from "./tcp_subr";
import { type Tcpcb, TF_ACKNOW, TF_PASSIVE, TF_RCVD_TSTMP, tcp_now, ti } from "./tcp_var";
import { TI_ACK, TI_DROP, TI_GO, TI_RESET } from "./tcp_verdict";

/** A timestamp older than this (ms: 24 days) proves nothing (RFC 7323 5.5). */
const PAWS_IDLE = 24 * 24 * 3600 * 1000;

/** By its timestamp, is the segment from long ago (RFC 7323 5.3)? One without, where both agreed to have them, is dropped (3.2). */
export function tcp_dopaws(tp: Tcpcb): number {
  if (!TCP_DO_TSTAMP || !(tp.t_flags & TF_RCVD_TSTMP) || ti.ti_flags & TH_RST) return TI_GO;
  if (!ti.ti_tspresent) return TI_DROP;
  if (((ti.ti_tsval - tp.t_tsrecent) | 0) >= 0) return TI_GO;
  if (tcp_now - tp.t_tsage > PAWS_IDLE) {
    tp.t_tsrecent = ti.ti_tsval;
    return TI_GO;
  }
  tcpstat[TCPSTAT_PAWSDROP]++;
  if (ti.ti_len) tcp_duplicate(tp, ti.ti_seq, 0);
  return TI_ACK;
}

/** A reset counts when it is exactly what we expect next; elsewhere in the window it might be forged (RFC 5961 3). */
export function tcp_dorst(tp: Tcpcb, so: Socket): number {
  if (!(ti.ti_flags & TH_RST)) return TI_GO;
  const off = (ti.ti_seq - tp.rcv_nxt) | 0;
  if (off) {
    if (off > 0 && off < tp.rcv_wnd) tcp_challenge(tp);
    return TI_DROP;
  }
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
    if (!(ti.ti_flags & TH_ACK)) {
      tcp_send(tp, tp.t_iss, 0, TH_SYN | TH_ACK | (TCP_DO_ECN ? tcp_ecnsyn(tp, TH_ACK) : 0)); // the peer has not heard our SYN
      return TI_DROP;
    }
    ti.ti_seq = (ti.ti_seq + 1) | 0;
    ti.ti_flags &= ~TH_SYN;
    return TI_GO;
  }
  tcp_challenge(tp);
  return TI_DROP;
}

/** Does it lie in the window? What lies outside is cut off; if nothing is left, an ACK tells where we are. `m` is the data. */
export function tcp_dosequence(tp: Tcpcb, so: Socket, m: Mbuf): number {
  const before = (tp.rcv_nxt - ti.ti_seq) | 0;
  if (before > 0) {
    if (tp.t_state === TCPS_SYN_RECEIVED && before >= ti.ti_len) return TI_ACK; // nor does it open a connection
    tcp_trimhead(tp, m, before);
  }
  if (ti.ti_len && so.so_state & SS_NOFDREF && tp.t_state > TCPS_CLOSE_WAIT && ti.ti_seq === tp.rcv_nxt)
    return tcp_afterclose(tp);
  const beyond = (ti.ti_seq + ti.ti_len - tp.rcv_nxt - tp.rcv_wnd) | 0;
  if (beyond > 0) {
    const verdict = tcp_trimtail(tp, m, beyond);
    if (verdict) return verdict;
  }
  if (TCP_DO_TSTAMP && ti.ti_tspresent && ((ti.ti_seq - tp.rcv_acked) | 0) <= 0) tcp_tsrecent(tp);
  return TI_GO;
}

/** Cuts `n` bytes that came before off the front. Its acknowledgement counts, even if nothing else is left. */
function tcp_trimhead(tp: Tcpcb, m: Mbuf, n: number): void {
  const len = ti.ti_len;
  const drop = n < len ? n : len;
  if (n > len || (n === len && !(ti.ti_flags & TH_FIN))) {
    tcp_duplicate(tp, ti.ti_seq, len);
    if (n > len) ti.ti_flags &= ~TH_FIN;
  }
  m_adj(m, drop);
  ti.ti_seq = tp.rcv_nxt;
  ti.ti_len -= drop;
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
    if (tp.rcv_wnd || ti.ti_seq !== tp.rcv_nxt) return TI_ACK;
    tcpstat[TCPSTAT_RCVWINPROBE]++;
    tp.t_flags |= TF_ACKNOW;
  }
  m_adj(m, n < ti.ti_len ? -n : -ti.ti_len);
  ti.ti_len = n < ti.ti_len ? ti.ti_len - n : 0;
  ti.ti_flags &= ~TH_FIN;
  return TI_GO;
}

/** Data for a program that has closed: the peer must hear that it is lost (RFC 9293 3.6.1; RFC 1122 4.2.2.13). */
function tcp_afterclose(tp: Tcpcb): number {
  tcpstat[TCPSTAT_RCVAFTERCLOSE]++;
  tcp_close(tp);
  return TI_RESET;
}

/** Notes the timestamp to be echoed (RFC 7323 4.3). */
export function tcp_tsrecent(tp: Tcpcb): void {
  if (((ti.ti_tsval - tp.t_tsrecent) | 0) < 0) return;
  tp.t_tsrecent = ti.ti_tsval;
  tp.t_tsage = tcp_now;
}
