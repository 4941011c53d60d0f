/**
 * What a TCP socket can be asked for: RFC 9293 3.10.1 to 3.10.6. BSD: netinet/tcp_usrreq.c; Stevens chapter 30.
 */
import { TCP_CONNTIME, TCP_DO_URG, TCP_RECVSPACE, TCP_SENDSPACE } from "../../../config";
import { arena } from "../../../machdep";
import {
  EADDRNOTAVAIL,
  ECONNABORTED,
  ECONNRESET,
  EHOSTDOWN,
  EHOSTUNREACH,
  EINVAL,
  EISCONN,
  ENETUNREACH,
  ENOBUFS,
  EWOULDBLOCK,
} from "../../kern/errno";
import { M_EOR, type Mbuf, m_freem } from "../../kern/mbuf";
import {
  NET_ACTIVE,
  PRU_ABORT,
  PRU_ACCEPT,
  PRU_BIND,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_LISTEN,
  PRU_PEEKOOB,
  PRU_RCVD,
  PRU_RCVOOB,
  PRU_SEND,
  PRU_SENDOOB,
  PRU_SHUTDOWN,
  type Sockaddr,
} from "../../kern/protosw";
import { sbappend, soreserve } from "../../kern/sockbuf";
import { socantsendmore, soisconnecting } from "../../kern/socket2";
import {
  SB_LOCK,
  SO_OOBINLINE,
  type Socket,
  SS_CANTSENDMORE,
  SS_ISCONNECTING,
  SS_RCVATMARK,
} from "../../kern/socketvar";
import { type Inpcb, in_pcbbind, in_pcbconnect, in_pcbdisconnect } from "../in_pcb";
import { in_setpeeraddr, in_usrreq } from "../in_usrreq";
import { IN_MULTICAST, in_isbroadcast, type SockaddrIn } from "../in_var";
import { tcp_canceltimers, tcp_timerset } from "./tcp_callout";
import { tcp_twreuse } from "./tcp_fin";
import { TCPS_CLOSED, TCPS_HAVERCVDFIN, TCPS_LISTEN, TCPS_SYN_SENT } from "./tcp_fsm";
import { tcp_iss_init, tcp_newiss } from "./tcp_iss";
import { tcp_outack, tcp_output, tcp_outsyn } from "./tcp_output";
import { tcp_acksoon } from "./tcp_reass";
import { tcp_rcvwin } from "./tcp_send";
import { TCPSTAT_CONNATTEMPT, tcpstat } from "./tcp_stat";
import { sototcpcb, tcp_close, tcp_drop, tcp_newtcpcb, tcp_subr_init } from "./tcp_subr";
import { tcp_sendseqinit, tcp_winshift } from "./tcp_syn";
import { tcp_timer_init } from "./tcp_timer";
import { tcp_dodisconnect, tcp_usrclosed } from "./tcp_usrclosed";
import {
  TCPOOB_HADDATA,
  TCPOOB_HAVEDATA,
  TCPT_KEEP,
  type Tcpcb,
  TF_ACKSOON,
  tcb,
  tcp_clock,
  tcp_var_init,
} from "./tcp_var";

/** How much more than the send buffer holds goes as urgent data. */
const OOBSPACE = 512;

export function tcp_init(): void {
  tcp_var_init();
  tcp_subr_init();
  tcp_iss_init();
  tcp_timer_init();
}

export function tcp_attach(so: Socket): number {
  if (!so.so_snd.sb_hiwat || !so.so_rcv.sb_hiwat) {
    const error = soreserve(so, TCP_SENDSPACE, TCP_RECVSPACE);
    if (error) return error;
  }
  tcp_clock();
  return tcp_newtcpcb(so);
}

function tcp_detach(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  tcp_clock();
  if (tp.t_state > TCPS_LISTEN) tcp_dodisconnect(tp, so);
  else tcp_close(tp);
  return 0;
}

function tcp_bind(so: Socket, sin: SockaddrIn | null): number {
  if (!so.so_pcb) return EINVAL;
  if (sin && tcp_manyaddr(sin.sin_addr)) return EADDRNOTAVAIL;
  return in_pcbbind(tcb, so.so_pcb as Inpcb, sin);
}

/** A connection has two ends (RFC 9293 3.9.2.3, MUST-46). */
function tcp_manyaddr(addr: number): boolean {
  return IN_MULTICAST(addr | 0) || in_isbroadcast(addr | 0);
}

function tcp_listen(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp || tp.t_state > TCPS_LISTEN) return EINVAL;
  const error = !NET_ACTIVE || tp.t_inpcb!.inp_lport ? 0 : in_pcbbind(tcb, tp.t_inpcb!, null);
  if (!error) tp.t_state = TCPS_LISTEN;
  return error;
}

/** Begins a connection: a SYN goes out (RFC 9293 3.10.1, active). */
function tcp_connect(so: Socket, sin: SockaddrIn): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  if (tp.t_state !== TCPS_CLOSED) return EISCONN;
  const inp = tp.t_inpcb!;
  tcp_clock();
  if (inp.inp_lport) tcp_twreuse(inp, sin);
  const error = tcp_manyaddr(sin.sin_addr) ? ENETUNREACH : in_pcbconnect(tcb, inp, sin);
  if (error) return error;
  tcpstat[TCPSTAT_CONNATTEMPT]++;
  tcp_winshift(tp, so);
  soisconnecting(so);
  tp.t_state = TCPS_SYN_SENT;
  tcp_sendseqinit(tp, tcp_newiss(inp.inp_laddr, inp.inp_lport, inp.inp_faddr, inp.inp_fport));
  tcp_timerset(tp, TCPT_KEEP, TCP_CONNTIME);
  const unsent = tcp_outsyn(tp);
  return unsent && unsent !== ENOBUFS ? tcp_notconnected(tp, so, unsent) : 0;
}

