/**
 * UDP output, and the requests of its sockets: RFC 768, 1122 4.1. BSD: netinet/udp_usrreq.c (udp_output, udp_usrreq);
 * Stevens sections 23.6, 23.10.
 */
import { INET_FRAG, INET_MULTICAST, IP_SRCROUTE, IPDEFTTL, UDP_RECVSPACE, UDP_SENDSPACE } from "../../../config";
import { arena } from "../../../machdep";
import { EADDRNOTAVAIL, EISCONN, ENOBUFS, ENOTCONN } from "../../kern/errno";
import { type Mbuf, m_freem } from "../../kern/mbuf";
import {
  PRU_ABORT,
  PRU_BIND,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_SEND,
  PRU_SHUTDOWN,
  type Sockaddr,
} from "../../kern/protosw";
import { soreserve } from "../../kern/sockbuf";
import { socantsendmore, soisconnected, soisdisconnected } from "../../kern/socket2";
import { SO_BROADCAST, SO_DONTFRAG, SO_DONTROUTE, type Socket, SS_ISCONNECTED } from "../../kern/socketvar";
import { IP_TOS, IP_TTL } from "../../wire/ip";
import {
  type Inpcb,
  in_pcballoc,
  in_pcbbind,
  in_pcbconnect,
  in_pcbdetach,
  in_pcbdisconnect,
  in_pcbname,
} from "../in_pcb";
import { in_usrreq } from "../in_usrreq";
import { INADDR_ANY, INADDR_LOOPBACK, in_ifaddr_with, type SockaddrIn } from "../in_var";
import { IP_ALLOWBROADCAST, IP_DONTFRAG, IP_ROUTETOIF, ip_output, ip_source } from "../ip/ip_output";
import { ip_optoutput } from "../ip/ip_srcroute";
import { udb } from "./udp_input";
import { udp_encap } from "./udp_output";

/** Sends `m` to faddr:fport; consumes m, answers errno. */
function udp_output(inp: Inpcb, m0: Mbuf, faddr: number, fport: number): number {
  const laddr = inp.inp_laddr;
  const options = inp.inp_socket!.so_options;
  const imo = INET_MULTICAST ? inp.inp_moptions : null;
  // not from a group or a broadcast address that the socket listens to (RFC 1122 3.2.1.3)
  const from = laddr && in_ifaddr_with(laddr) ? laddr : ip_source(faddr, imo);
  const m = udp_encap(m0, from, inp.inp_lport, faddr, fport);
  if (!m) return ENOBUFS;
  arena[m.m_data + IP_TTL] = inp.inp_ttl;
  arena[m.m_data + IP_TOS] = inp.inp_tos;
  let flags = (options & SO_BROADCAST ? IP_ALLOWBROADCAST : 0) | (options & SO_DONTROUTE ? IP_ROUTETOIF : 0);
  if (INET_FRAG && options & SO_DONTFRAG) flags |= IP_DONTFRAG;
  if (IP_SRCROUTE && inp.inp_options) return ip_optoutput(m, flags, imo, inp.inp_options);
  return ip_output(m, flags, imo);
}

export function udp_attach(so: Socket): number {
  const error = soreserve(so, UDP_SENDSPACE, UDP_RECVSPACE);
  if (error) return error;
  return in_pcballoc(so, udb, IPDEFTTL) ? 0 : ENOBUFS;
}

function udp_detach(so: Socket): number {
  in_pcbdetach(udb, so.so_pcb as Inpcb);
  return 0;
}

function udp_connect(so: Socket, sin: SockaddrIn): number {
  const inp = so.so_pcb as Inpcb;
  if (inp.inp_faddr !== INADDR_ANY) return EISCONN;
  const error = in_pcbconnect(udb, inp, sin);
  if (!error) soisconnected(so);
  return error;
}

function udp_disconnect(so: Socket): number {
  const inp = so.so_pcb as Inpcb;
  if (inp.inp_faddr === INADDR_ANY) return ENOTCONN;
  in_pcbdisconnect(inp);
  inp.inp_laddr = INADDR_ANY;
  if (udb.inp_last === inp) udb.inp_last = null;
  so.so_state &= ~SS_ISCONNECTED;
  return 0;
}

function udp_send(so: Socket, m: Mbuf, nam: Sockaddr | null): number {
  const inp = so.so_pcb as Inpcb;
  if (!nam) return udp_output(inp, m, inp.inp_faddr, inp.inp_fport);
  const sin = nam as SockaddrIn;
  const error = udp_sendto(inp, sin);
  if (!error) return udp_output(inp, m, sin.sin_addr | 0 || INADDR_LOOPBACK, sin.sin_port);
  m_freem(m);
  return error;
}

/** May it send to `nam`? Not while connected; and it needs a port of its own to be answered at. */
function udp_sendto(inp: Inpcb, nam: SockaddrIn): number {
  if (inp.inp_faddr !== INADDR_ANY) return EISCONN;
  const error = in_pcbname(nam) || (nam.sin_port ? 0 : EADDRNOTAVAIL);
  return error || inp.inp_lport ? error : in_pcbbind(udb, inp, null);
}

/** What a UDP socket is asked for most often; the rest is below. */
export function udp_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  return req === PRU_SEND ? udp_send(so, m!, nam) : udp_usrreq1(so, req, m, nam);
}

function udp_usrreq1(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  switch (req) {
    case PRU_DETACH:
      return udp_detach(so);
    case PRU_BIND:
      return in_pcbbind(udb, so.so_pcb as Inpcb, nam as SockaddrIn | null);
    case PRU_CONNECT:
      return udp_connect(so, nam as SockaddrIn);
    case PRU_DISCONNECT:
      return udp_disconnect(so);
    case PRU_SHUTDOWN:
      socantsendmore(so);
      return 0;
    case PRU_ABORT:
      soisdisconnected(so);
      return udp_detach(so);
    default:
      return in_usrreq(so, req, m, nam);
  }
}
