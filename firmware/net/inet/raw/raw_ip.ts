/**
 * Raw sockets: packets of a protocol as they are, IP header first. BSD: netinet/raw_ip.c; Stevens chapter 32. Called by
 * ICMP with what it has not answered itself, by the suite (in_proto.ts) with protocols that nobody else has, and by the
 * socket layer.
 *
 * A raw PCB's ports are its protocol's number and 0, so that the functions of in_pcb.ts serve it as well (and getsockname
 * tells the protocol, as on Linux).
 *
 * Differs: a received header is as it came, all in network order (BSD: ip_len is less the header, and in host order); a
 * program that wants to write headers itself (IP_HDRINCL) is refused; a socket is of one protocol, never of all.
 */
import { INET_FRAG, IP_SRCROUTE, IPDEFTTL, SO_CONTROL, UDP_RECVSPACE, UDP_SENDSPACE } from "../../../config";
import { arena, get32, put16, put32 } from "../../../machdep";
import type { Embedded } from "../../../types";
import { EADDRNOTAVAIL, EISCONN, ENOBUFS, EPROTONOSUPPORT } from "../../kern/errno";
import { M_DONTWAIT, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_prepend } from "../../kern/mbuf_chain";
import { PRU_BIND, PRU_CONNECT, PRU_DETACH, PRU_SEND, type Sockaddr } from "../../kern/protosw";
import { sbappendaddr, soreserve } from "../../kern/sockbuf";
import { soisconnected, sorwakeup } from "../../kern/socket2";
import { AF_INET, SO_BROADCAST, SO_DONTFRAG, SO_DONTROUTE, type Socket } from "../../kern/socketvar";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IP_TTL } from "../../wire/ip";
import { UH_LEN } from "../../wire/udp";
import { type Inpcb, type InpcbHead, in_pcballoc, in_pcbdetach, in_pcblocal, in_pcbname } from "../in_pcb";
import { in_pcbdeliver } from "../in_pcb_many";
import {
  INADDR_ANY,
  INADDR_LOOPBACK,
  in_ifaddr_with,
  SIN_ADDR,
  SIN_FAMILY,
  SIN_LEN,
  SIN_PORT,
  SOCKADDR_IN_LEN,
  type SockaddrIn,
} from "../in_var";
import { IP_ALLOWBROADCAST, IP_DONTFRAG, IP_ROUTETOIF, ip_output, ip_source } from "../ip/ip_output";
import { ip_appendaddr } from "../ip/ip_savecontrol";
import { ip_optoutput } from "../ip/ip_srcroute";
import { IPS_FULLSOCK, ipstat } from "../ip/ip_var";
import { udp_usrreq } from "../udp/udp_usrreq";

/** All raw PCBs. */
export let ripcb: Embedded<InpcbHead>;

export function rip_init(): void {
  ripcb = { inp_first: null, inp_last: null };
}

/** Packet `m`, IP header first, goes to the raw sockets of its protocol. False when there are none: m is the caller's. */
export function rip_input(m: Mbuf, iphlen: number): boolean {
  return in_pcbdeliver(ripcb, m, iphlen, 0, arena[m.m_data + IP_P], rip_append);
}

/** Puts the packet into the socket's buffer, the sender's address in front. */
function rip_append(m0: Mbuf, _iphlen: number, inp: Inpcb): void {
  const so = inp.inp_socket!;
  const src = get32(m0.m_data + IP_SRC);
  const dst = SO_CONTROL ? get32(m0.m_data + IP_DST) : 0;
  const m = m_prepend(m0, SOCKADDR_IN_LEN, M_DONTWAIT);
  if (!m) return;
  const sin = m.m_data;
  arena[sin + SIN_LEN] = SOCKADDR_IN_LEN;
  arena[sin + SIN_FAMILY] = AF_INET;
  put16(sin + SIN_PORT, 0);
  put32(sin + SIN_ADDR, src);
  if (SO_CONTROL ? ip_appendaddr(so, m, dst) : sbappendaddr(so.so_rcv, m, null)) sorwakeup(so);
  else {
    ipstat[IPS_FULLSOCK]++;
    m_freem(m);
  }
}

