/**
 * What happens when a timer goes off: RFC 9293 3.8, 3.10.8; 6298 5; 8985 7.3; 2923. BSD: netinet/tcp_timer.c; Stevens
 * chapter 25. tcp_callout.ts sets them and calls these.
 */
import {
  TCP_DO_PMTUD,
  TCP_DO_SACK,
  TCP_DO_TLP,
  TCP_DO_TSTAMP,
  TCP_MAXRXTSHIFT,
  TCP_RTOMAX,
  TCP_SHUTTIME,
} from "../../../config";
import { ETIMEDOUT } from "../../kern/errno";
import { M_WAIT, m_clspare } from "../../kern/mbuf";
import { NET_ACTIVE } from "../../kern/protosw";
import { sowwakeup } from "../../kern/socket2";
import { SO_KEEPALIVE, SS_NOFDREF } from "../../kern/socketvar";
import { TCP_MSS, TH_ACK, TH_FIN } from "../../wire/tcp";
import { in_losing } from "../in_pcb";
import { tcp_callout_init, tcp_setrexmt, tcp_timerset } from "./tcp_callout";
import { tcp_ssthresh } from "./tcp_cong";
import { TCPS_ESTABLISHED, TCPS_SYN_SENT, tcp_outflags } from "./tcp_fsm";
import { tcp_setmaxopd } from "./tcp_mss";
import { tcp_maxdata } from "./tcp_option";
import { tcp_outack, tcp_outprobe, tcp_output, tcp_outsyn, tcp_setpersist } from "./tcp_output";
import { tcp_enterrecovery, tcp_remember } from "./tcp_recover";
import { tcp_sacklost, tcp_sackmark } from "./tcp_sack";
import { tcp_send } from "./tcp_send";
import {
  TCPSTAT_BLACKHOLE,
  TCPSTAT_KEEPDROPS,
  TCPSTAT_KEEPPROBE,
  TCPSTAT_KEEPTIMEO,
  TCPSTAT_PERSISTTIMEO,
  TCPSTAT_PROBES,
  TCPSTAT_REXMTTIMEO,
  TCPSTAT_SNDPROBE,
  TCPSTAT_TIMEOUTDROP,
  tcpstat,
} from "./tcp_stat";
import { tcp_close, tcp_drop } from "./tcp_subr";
import {
  SH_LOST,
  TCPT_2MSL,
  TCPT_DELACK,
  TCPT_KEEP,
  TCPT_PERSIST,
  TCPT_REO,
  TCPT_REXMT,
  type Tcpcb,
  TF_FASTRECOVERY,
  TF_FORCE,
  TF_NODF,
  TF_NOOPT,
  TF_PASSIVE,
  TF_PTO,
  TF_REXMTNOW,
  TF_RTORECOVERY,
  TF_SENTFIN,
  TF_TLP,
  TF_TLPREXMT,
  tcp_now,
} from "./tcp_var";

/** A half-open connection's SYN is repeated this often, and no more: whom we answer may never have asked. */
const SYNACK_REXMTS = 4;
/** SYNs without an answer before it is assumed that somebody dislikes their options. */
const SYN_OPTIONS = 3;
/** Timeouts in a row, of segments larger than any that came through, that mean a black hole (RFC 2923 2.1). */
const BLACKHOLE = 3;

/** Timeouts in a row after which the way is doubted (RFC 9293 3.8.3, SHLD-10). */
const R1 = 3;
/** What our own queue refuses is tried again so much later (ms). */
const RETRY_DELAY = 100;

export function tcp_timer_init(): void {
  tcp_callout_init(tcp_timers);
}

