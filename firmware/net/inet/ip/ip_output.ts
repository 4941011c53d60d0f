/**
 * IP output: RFC 791, 1122 3.3. BSD: netinet/ip_output.c; Stevens chapter 8. Called by every protocol above.
 *
 * The caller has put IP_HDR_LEN bytes in front of its packet and filled in protocol, time to live, type of service,
 * destination and, unless it is to be chosen by the route, source; this adds the rest and finds the way.
 */
import { INET_FRAG, INET_IGMP, INET_MULTICAST, IP_SRCROUTE } from "../../../config";
import { arena, get32, put16, put32, random32 } from "../../../machdep";
import { if_simloop } from "../../if/if_loop";
import { IFF_BROADCAST, IFF_MULTICAST, IFF_SIMPLEX, IFF_UP, type Ifnet, ifnet } from "../../if/ifnet";
import { RTF_GATEWAY, RTF_REJECT, rtlookup } from "../../if/route";
import { EACCES, EADDRNOTAVAIL, EMSGSIZE, ENETUNREACH } from "../../kern/errno";
import { M_BCAST, M_DONTWAIT, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { M_COPYALL, m_copym } from "../../kern/mbuf_chain";
import { NET_ACTIVE } from "../../kern/protosw";
import {
  IP_DF,
  IP_DST,
  IP_HDR_LEN,
  IP_ID,
  IP_LEN,
  IP_MAXPACKET,
  IP_OFF,
  IP_SRC,
  IP_SUM,
  IP_TTL,
  IP_VHL,
  IP_VHL_BORING,
} from "../../wire/ip";
import { in_cksum } from "../in_cksum";
import {
  IN_MULTICAST,
  INADDR_ANY,
  INADDR_BROADCAST,
  type InIfaddr,
  in_ifaddr_of,
  in_ifaddr_with,
  in_lookup_multi,
  in_neighbour,
} from "../in_var";
import { ip_fragment, ip_newid } from "./ip_fragment";
import { IPS_CANTFRAG, IPS_LOCALOUT, IPS_NOROUTE, IPS_ODROPPED, type IpMoptions, ipstat } from "./ip_var";

/* flags */
export const IP_ROUTETOIF = 1; // to a neighbour only, past the routing table (SO_DONTROUTE)
export const IP_ALLOWBROADCAST = 2; // the sender may broadcast (SO_BROADCAST)
export const IP_DONTFRAG = 4; // set DF
export const IP_OPTWORDS = 256; // times the words of options that stand behind the header

/* Where ip_route found the packet to go: out of which interface, from which address of ours, to which neighbour. */
let ip_ifp: Ifnet;
let ip_ia: InIfaddr | null;
let ip_hop: number;
/** The interface by which DHCP speaks, while it does: it has no address to be told by. */
let ip_byif: Ifnet | null;

/** From now on what has no source address yet goes to everybody by interface `ifp`; null: as the routes say. */
export function ip_setif(ifp: Ifnet | null): void {
  ip_byif = ifp;
}

/** Sends packet `m`, IP header first; consumes it, answers errno. `imo` is how to send to a group. */
export function ip_output(m: Mbuf, flags: number, imo: IpMoptions | null): number {
  const ip = m.m_data;
  const dst = get32(ip + IP_DST);
  const group = NET_ACTIVE && (dst === INADDR_BROADCAST || IN_MULTICAST(dst));
  const error = group ? ip_group(ip, dst, imo) : ip_route(dst, flags);
  if (error) return ip_odrop(m, error, IPS_NOROUTE);
  if (m.m_pktlen > ip_ifp.if_mtu && !(INET_FRAG && ip_mayfrag(m, dst, flags)))
    return ip_odrop(m, EMSGSIZE, IPS_CANTFRAG);
  if (ip_ia && get32(ip + IP_SRC) === INADDR_ANY) put32(ip + IP_SRC, ip_ia.ia_addr);
  if ((INET_IGMP || IP_SRCROUTE) && flags >= IP_OPTWORDS) ip_fillinopt(m, ip, flags);
  else ip_fillin(m, ip, flags);
  ipstat[IPS_LOCALOUT]++;
  if (group || (NET_ACTIVE && ip_ia && dst === ip_ia.ia_broadaddr)) return ip_sendgroup(m, dst, flags, imo);
  return INET_FRAG ? ip_send(ip_ifp, m, ip_hop) : ip_ifp.if_output(ip_ifp, m, ip_hop);
}

/** May a packet that is too long for its interface be cut? Not what goes to everybody (BSD: each of them would have to have room). */
function ip_mayfrag(m: Mbuf, dst: number, flags: number): boolean {
  const everybody = dst === INADDR_BROADCAST || (ip_ia !== null && dst === ip_ia.ia_broadaddr);
  return !(flags & IP_DONTFRAG) && !everybody && m.m_pktlen <= IP_MAXPACKET;
}

function ip_send(ifp: Ifnet, m: Mbuf, hop: number): number {
  return m.m_pktlen > ifp.if_mtu ? ip_fragment(ifp, m, hop) : ifp.if_output(ifp, m, hop);
}

/** The address of ours that a packet to `dst`, or with `imo` to a group, comes from; 0 when there is no way there, or none yet. */
export function ip_source(dst: number, imo: IpMoptions | null): number {
  const group = NET_ACTIVE && (dst === INADDR_BROADCAST || IN_MULTICAST(dst));
  const error = group ? ip_routegroup(dst, imo ? imo.imo_multicast_addr : INADDR_ANY) : ip_route(dst, 0);
  return error || !ip_ia ? INADDR_ANY : ip_ia.ia_addr;
}

/** The interface that packets to a group go out of, or null. */
export function ip_groupif(dst: number, imo: IpMoptions): Ifnet | null {
  return ip_routegroup(dst, imo.imo_multicast_addr) ? null : ip_ifp;
}

/** The neighbour that packets to `dst` go to; 0 when there is no way there, or it is many. */
export function ip_nexthop(dst: number): number {
  return (NET_ACTIVE && (dst === INADDR_BROADCAST || IN_MULTICAST(dst))) || ip_route(dst, 0) ? 0 : ip_hop;
}

/** The way to one host, by the routing table; errno. */
function ip_route(dst: number, flags: number): number {
  if (flags & IP_ROUTETOIF) return ip_routetoif(dst);
  const rt = rtlookup(dst);
  if (!rt || rt.rt_flags & RTF_REJECT) return ENETUNREACH;
  ip_ifp = rt.rt_ifp;
  ip_ia = rt.rt_ifa as InIfaddr;
  ip_hop = rt.rt_flags & RTF_GATEWAY ? rt.rt_gateway : dst;
  return 0;
}

function ip_routetoif(dst: number): number {
  const ia = in_neighbour(dst);
  if (!ia) return ENETUNREACH;
  ip_ifp = ia.ifa_ifp;
  ip_ia = ia;
  ip_hop = dst;
  return 0;
}

/**
 * The way to everybody and to groups: out of the interface that has the source address, else of the one that `ip_setif`
 * named, else of the default route, else of the first that can, even without an address (RFC 2131 4.1).
 */
function ip_routegroup(dst: number, src: number): number {
  const rt = rtlookup(dst);
  const ia = src ? in_ifaddr_with(src) : rt && !ip_byif ? (rt.rt_ifa as InIfaddr) : null;
  const ifp = ia ? ia.ifa_ifp : ip_byif || if_broadcasting();
  if (!ifp) return ENETUNREACH;
  ip_ifp = ifp;
  ip_ia = ia || in_ifaddr_of(ifp);
  ip_hop = dst;
  return 0;
}

/** The way to everybody, or to a group: then it goes no further than the sender says, to the next router without a word (RFC 1112 6.1). */
function ip_group(ip: number, dst: number, imo: IpMoptions | null): number {
  if (IN_MULTICAST(dst)) arena[ip + IP_TTL] = imo ? imo.imo_multicast_ttl : 1;
  return ip_routegroup(dst, get32(ip + IP_SRC));
}

function if_broadcasting(): Ifnet | null {
  let ifp = ifnet;
  while (ifp && (ifp.if_flags & (IFF_BROADCAST | IFF_UP)) !== (IFF_BROADCAST | IFF_UP)) ifp = ifp.if_next;
  return ifp;
}

/** Frees a packet that cannot be sent. */
function ip_odrop(m: Mbuf, error: number, cause: number): number {
  ipstat[cause]++;
  m_freem(m);
  return error;
}

/** The fields that are the same for all, and the checksum last. A random id: nobody can count our packets by it. */
function ip_fillin(m: Mbuf, ip: number, flags: number): void {
  arena[ip + IP_VHL] = IP_VHL_BORING;
  put16(ip + IP_LEN, m.m_pktlen);
  put16(ip + IP_ID, INET_FRAG && !(flags & IP_DONTFRAG) ? ip_newid() : random32());
  put16(ip + IP_OFF, flags & IP_DONTFRAG ? IP_DF : 0);
  put16(ip + IP_SUM, 0);
  put16(ip + IP_SUM, in_cksum(m, 0, IP_HDR_LEN));
}

/** ip_fillin of a header with options. */
function ip_fillinopt(m: Mbuf, ip: number, flags: number): void {
  ip_fillin(m, ip, flags);
  arena[ip + IP_VHL] += flags >> 8;
  put16(ip + IP_SUM, 0);
  put16(ip + IP_SUM, in_cksum(m, 0, IP_HDR_LEN + ((flags >> 8) << 2)));
}

/** Sends to many, if the sender may; we hear it too where we belong to them (RFC 1112 6.1, the chip does not hear itself). */
function ip_sendgroup(m: Mbuf, dst: number, flags: number, imo: IpMoptions | null): number {
  const ifp = ip_ifp;
  const multicast = IN_MULTICAST(dst);
  if (!(ifp.if_flags & (multicast ? IFF_MULTICAST : IFF_BROADCAST))) return ip_odrop(m, EADDRNOTAVAIL, IPS_ODROPPED);
  if (!multicast && !(flags & IP_ALLOWBROADCAST)) return ip_odrop(m, EACCES, IPS_ODROPPED);
  const loop =
    !multicast || (INET_MULTICAST && (!imo || imo.imo_multicast_loop !== 0) && in_lookup_multi(ifp, dst) !== null);
  if (loop && ifp.if_flags & IFF_SIMPLEX) ip_mloopback(ifp, m, multicast);
  if (!arena[m.m_data + IP_TTL]) {
    m_freem(m); // for this host only
    return 0;
  }
  m.m_flags |= multicast ? M_MCAST : M_BCAST;
  return INET_FRAG ? ip_send(ifp, m, dst) : ifp.if_output(ifp, m, dst);
}

function ip_mloopback(ifp: Ifnet, m: Mbuf, multicast: boolean): void {
  const copy = m_copym(m, 0, M_COPYALL, M_DONTWAIT);
  if (!copy) return;
  copy.m_flags |= multicast ? M_MCAST : M_BCAST;
  if_simloop(ifp, copy);
}
