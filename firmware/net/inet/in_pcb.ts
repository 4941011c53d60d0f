/**
 * Protocol control blocks: which socket a packet belongs to. BSD: netinet/in_pcb.c, in_pcb.h; Stevens chapter 22. UDP
 * and TCP each have a list of them.
 *
 * Differs: the list is singly linked and a PCB has no way back to its list, so that closing a socket leaves no cycle
 * behind (the interpreter's collector may never run); addresses are int32, and no route is cached: the table is short.
 */
import { INET_MULTICAST, INET_ROUTE, IP_SRCROUTE, IPPORT_HIFIRST, IPPORT_HILAST } from "../../config";
import { isnumber, random32 } from "../../machdep";
import type { caddr_t, u8, u16 } from "../../types";
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  ECONNREFUSED,
  EHOSTDOWN,
  EHOSTUNREACH,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENOPROTOOPT,
} from "../kern/errno";
import { free } from "../kern/kern_malloc";
import { type Mbuf, m_freem } from "../kern/mbuf";
import {
  NET_ACTIVE,
  PRC_HOSTDEAD,
  PRC_MSGSIZE,
  PRC_PARAMPROB,
  PRC_UNREACH_HOST,
  PRC_UNREACH_NET,
  PRC_UNREACH_PORT,
  PRC_UNREACH_PROTOCOL,
  PRC_UNREACH_SRCFAIL,
} from "../kern/protosw";
import { AF_INET, SO_REUSEADDR, SO_REUSEPORT, type Socket } from "../kern/socketvar";
import { arp_losing } from "./arp/arp";
import { rtlosing } from "./in_route";
import { IN_MULTICAST, INADDR_ANY, INADDR_LOOPBACK, in_ifaddr_with, in_isbroadcast, type SockaddrIn } from "./in_var";
import { ip_freemoptions } from "./ip/ip_moptions";
import { ip_nexthop, ip_source } from "./ip/ip_output";
import type { IpMoptions } from "./ip/ip_var";

export interface Inpcb {
  inp_next: Inpcb | null;
  inp_lport: u16;
  inp_fport: u16;
  inp_laddr: number;
  inp_faddr: number;
  inp_socket: Socket | null;
  /** the protocol's own block (a Tcpcb) */
  inp_ppcb: caddr_t | null;
  inp_ttl: u8;
  inp_tos: u8;
  inp_moptions: IpMoptions | null;
  /** options of its packets: what the program said, and the way back of what came (ip_srcroute.ts) */
  inp_options: Mbuf | null;
  inp_srcroute: Mbuf | null;
}

/** A protocol's list of PCBs, and the one that the last packet belonged to. */
export interface InpcbHead {
  inp_first: Inpcb | null;
  inp_last: Inpcb | null;
}

/** in_pcblookup's `wild`: accept PCBs that leave an address open. */
export const INPLOOKUP_WILDCARD = 1;

/** Gives a socket a PCB in a protocol's list; null when there is none left. BSD: in_pcballoc. */
export function in_pcballoc(so: Socket, head: InpcbHead, ttl: number): Inpcb | null {
  const inp: Inpcb | null = {
    inp_next: head.inp_first,
    inp_lport: 0,
    inp_fport: 0,
    inp_laddr: INADDR_ANY,
    inp_faddr: INADDR_ANY,
    inp_socket: so,
    inp_ppcb: null,
    inp_ttl: ttl,
    inp_tos: 0,
    inp_moptions: null,
    inp_options: null,
    inp_srcroute: null,
  };
  if (!inp) return null;
  head.inp_first = inp;
  so.so_pcb = inp;
  return inp;
}

/** Takes a PCB out of its list and lets go of everything that it refers to. */
export function in_pcbdetach(head: InpcbHead, inp: Inpcb): void {
  if (head.inp_first === inp) head.inp_first = inp.inp_next;
  else for (let p = head.inp_first; p; p = p.inp_next) if (p.inp_next === inp) p.inp_next = inp.inp_next;
  if (head.inp_last === inp) head.inp_last = null;
  if (INET_MULTICAST && inp.inp_moptions) ip_freemoptions(inp.inp_moptions);
  if (IP_SRCROUTE) {
    m_freem(inp.inp_options);
    m_freem(inp.inp_srcroute);
    inp.inp_options = null;
    inp.inp_srcroute = null;
  }
  inp.inp_moptions = null;
  if (inp.inp_socket) inp.inp_socket.so_pcb = null;
  inp.inp_socket = null;
  inp.inp_next = null;
  free(inp);
}

