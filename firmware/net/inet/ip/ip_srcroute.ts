/**
 * Options of the IP header on sockets, and source routes: RFC 791 3.1, 1122 3.2.1.8, 9293 3.9.2.1. BSD: netinet/ip_input.c
 * (save_rte, ip_srcroute), netinet/ip_output.c (ip_pcbopts, ip_insertoptions); Stevens sections 9.6, 9.7, 9.8. Only where
 * config.ts says IP_SRCROUTE.
 *
 * A PCB's options are an mbuf of their bytes, a multiple of four. A source route in them names all hops, the destination last, as
 * a program says it; on the way the first of them is the packet's destination and not in the option.
 */
import { arena, bcopy, get32, put32 } from "../../../machdep";
import type { Bytes } from "../../../types";
import { EINVAL, ENOBUFS } from "../../kern/errno";
import { M_DONTWAIT, type Mbuf, MT_DATA, m_freem, m_get } from "../../kern/mbuf";
import { M_COPYALL, m_copym, m_prepend, m_pullup } from "../../kern/mbuf_chain";
import {
  IP_DST,
  IP_HDR_LEN,
  IP_SRC,
  IPOPT_EOL,
  IPOPT_LSRR,
  IPOPT_MINOFF,
  IPOPT_NOP,
  IPOPT_OFFSET,
  IPOPT_OLEN,
  IPOPT_SSRR,
} from "../../wire/ip";
import type { Inpcb } from "../in_pcb";
import { IP_OPTWORDS, ip_output } from "./ip_output";
import type { IpMoptions } from "./ip_var";

/** Longest options of a header, and bytes of an address. */
const MAX_IPOPTLEN = 40;
const ADDR_LEN = 4;
/** Longest options of a PCB: the first hop of a route is among them. */
export const MAX_PCBOPTLEN = MAX_IPOPTLEN + ADDR_LEN;
/** Bytes of a route's option in front of its addresses. */
const ROUTE_HDR = 3;

/** The way back from where the packet came that is being worked at, and its length, 0 if it has no source route. BSD: ip_srcrt. */
let srcroute: Bytes<typeof MAX_PCBOPTLEN>;
let srclen: number;

export function ip_srcroute_init(): void {
  srcroute = new Uint8Array(MAX_PCBOPTLEN);
  srclen = 0;
}

/** A packet begins. */
export function ip_norte(): void {
  srclen = 0;
}

/** Has it come by a source route? */
export function ip_hasrte(): boolean {
  return srclen > 0;
}

/** The route turned round, as options for an answer; null when there is none, or no mbuf for it. */
export function ip_srcroute(): Mbuf | null {
  const m = srclen ? m_get(M_DONTWAIT, MT_DATA) : null;
  if (!m) return null;
  m.m_len = srclen;
  bcopy(srcroute, 0, arena, m.m_data, srclen);
  return m;
}

/**
 * A packet that has come to its end: the header is at arena offset `ip`, the route of `len` bytes `off` behind it. The way back
 * is by the hops that it came by, the last one first, to its source.
 */
export function save_rte(ip: number, off: number, len: number): void {
  const n = ((len - ROUTE_HDR) / ADDR_LEN) | 0;
  if (!n) return;
  srclen = 1 + ROUTE_HDR;
  for (let i = n - 1; i >= 0; i--) save_hop(ip + off + ROUTE_HDR + i * ADDR_LEN);
  save_hop(ip + IP_SRC);
  srcroute[0] = IPOPT_NOP;
  srcroute[1] = arena[ip + off];
  srcroute[1 + IPOPT_OLEN] = srclen - 1;
  srcroute[1 + IPOPT_OFFSET] = IPOPT_MINOFF;
}

function save_hop(off: number): void {
  bcopy(arena, off, srcroute, srclen, ADDR_LEN);
  srclen += ADDR_LEN;
}

/** Sets the options that all packets of a socket have, null for none; consumes the mbuf, answers errno. */
export function ip_pcbopts(inp: Inpcb, opts: Mbuf | null): number {
  if (opts && !ip_validopts(opts)) {
    m_freem(opts);
    return EINVAL;
  }
  m_freem(inp.inp_options);
  inp.inp_options = opts;
  return 0;
}