/** Timer `timer` has gone off; false when that was the end of the connection. BSD: tcp_timers. */
function tcp_timers(tp: Tcpcb, timer: number): boolean {
  switch (timer) {
    case TCPT_REXMT:
      return tcp_rexmt(tp);
    case TCPT_PERSIST:
      return tcp_persist(tp);
    case TCPT_KEEP:
      return tcp_keep(tp);
    case TCPT_2MSL:
      tcp_close(tp);
      return false;
    case TCPT_DELACK:
      tcp_outack(tp);
      return true;
    case TCPT_REO:
      if (TCP_DO_SACK) tcp_reo(tp);
      return true;
    default:
      if (TCP_DO_PMTUD) tcp_pmtuup(tp);
      return true;
  }
}

/** Counts a cause, and ends the connection: the peer does not answer. */
function tcp_timedout(tp: Tcpcb, cause: number): boolean {
  tcpstat[cause]++;
  tcp_drop(tp, ETIMEDOUT);
  return false;
}

/** The retransmission timer. */
function tcp_rexmt(tp: Tcpcb): boolean {
  if (tp.t_state >= TCPS_ESTABLISHED && !tp.snd_wnd) return tcp_rexmtclosed(tp);
  if (TCP_DO_TLP && tp.t_flags & TF_PTO) {
    tcp_tlp(tp);
    return true;
  }
  tcpstat[TCPSTAT_REXMTTIMEO]++;
  if (tcp_unanswered(tp) || tcp_hopeless(tp, tp.t_rxtsince)) return tcp_timedout(tp, TCPSTAT_TIMEOUTDROP);
  if (tp.t_state < TCPS_ESTABLISHED) return tcp_rexmtsyn(tp);
  tcp_rexmtloss(tp);
  tcp_output(tp);
  if (!tp.t_timer[TCPT_REXMT]) tcp_setrexmt(tp);
  return true;
}

/** The peer has closed the window behind what we sent, or we sent a FIN in front of it: it is probed, and not given up. */
function tcp_rexmtclosed(tp: Tcpcb): boolean {
  tp.t_flags &= ~TF_PTO;
  tp.t_rxtshift = 1;
  return tcp_persist(tp);
}

/**
 * Counts a timeout. At the third (R1, RFC 9293 3.8.3) the way is doubted; true when the time has come to
 * give up (R2): after TCP_MAXRXTSHIFT, or when the program said.
 */
function tcp_unanswered(tp: Tcpcb): boolean {
  const shift = tp.t_rxtshift + 1;
  tp.t_rxtshift = shift;
  if (shift === 1) tp.t_rxtsince = (tcp_now - tp.t_rxtcur) | 0;
  if (shift === R1) tcp_doubt(tp);
  return shift > TCP_MAXRXTSHIFT || (tp.t_usertimeout > 0 && ((tcp_now - tp.t_rxtsince) | 0) >= tp.t_usertimeout);
}

/** IP is told that the way may be dead (MUST-20), and the program woken (SHLD-9): `tcpinfo` shows it the timeouts. */
function tcp_doubt(tp: Tcpcb): void {
  const inp = tp.t_inpcb!;
  in_losing(inp);
  if (inp.inp_socket) sowwakeup(inp.inp_socket);
}

/**
 * The peer has let nothing go `since` long ago, and others need the memory that it holds, or nobody cares for the connection any more:
 * a zero window is no right to a host's memory (RFC 6429 4).
 */
function tcp_hopeless(tp: Tcpcb, since: number): boolean {
  const so = tp.t_inpcb!.inp_socket!;
  return ((tcp_now - since) | 0) > TCP_SHUTTIME && (!m_clspare(M_WAIT) || (so.so_state & SS_NOFDREF) !== 0);
}

/** The timeout doubles (RFC 6298 5.5). */
function tcp_backoff(tp: Tcpcb): void {
  const rto = tp.t_rxtcur * 2;
  tp.t_rxtcur = rto < TCP_RTOMAX ? rto : TCP_RTOMAX;
}

