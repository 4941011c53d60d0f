/**
 * IP input: RFC 791, 1122 3.2.1. BSD: netinet/ip_input.c (ipintr); Stevens chapter 8. Called by the netisr turn.
 *
 * Everything that can be wrong with a header is found here, in the order of RFC 1122, each cause with a counter of its
 * own; the protocols above rely on it. What is delivered has its header (options and all) first, in the arena, is
 * exactly as long as the header says, and is addressed to us.
 */
import {
  INET_DHCP,
  INET_FORWARD,
  INET_FRAG,
  INET_MULTICAST,
  INET_NAT,
  INET_UDP,
  IP_DOOPTIONS,
  IP_SRCROUTE,
} from "../../../config";
import { arena, get16, get32 } from "../../../machdep";
import { ether_proto } from "../../if/ether";
import { IFF_LOOPBACK, type Ifnet } from "../../if/ifnet";
import { NETISR_IP, netisr_register } from "../../if/netisr";
import { M_BCAST, M_EXT, M_LOOP, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_adj, m_pullup } from "../../kern/mbuf_chain";
import { m_setdrain } from "../../kern/mbuf_reclaim";
import { NET_ACTIVE } from "../../kern/protosw";
import { IPPORT_BOOTPC, IPPORT_BOOTPS } from "../../wire/bootp";
import { ETHERTYPE_IP } from "../../wire/ether";
import {
  IP_DST,
  IP_HDR_LEN,
  IP_LEN,
  IP_MF,
  IP_OFF,
  IP_OFFMASK,
  IP_P,
  IP_SRC,
  IP_VHL,
  IP_VHL_BORING,
  IPPROTO_UDP,
} from "../../wire/ip";
import { UH_DPORT } from "../../wire/udp";
import { in_cksum } from "../in_cksum";
import {
  IN_LINKLOCAL,
  IN_MULTICAST,
  INADDR_ANY,
  in_broadcast,
  in_canhost,
  in_ifaddr_of,
  in_ifaddr_with,
  in_lookup_multi,
} from "../in_var";
import { nat_pullup, nat_wants } from "../nat/nat";
import { ip_forward } from "./ip_forward";
import { ip_fragment_init } from "./ip_fragment";
import { ip_dooptions } from "./ip_options";
import { ip_reass } from "./ip_reass";
import { ip_norte, ip_srcroute_init } from "./ip_srcroute";
import {
  IPS_BADHLEN,
  IPS_BADLEN,
  IPS_BADSRC,
  IPS_BADSUM,
  IPS_BADVERS,
  IPS_CANTFORWARD,
  IPS_DELIVERED,
  IPS_FRAGDROPPED,
  IPS_FRAGMENTS,
  IPS_TOOSHORT,
  IPS_TOTAL,
  IPS_TRUNC,
  ip_protosw,
  ipstat,
} from "./ip_var";
import { ip_drainone, ipq_init } from "./ipq";

export function ip_init(): void {
  if (IP_SRCROUTE) ip_srcroute_init();
  if (INET_FRAG) {
    ip_fragment_init();
    ipq_init();
    m_setdrain(ip_drainone);
  }
  netisr_register(NETISR_IP, ip_input);
  ether_proto[NETISR_IP] = ETHERTYPE_IP;
}

function ip_input(m0: Mbuf): void {
  ipstat[IPS_TOTAL]++;
  if (IP_SRCROUTE) ip_norte();
  const m = ip_header(m0);
  if (!m) return;
  const ip = m.m_data;
  const hlen = (arena[ip + IP_VHL] & 15) << 2;
  if (INET_NAT && nat_wants(m)) ip_others(m, ip);
  else if (!ip_ours(m, ip)) {
    if (INET_FORWARD) ip_others(m, ip);
    else ip_drop(m, IPS_CANTFORWARD);
  } else if (!ip_validsrc(m, ip)) ip_drop(m, IPS_BADSRC);
  else if (IP_DOOPTIONS && hlen !== IP_HDR_LEN && ip_dooptions(m, hlen)) return;
  else if (get16(ip + IP_OFF) & (IP_MF | IP_OFFMASK)) ip_infrag(m);
  else {
    ipstat[IPS_DELIVERED]++;
    ip_protosw(arena[ip + IP_P]).pr_input!(m, hlen);
  }
}

/** For somebody else: one of ours does not say so of itself. */
function ip_others(m: Mbuf, ip: number): void {
  if (!ip_validsrc(m, ip)) ip_drop(m, IPS_BADSRC);
  else ip_forward(m);
}

/** Counts a cause and frees what is left of the packet. */
function ip_drop(m: Mbuf | null, cause: number): null {
  ipstat[cause]++;
  m_freem(m);
  return null;
}

