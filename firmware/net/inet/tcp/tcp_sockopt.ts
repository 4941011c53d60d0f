/**
 * Options of TCP sockets. BSD: netinet/tcp_usrreq.c (tcp_ctloutput); Stevens section 30.2. Level and names are numbered as
 * on Linux.
 *
 * Differs: an option is one number, so TCP_INFO is a function of its own, `tcp_info`, that fills a structure.
 */
import {
  LIB_SYSCALLS,
  NJ_KEEPCNT,
  NJ_KEEPIDLE,
  NJ_KEEPINTVL,
  TCP_DO_ECN,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
} from "../../../config";
import { ECONNRESET, EINVAL, ENOPROTOOPT, ENOTCONN } from "../../kern/errno";
import { PRCO_SETOPT } from "../../kern/protosw";
import { SO_KEEPALIVE, SOL_SOCKET, type Socket } from "../../kern/socketvar";
import { IPPROTO_TCP } from "../../wire/ip";
import { ip_ctloutput } from "../ip/ip_ctloutput";
import { TCPS_ESTABLISHED, TCPS_LISTEN } from "./tcp_fsm";
import { TCP_MINMSS } from "./tcp_mss";
import { tcp_output } from "./tcp_output";
import { tcp_pipe } from "./tcp_sack";
import { sototcpcb } from "./tcp_subr";
import { tcp_keepstart } from "./tcp_syn";
import { type Tcpcb, TF_ECN, TF_ECNASK, TF_NODELAY, tcp_clock } from "./tcp_var";

export const TCP_NODELAY = 1; // don't delay send to coalesce packets
export const TCP_MAXSEG = 2; // maximum segment size
export const TCP_KEEPIDLE_OPT = 4; // idle time before keepalive probes (s)
export const TCP_KEEPINTVL_OPT = 5; // time between them (s)
export const TCP_KEEPCNT_OPT = 6; // probes without an answer before the connection is dropped

export const TCP_ENABLE_ECN = 260; // ask for ECN when connecting; the name and number of Darwin
export const TCP_USER_TIMEOUT = 18; // time that data may go unanswered before the connection is dropped (ms; RFC 5482)

/** Does anybody set them? Not where those of the interpreter's connections are the stack's own. */
export const TCP_SETSKEEP =
  LIB_SYSCALLS ||
  NJ_KEEPIDLE * 1000 - TCP_KEEPIDLE !== 0 ||
  NJ_KEEPINTVL * 1000 - TCP_KEEPINTVL !== 0 ||
  NJ_KEEPCNT - TCP_KEEPCNT !== 0;

/** Greatest time (s) and count of keepalive. */
const KEEPMAX = 32767;

/** Gets or sets an option of TCP, or of IP; hears of those of the socket. */
export function tcp_ctloutput(op: number, so: Socket, level: number, optname: number, value: number): number {
  const tp = sototcpcb(so);
  tcp_clock();
  if (level === SOL_SOCKET) {
    if (tp && optname === SO_KEEPALIVE && tp.t_state >= TCPS_ESTABLISHED) tcp_keepstart(tp);
    return 0;
  }
  if (!tp) return op === PRCO_SETOPT ? ECONNRESET : -ECONNRESET;
  if (!LIB_SYSCALLS) return TCP_SETSKEEP ? tcp_setkeep(tp, optname, value) : ENOPROTOOPT; // what the stack itself wants (nj_sock.ts)
  if (level !== IPPROTO_TCP) return ip_ctloutput(op, so, level, optname, value);
  return op === PRCO_SETOPT ? tcp_setopt(tp, optname, value) : tcp_getopt(tp, optname);
}