/** The SYN could not be sent: all is as before. */
function tcp_notconnected(tp: Tcpcb, so: Socket, error: number): number {
  tp.t_state = TCPS_CLOSED;
  tcp_canceltimers(tp);
  in_pcbdisconnect(tp.t_inpcb!);
  so.so_state &= ~SS_ISCONNECTING;
  return error === EHOSTDOWN ? EHOSTUNREACH : error;
}

function tcp_disconnect(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  tcp_clock();
  tcp_dodisconnect(tp, so);
  return 0;
}

function tcp_shutdown(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  if (so.so_state & SS_CANTSENDMORE) return 0;
  tcp_clock();
  socantsendmore(so);
  if (tcp_usrclosed(tp, so)) tcp_output(tp);
  return 0;
}

/**
 * The program has read. An acknowledgement that waited for that goes when all is read. Otherwise the peer hears of the room
 * when it is two segments or half of all (RFC 9293 3.8.6.2.2), and again not before all is read: it is told once.
 */
function tcp_rcvd(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp || TCPS_HAVERCVDFIN(tp.t_state)) return 0;
  if (!(tp.t_flags & TF_ACKSOON)) {
    const adv = tcp_rcvwin(tp, so) - ((tp.rcv_adv - tp.rcv_nxt) | 0);
    if (adv <= 0 || (adv < 2 * tp.t_maxseg && adv << 1 < so.so_rcv.sb_hiwat)) return 0;
    tcp_clock();
    tcp_acksoon(tp);
  }
  if (!so.so_rcv.sb_cc) {
    tcp_clock();
    tcp_outack(tp);
  }
  return 0;
}

function tcp_usrsend(so: Socket, m: Mbuf | null): number {
  const tp = sototcpcb(so);
  if (!tp) {
    m_freem(m);
    return ECONNRESET;
  }
  tcp_sndappend(so, m);
  tcp_output(tp);
  return 0;
}

/** Data of the program's, behind what there is. Differs: a stream has no records, whatever the program says (MSG_EOR). */
function tcp_sndappend(so: Socket, m: Mbuf | null): void {
  if (m) m.m_flags &= ~M_EOR;
  tcp_clock();
  so.so_snd.sb_flags |= SB_LOCK;
  sbappend(so.so_snd, m);
  so.so_snd.sb_flags &= ~SB_LOCK;
}

/** Urgent data: the pointer goes behind it (RFC 6093). */
function tcp_sendoob(so: Socket, m: Mbuf | null): number {
  const tp = sototcpcb(so);
  if (!tp || so.so_snd.sb_cc > so.so_snd.sb_hiwat + OOBSPACE) {
    m_freem(m);
    return tp ? ENOBUFS : ECONNRESET;
  }
  tcp_sndappend(so, m);
  tp.snd_up = (tp.snd_una + so.so_snd.sb_cc) | 0;
  tcp_output(tp);
  return 0;
}

/** The urgent byte, into `m`; of a peek it stays where it is. */
function tcp_rcvoob(so: Socket, m: Mbuf, peek: boolean): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  if ((!so.so_oobmark && !(so.so_state & SS_RCVATMARK)) || so.so_options & SO_OOBINLINE) return EINVAL;
  if (tp.t_oobflags & TCPOOB_HADDATA) return EINVAL;
  if (!(tp.t_oobflags & TCPOOB_HAVEDATA)) return EWOULDBLOCK;
  m.m_len = 1;
  arena[m.m_data] = tp.t_iobc;
  if (!peek) tp.t_oobflags ^= TCPOOB_HAVEDATA | TCPOOB_HADDATA;
  return 0;
}

function tcp_abort(so: Socket): number {
  const tp = sototcpcb(so);
  if (!tp) return EINVAL;
  tcp_clock();
  tcp_drop(tp, ECONNABORTED);
  return 0;
}

/** What a TCP socket is asked for most often; the rest is below. */
export function tcp_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  if (req === PRU_SEND) return tcp_usrsend(so, m);
  if (req === PRU_RCVD) return tcp_rcvd(so);
  return tcp_usrreq1(so, req, m, nam);
}

function tcp_usrreq1(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  switch (req) {
    case PRU_DETACH:
      return tcp_detach(so);
    case PRU_BIND:
      return tcp_bind(so, nam as SockaddrIn | null);
    case PRU_LISTEN:
      return tcp_listen(so);
    case PRU_CONNECT:
      return NET_ACTIVE ? tcp_connect(so, nam as SockaddrIn) : in_usrreq(so, req, m, nam);
    case PRU_ACCEPT:
      return so.so_pcb ? (NET_ACTIVE ? in_setpeeraddr(so, nam as SockaddrIn | null) : 0) : ECONNABORTED;
    case PRU_DISCONNECT:
      return tcp_disconnect(so);
    case PRU_SHUTDOWN:
      return tcp_shutdown(so);
    case PRU_ABORT:
      return tcp_abort(so);
    case PRU_RCVOOB:
    case PRU_PEEKOOB:
      return TCP_DO_URG ? tcp_rcvoob(so, m!, req === PRU_PEEKOOB) : in_usrreq(so, req, m, nam);
    case PRU_SENDOOB:
      return TCP_DO_URG ? tcp_sendoob(so, m) : in_usrreq(so, req, m, nam);
    default:
      return in_usrreq(so, req, m, nam);
  }
}
