/**
 * What to send next: RFC 9293 3.7.4, 3.8, 3.10.2; 5681; 6675 5. BSD: the first half of netinet/tcp_output.c (tcp_output);
 * Stevens section 26.2, 26.3. Called whenever something happened that may let a segment go.
 *
 * In this order: what was lost, as far as the congestion window allows; new data, as far as both windows do; a FIN behind
 * the last of it; an acknowledgement, if none of these has brought it along.
 */
import { TCP_DO_ECN, TCP_DO_TLP, TCP_DO_URG, TCP_RTOMAX } from "../../../config";
import { EMSGSIZE, ENOBUFS } from "../../kern/errno";
import { NET_ACTIVE } from "../../kern/protosw";
import type { Socket } from "../../kern/socketvar";
import { TH_ACK, TH_FIN } from "../../wire/tcp";
import { tcp_setrexmt, tcp_timerset } from "./tcp_callout";
import { tcp_cwndidle } from "./tcp_cong";
import { tcp_ecnsyn } from "./tcp_ecn";
import { TCPS_ESTABLISHED, TCPS_SYN_SENT, tcp_outflags } from "./tcp_fsm";
import { tcp_mssroute, tcp_setmaxopd } from "./tcp_mss";
import { tcp_maxdata } from "./tcp_option";
import { tcp_armrexmt, tcp_mayprobe } from "./tcp_recover";
import { tcp_pipe, tcp_sacknext, tcp_sackrexmit } from "./tcp_sack";
import { tcp_send } from "./tcp_send";
import { tcp_ackseq } from "./tcp_subr";
import {
  type Sackhole,
  TCPT_DELACK,
  TCPT_PERSIST,
  TCPT_REXMT,
  type Tcpcb,
  TF_ACKNOW,
  TF_FORCE,
  TF_NODELAY,
  TF_PTO,
  TF_REXMTNOW,
  TF_SENTFIN,
  tcp_now,
} from "./tcp_var";

/* What came of trying to send: nothing to do, or no window; a segment went. An errno otherwise. */
const OUT_NONE = 0;
const OUT_SENT = -1;

/** When to try again for want of an mbuf (ms). */
const NOBUFS_DELAY = 20;

/** Sends what may be sent; an errno comes back. */
export function tcp_output(tp: Tcpcb): number {
  let error = OUT_NONE;
  const so = tp.t_inpcb!.inp_socket;
  if (so && tp.t_state >= TCPS_ESTABLISHED) {
    if (tp.snd_max === tp.snd_una && ((tcp_now - tp.t_sndtime) | 0) > tp.t_rxtcur) tcp_cwndidle(tp);
    do error = tcp_outone(tp, so);
    while (error === OUT_SENT);
  }
  if (tp.t_flags & TF_ACKNOW) tcp_outack(tp);
  return error;
}

/** Sends an acknowledgement and nothing else. */
export function tcp_outack(tp: Tcpcb): void {
  if (tcp_send(tp, tcp_ackseq(tp), 0, TH_ACK) === ENOBUFS) tcp_timerset(tp, TCPT_DELACK, NOBUFS_DELAY);
}

/** Sends the SYN, or the SYN that answers one. */
export function tcp_outsyn(tp: Tcpcb): number {
  const flags = tcp_outflags[tp.t_state];
  const error = tcp_send(tp, tp.t_iss, 0, TCP_DO_ECN ? flags | tcp_ecnsyn(tp, flags) : flags);
  tp.snd_max = (tp.t_iss + 1) | 0;
  tp.t_sndtime = tcp_now;
  tp.t_rtttime = tp.t_rxtshift ? 0 : tcp_now;
  tp.t_rtseq = tp.snd_max;
  tcp_setrexmt(tp);
  return NET_ACTIVE && tp.t_state === TCPS_SYN_SENT && !tp.t_rxtshift ? error : 0;
}

/** Sends the next segment that is due. */
function tcp_outone(tp: Tcpcb, so: Socket): number {
  const h = tp.snd_holes ? tcp_sacknext(tp) : null;
  if (h) return tcp_outhole(tp, so, h);
  const cc = so.so_snd.sb_cc;
  const off = (tp.snd_max - tp.snd_una) | 0;
  const fin = tp.t_flags & TF_SENTFIN ? 0 : tcp_outflags[tp.t_state] & TH_FIN;
  if (cc <= off && !fin) return OUT_NONE;
  return tcp_outnew(tp, off, cc - off, fin);
}

/** New data, `unsent` bytes of it, behind `off` bytes that are out; then a FIN, if one is due. */
function tcp_outnew(tp: Tcpcb, off: number, unsent: number, fin: number): number {
  const most = tcp_maxdata(tp);
  const win = tp.snd_wnd - off;
  let len = unsent < most ? unsent : most;
  if (off && tp.snd_cwnd - tcp_pipe(tp) < len) return tcp_outlimited(tp);
  if (len > win) len = win > 0 ? win : 0;
  const last = len === unsent;
  if (len !== most && !tcp_maysend(tp, len, off, last, fin)) return tcp_outpersist(tp);
  const end = (tp.snd_max + len) | 0;
  const error = tcp_send(tp, tp.snd_max, len, last ? TH_ACK | fin : TH_ACK);
  if (error && tcp_outerror(tp, error)) return error;
  if (len < most) tp.snd_sml = end;
  if (!tp.t_rtttime) {
    tp.t_rtttime = tcp_now;
    tp.t_rtseq = end;
    tp.t_rtlen = len;
  }
  tp.snd_max = end;
  if (last && fin) {
    tp.t_flags |= TF_SENTFIN;
    tp.snd_max = (end + 1) | 0;
  }
  tcp_outsent(tp);
  return OUT_SENT;
}

