/**
 * Addresses of interfaces and what follows from them: routes and groups. BSD: netinet/in.c; Stevens chapters 6 and 12.
 */

import { INET_FRAG, INET_IGMP, INET_MULTICAST } from "../../config";
import type { Bytes } from "../../types";
import type { Arpcom } from "../if/ether";
import { ether_addmulti, ether_delmulti } from "../if/ether";
import { loif } from "../if/if_loop";
import { IFF_BROADCAST, IFF_LOOPBACK, IFF_UP, type Ifnet, if_setflags } from "../if/ifnet";
import { RTF_GATEWAY, RTF_HOST, RTF_STATIC, rtadd, rtdelete, rtflush, rtlookup } from "../if/route";
import { EADDRNOTAVAIL, EINVAL, ENOBUFS } from "../kern/errno";
import { free } from "../kern/kern_malloc";
import { NET_ACTIVE } from "../kern/protosw";
import { arp_askall, arp_ifscrub, arpresolve } from "./arp/arp";
import { arp_announce } from "./arp/arp_output";
import { igmp_ifup, igmp_joingroup, igmp_leavegroup } from "./igmp/igmp";
import {
  ether_map_ip_multicast,
  IN_MULTICAST,
  INADDR_ALLHOSTS_GROUP,
  INADDR_LOOPBACK,
  type InIfaddr,
  type InMulti,
  in_canhost,
  in_ifaddr,
  in_ifaddr_add,
  in_ifaddr_of,
  in_ifaddr_remove,
  in_lookup_multi,
  in_multi_add,
  in_multi_remove,
  in_neighbour,
} from "./in_var";
import { ip_drain } from "./ip/ipq";

/** Where the Ethernet group of the group that is joined or left is written. */
let ethergroup: Bytes<6>;

export function in_multi_init(): void {
  ethergroup = new Uint8Array(6);
}

/** Gives lo0 its address. */
export function in_loopattach(): void {
  in_ifinit(loif, INADDR_LOOPBACK, -0x1000000);
}

/**
 * Gives interface `ifp` the address `addr` with `mask`, in place of the one it had, brings it up and announces it;
 * errno (EINVAL: no host may have that address, or the mask has holes). BSD: in_control(SIOCSIFADDR), in_ifinit.
 */
export function in_ifinit(ifp: Ifnet, addr: number, mask: number): number {
  if (!(NET_ACTIVE && ifp.if_flags & IFF_LOOPBACK) && !in_validaddr(addr, mask)) return EINVAL;
  in_ifscrub(ifp);
  const ia = in_newaddr(ifp, addr, mask);
  if (!ia) return ENOBUFS;
  // alone in its subnet, it has no neighbours, and the route is the one to ourselves
  const error = rtadd(ia.ia_subnet, mask, 0, 0, ia, NET_ACTIVE && mask === -1 ? loif : ifp);
  if (error) {
    in_ifaddr_remove(ia);
    free(ia);
    return error;
  }
  if (NET_ACTIVE && ifp.if_flags & IFF_LOOPBACK) return 0;
  if (NET_ACTIVE) rtadd(addr, -1, 0, RTF_HOST, ia, loif);
  return in_ifup(ifp as Arpcom, ia);
}

/** Brings the interface up with its new address: the group of all hosts, and an announcement. */
function in_ifup(ac: Arpcom, ia: InIfaddr): number {
  const error = if_setflags(ac, IFF_UP, 0);
  if (error) return error;
  ac.if_resolve = arpresolve;
  ac.if_probe = arp_askall;
  if (INET_MULTICAST && ac.if_flags & IFF_BROADCAST) in_addmulti(ac, INADDR_ALLHOSTS_GROUP);
  if (INET_IGMP) igmp_ifup(ac);
  arp_announce(ia);
  return 0;
}

/** Can `addr` be a host's in a subnet with `mask`: not the subnet's own nor its broadcast, and the mask without holes? */
export function in_validaddr(addr: number, mask: number): boolean {
  const host = ~mask;
  if (host & (host + 1) || !in_canhost(addr)) return false;
  return host === 0 || host === 1 || ((addr & host) !== 0 && (addr & host) !== host);
}

