/**
 * UDP: RFC 768, 1122 4.1. BSD: netinet/udp_usrreq.c; Stevens chapter 23.
 *
 * A received datagram stays in its mbuf: the eight bytes of its UDP header become the sender's address (SOCKADDR_IN_LEN
 * is eight as well), which is how a PR_ADDR record begins.
 */
import { IPDEFTTL, UDP_RECVSPACE, UDP_SENDSPACE } from "../../config";
import { arena, get16, get32, put16, put32 } from "../../machdep";
import { EISCONN, ENOBUFS, ENOTCONN } from "../kern/errno";
import { M_BCAST, M_DONTWAIT, M_MCAST, type Mbuf, m_freem } from "../kern/mbuf";
import { M_COPYALL, m_adj, m_copym, m_prepend, m_pullup } from "../kern/mbuf_chain";
import {
  PRU_ABORT,
  PRU_ATTACH,
  PRU_BIND,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_PEERADDR,
  PRU_SEND,
  PRU_SHUTDOWN,
  PRU_SOCKADDR,
  pru_table,
  type Sockaddr,
  type Usrreq,
} from "../kern/protosw";
import { sbappendaddr, soreserve } from "../kern/sockbuf";
import { socantsendmore, soisconnected, soisdisconnected, sorwakeup, sowwakeup } from "../kern/socket2";
import { AF_INET, SO_BROADCAST, SO_DONTROUTE, type Socket, SS_ISCONNECTED } from "../kern/socketvar";
import { ICMP_UNREACH, ICMP_UNREACH_PORT } from "../wire/icmp";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IP_TTL, IP_VHL, IPPROTO_UDP } from "../wire/ip";
import { UH_DPORT, UH_LEN, UH_SPORT, UH_SUM, UH_ULEN } from "../wire/udp";
import { icmp_error } from "./icmp_error";
import { in_pseudo, in_sum } from "./in_cksum";
import {
  INPLOOKUP_WILDCARD,
  type Inpcb,
  type InpcbHead,
  in_pcballoc,
  in_pcbbind,
  in_pcbconnect,
  in_pcbdetach,
  in_pcbdisconnect,
  in_pcblookup,
  in_pcbmatch,
  in_pcbname,
  in_pcbnotify,
  in_setpeeraddr,
  in_setsockaddr,
} from "./in_pcb";
import { INADDR_ANY, SIN_ADDR, SIN_FAMILY, SIN_LEN, SIN_PORT, SOCKADDR_IN_LEN, type SockaddrIn } from "./in_var";
import { IP_ALLOWBROADCAST, IP_ROUTETOIF, ip_output, ip_source } from "./ip_output";
import {
  UDPS_BADLEN,
  UDPS_BADSUM,
  UDPS_CACHEMISS,
  UDPS_DELIVERED,
  UDPS_FULLSOCK,
  UDPS_HDROPS,
  UDPS_IPACKETS,
  UDPS_NOPORT,
  UDPS_NOPORTBCAST,
  UDPS_OPACKETS,
  udpstat,
  udpstat_init,
} from "./udp_var";

/** Bytes of header in front of the data of what we send. */
const UDPIP_HDR_LEN = IP_HDR_LEN + UH_LEN;

/** All UDP PCBs. */
export let udb: InpcbHead;

export function udp_init(): void {
  udb = { inp_first: null, inp_last: null };
  udpstat_init();
}

/** A datagram from below; consumes m. */
export function udp_input(m0: Mbuf, iphlen: number): void {
  udpstat[UDPS_IPACKETS]++;
  const m = udp_header(m0, iphlen);
  if (!m) return;
  if (m.m_flags & (M_BCAST | M_MCAST)) {
    udp_many(m, iphlen);
    return;
  }
  const inp = udp_lookup(m.m_data, m.m_data + iphlen);
  if (inp) udp_append(m, iphlen, inp);
  else udp_noport(m);
}

/** Counts a cause and frees the datagram. */
function udp_drop(m: Mbuf, cause: number): null {
  udpstat[cause]++;
  m_freem(m);
  return null;
}