function tcp_rexmtsyn(tp: Tcpcb): boolean {
  if (tp.t_flags & TF_PASSIVE && tp.t_rxtshift > SYNACK_REXMTS) {
    tcp_close(tp);
    return false;
  }
  if (NET_ACTIVE && tp.t_state === TCPS_SYN_SENT && tp.t_rxtshift >= SYN_OPTIONS) tp.t_flags |= TF_NOOPT;
  tcp_backoff(tp);
  tcp_outsyn(tp);
  return true;
}

/** A timeout: all that is out counts as lost, and goes again one segment at a time at first (RFC 5681 3.1, 6675 5.1). */
function tcp_rexmtloss(tp: Tcpcb): void {
  if (!(tp.t_flags & TF_RTORECOVERY)) {
    if (TCP_DO_TSTAMP) tcp_remember(tp);
    if (!(tp.t_flags & TF_FASTRECOVERY)) tp.snd_ssthresh = tcp_ssthresh(tp);
  } else if (TCP_DO_TSTAMP) tp.snd_prevcwnd = 0;
  if (TCP_DO_PMTUD && tp.t_rxtshift >= BLACKHOLE && !(tp.t_flags & TF_NODF)) tcp_blackhole(tp);
  tp.t_flags = (tp.t_flags & ~(TF_FASTRECOVERY | TF_TLP | TF_TLPREXMT)) | TF_RTORECOVERY | TF_REXMTNOW;
  tp.snd_cwnd = tp.t_maxseg;
  tp.snd_acked = 0;
  tp.snd_recover = tp.snd_max;
  tp.t_dupacks = 0;
  const h = tp.snd_holes;
  tcp_sacklost(tp, tp.t_rxtshift > 2 || !h || h.sh_start !== tp.snd_una); // the left edge goes whatever was said of it (RFC 2018 8)
  tcp_backoff(tp);
}

/** Smaller segments, that routers may cut to pieces: perhaps large ones vanish without a word. */
function tcp_blackhole(tp: Tcpcb): void {
  const out = (tp.snd_max - tp.snd_una) | 0;
  if ((out < tp.t_maxseg ? out : tp.t_maxseg) <= tp.snd_maxok || tp.t_maxopd <= TCP_MSS || out <= TCP_MSS) return;
  tcpstat[TCPSTAT_BLACKHOLE]++;
  tp.t_flags |= TF_NODF;
  tcp_setmaxopd(tp, TCP_MSS);
}

/** Nothing was heard for two round trips: a segment of new data, or the last one again, shows what is lost (RFC 8985 7.3). */
function tcp_tlp(tp: Tcpcb): void {
  tcpstat[TCPSTAT_PROBES]++;
  tp.t_flags = (tp.t_flags & ~TF_PTO) | TF_TLP;
  tp.snd_tlpend = tp.snd_max;
  if (tp.snd_holes) tcp_rescue(tp);
  else if (!tcp_outprobe(tp)) {
    const fin = tp.t_flags & TF_SENTFIN ? 1 : 0;
    const most = tcp_maxdata(tp);
    let len = (tp.snd_max - tp.snd_una - fin) | 0;
    if (len > most) len = most;
    tp.t_flags |= TF_TLPREXMT;
    tp.t_rtttime = 0;
    tcp_send(tp, (tp.snd_max - fin - len) | 0, len, fin ? TH_ACK | TH_FIN : TH_ACK);
  }
  tcp_setrexmt(tp);
}

/** Differs: during recovery RFC 8985 waits for the timeout; here what is missing first is sent again first. */
function tcp_rescue(tp: Tcpcb): void {
  tp.snd_holes!.sh_flags |= SH_LOST;
  tcp_enterrecovery(tp);
  tp.t_flags |= TF_REXMTNOW;
  tcp_output(tp);
}

/**
 * The persist timer: sends what fits a small window, or a byte into a closed one. As long as the peer answers that may go
 * on (RFC 9293 3.8.6.1, MUST-37).
 */
