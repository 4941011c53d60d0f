/**
 * How a connection comes to stand: RFC 9293 3.5, 3.10.7.2, 3.10.7.3. BSD: the first half of netinet/tcp_input.c (tcp_input);
 * Stevens sections 28.6, 28.9.
 */
import {
  CELLS_CONN,
  CELLS_SPARE,
  IP_SRCROUTE,
  TCP_DO_ECN,
  TCP_DO_SYNCOOKIES,
  TCP_DO_WSCALE,
  TCP_KEEPINIT,
  TCP_RTOINIT,
} from "../../../config";
import { memory_spare } from "../../../machdep";
import { ECONNREFUSED } from "../../kern/errno";
import { M_BCAST, M_MCAST, type Mbuf } from "../../kern/mbuf";
import { soisconnected, sonewconn } from "../../kern/socket2";
import { SO_KEEPALIVE, type Socket } from "../../kern/socketvar";
import { TCP_MAX_WINSHIFT, TCP_MAXWIN, TH_ACK, TH_FIN, TH_RST, TH_SYN } from "../../wire/tcp";
import type { Inpcb } from "../in_pcb";
import { IN_MULTICAST, in_isbroadcast } from "../in_var";
import { ip_passopts } from "../ip/ip_srcroute";
import { tcp_timerset } from "./tcp_callout";
import { tcp_synoptionsin } from "./tcp_dooptions";
import { tcp_ecnsynin } from "./tcp_ecn";
import {
  TCPS_CLOSE_WAIT,
  TCPS_ESTABLISHED,
  TCPS_FIN_WAIT_1,
  TCPS_FIN_WAIT_2,
  TCPS_SYN_RECEIVED,
  TCPS_TIME_WAIT,
} from "./tcp_fsm";
import { tcp_cookie, tcp_cookiecheck, tcp_newiss } from "./tcp_iss";
import { tcp_mss, tcp_mssroute } from "./tcp_mss";
import { tcp_outsyn } from "./tcp_output";
import { tcp_respond } from "./tcp_respond";
import { tcp_rttack } from "./tcp_rtt";
import {
  TCPSTAT_ACCEPTS,
  TCPSTAT_BADSYN,
  TCPSTAT_CONNECTS,
  TCPSTAT_LISTENDROP,
  TCPSTAT_SC_RECV,
  TCPSTAT_SC_SENT,
  tcpstat,
} from "./tcp_stat";
import { sototcpcb, tcp_close, tcp_drop, tcp_recycle } from "./tcp_subr";
import {
  TCPT_KEEP,
  TCPT_REXMT,
  type Tcpcb,
  TF_ACKNOW,
  TF_NEEDFIN,
  TF_NODELAY,
  TF_PASSIVE,
  TI_AGAIN,
  TI_DROP,
  TI_GO,
  TI_RESET,
  tcb,
  tcp_now,
  ti,
} from "./tcp_var";

/** LISTEN: a SYN begins a connection, an ACK may be the answer to a cookie. */
export function tcp_dolisten(tp: Tcpcb, m: Mbuf): number {
  const flags = ti.ti_flags & (TH_RST | TH_ACK | TH_SYN | TH_FIN);
  const head = tp.t_inpcb!.inp_socket!;
  if (flags & TH_RST) return TI_DROP; // first (RFC 9293 3.10.7.2)
  if (flags & TH_ACK) return flags === TH_ACK ? tcp_listenack(tp, head) : TI_RESET; // second
  if (flags !== TH_SYN || tcp_tomany(m)) return TI_DROP; // third, fourth; MUST-57
  const so = tcp_newconn(head) || tcp_overflow(tp, head);
  if (so) tcp_passive(tp, so, tcp_newiss(ti.ti_dst, ti.ti_dport, ti.ti_src, ti.ti_sport), ti.ti_seq, 0);
  return TI_DROP;
}

/**
 * A socket for one more connection. The first one needs what it needs; when there are others, whose data is still to come, there
 * must be cells for theirs too.
 */
function tcp_newconn(head: Socket): Socket | null {
  return tcp_alone() || memory_spare(CELLS_SPARE + CELLS_CONN) ? sonewconn(head, 0) : null;
}

/** Does no connection stand, nor is one coming? */
function tcp_alone(): boolean {
  for (let inp = tcb.inp_first; inp; inp = inp.inp_next) {
    const state = (inp.inp_ppcb as Tcpcb).t_state;
    if (state >= TCPS_SYN_RECEIVED && state <= TCPS_CLOSE_WAIT) return false;
  }
  return true;
}