/** The datagram with a valid header in the arena, cut to its length; null when it was dropped. */
function udp_header(m0: Mbuf, iphlen: number): Mbuf | null {
  let m: Mbuf | null = m0;
  const len = m.m_pktlen - iphlen;
  if (len < UH_LEN) return udp_drop(m, UDPS_HDROPS);
  if (m.m_len < iphlen + UH_LEN) {
    m = m_pullup(m, iphlen + UH_LEN);
    if (!m) {
      udpstat[UDPS_HDROPS]++;
      return null;
    }
  }
  const uh = m.m_data + iphlen;
  const ulen = get16(uh + UH_ULEN);
  if (ulen > len || ulen < UH_LEN) return udp_drop(m, UDPS_BADLEN);
  if (ulen < len) m_adj(m, ulen - len);
  if (get16(uh + UH_SUM) && in_sum(m, iphlen, ulen, in_pseudo(m.m_data + IP_SRC, IPPROTO_UDP, ulen)) !== 65535)
    return udp_drop(m, UDPS_BADSUM);
  return m;
}

/** The PCB for the datagram whose headers are at `ip` and `uh`: the last one again, or the best match. */
function udp_lookup(ip: number, uh: number): Inpcb | null {
  const faddr = get32(ip + IP_SRC);
  const laddr = get32(ip + IP_DST);
  const fport = get16(uh + UH_SPORT);
  const lport = get16(uh + UH_DPORT);
  const last = udb.inp_last;
  if (
    last &&
    last.inp_lport === lport &&
    last.inp_fport === fport &&
    last.inp_faddr === faddr &&
    last.inp_laddr === laddr
  )
    return last;
  udpstat[UDPS_CACHEMISS]++;
  const inp = in_pcblookup(udb, faddr, fport, laddr, lport, INPLOOKUP_WILDCARD);
  if (inp) udb.inp_last = inp;
  return inp;
}

/** Nobody is there: the sender is told (RFC 1122 4.1.3.1). */
function udp_noport(m: Mbuf): void {
  udpstat[UDPS_NOPORT]++;
  icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PORT, 0);
}

/** A datagram for many goes to every socket that it fits; the last takes the mbuf itself. */
function udp_many(m: Mbuf, iphlen: number): void {
  const ip = m.m_data;
  const uh = ip + iphlen;
  const faddr = get32(ip + IP_SRC);
  const fport = get16(uh + UH_SPORT);
  const laddr = get32(ip + IP_DST);
  const lport = get16(uh + UH_DPORT);
  let last: Inpcb | null = null;
  for (let inp = udb.inp_first; inp; inp = inp.inp_next)
    if (in_pcbmatch(inp, faddr, fport, laddr, lport)) {
      const copy = last ? m_copym(m, 0, M_COPYALL, M_DONTWAIT) : null;
      if (last && copy) udp_append(copy, iphlen, last);
      last = inp;
    }
  if (last) udp_append(m, iphlen, last);
  else udp_drop(m, UDPS_NOPORTBCAST);
}

/** Puts the datagram into the socket's buffer, the sender's address in front. */
function udp_append(m: Mbuf, iphlen: number, inp: Inpcb): void {
  const uh = m.m_data + iphlen;
  const so = inp.inp_socket!;
  put16(uh + SIN_PORT, get16(uh + UH_SPORT));
  put32(uh + SIN_ADDR, get32(m.m_data + IP_SRC));
  arena[uh + SIN_LEN] = SOCKADDR_IN_LEN;
  arena[uh + SIN_FAMILY] = AF_INET;
  m.m_data = uh;
  m.m_len -= iphlen;
  m.m_pktlen -= iphlen;
  if (sbappendaddr(so.so_rcv, m, null)) {
    udpstat[UDPS_DELIVERED]++;
    sorwakeup(so);
  } else udp_drop(m, UDPS_FULLSOCK);
}

/** An error about a datagram of ours, whose IP header is at arena offset `ip`. */
export function udp_ctlinput(cmd: number, dst: number, ip: number): void {
  if (ip < 0) return;
  const uh = ip + ((arena[ip + IP_VHL] & 15) << 2);
  in_pcbnotify(udb, dst, get16(uh + UH_DPORT), get32(ip + IP_SRC), get16(uh + UH_SPORT), cmd, udp_notify);
}

function udp_notify(inp: Inpcb, error: number): void {
  const so = inp.inp_socket!;
  so.so_error = error;
  sorwakeup(so);
  sowwakeup(so);
}

