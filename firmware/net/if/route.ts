/**
 * The routing table. BSD: net/route.h, net/route.c; Stevens chapter 18.
 *
 * Differs: a list, most specific mask first, in place of the radix tree: a board has three routes, not three thousand.
 * Keys are the int32 addresses of the one routed family. Nobody keeps a route (a PCB asks again for each packet), so none is
 * counted.
 */
import { INET_ROUTE, NROUTE } from "../../config";
import type { u16 } from "../../types";
import { EEXIST, ENETUNREACH, ENOBUFS } from "../kern/errno";
import { free } from "../kern/kern_malloc";
import { IFF_LINK, type Ifaddr, type Ifnet } from "./ifnet";

/* rt_flags */
export const RTF_UP = 0x1; // route usable
export const RTF_GATEWAY = 0x2; // destination is a gateway
export const RTF_HOST = 0x4; // host entry (net otherwise)
export const RTF_REJECT = 0x8; // host or net unreachable
export const RTF_DYNAMIC = 0x10; // created dynamically (by redirect)
export const RTF_STATIC = 0x800; // manually added
/** The metric, 0 to RT_MAXMETRIC, stands in the upper bits of rt_flags; with INET_ROUTE only. BSD: rmx_hopcount. */
export const RT_METRIC = 12;
export const RT_MAXMETRIC = 15;

export interface Rtentry {
  rt_next: Rtentry | null;
  /** destination and mask: matches where (dst & rt_mask) === rt_dst */
  rt_dst: number;
  rt_mask: number;
  /** the neighbour to send to, where RTF_GATEWAY */
  rt_gateway: number;
  rt_flags: u16;
  rt_ifp: Ifnet;
  /** the address that packets over it come from */
  rt_ifa: Ifaddr;
  /** largest packet known to go through, 0 while none is known (path MTU discovery) */
  rt_mtu: u16;
}

let rt_tables: Rtentry | null;
let nroutes: number;

export function route_init(): void {
  rt_tables = null;
  nroutes = 0;
}

/** The first route; the rest follow by rt_next, most specific first. */
export function rt_first(): Rtentry | null {
  return rt_tables;
}

/** The best route to `dst`, or null: for use at once. BSD: rtalloc1. */
export function rtlookup(dst: number): Rtentry | null {
  let rt = rt_tables;
  while (rt && (dst & rt.rt_mask) !== rt.rt_dst) rt = rt.rt_next;
  return INET_ROUTE && rt ? rt_linked(rt) : rt;
}

/** Of the routes to the same net as `best`, by their metrics, the first whose interface has its cable; `best` when none has. */
function rt_linked(best: Rtentry): Rtentry {
  let rt: Rtentry | null = best;
  while (rt && rt.rt_mask === best.rt_mask) {
    if (rt.rt_dst === best.rt_dst && rt.rt_ifp.if_flags & IFF_LINK) return rt;
    rt = rt.rt_next;
  }
  return best;
}

/** Adds a route out of `ifp`, for packets from `ifa`; errno. BSD: rtrequest(RTM_ADD). */
export function rtadd(dst: number, mask: number, gateway: number, flags: number, ifa: Ifaddr, ifp: Ifnet): number {
  const net = dst & mask;
  if (INET_ROUTE ? rt_same(net, mask, flags >> RT_METRIC) : rtfind(net, mask)) return EEXIST;
  if (nroutes >= NROUTE && !(INET_ROUTE && rt_makeroom())) return ENOBUFS;
  const rt: Rtentry | null = {
    rt_next: null,
    rt_dst: net,
    rt_mask: mask,
    rt_gateway: gateway,
    rt_flags: flags | RTF_UP,
    rt_ifp: ifp,
    rt_ifa: ifa,
    rt_mtu: 0,
  };
  if (!rt) return ENOBUFS;
  nroutes++;
  rtinsert(rt);
  return 0;
}

/** Deletes a route; errno. BSD: rtrequest(RTM_DELETE). */
export function rtdelete(dst: number, mask: number): number {
  const rt = rtfind(dst & mask, mask);
  if (!rt) return ENETUNREACH;
  rtremove(rt);
  return 0;
}

/** Deletes all routes that go out from address `ifa`. */
export function rtflush(ifa: Ifaddr): void {
  let rt = rt_tables;
  while (rt) {
    const next = rt.rt_next;
    if (rt.rt_ifa === ifa) rtremove(rt);
    rt = next;
  }
}

function rtfind(net: number, mask: number): Rtentry | null {
  let rt = rt_tables;
  while (rt && (rt.rt_dst !== net || rt.rt_mask !== mask)) rt = rt.rt_next;
  return rt;
}

/** The route to the same with the same metric, or null. */
function rt_same(net: number, mask: number, metric: number): Rtentry | null {
  let rt = rt_tables;
  while (rt && (rt.rt_dst !== net || rt.rt_mask !== mask || rt.rt_flags >> RT_METRIC !== metric)) rt = rt.rt_next;
  return rt;
}

/** The table is full: one of the routes that redirects have made goes. False when there is none. */
function rt_makeroom(): boolean {
  let rt = rt_tables;
  while (rt && !(rt.rt_flags & RTF_DYNAMIC)) rt = rt.rt_next;
  if (rt) rtremove(rt);
  return rt !== null;
}

/** Does `a` come before `b`, which is new: with a longer mask, or the same and no greater metric? */
function rt_before(a: Rtentry, b: Rtentry): boolean {
  if (a.rt_mask !== b.rt_mask) return a.rt_mask >>> 0 > b.rt_mask >>> 0;
  return a.rt_flags >> RT_METRIC <= b.rt_flags >> RT_METRIC;
}

/** Without its sign, a longer mask is the greater one. */
function rtinsert(rt: Rtentry): void {
  let before: Rtentry | null = null;
  let after = rt_tables;
  while (after && (INET_ROUTE ? rt_before(after, rt) : after.rt_mask >>> 0 >= rt.rt_mask >>> 0)) {
    before = after;
    after = after.rt_next;
  }
  rt.rt_next = after;
  if (before) before.rt_next = rt;
  else rt_tables = rt;
}

/** Takes a route out of the table. */
export function rtremove(rt: Rtentry): void {
  if (rt_tables === rt) rt_tables = rt.rt_next;
  else for (let p = rt_tables; p; p = p.rt_next) if (p.rt_next === rt) p.rt_next = rt.rt_next;
  nroutes--;
  free(rt);
}
