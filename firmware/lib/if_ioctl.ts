/**
 * Requests about interfaces, neighbours and routes by ioctl on any socket, with the structures that Unix has for them, as objects. BSD:
 * net/if.c (ifioctl), netinet/in.c (in_control), netinet/if_ether.c (arpioctl), net/route.c (rtioctl); Stevens sections 4.4, 6.7,
 * 19.3. Called by net.ioctl, in builds with KERN_FILES.
 *
 * Addresses are as everywhere: {sin_family, sin_addr, sin_port}. Hardware addresses are texts. Of the stack it knows what `eth.stats()`
 * gives, so that it is the same whether that is JavaScript or machine code.
 */
import { INET_ROUTE } from "../config";
import type { Arpcom } from "../net/if/ether";
import { type Ifaddr, type Ifnet, if_setflags, if_setmtu } from "../net/if/ifnet";
import { ifunit } from "../net/if/ifunit";
import { arp_delioctl, arp_setioctl } from "../net/inet/arp/arp_ioctl";
import type { Arptab } from "../net/inet/arp/arptab";
import { in_ifinit } from "../net/inet/in";
import { in_rtrequest, RTM_ADD, RTM_DELETE } from "../net/inet/in_route";
import { in_ifaddr_of, type SockaddrIn } from "../net/inet/in_var";
import { EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ENETUNREACH, ENXIO, EOPNOTSUPP } from "../net/kern/errno";
import { AF_INET } from "../net/kern/socketvar";
import { getsock, notsock } from "../net/kern/sys_socket";
import { ether_aton, ether_ntoa } from "./inet";
import { stats } from "./stats";

/* Requests, numbered as on Linux */
export const SIOCADDRT = 0x890b;
export const SIOCDELRT = 0x890c;
export const SIOCGIFCONF = 0x8912;
export const SIOCGIFFLAGS = 0x8913;
export const SIOCSIFFLAGS = 0x8914;
export const SIOCGIFADDR = 0x8915;
export const SIOCSIFADDR = 0x8916;
export const SIOCGIFBRDADDR = 0x8919;
export const SIOCGIFNETMASK = 0x891b;
export const SIOCSIFNETMASK = 0x891c;
export const SIOCGIFMTU = 0x8921;
export const SIOCSIFMTU = 0x8922;
export const SIOCGIFHWADDR = 0x8927;
export const SIOCDARP = 0x8953;
export const SIOCGARP = 0x8954;
export const SIOCSARP = 0x8955;

/* if_flags that a program may change: UP, PROMISC, ALLMULTI; and those that BSD has */
const IFF_CANCHANGE = 0x301;
const IFF_BSD = 0xffff;
const IFF_BROADCAST = 2;
const IFF_LOOPBACK = 8;
const LOOPBACK_MASK = -0x1000000;

export interface Ifreq {
  ifr_name: string;
  ifr_addr?: SockaddrIn;
  ifr_flags?: number;
  ifr_mtu?: number;
  ifr_hwaddr?: string;
}
export interface Ifconf {
  /** filled with one for each interface that has an address */
  ifc_req?: Ifreq[];
}
export interface Arpreq {
  arp_pa: SockaddrIn;
  arp_ha?: string;
  /** ATF_COM 2, ATF_PERM 4 */
  arp_flags?: number;
}
/** By the names of BSD's `struct rtentry`; without a mask the route is one of a host, without a metric its metric is 0. */
export interface Rtreq {
  [field: string]: SockaddrIn | number | undefined;
}

/** 0, or -errno: -ENXIO, there is no such interface or neighbour; -EADDRNOTAVAIL, it has no address. */
export function if_ioctl(fd: number, request: number, value: unknown): number {
  if (!getsock(fd)) return notsock(fd);
  if (!value || typeof value !== "object") return -EINVAL;
  if (request === SIOCGIFCONF) return if_conf(value as Ifconf);
  if (request === SIOCADDRT || request === SIOCDELRT) return -rt_ioctl(request, value as Rtreq);
  if (request >= SIOCDARP && request <= SIOCSARP) return -arp_ioctl(request, value as Arpreq);
  const ifr = value as Ifreq;
  const ifp = if_named(ifr.ifr_name);
  return ifp ? -if_request(request, ifr, ifp) : -ENXIO;
}

function sin(addr: number): SockaddrIn {
  return { sin_family: AF_INET, sin_addr: addr, sin_port: 0 };
}

/** A program may give anything. */
function is_sin(name: unknown): name is SockaddrIn {
  const given = name as SockaddrIn | null;
  return !!given && given.sin_family === AF_INET && given.sin_addr === (given.sin_addr | 0);
}

/** Calls `work` for each interface: until it answers true. */
function if_each(work: (ifp: Ifnet) => boolean): Ifnet | null {
  let ifp = stats().interfaces as Ifnet | null;
  while (ifp && !work(ifp)) ifp = ifp.if_next;
  return ifp;
}

function if_named(name: string): Ifnet | null {
  return if_each((ifp) => ifp.if_name === name);
}

/** Its address, 0 without one. */
function if_addr(ifp: Ifnet): number {
  const ifa = ifp.if_addrlist as (Ifaddr & { ia_addr: number }) | null;
  return ifa ? ifa.ia_addr : 0;
}