/** Sends `m` to faddr:fport; consumes m, answers errno. */
function udp_output(inp: Inpcb, m0: Mbuf, faddr: number, fport: number): number {
  const ulen = m0.m_pktlen + UH_LEN;
  const m = m_prepend(m0, UDPIP_HDR_LEN, M_DONTWAIT);
  if (!m) return ENOBUFS;
  const ip = m.m_data;
  const uh = ip + IP_HDR_LEN;
  const options = inp.inp_socket!.so_options;
  put32(ip + IP_SRC, inp.inp_laddr || ip_source(faddr));
  put32(ip + IP_DST, faddr);
  put16(uh + UH_SPORT, inp.inp_lport);
  put16(uh + UH_DPORT, fport);
  put16(uh + UH_ULEN, ulen);
  put16(uh + UH_SUM, 0);
  // a sum of zero would mean none (RFC 768)
  put16(uh + UH_SUM, ~in_sum(m, IP_HDR_LEN, ulen, in_pseudo(ip + IP_SRC, IPPROTO_UDP, ulen)) & 65535 || 65535);
  arena[ip + IP_P] = IPPROTO_UDP;
  arena[ip + IP_TTL] = inp.inp_ttl;
  arena[ip + IP_TOS] = inp.inp_tos;
  udpstat[UDPS_OPACKETS]++;
  return ip_output(m, (options & SO_BROADCAST ? IP_ALLOWBROADCAST : 0) | (options & SO_DONTROUTE ? IP_ROUTETOIF : 0));
}

function udp_attach(so: Socket): number {
  const error = soreserve(so, UDP_SENDSPACE, UDP_RECVSPACE);
  if (!error) in_pcballoc(so, udb, IPDEFTTL);
  return error;
}

function udp_detach(so: Socket): number {
  in_pcbdetach(udb, so.so_pcb as Inpcb);
  return 0;
}

function udp_bind(so: Socket, _m: Mbuf | null, nam: Sockaddr | null): number {
  return in_pcbbind(udb, so.so_pcb as Inpcb, nam as SockaddrIn | null);
}

function udp_connect(so: Socket, _m: Mbuf | null, nam: Sockaddr | null): number {
  const inp = so.so_pcb as Inpcb;
  if (inp.inp_faddr !== INADDR_ANY) return EISCONN;
  const error = in_pcbconnect(udb, inp, nam as SockaddrIn);
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

function udp_shutdown(so: Socket): number {
  socantsendmore(so);
  return 0;
}

function udp_abort(so: Socket): number {
  soisdisconnected(so);
  return udp_detach(so);
}

function udp_send(so: Socket, m: Mbuf | null, nam: Sockaddr | null): number {
  const inp = so.so_pcb as Inpcb;
  if (!nam) return udp_output(inp, m!, inp.inp_faddr, inp.inp_fport);
  const error = udp_sendto(inp, nam as SockaddrIn);
  if (!error) return udp_output(inp, m!, (nam as SockaddrIn).sin_addr | 0, (nam as SockaddrIn).sin_port);
  m_freem(m);
  return error;
}

/** May it send to `nam`? Not while connected; and it needs a port of its own to be answered at. */
function udp_sendto(inp: Inpcb, nam: SockaddrIn): number {
  if (inp.inp_faddr !== INADDR_ANY) return EISCONN;
  const error = in_pcbname(nam);
  return error || inp.inp_lport ? error : in_pcbbind(udb, inp, null);
}

function udp_sockaddr(so: Socket, _m: Mbuf | null, nam: Sockaddr | null): number {
  return in_setsockaddr(so.so_pcb as Inpcb, nam as SockaddrIn);
}

function udp_peeraddr(so: Socket, _m: Mbuf | null, nam: Sockaddr | null): number {
  return in_setpeeraddr(so.so_pcb as Inpcb, nam as SockaddrIn);
}

/** The requests that a UDP socket knows. */
export function udp_usrreqs(): Usrreq<Socket>[] {
  const pru = pru_table<Socket>();
  pru[PRU_ATTACH] = udp_attach;
  pru[PRU_DETACH] = udp_detach;
  pru[PRU_BIND] = udp_bind;
  pru[PRU_CONNECT] = udp_connect;
  pru[PRU_DISCONNECT] = udp_disconnect;
  pru[PRU_SHUTDOWN] = udp_shutdown;
  pru[PRU_SEND] = udp_send;
  pru[PRU_ABORT] = udp_abort;
  pru[PRU_SOCKADDR] = udp_sockaddr;
  pru[PRU_PEERADDR] = udp_peeraddr;
  return pru;
}
