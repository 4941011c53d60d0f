/**
 * Network address translation: hosts inside share the address of an interface that has IFF_NAT. RFC 3022, with the behaviour of RFC
 * 4787 (UDP), 5382 (TCP), 5508 (ICMP). Called by ip_input and ip_forward. Only where config.ts says INET_NAT.
 *
 * Fragments are put together first (ip_reass), as only the first has ports; that holds in any order (RFC 4787 11).
 */
import { arena, get16, get32 } from "../../../machdep";
import { IFF_NAT, type Ifnet } from "../../if/ifnet";
import { rtlookup } from "../../if/route";
import { M_BCAST, M_MCAST, type Mbuf, MSIZE, m_freem } from "../../kern/mbuf";
import { m_pullup } from "../../kern/mbuf_chain";
import {
  ICMP_ADVLEN,
  ICMP_ID,
  ICMP_IP,
  ICMP_MINLEN,
  ICMP_TYPE,
  ICMP_UNREACH,
  ICMP_UNREACH_FILTER_PROHIB,
} from "../../wire/icmp";
import {
  IP_DF,
  IP_DST,
  IP_HDR_LEN,
  IP_ID,
  IP_MF,
  IP_OFF,
  IP_OFFMASK,
  IP_P,
  IP_SRC,
  IP_SUM,
  IP_VHL,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../wire/ip";
import { TH_ACK, TH_FLAGS, TH_LEN, TH_SYN } from "../../wire/tcp";
import { UH_DPORT, UH_LEN, UH_SPORT } from "../../wire/udp";
import { icmp_error } from "../icmp/icmp_error";
import type { InpcbHead } from "../in_pcb";
import { in_ifaddr, in_ifaddr_with } from "../in_var";
import { ip_newid } from "../ip/ip_fragment";
import { nat_errorin, nat_errorout, nat_errortarget, nat_iserror, nat_isquery, nat_isreply } from "./nat_icmp";
import {
  NAT_NOPORT,
  nat_found,
  nat_isbound,
  nat_laddr,
  nat_lookin,
  nat_lookout,
  nat_lport,
  nat_map_init,
  nat_outport,
} from "./nat_map";
import { nat_fix16, nat_portat, nat_rewrite } from "./nat_rewrite";
import { nat_session_init, nat_touch } from "./nat_session";
import {
  NATS_BADICMP,
  NATS_HAIRPIN,
  NATS_IN,
  NATS_NOROOM,
  NATS_OUT,
  NATS_PROTO,
  NATS_SHORT,
  NATS_SYN,
  NATS_UNASKED,
  nat_var_init,
  natstat,
} from "./nat_var";

/** The sockets of TCP, null where there is none, and of UDP. */
export function nat_init(tcb: InpcbHead | null, udb: InpcbHead): void {
  nat_var_init();
  nat_session_init();
  nat_map_init(tcb, udb);
}

function ip_hlen(ip: number): number {
  return (arena[ip + IP_VHL] & 15) << 2;
}

/** Is it one piece of several? */
export function nat_isfrag(m: Mbuf): boolean {
  return (get16(m.m_data + IP_OFF) & (IP_MF | IP_OFFMASK)) !== 0;
}

/** Counts a cause and frees the packet. */
function nat_drop(m: Mbuf, cause: number): boolean {
  natstat[cause]++;
  m_freem(m);
  return false;
}

/** Bytes that its protocol's header has at least; 0: of a protocol without ports. */
function nat_minlen(p: number): number {
  if (p === IPPROTO_TCP) return TH_LEN;
  if (p === IPPROTO_UDP) return UH_LEN;
  return p === IPPROTO_ICMP ? ICMP_MINLEN : 0;
}

/** The packet, IP header first, with all in the arena that is looked at or changed; null (freed, counted) when there is no memory. */
export function nat_pullup(m0: Mbuf | null): Mbuf | null {
  if (!m0) return null;
  const ip = m0.m_data;
  const hlen = ip_hlen(ip);
  let want = hlen + nat_minlen(arena[ip + IP_P]);
  if (arena[ip + IP_P] === IPPROTO_ICMP && m0.m_len > hlen && nat_iserror(arena[ip + hlen + ICMP_TYPE])) {
    want = hlen + ICMP_IP + 3 * IP_HDR_LEN + ICMP_ADVLEN; // as long as the returned header may be
    if (want > MSIZE) want = MSIZE;
  }
  if (want > m0.m_pktlen) want = m0.m_pktlen;
  if (m0.m_len >= want) return m0;
  const m = m_pullup(m0, want);
  if (!m) natstat[NATS_SHORT]++;
  return m;
}

/** Is the packet, which is to an address of ours, for somebody inside? Nothing of it is changed yet. */
export function nat_wants(m: Mbuf): boolean {
  const ip = m.m_data;
  const ia = in_ifaddr_with(get32(ip + IP_DST));
  if (!ia || !(ia.ifa_ifp.if_flags & IFF_NAT) || m.m_flags & (M_BCAST | M_MCAST) || nat_isfrag(m)) return false;
  return nat_target(m, ip) || nat_isstray(m, ip);
}

/** Finds the endpoint inside that a packet is for (nat_laddr, nat_lport, nat_found). */
function nat_target(m: Mbuf, ip: number): boolean {
  const p = arena[ip + IP_P];
  const th = ip + ip_hlen(ip);
  const min = nat_minlen(p);
  if (!min || m.m_len < th - ip + min) return false;
  if (p !== IPPROTO_ICMP) return nat_lookin(p, get16(th + UH_DPORT), get32(ip + IP_SRC), get16(th + UH_SPORT));
  const type = arena[th + ICMP_TYPE];
  if (nat_iserror(type)) return nat_errortarget(m);
  return nat_isreply(type) && nat_lookin(p, get16(th + ICMP_ID), get32(ip + IP_SRC), 0);
}

/** Is it a SYN from outside for which nobody is here? It is not answered: somebody inside may be about to open the same (RFC 5382 4.3). */
function nat_isstray(m: Mbuf, ip: number): boolean {
  const th = ip + ip_hlen(ip);
  if (arena[ip + IP_P] !== IPPROTO_TCP || m.m_len < th - ip + TH_LEN) return false;
  if (!((m.m_rcvif as Ifnet).if_flags & IFF_NAT) || (arena[th + TH_FLAGS] & (TH_SYN | TH_ACK)) !== TH_SYN) return false;
  return !nat_isbound(IPPROTO_TCP, get16(th + UH_DPORT));
}

/** TCP's flags, 0 of other protocols. */
function nat_flags(ip: number): number {
  return arena[ip + IP_P] === IPPROTO_TCP ? arena[ip + ip_hlen(ip) + TH_FLAGS] : 0;
}

/**
 * On its way in: a packet that nat_wants gets the destination inside; one from inside, to somebody inside by our address, another
 * source too (RFC 4787 6, hairpinning). False: it is consumed.
 */
export function nat_in(m: Mbuf): boolean {
  const ip = m.m_data;
  const ia = in_ifaddr_with(get32(ip + IP_DST));
  const outside = ((m.m_rcvif as Ifnet).if_flags & IFF_NAT) !== 0;
  if (!ia) return !outside || nat_drop(m, NATS_UNASKED);
  if (!nat_target(m, ip)) return nat_drop(m, NATS_SYN);
  if (arena[ip + IP_P] === IPPROTO_ICMP && nat_iserror(arena[ip + ip_hlen(ip) + ICMP_TYPE])) {
    if (!nat_errorin(m)) return nat_drop(m, NATS_BADICMP);
  } else {
    if (nat_found) nat_touch(nat_found, nat_flags(ip), false);
    nat_rewrite(ip, m.m_len, IP_DST, nat_laddr, nat_lport);
  }
  natstat[outside ? NATS_IN : NATS_HAIRPIN]++;
  return outside || nat_source(m, ia.ia_addr);
}

/** On its way out of an interface whose address is `xaddr`: it comes from there. False: it is consumed. */
export function nat_out(m: Mbuf, xaddr: number): boolean {
  const ip = m.m_data;
  if (!nat_source(m, xaddr)) return false;
  // others inside may have used the same (RFC 6864 5.3)
  if (!(get16(ip + IP_OFF) & IP_DF)) nat_fix16(ip + IP_ID, ip_newid(), ip + IP_SUM);
  natstat[NATS_OUT]++;
  return true;
}

function nat_source(m: Mbuf, xaddr: number): boolean {
  const ip = m.m_data;
  const p = arena[ip + IP_P];
  const th = ip + ip_hlen(ip);
  const min = nat_minlen(p);
  if (!min) return nat_refuse(m, NATS_PROTO);
  if (m.m_len < th - ip + min) return nat_drop(m, NATS_SHORT);
  const type = arena[th + ICMP_TYPE];
  if (p === IPPROTO_ICMP && nat_iserror(type)) return nat_errorout(m, xaddr) || nat_drop(m, NATS_BADICMP);
  if (p === IPPROTO_ICMP && !nat_isquery(type)) return nat_drop(m, NATS_UNASKED);
  const lport = get16(th + nat_portat(p, IP_SRC));
  const fport = p === IPPROTO_ICMP ? 0 : get16(th + UH_DPORT);
  const xport = nat_outport(p, get32(ip + IP_SRC), lport, get32(ip + IP_DST), fport, nat_flags(ip));
  if (xport === NAT_NOPORT) return nat_refuse(m, NATS_NOROOM);
  nat_rewrite(ip, m.m_len, IP_SRC, xaddr, xport);
  return true;
}

/** Drops a packet of somebody inside, who is told (RFC 5508 7.1). */
export function nat_refuse(m: Mbuf, cause: number): boolean {
  natstat[cause]++;
  icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_FILTER_PROHIB, 0);
  return false;
}