/** The packet with a valid header, whole and first in the arena, cut to its length; null when it was dropped. */
function ip_header(m0: Mbuf): Mbuf | null {
  let m: Mbuf | null = m0;
  if (m.m_len < IP_HDR_LEN || m.m_flags & M_EXT) {
    m = m_pullup(m, IP_HDR_LEN);
    if (!m) return ip_drop(m, IPS_TOOSHORT);
  }
  const vhl = arena[m.m_data + IP_VHL];
  if (vhl !== IP_VHL_BORING) {
    m = ip_longheader(m, vhl);
    if (!m) return null;
  }
  const hlen = (vhl & 15) << 2;
  if (in_cksum(m, 0, hlen)) return ip_drop(m, IPS_BADSUM);
  const len = get16(m.m_data + IP_LEN);
  if (len < hlen) return ip_drop(m, IPS_BADLEN);
  const excess = m.m_pktlen - len;
  if (excess < 0) return ip_drop(m, IPS_TRUNC);
  if (excess) m_adj(m, -excess);
  return INET_NAT ? nat_pullup(m) : m;
}

/** A header that is not the usual one: of another version, or with options. */
function ip_longheader(m: Mbuf, vhl: number): Mbuf | null {
  const hlen = (vhl & 15) << 2;
  if (vhl >> 4 !== 4) return ip_drop(m, IPS_BADVERS);
  if (hlen < IP_HDR_LEN) return ip_drop(m, IPS_BADHLEN);
  return m_pullup(m, hlen) || ip_drop(null, IPS_TOOSHORT);
}

/**
 * Is it addressed to us: one of our addresses (and then not to everybody's hardware, RFC 1122 3.3.6), a broadcast of the interface that it came by, or a group joined there?
 * While an interface has no address from a server it hears what a DHCP server sends to its hardware (RFC 2131 4.1).
 */
function ip_ours(m: Mbuf, ip: number): boolean {
  const dst = get32(ip + IP_DST);
  const ifp = m.m_rcvif as Ifnet;
  const ia = in_ifaddr_with(dst);
  if (ia) return !(m.m_flags & (M_BCAST | M_MCAST)) && ip_reachable(ia.ifa_ifp, ifp);
  if (IN_MULTICAST(dst)) return INET_MULTICAST && in_lookup_multi(ifp, dst) !== null;
  if (in_broadcast(dst, ifp)) return true;
  return INET_DHCP && ip_bootp(ifp, ip, dst);
}

/** Does a DHCP server write to us, at the address that we are to have? A link-local one may be in force meanwhile. */
function ip_bootp(ifp: Ifnet, ip: number, dst: number): boolean {
  const ia = in_ifaddr_of(ifp);
  return (!ia || IN_LINKLOCAL(ia.ia_addr)) && in_canhost(dst) && ip_udpport(ip) === IPPORT_BOOTPC;
}

/** The port that a datagram of UDP is for, or 0. */
function ip_udpport(ip: number): number {
  return arena[ip + IP_P] === IPPROTO_UDP ? get16(ip + ((arena[ip + IP_VHL] & 15) << 2) + UH_DPORT) : 0;
}

/** Loopback's address is reached by loopback only (RFC 1122 3.2.1.3 g). */
function ip_reachable(ifp: Ifnet, rcvif: Ifnet): boolean {
  return !NET_ACTIVE || !(ifp.if_flags & IFF_LOOPBACK) || (rcvif.if_flags & IFF_LOOPBACK) !== 0;
}

/**
 * May it come from there (RFC 1122 3.2.1.3)? A loopback address only by the loopback interface; an address of ours only
 * when it was us (else one forged datagram sets an echo talking to itself for ever); no broadcast and no group ever;
 * "this host" only while the sender asks everybody for an address (an answer would go to ourselves).
 */
function ip_validsrc(m: Mbuf, ip: number): boolean {
  const ifp = m.m_rcvif as Ifnet;
  const src = get32(ip + IP_SRC);
  if (src === INADDR_ANY) return ip_fromnobody(m, ip);
  if (in_canhost(src))
    return !in_broadcast(src, ifp) && (!in_ifaddr_with(src) || (NET_ACTIVE && (m.m_flags & M_LOOP) !== 0));
  return NET_ACTIVE && src >>> 24 === 127 && (ifp.if_flags & IFF_LOOPBACK) !== 0;
}

/** Is it for everybody, and for a DHCP server or no datagram at all (IGMP)? */
function ip_fromnobody(m: Mbuf, ip: number): boolean {
  if (!(m.m_flags & (M_BCAST | M_MCAST))) return false;
  const port = INET_UDP ? ip_udpport(ip) : 0;
  return !port || port === IPPORT_BOOTPS;
}

/** A fragment waits for the others, or completes them. */
function ip_infrag(m: Mbuf): void {
  ipstat[IPS_FRAGMENTS]++;
  if (INET_FRAG) ip_inwhole(INET_NAT ? nat_pullup(ip_reass(m)) : ip_reass(m));
  else ip_drop(m, IPS_FRAGDROPPED);
}

function ip_inwhole(m: Mbuf | null): void {
  if (!m) return;
  const ip = m.m_data;
  if (INET_NAT && nat_wants(m)) {
    ip_others(m, ip);
    return;
  }
  ipstat[IPS_DELIVERED]++;
  ip_protosw(arena[ip + IP_P]).pr_input!(m, (arena[ip + IP_VHL] & 15) << 2);
}