/**
 * May less than a full segment go (RFC 9293 3.8.6.2.1)? The last of what there is, unless another small one is still out
 * (3.7.4, Nagle; Minshall's reading: a full one does not count); a good part of the peer's buffer; what is urgent, what
 * ends the connection, or what the persist timer wants out.
 */
function tcp_maysend(tp: Tcpcb, len: number, off: number, last: boolean, fin: number): boolean {
  if (last && fin) return true;
  if (!len) return false;
  if (last && (!off || tp.t_flags & TF_NODELAY || ((tp.snd_sml - tp.snd_una) | 0) <= 0)) return true;
  return (
    len >= tp.snd_maxwnd >> 1 || (tp.t_flags & TF_FORCE) !== 0 || (TCP_DO_URG && ((tp.snd_up - tp.snd_max) | 0) > 0)
  );
}

/** A tail loss probe: one segment of new data, whatever the congestion window says (RFC 8985 7.3). False: there is none. */
export function tcp_outprobe(tp: Tcpcb): boolean {
  const cwnd = tp.snd_cwnd;
  tp.snd_cwnd = 0x3fffffff;
  const sent = tcp_outone(tp, tp.t_inpcb!.inp_socket!) === OUT_SENT;
  tp.snd_cwnd = cwnd;
  return sent;
}

/** Retransmits what it can of a hole, and new data with it where the hole is at the end of all. */
function tcp_outhole(tp: Tcpcb, so: Socket, h: Sackhole): number {
  const off = (h.sh_start - tp.snd_una) | 0;
  const data = so.so_snd.sb_cc - off;
  const most = tcp_maxdata(tp);
  let len = h.sh_end === tp.snd_max ? data : (h.sh_end - h.sh_start) | 0;
  if (len > data) len = data;
  if (len > most) len = most;
  if (len > tp.snd_wnd - off) len = tp.snd_wnd - off;
  if (len < 0 || (!len && data)) return tcp_outpersist(tp);
  if (!(tp.t_flags & TF_REXMTNOW) && tp.snd_cwnd - tcp_pipe(tp) < len) return tcp_outlimited(tp);
  const fin = len === data ? tcp_outflags[tp.t_state] & TH_FIN : 0;
  const error = tcp_send(tp, h.sh_start, len, TH_ACK | fin);
  if (error && tcp_outerror(tp, error)) return error;
  if (fin) tp.t_flags |= TF_SENTFIN;
  tp.t_flags &= ~TF_REXMTNOW;
  tp.t_rtttime = 0; // Karn's rule (RFC 6298 3)
  if (!off) tp.t_timer[TCPT_REXMT] = 0;
  tcp_sackrexmit(tp, h, len + fin);
  tcp_outsent(tp);
  return OUT_SENT;
}

/** The congestion window holds us back. */
function tcp_outlimited(tp: Tcpcb): number {
  tp.snd_limited = tp.snd_max;
  return OUT_NONE;
}

/** Something is out: the retransmission timer runs. */
function tcp_outsent(tp: Tcpcb): void {
  tp.t_sndtime = tcp_now;
  tp.t_timer[TCPT_PERSIST] = 0;
  if (!tp.t_timer[TCPT_REXMT] || (TCP_DO_TLP && !(tp.t_flags & TF_PTO) && tcp_mayprobe(tp))) tcp_armrexmt(tp);
}

/**
 * It could not be sent. True when it is as if it had never been tried: there was no mbuf. Anything else is a loss like
 * any other, and told when the connection is given up (RFC 9293 3.9.2.2).
 */
function tcp_outerror(tp: Tcpcb, error: number): boolean {
  if (error === EMSGSIZE) {
    const mss = tcp_mssroute(tp.t_inpcb!.inp_faddr);
    if (mss < tp.t_maxopd) tcp_setmaxopd(tp, mss);
  } else if (error !== ENOBUFS) tp.t_softerror = error;
  if (error !== ENOBUFS) return false;
  if (!tp.t_timer[TCPT_REXMT] && !tp.t_timer[TCPT_PERSIST]) tcp_timerset(tp, TCPT_PERSIST, NOBUFS_DELAY);
  return true;
}

/** The window is too small. Unless an acknowledgement is on its way, the persist timer sees to it that we hear of it. */
function tcp_outpersist(tp: Tcpcb): number {
  if (!tp.t_timer[TCPT_REXMT] && !tp.t_timer[TCPT_PERSIST]) {
    tp.t_rxtshift = 0;
    tcp_setpersist(tp);
  }
  return OUT_NONE;
}

/** Starts the persist timer; each time it takes twice as long (RFC 9293 3.8.6.1). */
export function tcp_setpersist(tp: Tcpcb): void {
  const ms = tp.t_rxtcur * (1 << tp.t_rxtshift);
  tcp_timerset(tp, TCPT_PERSIST, ms < TCP_RTOMAX ? ms : TCP_RTOMAX);
  if (tp.t_rxtshift < 12) tp.t_rxtshift++;
}