/** Was it sent to many, by many, or to ourselves by ourselves? */
function tcp_tomany(m: Mbuf): boolean {
  const src = ti.ti_src;
  if (m.m_flags & (M_BCAST | M_MCAST) || IN_MULTICAST(ti.ti_dst) || in_isbroadcast(ti.ti_dst)) return true;
  return !src || IN_MULTICAST(src) || in_isbroadcast(src) || (src === ti.ti_dst && ti.ti_sport === ti.ti_dport);
}

/** Too many half-open connections: this one is answered by a cookie, or it takes the place of the oldest. */
function tcp_overflow(tp: Tcpcb, head: Socket): Socket | null {
  tcpstat[TCPSTAT_LISTENDROP]++;
  if (head.so_qlen > head.so_qlimit) return null;
  if (!TCP_DO_SYNCOOKIES) return tcp_waits(head) ? null : tcp_pushout(head);
  tcpstat[TCPSTAT_SC_SENT]++;
  const win = head.so_rcv.sb_hiwat;
  const mss = tp.t_usermss || tcp_mssroute(ti.ti_src);
  tcp_respond(tp.t_inpcb, tcp_cookie(), (ti.ti_seq + 1) | 0, TH_SYN | TH_ACK, win < TCP_MAXWIN ? win : TCP_MAXWIN, mss);
  return null;
}

/** A host that opens many at once, as browsers do, does not push out its own: it asks again. Who forges SYNs has not its address. */
function tcp_waits(head: Socket): boolean {
  const tp = head.so_q0len > head.so_qlimit ? sototcpcb(head.so_q0!)! : null;
  return tp !== null && tp.t_rxtshift < 2 && tp.t_inpcb!.inp_faddr === ti.ti_src;
}

/**
 * A socket in the place of the oldest connection that has not proved itself, if there is one (RFC 4987 3.4). Where it is not their
 * number but memory that is short it has until its SYN|ACK has gone three times: of many that come at once none would be served else.
 * And there one may go that only waits for a peer to close, who has been told all, or for old segments.
 */
function tcp_pushout(head: Socket): Socket | null {
  const tp = head.so_q0 ? sototcpcb(head.so_q0)! : null;
  if (tp && (tp.t_rxtshift > 1 || head.so_q0len > head.so_qlimit)) tcp_close(tp);
  else if (!tcp_recycle(TCPS_FIN_WAIT_2) && !tcp_recycle(TCPS_TIME_WAIT)) return null;
  return tcp_newconn(head);
}

/** An ACK that a listener gets is for a connection that is no more, or for one that only its cookie knows of. */
function tcp_listenack(tp: Tcpcb, head: Socket): number {
  const mss = TCP_DO_SYNCOOKIES ? tcp_cookiecheck() : 0;
  const so = mss ? tcp_newconn(head) || tcp_pushout(head) : null;
  if (!so) {
    tcpstat[TCPSTAT_BADSYN]++;
    return mss ? TI_DROP : TI_RESET;
  }
  tcpstat[TCPSTAT_SC_RECV]++;
  tcp_passive(tp, so, (ti.ti_ack - 1) | 0, (ti.ti_seq - 1) | 0, mss);
  return TI_AGAIN;
}

/** SYN_RECEIVED: a connection by a listener, from our sequence number and the peer's; by a cookie where `mss` is not 0. */
function tcp_passive(listener: Tcpcb, so: Socket, iss: number, irs: number, mss: number): void {
  const inp = so.so_pcb as Inpcb;
  const tp = inp.inp_ppcb as Tcpcb;
  tcpstat[TCPSTAT_ACCEPTS]++;
  inp.inp_laddr = ti.ti_dst;
  inp.inp_lport = ti.ti_dport;
  inp.inp_faddr = ti.ti_src;
  inp.inp_fport = ti.ti_sport;
  inp.inp_ttl = listener.t_inpcb!.inp_ttl;
  inp.inp_tos = listener.t_inpcb!.inp_tos;
  if (IP_SRCROUTE) ip_passopts(inp, listener.t_inpcb!);
  tp.t_flags = (listener.t_flags & TF_NODELAY) | TF_PASSIVE;
  tp.t_usermss = listener.t_usermss;
  tp.t_usertimeout = listener.t_usertimeout;
  tp.t_keepidle = listener.t_keepidle;
  tp.t_keepintvl = listener.t_keepintvl;
  tp.t_keepcnt = listener.t_keepcnt;
  tp.t_state = TCPS_SYN_RECEIVED;
  tcp_sendseqinit(tp, iss);
  tcp_rcvseqinit(tp, irs);
  if (mss) {
    tcp_mss(tp, mss);
    tp.snd_max = (iss + 1) | 0;
    return;
  }
  tcp_winshift(tp, so);
  tcp_synoptionsin(tp);
  if (TCP_DO_ECN) tcp_ecnsynin(tp, false);
  tcp_timerset(tp, TCPT_KEEP, TCP_KEEPINIT);
  tcp_outsyn(tp);
}