/** Do they make sense, and are they short enough? They are filled up to a multiple of four. */
function ip_validopts(opts: Mbuf): boolean {
  while (opts.m_len & 3) {
    arena[opts.m_data + opts.m_len] = IPOPT_EOL;
    opts.m_len++;
  }
  const at = ip_routeat(opts);
  return at >= -1 && opts.m_len <= (at < 0 ? MAX_IPOPTLEN : MAX_PCBOPTLEN);
}

/** Where the source route is in options; -1: there is none, -2: they make no sense. */
function ip_routeat(opts: Mbuf): number {
  const cp = opts.m_data;
  const cnt = opts.m_len;
  let at = -1;
  let off = 0;
  while (off < cnt) {
    const opt = arena[cp + off];
    if (opt === IPOPT_EOL) break;
    if (opt === IPOPT_NOP) off++;
    else {
      const len = off + 1 < cnt ? arena[cp + off + IPOPT_OLEN] : 0;
      if (len < 2 || off + len > cnt) return -2;
      if (opt === IPOPT_LSRR || opt === IPOPT_SSRR) {
        const addrs = len - ROUTE_HDR;
        if (at >= 0 || addrs < ADDR_LEN || addrs % ADDR_LEN || arena[cp + off + IPOPT_OFFSET] !== IPOPT_MINOFF)
          return -2;
        at = off;
      }
      off += len;
    }
  }
  return at;
}

/** A connection that came by a listener has its options, and goes back the way that it came. */
export function ip_passopts(inp: Inpcb, listener: Inpcb): void {
  const opts = listener.inp_options;
  inp.inp_options = opts ? m_copym(opts, 0, M_COPYALL, M_DONTWAIT) : null;
  ip_newroute(inp);
}

/** Its packets go back the way that the last one came. */
export function ip_newroute(inp: Inpcb): void {
  m_freem(inp.inp_srcroute);
  inp.inp_srcroute = ip_srcroute();
}

/** The options of a PCB's packets, or null: what the program said goes before a route that came (RFC 9293 MUST-52). */
export function ip_pcbroute(inp: Inpcb): Mbuf | null {
  return inp.inp_options || inp.inp_srcroute;
}

/** How long they are on the way. */
export function ip_optlen(inp: Inpcb): number {
  const opts = ip_pcbroute(inp);
  return opts ? ip_waylen(opts, ip_routeat(opts)) : 0;
}

function ip_waylen(opts: Mbuf, at: number): number {
  return at < 0 ? opts.m_len : opts.m_len - ADDR_LEN;
}

/** ip_output of a packet with the options `opts`. Checksums above are of the destination that the packet has so far. */
export function ip_optoutput(m0: Mbuf, flags: number, imo: IpMoptions | null, opts: Mbuf): number {
  const at = ip_routeat(opts);
  const len = ip_waylen(opts, at);
  let m = m_prepend(m0, len, M_DONTWAIT);
  if (m) m = m_pullup(m, len + IP_HDR_LEN);
  if (!m) return ENOBUFS;
  const ip = m.m_data;
  bcopy(arena, ip + len, arena, ip, IP_HDR_LEN);
  if (at < 0) bcopy(arena, opts.m_data, arena, ip + IP_HDR_LEN, len);
  else ip_putroute(ip, opts.m_data, at + ROUTE_HDR, len);
  return ip_output(m, flags + (len >> 2) * IP_OPTWORDS, imo);
}

/** Writes `len` bytes of options from `cp` behind the header; the route's first hop, `hop` bytes on, becomes the destination. */
function ip_putroute(ip: number, cp: number, hop: number, len: number): void {
  const to = ip + IP_HDR_LEN;
  bcopy(arena, cp, arena, to, hop);
  bcopy(arena, cp + hop + ADDR_LEN, arena, to + hop, len - hop);
  arena[to + hop - ROUTE_HDR + IPOPT_OLEN] -= ADDR_LEN;
  put32(ip + IP_DST, get32(cp + hop));
}