function if_mask(ifp: Ifnet): number {
  if (ifp.if_flags & IFF_LOOPBACK) return LOOPBACK_MASK;
  const ia = in_ifaddr_of(ifunit(ifp.if_name) as Ifnet);
  return ia ? ia.ia_subnetmask : 0;
}

function if_conf(ifc: Ifconf): number {
  const found: Ifreq[] = [];
  if_each((ifp) => {
    const addr = if_addr(ifp);
    if (addr) found.push({ ifr_name: ifp.if_name, ifr_addr: sin(addr) });
    return false;
  });
  ifc.ifc_req = found;
  return 0;
}

function if_request(request: number, ifr: Ifreq, ifp: Ifnet): number {
  switch (request) {
    case SIOCGIFFLAGS:
      ifr.ifr_flags = ifp.if_flags & IFF_BSD;
      return 0;
    case SIOCGIFMTU:
      ifr.ifr_mtu = ifp.if_mtu;
      return 0;
    case SIOCGIFADDR:
      return if_told(ifr, ifp, if_addr(ifp));
    case SIOCGIFNETMASK:
      return if_told(ifr, ifp, if_mask(ifp));
    case SIOCGIFBRDADDR:
      return ifp.if_flags & IFF_BROADCAST ? if_told(ifr, ifp, if_addr(ifp) | ~if_mask(ifp)) : EINVAL;
    case SIOCGIFHWADDR:
      if (ifp.if_flags & IFF_LOOPBACK) return EINVAL;
      ifr.ifr_hwaddr = ether_ntoa((ifp as Arpcom).ac_enaddr, 0);
      return 0;
  }
  return ifp.if_flags & IFF_LOOPBACK ? EOPNOTSUPP : if_change(request, ifr, ifp);
}

function if_told(ifr: Ifreq, ifp: Ifnet, addr: number): number {
  if (!if_addr(ifp)) return EADDRNOTAVAIL;
  ifr.ifr_addr = sin(addr);
  return 0;
}

function if_change(request: number, ifr: Ifreq, ifp: Ifnet): number {
  const ac = ifunit(ifp.if_name) as Ifnet;
  const flags = ifr.ifr_flags as number;
  switch (request) {
    case SIOCSIFFLAGS:
      if (flags !== (flags | 0)) return EINVAL;
      return if_setflags(ac, flags & IFF_CANCHANGE, ~flags & IFF_CANCHANGE);
    case SIOCSIFMTU:
      return if_setmtu(ac, ifr.ifr_mtu as number);
    case SIOCSIFADDR:
      if (!is_sin(ifr.ifr_addr)) return EAFNOSUPPORT;
      return in_ifinit(ac, ifr.ifr_addr.sin_addr, if_mask(ifp) || in_classmask(ifr.ifr_addr.sin_addr));
    case SIOCSIFNETMASK:
      if (!is_sin(ifr.ifr_addr)) return EAFNOSUPPORT;
      return if_addr(ifp) ? in_ifinit(ac, if_addr(ifp), ifr.ifr_addr.sin_addr) : EADDRNOTAVAIL;
  }
  return EINVAL;
}

/** The mask of an address whose program has said none: that of its class. BSD: in_ifinit. */
function in_classmask(addr: number): number {
  if (addr >= 0) return -0x1000000;
  return addr & 0x40000000 ? -0x100 : -0x10000;
}

/** Between which interface and `addr` there is no router; null: there is none. */
function if_on(addr: number): Ifnet | null {
  return if_each((ifp) => {
    const mask = if_mask(ifp);
    return !(ifp.if_flags & IFF_LOOPBACK) && mask !== 0 && (addr & mask) === (if_addr(ifp) & mask);
  });
}

function arp_ioctl(request: number, ar: Arpreq): number {
  if (!is_sin(ar.arp_pa)) return EAFNOSUPPORT;
  const addr = ar.arp_pa.sin_addr;
  if (request === SIOCDARP) return arp_delioctl(addr);
  if (request === SIOCGARP) return arp_get(ar, addr);
  const ifp = if_on(addr);
  const enaddr = ether_aton("" + ar.arp_ha);
  if (!enaddr) return EINVAL;
  return ifp ? arp_setioctl(ifunit(ifp.if_name) as Arpcom, addr, enaddr, (ar.arp_flags as number) | 0) : ENETUNREACH;
}

function arp_get(ar: Arpreq, addr: number): number {
  let at = stats().neighbours as Arptab | null;
  while (at && at.at_iaddr !== addr) at = at.at_next;
  if (!at) return ENXIO;
  ar.arp_ha = ether_ntoa(at.at_enaddr, 0);
  ar.arp_flags = at.at_flags;
  return 0;
}

function rt_ioctl(request: number, rt: Rtreq): number {
  const dst = rt["rt_dst"];
  const mask = rt["rt_genmask"] === undefined ? sin(-1) : rt["rt_genmask"];
  const gateway = rt["rt_gateway"] === undefined && request === SIOCDELRT ? sin(0) : rt["rt_gateway"];
  if (!is_sin(dst) || !is_sin(mask) || !is_sin(gateway)) return EAFNOSUPPORT;
  const metric = (rt["rt_metric"] || 0) as number;
  if (metric !== (metric | 0)) return EINVAL;
  if (!INET_ROUTE) return EOPNOTSUPP;
  const req = request === SIOCADDRT ? RTM_ADD : RTM_DELETE;
  return in_rtrequest(req, dst.sin_addr, mask.sin_addr, gateway.sin_addr, metric);
}