function in_newaddr(ifp: Ifnet, addr: number, mask: number): InIfaddr | null {
  const subnet = addr & mask;
  const host = ~mask;
  const ia: InIfaddr | null = {
    ifa_next: null,
    ifa_ifp: ifp,
    ia_next: null,
    ia_addr: addr,
    ia_subnet: subnet,
    ia_subnetmask: mask,
    ia_broadaddr: ifp.if_flags & IFF_BROADCAST && host !== 0 && host !== 1 ? subnet | host : 0,
    ia_announces: 0,
  };
  if (ia) in_ifaddr_add(ia);
  return ia;
}

/** Takes an interface's address away, with its routes, groups and neighbours. BSD: in_ifscrub. */
export function in_ifscrub(ifp: Ifnet): void {
  if (INET_FRAG) ip_drain();
  const ia = in_ifaddr_of(ifp);
  if (!ia) return;
  rtflush(ia);
  in_ifaddr_remove(ia);
  free(ia);
  if (NET_ACTIVE && ifp.if_flags & IFF_LOOPBACK) return;
  if (INET_MULTICAST) in_delmulti(ifp as Arpcom, INADDR_ALLHOSTS_GROUP);
  arp_ifscrub(ifp as Arpcom);
}

/**
 * Sets the default route, in place of any other; EINVAL, and no change, unless `gateway` is a neighbour, or we are alone in
 * our subnet: then it is one that needs a route of its own (clouds, and providers with PPP's habits). 0 deletes it.
 */
export function in_setgateway(gateway: number): number {
  const rt = rtlookup(0);
  const ia = gateway ? in_neighbour(gateway) || in_alone(gateway) : null;
  if (gateway && !(ia && in_validaddr(gateway, ia.ia_subnetmask))) return EINVAL;
  if (rt) rtdelete(rt.rt_gateway, -1);
  rtdelete(0, 0);
  if (ia && ia.ia_subnetmask === -1) rtadd(gateway, -1, 0, RTF_HOST | RTF_STATIC, ia, ia.ifa_ifp);
  return ia ? rtadd(0, 0, gateway, RTF_GATEWAY | RTF_STATIC, ia, ia.ifa_ifp) : 0;
}

/** Our address that has no neighbours in its subnet, or null. */
function in_alone(gateway: number): InIfaddr | null {
  let ia = in_ifaddr;
  while (ia && (ia.ia_subnetmask !== -1 || ia.ia_addr === gateway)) ia = ia.ia_next;
  return ia;
}

/** Joins a group on an interface; errno. BSD: in_addmulti. */
export function in_addmulti(ac: Arpcom, addr: number): number {
  if (!IN_MULTICAST(addr)) return EINVAL;
  const known = in_lookup_multi(ac, addr);
  if (known) {
    known.inm_refcount++;
    return 0;
  }
  const inm: InMulti | null = {
    inm_next: null,
    inm_addr: addr,
    inm_ifp: ac,
    inm_refcount: 1,
    inm_timer: 0,
    inm_reporter: false,
  };
  if (!inm) return ENOBUFS;
  if (!(ac.if_flags & IFF_LOOPBACK) && ether_addmulti(ac, in_ethergroup(addr))) {
    free(inm);
    return ENOBUFS;
  }
  in_multi_add(inm);
  if (INET_IGMP) igmp_joingroup(inm);
  return 0;
}

/** Leaves a group; errno. BSD: in_delmulti. */
export function in_delmulti(ac: Arpcom, addr: number): number {
  const inm = in_lookup_multi(ac, addr);
  if (!inm) return EADDRNOTAVAIL;
  if (--inm.inm_refcount) return 0;
  if (INET_IGMP) igmp_leavegroup(inm);
  in_multi_remove(inm);
  free(inm);
  return ac.if_flags & IFF_LOOPBACK ? 0 : ether_delmulti(ac, in_ethergroup(addr));
}

/** The Ethernet group of a group, until the next one is asked for. */
function in_ethergroup(addr: number): Uint8Array {
  ether_map_ip_multicast(addr, ethergroup, 0);
  return ethergroup;
}
