/**
 * ICMP input: RFC 792, 950, 1122 3.2.2. BSD: netinet/ip_icmp.c (icmp_input); Stevens chapter 11.
 *
 * Requests are answered in the mbuf that they came in; errors are handed to the protocol whose packet they return, as
 * PRC_ commands.
 */
import { ICMP_MASKREPL, ICMP_TSTAMPREPL, INET_FORWARD, INET_NAT, INET_ROUTE } from "../../../config";
import { arena, get16, get32, put16, put32, timeofday } from "../../../machdep";
import type { Ifnet } from "../../if/ifnet";
import { M_BCAST, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_pullup } from "../../kern/mbuf_chain";
import {
  NET_HEARS,
  PRC_HOSTDEAD,
  PRC_MSGSIZE,
  PRC_PARAMPROB,
  PRC_QUENCH,
  PRC_TIMXCEED_INTRANS,
  PRC_UNREACH_HOST,
  PRC_UNREACH_NET,
  PRC_UNREACH_SRCFAIL,
} from "../../kern/protosw";
import {
  ICMP_ADVLEN,
  ICMP_CKSUM,
  ICMP_CODE,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_IP,
  ICMP_MASK,
  ICMP_MASKLEN,
  ICMP_MASKREPLY,
  ICMP_MASKREQ,
  ICMP_MAXTYPE,
  ICMP_MINLEN,
  ICMP_PARAMPROB,
  ICMP_REDIRECT,
  ICMP_RTIME,
  ICMP_SOURCEQUENCH,
  ICMP_TIMXCEED,
  ICMP_TSLEN,
  ICMP_TSTAMP,
  ICMP_TSTAMPREPLY,
  ICMP_TTIME,
  ICMP_TYPE,
  ICMP_UNREACH,
  ICMP_UNREACH_NEEDFRAG,
  ICMP_UNREACH_NET_PROHIB,
  ICMP_UNREACH_NET_UNKNOWN,
  ICMP_UNREACH_PORT,
  ICMP_UNREACH_PRECEDENCE_CUTOFF,
  ICMP_UNREACH_SRCFAIL,
  ICMP_UNREACH_TOSNET,
} from "../../wire/icmp";
import { IP_DST, IP_HDR_LEN, IP_LEN, IP_P, IP_SRC, IP_TOS, IP_VHL } from "../../wire/ip";
import { in_cksum, in_fold } from "../in_cksum";
import { rtlosing } from "../in_route";
import { in_ifaddr_of, in_ifaddr_with } from "../in_var";
import { ip_hostdown } from "../ip/ip_forward";
import { inetsw, ip_protosw } from "../ip/ip_var";
import { nat_restore } from "../nat/nat";
import { icmp_error_init, icmp_ipheader, icmp_send } from "./icmp_error";
import { icmp_redirect } from "./icmp_redirect";
import {
  ICPS_BADCODE,
  ICPS_BADLEN,
  ICPS_BMCAST,
  ICPS_CHECKSUM,
  ICPS_INHIST,
  ICPS_OUTHIST,
  ICPS_REFLECT,
  ICPS_TOOSHORT,
  icmpstat,
  icmpstat_init,
} from "./icmp_var";

export function icmp_init(): void {
  icmpstat_init();
  icmp_error_init();
}

/** A message from below; consumes m. */
export function icmp_input(m0: Mbuf, hlen: number): void {
  const len = m0.m_pktlen - hlen;
  const m = len < ICMP_MINLEN ? icmp_drop(m0, ICPS_TOOSHORT) : icmp_pullup(m0, hlen, len);
  if (!m) return;
  if (in_cksum(m, hlen, len)) {
    icmp_drop(m, ICPS_CHECKSUM);
    return;
  }
  const type = arena[m.m_data + hlen + ICMP_TYPE];
  if (type <= ICMP_MAXTYPE) icmpstat[ICPS_INHIST + type]++;
  if (type === ICMP_ECHO) icmp_echo(m, hlen);
  else icmp_input1(m, hlen, type);
}

function icmp_drop(m: Mbuf, cause: number): null {
  icmpstat[cause]++;
  m_freem(m);
  return null;
}

/** The messages that come less often. */
function icmp_input1(m: Mbuf, hlen: number, type: number): void {
  if (ICMP_TSTAMPREPL && type === ICMP_TSTAMP) icmp_tstamp(m, hlen);
  else if (ICMP_MASKREPL && type === ICMP_MASKREQ) icmp_maskreq(m, hlen);
  else if (NET_HEARS && icmp_hascommand(type)) icmp_deliver(m, hlen, type);
  else {
    if (INET_ROUTE && type === ICMP_REDIRECT) icmp_redirect(m, hlen);
    inetsw[0].pr_input!(m, hlen);
  }
}

/** The message with all that may be looked at in the arena: its header, and what an error returns. */
function icmp_pullup(m: Mbuf, hlen: number, len: number): Mbuf | null {
  const advance = ICMP_IP + IP_HDR_LEN + ICMP_ADVLEN;
  return m_pullup(m, hlen + (len < advance ? len : advance));
}

/** Is it an error that protocols are told of? */
function icmp_hascommand(type: number): boolean {
  return type === ICMP_UNREACH || type === ICMP_SOURCEQUENCH || type === ICMP_TIMXCEED || type === ICMP_PARAMPROB;
}

/** What an error means to a protocol, a PRC_ command; -1 when there is no such code. */
function icmp_command(type: number, code: number): number {
  if (type === ICMP_UNREACH) return icmp_unreach(code);
  if (type === ICMP_TIMXCEED && code < 2) return PRC_TIMXCEED_INTRANS + code;
  if (type === ICMP_PARAMPROB && code < 3) return PRC_PARAMPROB;
  return type === ICMP_SOURCEQUENCH && !code ? PRC_QUENCH : -1;
}