/** The packet at arena offset `ip`, of which `have` bytes are there, as its sender knows it: an error is going to return it to him. */
export function nat_restore(ip: number, have: number): void {
  const p = arena[ip + IP_P];
  if (!nat_minlen(p) || get16(ip + IP_OFF) & IP_OFFMASK || have < ip_hlen(ip) + ICMP_ADVLEN) return;
  const src = get32(ip + IP_SRC);
  const dst = get32(ip + IP_DST);
  const th = ip + ip_hlen(ip);
  const len = th - ip + ICMP_ADVLEN;
  const rt = rtlookup(src);
  const own = in_ifaddr_with(src);
  const ours = own !== null && (own.ifa_ifp.if_flags & IFF_NAT) !== 0;
  if (ours || (rt !== null && rt.rt_ifp.if_flags & IFF_NAT)) {
    const xport = nat_lookout(p, dst, get16(th + nat_portat(p, IP_DST)));
    if (xport !== NAT_NOPORT) nat_rewrite(ip, len, IP_DST, ours ? src : nat_xaddr(), xport);
  }
  const fport = p === IPPROTO_ICMP ? 0 : get16(th + UH_DPORT);
  if (ours && nat_lookin(p, get16(th + nat_portat(p, IP_SRC)), dst, fport))
    nat_rewrite(ip, len, IP_SRC, nat_laddr, nat_lport);
}

/** An address that is shared. */
function nat_xaddr(): number {
  let ia = in_ifaddr;
  while (ia && !(ia.ifa_ifp.if_flags & IFF_NAT)) ia = ia.ia_next;
  return ia ? ia.ia_addr : 0;
}