/** Binds to a local address and port, or to a free port when `nam` is null or names none; errno. */
export function in_pcbbind(head: InpcbHead, inp: Inpcb, nam: SockaddrIn | null): number {
  if (inp.inp_lport || inp.inp_laddr !== INADDR_ANY) return EINVAL;
  let port = 0;
  if (nam) {
    const error = in_pcbname(nam);
    if (error) return error;
    port = nam.sin_port;
    const laddr = nam.sin_addr | 0;
    if (!in_pcblocal(laddr)) return EADDRNOTAVAIL;
    if (port && in_pcbinuse(head, inp, laddr, port)) return EADDRINUSE;
    inp.inp_laddr = laddr;
  }
  if (NET_ACTIVE && !port) port = in_pcbport(head, inp);
  inp.inp_lport = port;
  return port ? 0 : in_pcbnoport(inp);
}

function in_pcbnoport(inp: Inpcb): number {
  inp.inp_laddr = INADDR_ANY;
  return EADDRNOTAVAIL;
}

/** Is it an Internet endpoint? */
export function in_pcbname(nam: SockaddrIn): number {
  if (nam.sin_family !== AF_INET) return EAFNOSUPPORT;
  const port = nam.sin_port;
  return !isnumber(nam.sin_addr) || !(port >= 0 && port <= 65535) || port !== (port | 0) ? EINVAL : 0;
}

/** May a socket be bound to it: any, one of ours, or where datagrams for many come in. */
export function in_pcblocal(addr: number): boolean {
  return addr === INADDR_ANY || in_ifaddr_with(addr) !== null || IN_MULTICAST(addr) || in_isbroadcast(addr);
}

/** Is the port taken? Two may share it that both say so (SO_REUSEADDR for groups, SO_REUSEPORT), or whose addresses differ. */
function in_pcbinuse(head: InpcbHead, inp: Inpcb, laddr: number, port: number): boolean {
  const options = inp.inp_socket!.so_options;
  const group = IN_MULTICAST(laddr) || in_isbroadcast(laddr);
  const share = group ? SO_REUSEADDR | SO_REUSEPORT : SO_REUSEPORT;
  for (let p = head.inp_first; p; p = p.inp_next) {
    if (p === inp || p.inp_lport !== port || !in_pcbclash(p, laddr, options)) continue;
    if (!(options & share) || !p.inp_socket || !(p.inp_socket.so_options & share)) return true;
  }
  return false;
}

/** Do the addresses overlap? With SO_REUSEADDR one that leaves its address open, or is connected, stands beside a definite one. */
function in_pcbclash(p: Inpcb, laddr: number, options: number): boolean {
  if (p.inp_laddr === laddr) return !(options & SO_REUSEADDR && p.inp_faddr !== INADDR_ANY);
  return (p.inp_laddr === INADDR_ANY || laddr === INADDR_ANY) && !(options & SO_REUSEADDR);
}

/** A free port, found from a random one on (RFC 6056 3.3.1); 0 when there is none. */
function in_pcbport(head: InpcbHead, inp: Inpcb): number {
  const range = IPPORT_HILAST - IPPORT_HIFIRST + 1;
  let port = IPPORT_HIFIRST + ((random32() >>> 1) % range);
  for (let tries = range; tries; tries--) {
    if (!in_pcbportused(head, inp, port)) return port;
    port = port === IPPORT_HILAST ? IPPORT_HIFIRST : port + 1;
  }
  return 0;
}

function in_pcbportused(head: InpcbHead, inp: Inpcb, port: number): boolean {
  let p = head.inp_first;
  while (p && (p === inp || p.inp_lport !== port)) p = p.inp_next;
  return p !== null;
}