function icmp_unreach(code: number): number {
  if (code <= ICMP_UNREACH_PORT) return PRC_UNREACH_NET + code;
  if (code === ICMP_UNREACH_NEEDFRAG) return PRC_MSGSIZE;
  if (code === ICMP_UNREACH_SRCFAIL) return PRC_UNREACH_SRCFAIL;
  if (code > ICMP_UNREACH_PRECEDENCE_CUTOFF) return -1;
  const net = code === ICMP_UNREACH_NET_UNKNOWN || code === ICMP_UNREACH_NET_PROHIB || code === ICMP_UNREACH_TOSNET;
  return net ? PRC_UNREACH_NET : PRC_UNREACH_HOST;
}

/** Hands an error to the protocol whose packet it returns. */
function icmp_deliver(m0: Mbuf, hlen: number, type: number): void {
  const cmd = icmp_command(type, arena[m0.m_data + hlen + ICMP_CODE]);
  if (cmd < 0) {
    icmp_drop(m0, ICPS_BADCODE);
    return;
  }
  const off = hlen + ICMP_IP;
  const inner = m0.m_len > off ? (arena[m0.m_data + off + IP_VHL] & 15) << 2 : 0;
  const want = off + inner + ICMP_ADVLEN;
  if (inner < IP_HDR_LEN || want > m0.m_pktlen) {
    icmp_drop(m0, ICPS_BADLEN);
    return;
  }
  const m = m_pullup(m0, want);
  if (!m) return;
  icmp_ctlinput(cmd, m.m_data + off);
  inetsw[0].pr_input!(m, hlen);
}

/** Tells the protocol of a returned packet, whose IP header is at an arena offset. */
function icmp_ctlinput(cmd: number, ip: number): void {
  const ctlinput = ip_protosw(arena[ip + IP_P]).pr_ctlinput;
  if (ctlinput) ctlinput(cmd, get32(ip + IP_DST), ip);
}

/** ARP has given up the neighbour that a packet of ours went to. */
export function icmp_hostdown(ip: number): void {
  if (INET_NAT) nat_restore(ip, get16(ip + IP_LEN));
  if (INET_FORWARD && !in_ifaddr_with(get32(ip + IP_SRC))) ip_hostdown(ip);
  else if (NET_HEARS) icmp_ctlinput(PRC_HOSTDEAD, ip);
  if (INET_ROUTE) rtlosing(get32(ip + IP_DST));
}

/** Echo (RFC 792): the same message back. One that was sent to many is not answered (RFC 1122 3.2.2.6 leaves it open). */
function icmp_echo(m: Mbuf, hlen: number): void {
  const icp = m.m_data + hlen;
  const sum = (~get16(icp + ICMP_CKSUM) & 65535) + (~(ICMP_ECHO << 8) & 65535);
  if (icmp_tomany(m)) return;
  arena[icp + ICMP_TYPE] = ICMP_ECHOREPLY;
  // RFC 1624: only the type has changed; -0 because a sum of +0 would be wrong over nothing but zeros
  put16(icp + ICMP_CKSUM, ~in_fold(sum) & 65535 || 65535);
  icmpstat[ICPS_OUTHIST + ICMP_ECHOREPLY]++;
  icmp_reflect(m, hlen, icmp_ipheader);
}

/** Timestamp (RFC 792): when it came and when it goes, in ms since midnight UT. */
function icmp_tstamp(m: Mbuf, hlen: number): void {
  const icp = m.m_data + hlen;
  if (m.m_pktlen < hlen + ICMP_TSLEN) icmp_drop(m, ICPS_BADLEN);
  else if (!icmp_tomany(m)) {
    const now = timeofday();
    arena[icp + ICMP_TYPE] = ICMP_TSTAMPREPLY;
    put32(icp + ICMP_RTIME, now);
    put32(icp + ICMP_TTIME, now);
    icmp_reflect(m, hlen, icmp_send);
  }
}

/** Address mask request (RFC 950): answered by an authority only, which config.ts has to say that we are. */
function icmp_maskreq(m: Mbuf, hlen: number): void {
  const icp = m.m_data + hlen;
  const ia = in_ifaddr_of(m.m_rcvif as Ifnet);
  if (!ia || m.m_pktlen < hlen + ICMP_MASKLEN) icmp_drop(m, ICPS_BADLEN);
  else if (!icmp_tomany(m)) {
    arena[icp + ICMP_TYPE] = ICMP_MASKREPLY;
    put32(icp + ICMP_MASK, ia.ia_subnetmask);
    icmp_reflect(m, hlen, icmp_send);
  }
}

/** Drops a request that went to many (to any address but one of ours), or that nobody in particular has sent. */
function icmp_tomany(m: Mbuf): boolean {
  const ip = m.m_data;
  if (!(m.m_flags & (M_BCAST | M_MCAST)) && get32(ip + IP_SRC) && in_ifaddr_with(get32(ip + IP_DST))) return false;
  icmp_drop(m, ICPS_BMCAST);
  return true;
}

/** Sends the message back to where it came from, without the options of its IP header. */
function icmp_reflect(m: Mbuf, hlen: number, send: (m: Mbuf, src: number, dst: number, tos: number) => void): void {
  const ip = m.m_data;
  const tos = arena[ip + IP_TOS];
  const src = get32(ip + IP_SRC);
  const dst = get32(ip + IP_DST);
  m.m_data = ip + hlen;
  m.m_len -= hlen;
  m.m_pktlen -= hlen;
  icmpstat[ICPS_REFLECT]++;
  send(m, dst, src, tos);
}
