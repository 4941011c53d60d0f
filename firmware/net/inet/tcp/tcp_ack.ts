/**
 * Acknowledgements: RFC 9293 3.10.7.4 fifth; RFC 5681, 5961 5. BSD: the ACK half of netinet/tcp_input.c (tcp_input); Stevens
 * sections 29.3 to 29.7.
 */
import {
  IP_SRCROUTE,
  TCP_DO_ECN,
  TCP_DO_SACK,
  TCP_DO_TLP,
  TCP_DO_TSTAMP,
  TCP_DO_URG,
  TCP_FINWAIT2,
} from "../../../config";
import { sbdrop, sbspace } from "../../kern/sockbuf";
import { soisdisconnected, sowwakeup } from "../../kern/socket2";
import { SB_LOCK, type Socket, SS_CANTRCVMORE } from "../../kern/socketvar";
import { TH_ACK } from "../../wire/tcp";
import { ip_hasrte } from "../ip/ip_srcroute";
import { tcp_timerset } from "./tcp_callout";
import { tcp_tsrecent } from "./tcp_check";
import { tcp_cwndopen } from "./tcp_cong";
import { tcp_doecn } from "./tcp_ecn";
import { TCPS_CLOSING, TCPS_FIN_WAIT_1, TCPS_FIN_WAIT_2, TCPS_LAST_ACK, TCPS_SYN_RECEIVED } from "./tcp_fsm";
import { tcp_newroute } from "./tcp_mss";
import { tcp_allacked, tcp_armrexmt, tcp_dupack, tcp_enterrecovery, tcp_recoverack } from "./tcp_recover";
import { tcp_rttack, tcp_rxtcur } from "./tcp_rtt";
import { tcp_sackinput, tcp_sacklost, tcp_sackmark } from "./tcp_sack";
import {
  TCPSTAT_RCVACKBYTE,
  TCPSTAT_RCVACKPACK,
  TCPSTAT_RCVACKTOOMUCH,
  TCPSTAT_RCVDUPACK,
  TCPSTAT_RCVWINUPD,
  tcpstat,
} from "./tcp_stat";
import { tcp_challenge, tcp_close, tcp_twstart } from "./tcp_subr";
import { tcp_established } from "./tcp_syn";
import {
  TCPT_2MSL,
  TCPT_PERSIST,
  type Tcpcb,
  TF_ECN,
  TF_FASTRECOVERY,
  TF_PASSIVE,
  TF_RTORECOVERY,
  TF_SACK_PERMIT,
  TF_SENTFIN,
  TF_TLP,
  TF_TLPREXMT,
  TI_DROP,
  TI_GO,
  TI_RESET,
  tcp_now,
  ti,
} from "./tcp_var";

/** Takes in the acknowledgement of the segment in `ti`. If it is acceptable, so is the segment: from here on that counts. */
export function tcp_doack(tp: Tcpcb): number {
  if (!(ti.ti_flags & TH_ACK)) return TI_DROP;
  const ack = ti.ti_ack;
  if (tp.t_state === TCPS_SYN_RECEIVED) {
    if (((ack - tp.snd_una) | 0) <= 0 || ((ack - tp.snd_max) | 0) > 0) return TI_RESET;
    tcp_established(tp);
  }
  const acked = (ack - tp.snd_una) | 0;
  if (((ack - tp.snd_max) | 0) > 0 || acked < 0 - tp.snd_maxwnd) return tcp_badack(tp);
  tp.t_rcvtime = tcp_now;
  if (TCP_DO_TSTAMP && ti.ti_tspresent) tcp_tsrecent(tp);
  if (TCP_DO_ECN && tp.t_flags & TF_ECN) tcp_doecn(tp);
  if (IP_SRCROUTE && ip_hasrte() && tp.t_flags & TF_PASSIVE) tcp_newroute(tp);
  const dup = TCP_DO_SACK && ti.ti_nsack && tp.t_flags & TF_SACK_PERMIT ? tcp_sackinput(tp) : false;
  let finacked = false;
  if (acked > 0) finacked = tcp_newack(tp, acked, dup);
  else {
    tcpstat[TCPSTAT_RCVDUPACK]++;
    if (!acked) tcp_dupack(tp);
  }
  tcp_dowindow(tp);
  return finacked ? tcp_finacked(tp) : TI_GO;
}

/** It acknowledges what was never sent, or is older than any of ours in the network can be (RFC 5961 5). */
function tcp_badack(tp: Tcpcb): number {
  tcpstat[TCPSTAT_RCVACKTOOMUCH]++;
  return tcp_challenge(tp);
}

