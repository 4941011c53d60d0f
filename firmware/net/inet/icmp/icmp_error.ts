/**
 * ICMP errors that we send: RFC 792, 1122 3.2.2, 1812 4.3.2. BSD: netinet/ip_icmp.c (icmp_error, icmp_reflect,
 * icmp_send); Stevens chapter 11.
 */
import { ICMP_BURST, ICMP_RATE, INET_FORWARD, IPDEFTTL } from "../../../config";
import { arena, get16, get32, put16, put32, uptime } from "../../../machdep";
import type { Ifnet } from "../../if/ifnet";
import { M_BCAST, M_DONTWAIT, M_MCAST, type Mbuf, MSIZE, MT_HEADER, m_freem, m_gethdr } from "../../kern/mbuf";
import { m_copydata } from "../../kern/mbuf_chain";
import {
  ICMP_ADVLEN,
  ICMP_CKSUM,
  ICMP_CODE,
  ICMP_ECHO,
  ICMP_IP,
  ICMP_MINLEN,
  ICMP_PARAMPROB,
  ICMP_PPTR,
  ICMP_TYPE,
  ICMP_UNREACH,
} from "../../wire/icmp";
import {
  IP_DST,
  IP_HDR_LEN,
  IP_OFF,
  IP_OFFMASK,
  IP_P,
  IP_SRC,
  IP_TOS,
  IP_TTL,
  IP_VHL,
  IPPROTO_ICMP,
} from "../../wire/ip";
import { in_cksum } from "../in_cksum";
import { IN_MULTICAST, INADDR_ANY, in_broadcast, in_canhost, in_ifaddr_with } from "../in_var";
import { ip_output } from "../ip/ip_output";
import { ICPS_ERROR, ICPS_LIMITED, ICPS_OLDICMP, ICPS_OLDIP, ICPS_OUTHIST, icmpstat } from "./icmp_var";

/** What the errors that may be sent at once take of `tokens` (of one: 1000), and how long it takes to get as many (ms). */
const TOKENS = ICMP_BURST * 1000;
const FILLTIME = ICMP_RATE ? (TOKENS / ICMP_RATE) | 0 : 0;

let tokens: number;
let filled: number;

export function icmp_error_init(): void {
  tokens = TOKENS;
  filled = uptime();
}

/**
 * Tells the sender of packet `n` (IP header first) what is wrong with it, unless nobody should be told (RFC 1122
 * 3.2.2); consumes n. `pointer` is the offset of the fault for ICMP_PARAMPROB; a router's gateway or MTU for ICMP_REDIRECT, ICMP_UNREACH_NEEDFRAG.
 */
export function icmp_error(n: Mbuf, type: number, code: number, pointer: number): void {
  icmpstat[ICPS_ERROR]++;
  if (ICMP_RATE && icmp_mayerror(n) && icmp_token()) icmp_senderror(n, type, code, pointer);
  m_freem(n);
}

/** RFC 1122 3.2.2: no error about an error, a broadcast, a group, a later fragment, or to what is no host. */
function icmp_mayerror(n: Mbuf): boolean {
  const ip = n.m_data;
  const dst = get32(ip + IP_DST);
  const src = get32(ip + IP_SRC);
  if (
    n.m_flags & (M_BCAST | M_MCAST) ||
    get16(ip + IP_OFF) & IP_OFFMASK ||
    IN_MULTICAST(dst) ||
    in_broadcast(dst, n.m_rcvif as Ifnet) ||
    (!in_canhost(src) && !in_ifaddr_with(src))
  )
    icmpstat[ICPS_OLDIP]++;
  else if (icmp_iserror(n, ip)) icmpstat[ICPS_OLDICMP]++;
  else return true;
  return false;
}

/** Is the packet an ICMP error itself? */
function icmp_iserror(n: Mbuf, ip: number): boolean {
  const hlen = (arena[ip + IP_VHL] & 15) << 2;
  if (arena[ip + IP_P] !== IPPROTO_ICMP || n.m_len <= hlen) return false;
  const type = arena[ip + hlen + ICMP_TYPE];
  return type >= ICMP_UNREACH && type <= ICMP_PARAMPROB && type !== ICMP_ECHO;
}

/** ICMP_RATE errors a second, ICMP_BURST at once (RFC 1812 4.3.2.8). */
function icmp_token(): boolean {
  const now = uptime();
  const ms = (now - filled) | 0;
  tokens = ms >= 0 && ms < FILLTIME ? tokens + ms * ICMP_RATE : TOKENS;
  if (tokens > TOKENS) tokens = TOKENS;
  filled = now;
  if (tokens < 1000) {
    icmpstat[ICPS_LIMITED]++;
    return false;
  }
  tokens -= 1000;
  return true;
}

/** The error carries the packet's header and the first 8 bytes behind it (RFC 792), which have the ports. */
function icmp_senderror(n: Mbuf, type: number, code: number, pointer: number): void {
  const ip = n.m_data;
  const m = m_gethdr(M_DONTWAIT, MT_HEADER);
  if (!m) return;
  const hlen = (arena[ip + IP_VHL] & 15) << 2;
  let len = hlen + ICMP_ADVLEN;
  if (len > n.m_pktlen) len = n.m_pktlen;
  m.m_data = m.m_dat + MSIZE - ICMP_MINLEN - len;
  m.m_len = m.m_pktlen = ICMP_MINLEN + len;
  m.m_rcvif = n.m_rcvif;
  const icp = m.m_data;
  arena[icp + ICMP_TYPE] = type;
  arena[icp + ICMP_CODE] = code;
  put32(icp + ICMP_PPTR, type === ICMP_PARAMPROB ? pointer << 24 : INET_FORWARD ? pointer : 0);
  m_copydata(n, 0, len, arena, icp + ICMP_IP);
  icmp_send(m, get32(ip + IP_DST), get32(ip + IP_SRC));
}

/**
 * Sends an ICMP message, with its checksum, from our address `src`, or from the one that fits best when that is none
 * of ours (a broadcast); consumes m.
 */
export function icmp_send(m: Mbuf, src: number, dst: number): void {
  const type = arena[m.m_data + ICMP_TYPE];
  put16(m.m_data + ICMP_CKSUM, 0);
  put16(m.m_data + ICMP_CKSUM, in_cksum(m, 0, m.m_pktlen));
  icmpstat[ICPS_OUTHIST + type]++;
  icmp_ipheader(m, src, dst, 0);
}

/** Puts the IP header in front of a finished ICMP message, for which there is room, and sends it. */
export function icmp_ipheader(m: Mbuf, src: number, dst: number, tos: number): void {
  const ip = m.m_data - IP_HDR_LEN;
  m.m_data = ip;
  m.m_len += IP_HDR_LEN;
  m.m_pktlen += IP_HDR_LEN;
  arena[ip + IP_TOS] = tos;
  arena[ip + IP_TTL] = IPDEFTTL;
  arena[ip + IP_P] = IPPROTO_ICMP;
  put32(ip + IP_SRC, in_ifaddr_with(src) ? src : INADDR_ANY);
  put32(ip + IP_DST, dst);
  ip_output(m, 0, null);
}