function tcp_persist(tp: Tcpcb): boolean {
  const silence = (tcp_now - tp.t_rcvtime) | 0;
  if (tcp_hopeless(tp, tp.t_sndtime) || (tp.t_rxtshift >= TCP_MAXRXTSHIFT && silence > 3 * TCP_RTOMAX))
    return tcp_timedout(tp, TCPSTAT_PERSISTTIMEO);
  tcpstat[TCPSTAT_PERSISTTIMEO]++;
  const len = tp.t_inpcb!.inp_socket!.so_snd.sb_cc ? 1 : 0;
  const fin = len ? 0 : tcp_outflags[tp.t_state] & TH_FIN;
  if (!len && !fin) return true; // meanwhile all was acknowledged
  const shift = tp.t_rxtshift;
  tcp_setpersist(tp);
  if (tp.snd_wnd && tp.snd_max === tp.snd_una) {
    tp.t_flags |= TF_FORCE;
    tcp_output(tp);
    tp.t_flags &= ~TF_FORCE;
    if (tp.snd_max === tp.snd_una) tcp_refused(tp, shift);
  } else tcp_windowprobe(tp, len, fin);
  return true;
}

/** Our own queue or pool did not take it, which says nothing of the peer: it is tried again soon, and not ever later. */
function tcp_refused(tp: Tcpcb, shift: number): void {
  tp.t_rxtshift = shift;
  tcp_timerset(tp, TCPT_PERSIST, RETRY_DELAY);
}

/** The first byte that is not acknowledged, or the FIN when that is all: new, or the probe of last time. */
function tcp_windowprobe(tp: Tcpcb, len: number, fin: number): void {
  tcpstat[TCPSTAT_SNDPROBE]++;
  if (tcp_send(tp, tp.snd_una, len, TH_ACK | fin)) return;
  if (fin) tp.t_flags |= TF_SENTFIN;
  if (tp.snd_max === tp.snd_una) tp.snd_max = (tp.snd_una + 1) | 0;
}

/** Connecting has taken too long; or it is time to see whether the peer is still there (RFC 9293 3.8.4). */
function tcp_keep(tp: Tcpcb): boolean {
  if (tp.t_state < TCPS_ESTABLISHED) return tcp_timedout(tp, TCPSTAT_KEEPDROPS);
  if (!(tp.t_inpcb!.inp_socket!.so_options & SO_KEEPALIVE)) return true;
  const idle = tp.snd_max === tp.snd_una ? (tcp_now - tp.t_rcvtime) | 0 : 0; // while something is out, that is probe enough (MUST-26)
  if (idle + 1 < tp.t_keepidle) {
    tcp_timerset(tp, TCPT_KEEP, tp.t_keepidle - idle);
    return true;
  }
  tcpstat[TCPSTAT_KEEPTIMEO]++;
  const probes = ((idle + 1 - tp.t_keepidle) / tp.t_keepintvl) | 0;
  if (probes >= tp.t_keepcnt) return tcp_timedout(tp, TCPSTAT_KEEPDROPS);
  tcpstat[TCPSTAT_KEEPPROBE]++;
  tcp_send(tp, (tp.snd_una - 1) | 0, 0, TH_ACK); // an old byte, none of them sent: it must be answered
  tcp_timerset(tp, TCPT_KEEP, tp.t_keepintvl);
  return true;
}

/** What was missing has had time to come: it is lost (RFC 8985 6.2 step 5). */
function tcp_reo(tp: Tcpcb): void {
  if (!tcp_sackmark(tp, false)) return;
  tcp_enterrecovery(tp);
  tcp_output(tp);
}

/** The path may have become another one since a router said how little it takes: full segments are tried again (RFC 1191 6.3). */
function tcp_pmtuup(tp: Tcpcb): void {
  tp.t_flags &= ~TF_NODF;
  tcp_setmaxopd(tp, tp.t_peeropd);
}
