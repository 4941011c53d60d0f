/**
 * The life of a connection's control block. BSD: netinet/tcp_subr.c; Stevens chapter 24, 27.
 *
 * Differs: a connection in TIME_WAIT needs no socket, so it has none: the socket is freed when TIME_WAIT begins, and what
 * is left is a PCB. There are TCP_MAXTW of them at most.
 */
import { IPDEFTTL, TCP_CHALLENGES, TCP_MAXPCB, TCP_MAXTW, TCP_MSL } from "../../../config";
import { callout_stop } from "../../kern/callout";
import { ENOBUFS, ETIMEDOUT } from "../../kern/errno";
import { free } from "../../kern/kern_malloc";
import { m_freem } from "../../kern/mbuf";
import { sofree } from "../../kern/socket";
import { soisdisconnected } from "../../kern/socket2";
import type { Socket } from "../../kern/socketvar";
import { TH_ACK, TH_RST } from "../../wire/tcp";
import { type Inpcb, in_pcballoc, in_pcbdetach } from "../in_pcb";
import { tcp_canceltimers, tcp_timerset } from "./tcp_callout";
import { tcpcb_new } from "./tcp_cb";
import { TCPS_CLOSED, TCPS_ESTABLISHED, TCPS_SYN_RECEIVED, TCPS_TIME_WAIT } from "./tcp_fsm";
import { tcp_hole_init, tcp_holesfree } from "./tcp_hole";
import { tcp_respond } from "./tcp_respond";
import {
  TCPSTAT_CHALLENGE,
  TCPSTAT_CHALLENGELIMIT,
  TCPSTAT_CLOSED,
  TCPSTAT_CONNDROPS,
  TCPSTAT_DROPS,
  TCPSTAT_TWRECYCLE,
  tcpstat,
} from "./tcp_stat";
import { TCPT_2MSL, type Tcpcb, TI_ACK, TI_DROP, tcb, tcp_now } from "./tcp_var";

let npcb: number;
let ntimewait: number;

export function tcp_subr_init(): void {
  tcp_hole_init();
  npcb = 0;
  ntimewait = 0;
}

/** A broken turn may have lost count (tcp_mend.ts). */
export function tcp_count(pcbs: number, timewaits: number): void {
  npcb = pcbs;
  ntimewait = timewaits;
}

/** How many control blocks there are, and how many of them in TIME_WAIT. */
export function tcp_npcb(): number {
  return npcb;
}

export function tcp_ntimewait(): number {
  return ntimewait;
}

/** Gives a socket a PCB with a connection's variables; errno. The oldest in TIME_WAIT goes when there are too many. */
export function tcp_newtcpcb(so: Socket): number {
  if (npcb >= TCP_MAXPCB) {
    if (!ntimewait) return ENOBUFS;
    tcp_recycle(TCPS_TIME_WAIT);
  }
  const inp = in_pcballoc(so, tcb, IPDEFTTL);
  if (!inp) return ENOBUFS;
  const tp = tcpcb_new(inp);
  if (!tp) {
    in_pcbdetach(tcb, inp);
    return ENOBUFS;
  }
  npcb++;
  inp.inp_ppcb = tp;
  return 0;
}

/** The control block of a socket, or null when its connection is over. */
export function sototcpcb(so: Socket): Tcpcb | null {
  const inp = so.so_pcb as Inpcb | null;
  return inp ? (inp.inp_ppcb as Tcpcb) : null;
}

/** The connection is over: frees all that it has, and the socket if no descriptor needs it. */
export function tcp_close(tp: Tcpcb): void {
  const inp = tp.t_inpcb!;
  const so = inp.inp_socket;
  tcpstat[TCPSTAT_CLOSED]++;
  if (tp.t_state === TCPS_TIME_WAIT) ntimewait--;
  npcb--;
  tcp_canceltimers(tp);
  callout_stop(tp.t_callout);
  tcp_freeq(tp);
  tcp_holesfree(tp, null);
  tp.t_state = TCPS_CLOSED;
  tp.t_inpcb = null;
  inp.inp_ppcb = null;
  if (so) soisdisconnected(so);
  in_pcbdetach(tcb, inp);
  free(tp);
  if (so) sofree(so);
}