function tcp_getopt(tp: Tcpcb, optname: number): number {
  if (optname === TCP_NODELAY) return tp.t_flags & TF_NODELAY ? 1 : 0;
  if (TCP_DO_ECN && optname === TCP_ENABLE_ECN) return tp.t_flags & (TF_ECNASK | TF_ECN) ? 1 : 0;
  if (optname === TCP_MAXSEG) return tp.t_state <= TCPS_LISTEN && tp.t_usermss ? tp.t_usermss : tp.t_maxseg;
  if (optname === TCP_KEEPIDLE_OPT) return (tp.t_keepidle / 1000) | 0;
  if (optname === TCP_KEEPINTVL_OPT) return (tp.t_keepintvl / 1000) | 0;
  if (optname === TCP_USER_TIMEOUT) return tp.t_usertimeout;
  return optname === TCP_KEEPCNT_OPT ? tp.t_keepcnt : -ENOPROTOOPT;
}

function tcp_setopt(tp: Tcpcb, optname: number, value: number): number {
  if (optname === TCP_NODELAY) {
    tp.t_flags = value ? tp.t_flags | TF_NODELAY : tp.t_flags & ~TF_NODELAY;
    if (value && tp.t_state >= TCPS_ESTABLISHED) tcp_output(tp);
    return 0;
  }
  if (TCP_DO_ECN && optname === TCP_ENABLE_ECN) {
    tp.t_flags = value ? tp.t_flags | TF_ECNASK : tp.t_flags & ~TF_ECNASK;
    return 0;
  }
  if (optname === TCP_MAXSEG) return tcp_setmaxseg(tp, value);
  if (optname === TCP_USER_TIMEOUT) return tcp_setusertimeout(tp, value);
  return tcp_setkeep(tp, optname, value);
}

/** The largest segment, to be set before the connection is made. */
function tcp_setmaxseg(tp: Tcpcb, value: number): number {
  if (!(value >= TCP_MINMSS && value <= 65495) || tp.t_state > TCPS_LISTEN) return EINVAL;
  tp.t_usermss = value | 0;
  return 0;
}

/** RFC 9293 3.8.3 (MUST-21): the program says when to give up; 0 leaves it to the stack. */
function tcp_setusertimeout(tp: Tcpcb, value: number): number {
  if (!(value >= 0 && value <= 0x7fffffff)) return EINVAL;
  tp.t_usertimeout = value | 0;
  return 0;
}

function tcp_setkeep(tp: Tcpcb, optname: number, value: number): number {
  if (!(value >= 1 && value <= KEEPMAX))
    return optname >= TCP_KEEPIDLE_OPT && optname <= TCP_KEEPCNT_OPT ? EINVAL : ENOPROTOOPT;
  if (optname === TCP_KEEPIDLE_OPT) tp.t_keepidle = (value | 0) * 1000;
  else if (optname === TCP_KEEPINTVL_OPT) tp.t_keepintvl = (value | 0) * 1000;
  else if (optname === TCP_KEEPCNT_OPT) tp.t_keepcnt = value | 0;
  else return ENOPROTOOPT;
  if (tp.t_state >= TCPS_ESTABLISHED) tcp_keepstart(tp);
  return 0;
}

/** What TCP_INFO tells: times in ms, windows in bytes; state is one of TCPS_*. */
export interface TcpInfo {
  state: number;
  rtt: number;
  rttvar: number;
  rto: number;
  backoff: number;
  mss: number;
  cwnd: number;
  ssthresh: number;
  inFlight: number;
  unsent: number;
  sendWindow: number;
  receiveWindow: number;
}

/** How a connection stands; errno when it does not. */
export function tcp_info(so: Socket, info: TcpInfo): number {
  const tp = sototcpcb(so);
  if (!tp) return ENOTCONN;
  const out = (tp.snd_max - tp.snd_una) | 0;
  info.state = tp.t_state;
  info.rtt = tp.t_srtt >> 3;
  info.rttvar = tp.t_rttvar >> 2;
  info.rto = tp.t_rxtcur;
  info.backoff = tp.t_rxtshift;
  info.mss = tp.t_maxseg;
  info.cwnd = tp.snd_cwnd;
  info.ssthresh = tp.snd_ssthresh;
  info.inFlight = tcp_pipe(tp);
  info.unsent = so.so_snd.sb_cc > out ? so.so_snd.sb_cc - out : 0;
  info.sendWindow = tp.snd_wnd;
  info.receiveWindow = (tp.rcv_adv - tp.rcv_nxt) | 0;
  return 0;
}