/** Connects to a foreign address and port, from the local address that the route says; errno. */
export function in_pcbconnect(head: InpcbHead, inp: Inpcb, nam: SockaddrIn): number {
  const error = in_pcbname(nam);
  if (error) return error;
  if (!nam.sin_port) return EADDRNOTAVAIL;
  const faddr = nam.sin_addr | 0 || INADDR_LOOPBACK;
  const laddr = inp.inp_laddr || ip_source(faddr, null);
  if (!laddr) return ENETUNREACH;
  if (inp.inp_lport && in_pcblookup(head, faddr, nam.sin_port, laddr, inp.inp_lport, 0)) return EADDRINUSE;
  if (!inp.inp_lport) {
    const noport = in_pcbbind(head, inp, null);
    if (noport) return noport;
  }
  inp.inp_laddr = laddr;
  inp.inp_faddr = faddr;
  inp.inp_fport = nam.sin_port;
  return 0;
}

export function in_pcbdisconnect(inp: Inpcb): void {
  inp.inp_faddr = INADDR_ANY;
  inp.inp_fport = 0;
}

/**
 * The PCB that fits best, or null: one bound to the very endpoints before one that leaves its local or foreign address
 * open; among these the one with fewest left open. Without INPLOOKUP_WILDCARD only the very endpoints will do.
 */
export function in_pcblookup(
  head: InpcbHead,
  faddr: number,
  fport: number,
  laddr: number,
  lport: number,
  wild: number,
): Inpcb | null {
  let match: Inpcb | null = null;
  let matchwild = 3;
  for (let inp = head.inp_first; inp; inp = inp.inp_next) {
    if (inp.inp_lport !== lport) continue;
    const wildcard = in_pcbwild(inp, faddr, fport, laddr);
    if (wildcard < matchwild && (!wildcard || wild)) {
      match = inp;
      matchwild = wildcard;
      if (!wildcard) break;
    }
  }
  return match;
}

/** Does a datagram for many from faddr:fport to laddr:lport fit the PCB? */
export function in_pcbmatch(inp: Inpcb, faddr: number, fport: number, laddr: number, lport: number): boolean {
  return inp.inp_lport === lport && in_pcbwild(inp, faddr, fport, laddr) < 3;
}

/** How many addresses the PCB leaves open; 3 when it doesn't fit. */
function in_pcbwild(inp: Inpcb, faddr: number, fport: number, laddr: number): number {
  let wildcard = 0;
  if (inp.inp_laddr === INADDR_ANY) wildcard = 1;
  else if (inp.inp_laddr !== laddr) return 3;
  if (inp.inp_faddr === INADDR_ANY) return wildcard + 1;
  return inp.inp_faddr === faddr && inp.inp_fport === fport ? wildcard : 3;
}

/** errno for each PRC_ command that is an error to a socket. BSD: inetctlerrmap. */
export function in_ctlerror(cmd: number): number {
  switch (cmd) {
    case PRC_MSGSIZE:
      return EMSGSIZE;
    case PRC_HOSTDEAD:
      return EHOSTDOWN;
    case PRC_UNREACH_NET:
      return ENETUNREACH;
    case PRC_UNREACH_HOST:
    case PRC_UNREACH_SRCFAIL:
      return EHOSTUNREACH;
    case PRC_UNREACH_PROTOCOL:
    case PRC_UNREACH_PORT:
      return ECONNREFUSED;
    case PRC_PARAMPROB:
      return ENOPROTOOPT;
    default:
      return 0;
  }
}

/**
 * Tells the socket that sent from laddr:lport to dst:fport of an error. BSD: in_pcbnotify, which tells every socket
 * connected to dst; an error returns the ports, so only the one concerned is told.
 */
export function in_pcbnotify(
  head: InpcbHead,
  dst: number,
  fport: number,
  laddr: number,
  lport: number,
  cmd: number,
  notify: (inp: Inpcb, error: number) => void,
): void {
  const error = in_ctlerror(cmd);
  const inp = error ? in_pcblookup(head, dst, fport, laddr, lport, 0) : null;
  if (inp) notify(inp, error);
}

/**
 * A connection has long been without an answer: the neighbour that its packets go to is asked whether it is there. BSD:
 * in_losing, which forgets the route.
 */
export function in_losing(inp: Inpcb): void {
  const hop = ip_nexthop(inp.inp_faddr);
  if (hop) arp_losing(hop);
  if (INET_ROUTE) rtlosing(inp.inp_faddr);
}
