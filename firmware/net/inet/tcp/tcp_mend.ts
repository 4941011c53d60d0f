/**
 * TCP put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.
 *
 * A connection whose buffers may not agree with its sequence numbers is aborted (SB_LOCK): better none than one that gives
 * wrong data. All others go on; what was lost of a segment is as if it had been lost on the wire, so a timer must run.
 */
import { TCP_KEEPINIT, TCP_MSL, TCP_RTOINIT } from "../../../config";
import { ECONNABORTED } from "../../kern/errno";
import { m_keep } from "../../kern/mbuf_mend";
import { sofree } from "../../kern/socket";
import { soisconnected, soisdisconnected } from "../../kern/socket2";
import { SB_LOCK, SO_KEEPALIVE, type Socket, SS_NOFDREF } from "../../kern/socketvar";
import { TH_FIN } from "../../wire/tcp";
import { type Inpcb, in_pcbdetach } from "../in_pcb";
import { tcp_finacked } from "./tcp_ack";
import { tcp_timerarm, tcp_timerset } from "./tcp_callout";
import {
  TCPS_CLOSE_WAIT,
  TCPS_CLOSED,
  TCPS_CLOSING,
  TCPS_FIN_WAIT_1,
  TCPS_FIN_WAIT_2,
  TCPS_LAST_ACK,
  TCPS_LISTEN,
  TCPS_SYN_RECEIVED,
  TCPS_TIME_WAIT,
  tcp_outflags,
} from "./tcp_fsm";
import { tcp_holecount } from "./tcp_hole";
import { tcp_count, tcp_drop } from "./tcp_subr";
import {
  TCPT_2MSL,
  TCPT_DELACK,
  TCPT_KEEP,
  TCPT_PERSIST,
  TCPT_REXMT,
  type Tcpcb,
  TF_DELACK,
  TF_NEEDFIN,
  TF_SENTFIN,
  TI_GO,
  tcb,
  tcp_clock,
} from "./tcp_var";

/** Keeps what lies in reassembly queues, unless it is not whole: that was not promised to anybody (RFC 2018 8). */
export function tcp_keepall(): void {
  for (let inp = tcb.inp_first; inp; inp = inp.inp_next) {
    const tp = inp.inp_ppcb as Tcpcb | null;
    if (tp && !m_keep(tp.t_segq)) tp.t_segq = null;
  }
}

export function tcp_mend(): void {
  let inp = tcb.inp_first;
  tcp_clock();
  while (inp) {
    const next = inp.inp_next;
    const tp = inp.inp_ppcb as Tcpcb | null;
    if (!tp || tp.t_inpcb !== inp) tcp_unmade(inp);
    else if (inp.inp_socket) tcp_mend1(tp, inp.inp_socket);
    else if (!tp.t_timer[TCPT_2MSL]) tcp_timerset(tp, TCPT_2MSL, TCP_MSL);
    inp = next;
  }
  tcp_recount();
}

/** What is counted as it comes and goes is counted anew. */
function tcp_recount(): void {
  let ntimewait = 0;
  let npcb = 0;
  let nholes = 0;
  for (let inp = tcb.inp_first; inp; inp = inp.inp_next, npcb++) {
    const tp = inp.inp_ppcb as Tcpcb;
    if (tp.t_state === TCPS_TIME_WAIT) ntimewait++;
    for (let h = tp.snd_holes; h; h = h.sh_next) nholes++;
  }
  tcp_count(npcb, ntimewait);
  tcp_holecount(nholes);
}

/** A PCB without a connection: it was being made, or closed. */
function tcp_unmade(inp: Inpcb): void {
  const so = inp.inp_socket;
  if (so) soisdisconnected(so);
  in_pcbdetach(tcb, inp);
  if (so) sofree(so);
}

function tcp_mend1(tp: Tcpcb, so: Socket): void {
  const waits = !((so.so_head || so).so_state & SS_NOFDREF); // for its program, or its listener's
  const unmade = tp.t_state === TCPS_CLOSED && so.so_head !== null;
  if ((so.so_rcv.sb_flags | so.so_snd.sb_flags) & SB_LOCK || unmade || (!waits && tcp_unclosed(tp)))
    tcp_drop(tp, ECONNABORTED);
  else if (tp.t_state > TCPS_LISTEN) {
    if (so.so_head && tp.t_state > TCPS_SYN_RECEIVED) soisconnected(so); // it may not have come so far
    if (!tcp_finmissed(tp) || tcp_finacked(tp) === TI_GO) tcp_mendtimers(tp);
  }
}

/** Our FIN has been acknowledged, and what follows from that was broken off. */
function tcp_finmissed(tp: Tcpcb): boolean {
  const s = tp.t_state;
  const waits = s === TCPS_FIN_WAIT_1 || s === TCPS_CLOSING || s === TCPS_LAST_ACK;
  return waits && (tp.t_flags & TF_SENTFIN) !== 0 && tp.snd_una === tp.snd_max;
}

/** Our FIN has not gone yet. */
function tcp_finwaits(tp: Tcpcb): boolean {
  return (tcp_outflags[tp.t_state] & TH_FIN) !== 0 && !(tp.t_flags & TF_SENTFIN);
}

/** Nobody has closed it. */
function tcp_unclosed(tp: Tcpcb): boolean {
  return tp.t_state <= TCPS_CLOSE_WAIT && !(tp.t_flags & TF_NEEDFIN);
}

/** What is out is sent again some time, what is not can be; who waits for the peer does not wait for ever. */
function tcp_mendtimers(tp: Tcpcb): void {
  const timer = tp.t_timer;
  const state = tp.t_state;
  if (tp.t_flags & TF_DELACK && !timer[TCPT_DELACK]) tcp_timerset(tp, TCPT_DELACK, 1);
  if (state === TCPS_TIME_WAIT || (state === TCPS_FIN_WAIT_2 && tp.t_inpcb!.inp_socket!.so_state & SS_NOFDREF)) {
    if (!timer[TCPT_2MSL]) tcp_timerset(tp, TCPT_2MSL, TCP_MSL);
  } else if (tp.snd_max !== tp.snd_una) {
    if (!timer[TCPT_REXMT] && !timer[TCPT_PERSIST]) tcp_timerset(tp, TCPT_REXMT, tp.t_rxtcur || TCP_RTOINIT);
  } else if ((tp.t_inpcb!.inp_socket!.so_snd.sb_cc || tcp_finwaits(tp)) && !timer[TCPT_PERSIST])
    tcp_timerset(tp, TCPT_PERSIST, TCP_RTOINIT);
  if (state <= TCPS_SYN_RECEIVED && !timer[TCPT_KEEP]) tcp_timerset(tp, TCPT_KEEP, TCP_KEEPINIT);
  else if (tp.t_inpcb!.inp_socket!.so_options & SO_KEEPALIVE && !timer[TCPT_KEEP])
    tcp_timerset(tp, TCPT_KEEP, tp.t_keepidle);
  tcp_timerarm(tp);
}