/** `acked` bytes are acknowledged for the first time. True when our FIN is among them. `dup`: it reports needless data. */
export function tcp_newack(tp: Tcpcb, acked: number, dup: boolean): boolean {
  const so = tp.t_inpcb!.inp_socket!;
  const ack = ti.ti_ack;
  tcpstat[TCPSTAT_RCVACKPACK]++;
  tcpstat[TCPSTAT_RCVACKBYTE] += acked;
  tcp_rttack(tp, ack);
  if (tp.snd_holes || tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY | TF_TLP) || tp.t_dupacks)
    tcp_trouble(tp, ack, acked, dup);
  else tp.snd_fack = tp.snd_recent = ack;
  if (!(tp.t_flags & TF_FASTRECOVERY)) tcp_cwndopen(tp, acked);
  const fin = acked > so.so_snd.sb_cc;
  so.so_snd.sb_flags |= SB_LOCK;
  sbdrop(so.so_snd, fin ? so.so_snd.sb_cc : acked);
  tp.snd_una = ack;
  so.so_snd.sb_flags &= ~SB_LOCK;
  if (TCP_DO_URG && ((tp.snd_up - ack) | 0) < 0) tp.snd_up = ack;
  if (ack === tp.snd_max) tcp_allacked(tp);
  else tcp_armrexmt(tp);
  if (tp.t_rxtshift) tcp_progress(tp);
  if (sbspace(so.so_snd) >= so.so_snd.sb_lowat) sowwakeup(so);
  return fin && (tp.t_flags & TF_SENTFIN) !== 0;
}

/** New data is acknowledged while something is missing, or a probe is out. */
function tcp_trouble(tp: Tcpcb, ack: number, acked: number, dup: boolean): void {
  if (TCP_DO_TLP && tp.t_flags & TF_TLP && ((ack - tp.snd_tlpend) | 0) >= 0) {
    const mended = (tp.t_flags & TF_TLPREXMT) !== 0 && !dup && !tp.snd_holes;
    tp.t_flags &= ~(TF_TLP | TF_TLPREXMT);
    // RFC 8985 7.4: the probe has mended a loss, unless it was needless
    if (mended) {
      tcp_enterrecovery(tp);
      tp.snd_recover = ack;
    }
  }
  tcp_recoverack(tp, ack, acked);
  if (TCP_DO_SACK && tp.snd_holes && tp.t_flags & TF_SACK_PERMIT && tcp_sackmark(tp, true)) tcp_enterrecovery(tp);
}

/**
 * The peer acknowledges, though no round trip could be measured: the timeout is what the estimates say again. Differs:
 * Karn keeps a doubled timeout until one is measured; with a window of one segment and heavy loss that is hardly ever.
 */
function tcp_progress(tp: Tcpcb): void {
  tp.t_rxtshift = 0;
  if (tp.t_srtt) tcp_rxtcur(tp);
}

/**
 * The send window (RFC 9293 3.10.7.4): by the latest segment, not by an older one that was overtaken. Differs: BSD does not
 * take a smaller one with the numbers of the last; that is what a peer says who has had to drop what we sent.
 */
export function tcp_dowindow(tp: Tcpcb): void {
  const newer = (ti.ti_seq - tp.snd_wl1) | 0;
  const acks = (ti.ti_ack - tp.snd_wl2) | 0;
  if (newer < 0 || (!newer && acks < 0) || ((ti.ti_ack - tp.snd_una) | 0) < 0) return;
  const opens = ti.ti_win > tp.snd_wnd - acks;
  if (!ti.ti_len && !acks && opens) tcpstat[TCPSTAT_RCVWINUPD]++;
  tp.snd_wnd = ti.ti_win;
  tp.snd_wl1 = ti.ti_seq;
  tp.snd_wl2 = ti.ti_ack;
  if (tp.snd_wnd > tp.snd_maxwnd) tp.snd_maxwnd = tp.snd_wnd;
  if (tp.t_timer[TCPT_PERSIST] && opens && tp.snd_wnd) tcp_windowopen(tp);
}

/** The window has opened: the persist timer has done its work, and a probe that is out goes again with what follows it. */
function tcp_windowopen(tp: Tcpcb): void {
  tp.t_timer[TCPT_PERSIST] = 0;
  tp.t_rxtshift = 0;
  if (tp.snd_max !== tp.snd_una) tcp_sacklost(tp, true);
}

/** Our FIN is acknowledged. */
export function tcp_finacked(tp: Tcpcb): number {
  const so = tp.t_inpcb!.inp_socket as Socket;
  if (tp.t_state === TCPS_FIN_WAIT_1) {
    tp.t_state = TCPS_FIN_WAIT_2;
    if (so.so_state & SS_CANTRCVMORE) {
      // the program has closed: a peer that never does must not hold us for ever
      soisdisconnected(so);
      tcp_timerset(tp, TCPT_2MSL, TCP_FINWAIT2);
    }
  } else if (tp.t_state === TCPS_CLOSING) {
    tcp_twstart(tp);
    return TI_DROP;
  } else if (tp.t_state === TCPS_LAST_ACK) {
    tcp_close(tp);
    return TI_DROP;
  }
  return TI_GO;
}
