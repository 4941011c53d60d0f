/**
 * The peer's FIN: RFC 9293 3.6, 3.10.7.4 eighth; and TIME_WAIT, 3.6.1, RFC 1337, 6191. BSD: the end of netinet/tcp_input.c
 * (tcp_input); Stevens section 29.10.
 */
import { TCP_MSL } from "../../../config";
import { socantrcvmore } from "../../kern/socket2";
import { SB_LOCK, type Socket } from "../../kern/socketvar";
import { TCP_MAXWIN, TH_ACK, TH_FIN, TH_RST, TH_SYN } from "../../wire/tcp";
import { type Inpcb, in_pcblookup } from "../in_pcb";
import type { SockaddrIn } from "../in_var";
import { ip_source } from "../ip/ip_output";
import { tcp_timerset } from "./tcp_callout";
import {
  TCPS_CLOSE_WAIT,
  TCPS_CLOSING,
  TCPS_ESTABLISHED,
  TCPS_FIN_WAIT_1,
  TCPS_FIN_WAIT_2,
  TCPS_SYN_RECEIVED,
  TCPS_TIME_WAIT,
} from "./tcp_fsm";
import { tcp_reuseiss } from "./tcp_iss";
import { tcp_challenge, tcp_close, tcp_twstart } from "./tcp_subr";
import { TCPT_2MSL, type Tcpcb, TF_ACKNOW, TF_RCVD_TSTMP, TI_AGAIN, TI_DROP, tcb, tcp_now, ti } from "./tcp_var";

/** How long we stay in TIME_WAIT at least (ms): what comes late mostly comes by then. */
const TW_REUSE = 1000;

/** The peer has sent all that it had to send. */
export function tcp_dofin(tp: Tcpcb, so: Socket): void {
  const state = tp.t_state;
  socantrcvmore(so);
  so.so_rcv.sb_flags |= SB_LOCK; // until the state knows what rcv_nxt does
  tp.rcv_nxt = (tp.rcv_nxt + 1) | 0;
  tp.t_flags |= TF_ACKNOW;
  if (state === TCPS_ESTABLISHED || state === TCPS_SYN_RECEIVED) tp.t_state = TCPS_CLOSE_WAIT;
  else if (state === TCPS_FIN_WAIT_1) tp.t_state = TCPS_CLOSING;
  else if (state === TCPS_FIN_WAIT_2) tp.t_state = TCPS_TIME_WAIT;
  so.so_rcv.sb_flags &= ~SB_LOCK;
  if (state === TCPS_FIN_WAIT_2) tcp_twstart(tp);
}

/**
 * TIME_WAIT: a FIN that comes again has its ACK lost: it gets another. A reset is ignored (RFC 1337). A SYN that is newer
 * than all that was before, and nothing but a SYN, begins a new connection at once (RFC 9293 3.6.1, RFC 6191).
 */
export function tcp_dotimewait(tp: Tcpcb): number {
  const flags = ti.ti_flags;
  if (flags & TH_RST) return TI_DROP;
  if ((flags & (TH_SYN | TH_ACK | TH_FIN)) === TH_SYN && tcp_newer(tp)) {
    tcp_reuseiss(tp.snd_max);
    tcp_close(tp);
    return TI_AGAIN;
  }
  return flags & TH_SYN ? tcp_challenge(tp) : tcp_twsegment(tp, flags);
}

/** In the window a segment is passed over when it has no ACK, or one that is acceptable and nothing else; the rest is answered. */
function tcp_twsegment(tp: Tcpcb, flags: number): number {
  const off = (ti.ti_seq - tp.rcv_nxt) | 0;
  const len = ti.ti_len + (flags & TH_FIN ? 1 : 0);
  const behind = (tp.snd_max - ti.ti_ack) | 0;
  const good = (flags & TH_ACK) !== 0 && behind >= 0 && behind <= tp.snd_maxwnd; // RFC 5961 5
  if (off >= 0 && off <= ((tp.rcv_adv - tp.rcv_nxt) | 0)) {
    if (!(flags & TH_ACK) || (good && !len)) return TI_DROP;
  } else if (good && flags & TH_FIN && off + len === 0) tcp_timerset(tp, TCPT_2MSL, 2 * TCP_MSL);
  return tcp_challenge(tp);
}

/**
 * We connect, from a port that was chosen, to where a connection of ours is in TIME_WAIT: after a second that ends, and the
 * new one goes on with its timestamps and far behind its sequence numbers, so that the peer can tell old from new (RFC 9293
 * 3.6.1, RFC 6191). The peer has closed; what it sent is older than what it will send.
 */
export function tcp_twreuse(inp: Inpcb, nam: SockaddrIn): void {
  const faddr = nam.sin_addr | 0;
  const old = in_pcblookup(tcb, faddr, nam.sin_port, inp.inp_laddr || ip_source(faddr, null), inp.inp_lport, 0);
  const tp = old ? (old.inp_ppcb as Tcpcb) : null;
  if (!tp || tp.t_state !== TCPS_TIME_WAIT || ((tp.t_timer[TCPT_2MSL] - tcp_now) | 0) > 2 * TCP_MSL - TW_REUSE) return;
  tcp_reuseiss((tp.snd_max + TCP_MAXWIN) | 0);
  (inp.inp_ppcb as Tcpcb).t_tsoff = tp.t_tsoff;
  tcp_close(tp);
}

/** Is the SYN newer than the connection that was? */
function tcp_newer(tp: Tcpcb): boolean {
  if (ti.ti_tspresent && tp.t_flags & TF_RCVD_TSTMP && ((ti.ti_tsval - tp.t_tsrecent) | 0) > 0) return true;
  return ((ti.ti_seq - tp.rcv_nxt) | 0) > 0;
}
