/**
 * Packets for others: RFC 791, 1812 4.3, 5.2, 5.3. BSD: netinet/ip_input.c (ip_forward); Stevens section 8.5. Called by ip_input with
 * what is not for us. Only where config.ts says INET_FORWARD, and between interfaces that have IFF_FORWARD.
 *
 * Differs: source routes are not followed (RFC 7126 4.3), other options pass as they are; of who sends it is asked whether he is
 * reached by where it came from (RFC 3704); what came to many, or goes to all of a net, is never taken on (RFC 2644).
 */
import { INET_FRAG, INET_NAT, IP_RPFILTER } from "../../../config";
import { arena, get16, get32, put16 } from "../../../machdep";
import { IFF_FORWARD, IFF_LOOPBACK, type Ifnet } from "../../if/ifnet";
import { RTF_DYNAMIC, RTF_GATEWAY, RTF_REJECT, type Rtentry, rtlookup } from "../../if/route";
import { M_BCAST, M_DONTWAIT, M_MCAST, type Mbuf, MT_HEADER, m_freem, m_gethdr } from "../../kern/mbuf";
import { m_copydata } from "../../kern/mbuf_chain";
import {
  ICMP_ADVLEN,
  ICMP_REDIRECT,
  ICMP_REDIRECT_HOST,
  ICMP_TIMXCEED,
  ICMP_TIMXCEED_INTRANS,
  ICMP_UNREACH,
  ICMP_UNREACH_FILTER_PROHIB,
  ICMP_UNREACH_HOST,
  ICMP_UNREACH_NEEDFRAG,
  ICMP_UNREACH_NET,
} from "../../wire/icmp";
import {
  IP_DF,
  IP_DST,
  IP_HDR_LEN,
  IP_OFF,
  IP_SRC,
  IP_SUM,
  IP_TTL,
  IP_VHL,
  IPOPT_EOL,
  IPOPT_LSRR,
  IPOPT_NOP,
  IPOPT_OLEN,
  IPOPT_SSRR,
} from "../../wire/ip";
import { icmp_error } from "../icmp/icmp_error";
import { in_fold } from "../in_cksum";
import { type InIfaddr, in_canhost, in_ifaddr } from "../in_var";
import { nat_in } from "../nat/nat";
import { nat_leave, nat_leaves, nat_unsent } from "../nat/nat_forward";
import { ip_fragment } from "./ip_fragment";
import {
  IPS_BADOPTIONS,
  IPS_BADSRC,
  IPS_CANTFORWARD,
  IPS_FORWARD,
  IPS_NOROUTE,
  IPS_REDIRECTSENT,
  ipstat,
} from "./ip_var";

/** Takes packet `m`, with a good header, on its way; consumes m. */
export function ip_forward(m: Mbuf): void {
  const cause = ip_refused(m);
  if (cause) ip_stay(m, cause);
  else if (arena[m.m_data + IP_TTL] < 2) icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_INTRANS, 0);
  else if (!INET_NAT || nat_in(m)) ip_forward1(m, m.m_data);
}

/** Why it is not taken on without a word (IPS_ constant); 0: it may be. */
function ip_refused(m: Mbuf): number {
  const ip = m.m_data;
  const src = get32(ip + IP_SRC);
  const ifp = m.m_rcvif as Ifnet;
  if (!(ifp.if_flags & IFF_FORWARD) || m.m_flags & (M_BCAST | M_MCAST)) return IPS_CANTFORWARD;
  if (!in_canhost(get32(ip + IP_DST))) return IPS_CANTFORWARD;
  if (!in_canhost(src) || (IP_RPFILTER && !ip_comesfrom(src, ifp))) return IPS_BADSRC;
  return ip_sourceroute(ip) ? IPS_BADOPTIONS : 0;
}

/** By which way? */
function ip_forward1(m: Mbuf, ip: number): void {
  const dst = get32(ip + IP_DST);
  const rt = rtlookup(dst);
  if (!rt) ip_noway(m, ICMP_UNREACH_NET);
  else if (rt.rt_flags & RTF_REJECT) ip_noway(m, ICMP_UNREACH_HOST);
  else if (!(rt.rt_ifp.if_flags & IFF_FORWARD)) ip_noway(m, ICMP_UNREACH_FILTER_PROHIB);
  else if (ip_allof(dst, rt.rt_ifp)) ip_stay(m, IPS_CANTFORWARD);
  else if (INET_NAT && nat_leaves(m, rt)) ip_leave(nat_leave(m, rt), dst, rt);
  else if (m.m_pktlen > rt.rt_ifp.if_mtu && (!INET_FRAG || (get16(ip + IP_OFF) & IP_DF) !== 0))
    ip_unreach(m, ICMP_UNREACH_NEEDFRAG, rt.rt_ifp.if_mtu);
  else ip_onward(m, ip, dst, get32(ip + IP_SRC), rt);
}

/** From the address that is shared; null: it is consumed. */
function ip_leave(m: Mbuf | null, dst: number, rt: Rtentry): void {
  if (m) ip_onward(m, m.m_data, dst, get32(m.m_data + IP_SRC), rt);
}