/** Sends `m` to `dst` behind an IP header; consumes m, answers errno. */
function rip_output(inp: Inpcb, m0: Mbuf, dst: number): number {
  const options = inp.inp_socket!.so_options;
  const laddr = inp.inp_laddr;
  const m = m_prepend(m0, IP_HDR_LEN, M_DONTWAIT);
  if (!m) return ENOBUFS;
  const ip = m.m_data;
  arena[ip + IP_TOS] = inp.inp_tos;
  arena[ip + IP_TTL] = inp.inp_ttl;
  arena[ip + IP_P] = inp.inp_lport;
  put32(ip + IP_SRC, in_ifaddr_with(laddr) ? laddr : ip_source(dst, inp.inp_moptions));
  put32(ip + IP_DST, dst);
  let flags = (options & SO_BROADCAST ? IP_ALLOWBROADCAST : 0) | (options & SO_DONTROUTE ? IP_ROUTETOIF : 0);
  if (INET_FRAG && options & SO_DONTFRAG) flags |= IP_DONTFRAG;
  if (IP_SRCROUTE && inp.inp_options) return ip_optoutput(m, flags, inp.inp_moptions, inp.inp_options);
  return ip_output(m, flags, inp.inp_moptions);
}

/** `proto` is the protocol's number, 1 to 255. */
export function rip_attach(so: Socket, proto: number): number {
  if (!(proto > 0 && proto < 256)) return EPROTONOSUPPORT;
  const error = soreserve(so, UDP_SENDSPACE + UH_LEN, UDP_RECVSPACE); // a packet as long as UDP's
  if (error) return error;
  const inp = in_pcballoc(so, ripcb, IPDEFTTL);
  if (!inp) return ENOBUFS;
  inp.inp_lport = proto;
  return 0;
}

/** From now on the socket receives what is sent to that address only, and sends from it. */
function rip_bind(so: Socket, sin: SockaddrIn): number {
  const error = in_pcbname(sin);
  if (error) return error;
  if (!in_pcblocal(sin.sin_addr | 0)) return EADDRNOTAVAIL;
  (so.so_pcb as Inpcb).inp_laddr = sin.sin_addr | 0;
  return 0;
}

/** From now on the socket receives what comes from that address only, and sends to it. */
function rip_connect(so: Socket, sin: SockaddrIn): number {
  const error = in_pcbname(sin);
  if (error) return error;
  (so.so_pcb as Inpcb).inp_faddr = sin.sin_addr | 0 || INADDR_LOOPBACK;
  soisconnected(so);
  return 0;
}

function rip_send(so: Socket, m: Mbuf, nam: Sockaddr | null): number {
  const inp = so.so_pcb as Inpcb;
  if (!nam) return rip_output(inp, m, inp.inp_faddr);
  const sin = nam as SockaddrIn;
  const error = inp.inp_faddr !== INADDR_ANY ? EISCONN : in_pcbname(sin);
  if (!error) return rip_output(inp, m, sin.sin_addr | 0 || INADDR_LOOPBACK);
  m_freem(m);
  return error;
}

/** What a raw socket can be asked for: as UDP's, but for four requests. */
export function rip_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  switch (req) {
    case PRU_SEND:
      return rip_send(so, m!, nam);
    case PRU_DETACH:
      in_pcbdetach(ripcb, so.so_pcb as Inpcb);
      return 0;
    case PRU_BIND:
      return rip_bind(so, nam as SockaddrIn);
    case PRU_CONNECT:
      return rip_connect(so, nam as SockaddrIn);
    default:
      return udp_usrreq(so, req, m, nam);
  }
}