/** Ends a connection at once: the peer is told by a reset (RFC 9293 3.10.5), the program by `errno`. */
export function tcp_drop(tp: Tcpcb, errno: number): void {
  const inp = tp.t_inpcb!;
  const so = inp.inp_socket!;
  if (tp.t_state >= TCPS_SYN_RECEIVED) {
    tcpstat[TCPSTAT_DROPS]++;
    tcp_respond(inp, tcp_ackseq(tp), tp.rcv_nxt, TH_RST | TH_ACK, 0, 0);
  } else tcpstat[TCPSTAT_CONNDROPS]++;
  so.so_error = errno === ETIMEDOUT && tp.t_softerror ? tp.t_softerror : errno;
  tcp_close(tp);
}

/** Sequence number of a segment without data: while the window is closed, the only one that the peer takes. */
export function tcp_ackseq(tp: Tcpcb): number {
  return tp.snd_wnd || tp.t_state < TCPS_ESTABLISHED ? tp.snd_max : tp.snd_una;
}

/** Frees what lies in the reassembly queue; answers how many segments. */
export function tcp_freeq(tp: Tcpcb): number {
  let n = 0;
  let m = tp.t_segq;
  while (m) {
    const next = m.m_nextpkt;
    m_freem(m);
    m = next;
    n++;
  }
  tp.t_segq = null;
  return n;
}

/** The pool is empty: gives back what is kept out of order, here and elsewhere (RFC 2018 8 allows it). */
export function tcp_drain(): number {
  let n = 0;
  for (let inp = tcb.inp_first; inp; inp = inp.inp_next) n += tcp_freeq(inp.inp_ppcb as Tcpcb);
  return n;
}

/** Begins TIME_WAIT (RFC 9293 3.6): the socket may go, the PCB keeps old segments from new connections. */
export function tcp_twstart(tp: Tcpcb): void {
  const inp = tp.t_inpcb!;
  const so = inp.inp_socket;
  tcp_canceltimers(tp); // FIN_WAIT_2's as well: it may be in TIME_WAIT by name, and nearer to its end than those that are
  if (ntimewait >= TCP_MAXTW) tcp_recycle(TCPS_TIME_WAIT);
  ntimewait++;
  tp.t_state = TCPS_TIME_WAIT;
  tcp_timerset(tp, TCPT_2MSL, 2 * TCP_MSL);
  tcp_freeq(tp);
  tcp_holesfree(tp, null);
  tp.snd_una = tp.snd_up = tp.snd_max;
  tp.rcv_dup = tp.rcv_dupend;
  if (!so) return;
  soisdisconnected(so);
  so.so_pcb = null;
  inp.inp_socket = null;
  sofree(so);
}

/**
 * Ends the connection in `state` that is nearest to its end, for the sake of others: TIME_WAIT, or FIN_WAIT_2 when the
 * program has closed. False: there is none.
 */
export function tcp_recycle(state: number): boolean {
  let oldest: Tcpcb | null = null;
  for (let inp = tcb.inp_first; inp; inp = inp.inp_next) {
    const tp = inp.inp_ppcb as Tcpcb;
    const due = tp.t_state === state ? tp.t_timer[TCPT_2MSL] : 0;
    if (due && (!oldest || ((due - oldest.t_timer[TCPT_2MSL]) | 0) <= 0)) oldest = tp;
  }
  if (!oldest) return false;
  tcpstat[TCPSTAT_TWRECYCLE]++;
  tcp_close(oldest);
  return true;
}

/**
 * A segment that is not to be believed: TI_ACK, since an honest peer whose it is learns where we are (RFC 9293 3.10.7.4, RFC
 * 5961), but TCP_CHALLENGES times a second at most; then TI_DROP. Each connection counts for itself: a count of all
 * would tell a stranger of connections that are none of his (RFC 5961 7).
 */
export function tcp_challenge(tp: Tcpcb): number {
  if ((tcp_now - tp.t_chaltime) >>> 0 >= 1000) {
    tp.t_chaltime = tcp_now;
    tp.t_challenges = 0;
  }
  if (tp.t_challenges >= TCP_CHALLENGES) {
    tcpstat[TCPSTAT_CHALLENGELIMIT]++;
    return TI_DROP;
  }
  tp.t_challenges++;
  tcpstat[TCPSTAT_CHALLENGE]++;
  return TI_ACK;
}
