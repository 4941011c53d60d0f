/**
 * Options of the IP header on sockets, and source routes: RFC 791 3.1, 1122 3.2.1.8, 9293 3.9.2.1. BSD: netinet/ip_input.c
 * (save_rte, ip_srcroute), netinet/ip_output.c (ip_pcbopts, ip_insertoptions); Stevens sections 9.6, 9.7, 9.8. Only where
 * config.ts says IP_SRCROUTE.
 *
 * Options are a string of bytes, a multiple of four. A source route in them names all hops, the destination last, as a
 * program says it; on the way the first of them is the packet's destination and not in the option.
 */
import { arena, bcopy, bcopy_string, bytes_string, get32, put32, view } from "../../../machdep";
import { EINVAL, ENOBUFS } from "../../kern/errno";
import { M_DONTWAIT, type Mbuf } from "../../kern/mbuf";
import { m_prepend, m_pullup } from "../../kern/mbuf_chain";
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
/** Bytes of a route's option in front of its addresses. */
const ROUTE_HDR = 3;

/** The way back from where the packet came that is being worked at, "" if it has no source route. BSD: ip_srcrt. */
let srcroute: string;

/** A packet begins. */
export function ip_norte(): void {
  srcroute = "";
}

/** The route turned round, as options for an answer; or "". */
export function ip_srcroute(): string {
  return srcroute;
}

/**
 * A packet that has come to its end: the header is at arena offset `ip`, the route of `len` bytes `off` behind it. The way back
 * is by the hops that it came by, the last one first, to its source.
 */
export function save_rte(ip: number, off: number, len: number): void {
  const n = ((len - ROUTE_HDR) / ADDR_LEN) | 0;
  let hops = "";
  for (let i = n; i--; ) hops += ip_bytes(ip + off + ROUTE_HDR + i * ADDR_LEN, ADDR_LEN);
  if (!n) return;
  hops += ip_bytes(ip + IP_SRC, ADDR_LEN);
  srcroute = String.fromCharCode(IPOPT_NOP, arena[ip + off], ROUTE_HDR + hops.length, IPOPT_MINOFF) + hops;
}

function ip_bytes(off: number, len: number): string {
  return bytes_string(view(arena, off, len), 0, len);
}

/** Sets the options that all packets of a socket have, "" for none; errno. */
export function ip_pcbopts(inp: Inpcb, opts: string): number {
  if (typeof opts !== "string") return EINVAL;
  let all = opts;
  while (all.length & 3) all += String.fromCharCode(IPOPT_EOL);
  const at = ip_routeat(all);
  if (at < -1 || all.length > (at < 0 ? MAX_IPOPTLEN : MAX_IPOPTLEN + ADDR_LEN)) return EINVAL;
  inp.inp_options = all;
  return 0;
}

/** Where the source route is in options; -1: there is none, -2: they make no sense. */
function ip_routeat(opts: string): number {
  let at = -1;
  let off = 0;
  while (off < opts.length) {
    const opt = opts.charCodeAt(off);
    if (opt === IPOPT_EOL) break;
    if (opt === IPOPT_NOP) off++;
    else {
      const len = opts.charCodeAt(off + IPOPT_OLEN);
      if (!(len >= 2) || off + len > opts.length) return -2;
      if (opt === IPOPT_LSRR || opt === IPOPT_SSRR) {
        const addrs = len - ROUTE_HDR;
        if (at >= 0 || addrs < ADDR_LEN || addrs % ADDR_LEN || opts.charCodeAt(off + IPOPT_OFFSET) !== IPOPT_MINOFF)
          return -2;
        at = off;
      }
      off += len;
    }
  }
  return at;
}

/** The options of a PCB's packets: what the program said goes before a route that came (RFC 9293 MUST-52); "" for none. */
export function ip_pcbroute(inp: Inpcb): string {
  return inp.inp_options || inp.inp_srcroute;
}

/** How long they are on the way. */
export function ip_optlen(inp: Inpcb): number {
  const opts = ip_pcbroute(inp);
  return ip_routeat(opts) < 0 ? opts.length : opts.length - ADDR_LEN;
}

/** ip_output of a packet with the options `opts`. Checksums above are of the destination that the packet has so far. */
export function ip_optoutput(m0: Mbuf, flags: number, imo: IpMoptions | null, opts: string): number {
  const at = ip_routeat(opts);
  const rest =
    at < 0
      ? opts
      : opts.substr(0, at + IPOPT_OLEN) +
        String.fromCharCode(opts.charCodeAt(at + IPOPT_OLEN) - ADDR_LEN) +
        opts.substr(at + IPOPT_OFFSET, 1) +
        opts.substr(at + ROUTE_HDR + ADDR_LEN);
  const len = rest.length;
  let m = m_prepend(m0, len, M_DONTWAIT);
  if (m) m = m_pullup(m, len + IP_HDR_LEN);
  if (!m) return ENOBUFS;
  const ip = m.m_data;
  bcopy(arena, ip + len, arena, ip, IP_HDR_LEN);
  if (at >= 0) {
    bcopy_string(opts.substr(at + ROUTE_HDR, ADDR_LEN), ip + IP_HDR_LEN); // through the arena: the first hop as a number
    put32(ip + IP_DST, get32(ip + IP_HDR_LEN));
  }
  if (len) bcopy_string(rest, ip + IP_HDR_LEN);
  return ip_output(m, flags + (len >> 2) * IP_OPTWORDS, imo);
}