/** BSD: tcp_sendseqinit. */
export function tcp_sendseqinit(tp: Tcpcb, iss: number): void {
  tp.t_iss =
    tp.snd_una =
    tp.snd_max =
    tp.snd_up =
    tp.snd_sml =
    tp.snd_limited =
    tp.snd_recover =
    tp.snd_fack =
    tp.snd_recent =
      iss;
}

/** BSD: tcp_rcvseqinit. The window so far is none. */
export function tcp_rcvseqinit(tp: Tcpcb, irs: number): void {
  tp.t_irs = irs;
  tp.rcv_nxt = tp.rcv_adv = tp.rcv_acked = tp.rcv_up = tp.rcv_dup = tp.rcv_dupend = (irs + 1) | 0;
  tp.snd_wl1 = irs;
}

/** The shift with which the window field can tell all of the receive buffer (RFC 7323 2.3). */
export function tcp_winshift(tp: Tcpcb, so: Socket): void {
  if (!TCP_DO_WSCALE) return;
  let shift = 0;
  while (shift < TCP_MAX_WINSHIFT && TCP_MAXWIN << shift < so.so_rcv.sb_hiwat) shift++;
  tp.rcv_scale = shift;
}

/** SYN_SENT: RFC 9293 3.10.7.3. TI_GO: go on with data and FIN, if any. */
export function tcp_dosynsent(tp: Tcpcb): number {
  const flags = ti.ti_flags;
  const ack = flags & TH_ACK;
  if (ack && (((ti.ti_ack - tp.t_iss) | 0) <= 0 || ((ti.ti_ack - tp.snd_max) | 0) > 0)) return TI_RESET; // first
  if (flags & TH_RST) {
    if (ack) tcp_drop(tp, ECONNREFUSED); // second
    return TI_DROP;
  }
  if (!(flags & TH_SYN)) return TI_DROP; // fourth
  tcp_rcvseqinit(tp, ti.ti_seq);
  tcp_synoptionsin(tp);
  if (TCP_DO_ECN) tcp_ecnsynin(tp, true);
  tp.t_flags |= TF_ACKNOW;
  if (!ack) {
    // simultaneous open (3.5, MUST-10): both have sent a SYN, both answer it
    tp.t_state = TCPS_SYN_RECEIVED;
    tcp_outsyn(tp);
    return TI_DROP;
  }
  tcp_established(tp);
  ti.ti_seq = (ti.ti_seq + 1) | 0;
  ti.ti_flags &= ~TH_SYN;
  return TI_GO;
}

/** Our SYN is acknowledged: the connection stands. */
export function tcp_established(tp: Tcpcb): void {
  const so = tp.t_inpcb!.inp_socket!;
  tcpstat[TCPSTAT_CONNECTS]++;
  tp.t_state = tp.t_flags & TF_NEEDFIN ? TCPS_FIN_WAIT_1 : TCPS_ESTABLISHED;
  tp.snd_una = tp.snd_up = tp.snd_sml = tp.snd_fack = tp.snd_recent = (tp.t_iss + 1) | 0;
  tp.t_timer[TCPT_REXMT] = 0;
  if (tp.t_rxtshift > 1) tp.snd_cwnd = tp.t_maxseg; // RFC 5681 3.1: SYNs were lost
  tp.t_rxtshift = 0;
  tcp_rttack(tp, ti.ti_ack);
  if (!tp.t_srtt) tp.t_rxtcur = 3 * TCP_RTOINIT; // RFC 6298 5.7
  tcp_keepstart(tp);
  tp.t_rcvtime = tp.t_sndtime = tcp_now;
  tp.snd_wl1 = (ti.ti_seq - 1) | 0;
  soisconnected(so);
}

/** The keepalive timer runs if the socket wants it. A silence until now does not count: nobody was asked. */
export function tcp_keepstart(tp: Tcpcb): void {
  tp.t_rcvtime = tcp_now;
  const keep = tp.t_inpcb!.inp_socket!.so_options & SO_KEEPALIVE;
  tp.t_timer[TCPT_KEEP] = 0;
  if (keep) tcp_timerset(tp, TCPT_KEEP, tp.t_keepidle);
}