/** Counts why a packet is not taken on, and frees it. */
function ip_stay(m: Mbuf, cause: number): void {
  ipstat[cause]++;
  m_freem(m);
}

/** There is no way: its sender is told (RFC 1812 5.2.7.1). */
function ip_noway(m: Mbuf, code: number): void {
  ipstat[IPS_NOROUTE]++;
  ip_unreach(m, code, 0);
}

/** Tells the sender, who may not know that its packet was another on its way. */
function ip_unreach(m: Mbuf, code: number, mtu: number): void {
  if (INET_NAT) nat_unsent(m);
  icmp_error(m, ICMP_UNREACH, code, mtu);
}

/** Would an answer to `src` go out by where the packet came from? */
function ip_comesfrom(src: number, ifp: Ifnet): boolean {
  const rt = rtlookup(src);
  return rt !== null && rt.rt_ifp === ifp;
}

/** Is it the broadcast address of a net on the interface, or that net itself? */
function ip_allof(dst: number, ifp: Ifnet): boolean {
  for (let ia: InIfaddr | null = in_ifaddr; ia; ia = ia.ia_next)
    if (ia.ifa_ifp === ifp && ia.ia_broadaddr && (dst === ia.ia_broadaddr || dst === ia.ia_subnet)) return true;
  return false;
}

/** Does the header at `ip` have a source route, or options that make no sense? */
function ip_sourceroute(ip: number): boolean {
  const hlen = (arena[ip + IP_VHL] & 15) << 2;
  let off = IP_HDR_LEN;
  while (off < hlen && arena[ip + off] !== IPOPT_EOL) {
    const opt = arena[ip + off];
    if (opt === IPOPT_NOP) off++;
    else {
      const len = off + 1 < hlen ? arena[ip + off + IPOPT_OLEN] : 0;
      if (opt === IPOPT_LSRR || opt === IPOPT_SSRR || len < 2 || off + len > hlen) return true;
      off += len;
    }
  }
  return false;
}

/** Out by route `rt`, with one hop less to live. */
function ip_onward(m: Mbuf, ip: number, dst: number, src: number, rt: Rtentry): void {
  const hop = rt.rt_flags & RTF_GATEWAY ? rt.rt_gateway : dst;
  const ifp = rt.rt_ifp;
  if (ifp === m.m_rcvif && !(rt.rt_flags & RTF_DYNAMIC)) ip_redirect(m, src, hop, rt);
  ip_ttldec(ip);
  ipstat[IPS_FORWARD]++;
  if (INET_FRAG && m.m_pktlen > ifp.if_mtu) ip_fragment(ifp, m, hop);
  else ifp.if_output(ifp, m, hop);
}

/** RFC 1624: only the byte in front of the protocol has changed. */
function ip_ttldec(ip: number): void {
  arena[ip + IP_TTL]--;
  put16(ip + IP_SUM, in_fold(get16(ip + IP_SUM) + 256));
}

/** It goes out by where it came from: its sender, if he is on that net, can send it to `hop` himself (RFC 1812 5.2.7.2). */
function ip_redirect(m: Mbuf, src: number, hop: number, rt: Rtentry): void {
  const ia = rt.rt_ifa as InIfaddr;
  if (ia.ifa_ifp.if_flags & IFF_LOOPBACK || (src & ia.ia_subnetmask) !== ia.ia_subnet) return;
  const n = ip_beginning(m);
  if (!n) return;
  ipstat[IPS_REDIRECTSENT]++;
  icmp_error(n, ICMP_REDIRECT, ICMP_REDIRECT_HOST, hop);
}

/** A copy of as much of a packet as an error returns, or null. BSD: mcopy. */
function ip_beginning(m: Mbuf): Mbuf | null {
  const n = m_gethdr(M_DONTWAIT, MT_HEADER);
  if (!n) return null;
  const len = ((arena[m.m_data + IP_VHL] & 15) << 2) + ICMP_ADVLEN;
  n.m_len = n.m_pktlen = len < m.m_pktlen ? len : m.m_pktlen;
  n.m_rcvif = m.m_rcvif;
  m_copydata(m, 0, n.m_len, arena, n.m_data);
  return n;
}

/** ARP has given up the neighbour that a packet of somebody else's, whose header is at `ip`, was to go to: its sender is told. */
export function ip_hostdown(ip: number): void {
  const rt = rtlookup(get32(ip + IP_SRC));
  const n = rt && (arena[ip + IP_VHL] & 15) << 2 === IP_HDR_LEN ? m_gethdr(M_DONTWAIT, MT_HEADER) : null;
  if (!rt || !n) return;
  n.m_len = n.m_pktlen = IP_HDR_LEN + ICMP_ADVLEN;
  n.m_rcvif = rt.rt_ifp;
  for (let i = 0; i < n.m_len; i++) arena[n.m_data + i] = arena[ip + i];
  icmp_error(n, ICMP_UNREACH, ICMP_UNREACH_HOST, 0);
}
