/**
 * Routes that somebody wants: programs, and routers by ICMP redirects. BSD: net/route.c (rtrequest, rtredirect), net/rtsock.c
 * (route_output); Stevens chapters 18 to 20; RFC 1122 3.2.2.2, 3.3.1. Only where config.ts says INET_ROUTE.
 *
 * Differs: a request is a call, not a message on a routing socket. A redirect is always of one host (RFC 1122 3.2.2.2), and a host
 * route that it made is forgotten when its gateway is given up (in_losing, ARP).
 */
import type { Words } from "../../types";
import { IFF_FORWARD, IFF_LOOPBACK, type Ifnet } from "../if/ifnet";
import {
  RT_MAXMETRIC,
  RT_METRIC,
  RTF_DYNAMIC,
  RTF_GATEWAY,
  RTF_HOST,
  RTF_STATIC,
  type Rtentry,
  rt_first,
  rtadd,
  rtlookup,
  rtremove,
} from "../if/route";
import { EINVAL, ENETUNREACH } from "../kern/errno";
import { arp_delete } from "./arp/arp";
import { in_validaddr } from "./in";
import { type InIfaddr, in_canhost, in_ifaddr_with, in_neighbour } from "./in_var";

/* Requests */
export const RTM_ADD = 1;
export const RTM_DELETE = 2;
export const RTM_CHANGE = 3;

/* rtstat */
export const RTS_BADREDIRECT = 0; // redirects that were not believed
export const RTS_DYNAMIC = 1; // routes that redirects made
export const RTS_NEWGATEWAY = 2; // routes that redirects changed
export const RTS_NCOUNT = 3;

export let rtstat: Words<typeof RTS_NCOUNT>;

export function in_route_init(): void {
  rtstat = new Uint32Array(RTS_NCOUNT);
}

/**
 * Adds, deletes or changes a program's route to the hosts of `dst` with `mask`; errno. `gateway` is a neighbour, or an address of
 * ours: then the hosts are on the net of its interface. Of several routes to the same, that with the least metric (0 to
 * RT_MAXMETRIC) is taken whose interface has its cable; they are told apart by the metric. RTM_CHANGE gives the first of them another
 * gateway and metric, and connections go on over that. RTM_DELETE of a host that has no route of its own forgets its hardware
 * address: in BSD a neighbour is a host route (RTF_LLINFO), and so arp(8) deletes it.
 */
export function in_rtrequest(req: number, dst: number, mask: number, gateway: number, metric: number): number {
  const host = ~mask;
  if (host & (host + 1) || dst & host || !(metric >= 0 && metric <= RT_MAXMETRIC)) return EINVAL;
  if (dst === 0 ? mask !== 0 : !in_canhost(dst)) return EINVAL;
  if (req === RTM_ADD) return in_rtadd(dst, mask, gateway, metric);
  const rt = in_rtfind(dst, mask, req === RTM_DELETE ? metric : -1);
  if (!rt) return req === RTM_DELETE && mask === -1 && arp_delete(dst) ? 0 : ENETUNREACH;
  if (req === RTM_CHANGE) return in_rtchange(rt, gateway, metric);
  if (req !== RTM_DELETE) return EINVAL;
  rtremove(rt);
  return 0;
}

function in_rtadd(dst: number, mask: number, gateway: number, metric: number): number {
  const ia = in_rtifa(gateway);
  if (!ia) return ENETUNREACH;
  const own = ia.ia_addr === gateway;
  const flags = RTF_STATIC | (own ? 0 : RTF_GATEWAY) | (mask === -1 ? RTF_HOST : 0) | (metric << RT_METRIC);
  return rtadd(dst, mask, own ? 0 : gateway, flags, ia, ia.ifa_ifp);
}

/** Our address on the net of a gateway, or that is the gateway; null: it can be none. */
function in_rtifa(gateway: number): InIfaddr | null {
  const ia = in_ifaddr_with(gateway) || in_neighbour(gateway);
  if (!ia || ia.ifa_ifp.if_flags & IFF_LOOPBACK || !in_validaddr(gateway, ia.ia_subnetmask)) return null;
  return ia;
}

/** The route that a program or a redirect has made, with that metric, or (-1) any; null when there is none. */
function in_rtfind(dst: number, mask: number, metric: number): Rtentry | null {
  let rt = rt_first();
  while (
    rt &&
    (rt.rt_dst !== dst ||
      rt.rt_mask !== mask ||
      !(rt.rt_flags & (RTF_STATIC | RTF_DYNAMIC)) ||
      (metric >= 0 && rt.rt_flags >> RT_METRIC !== metric))
  )
    rt = rt.rt_next;
  return rt;
}

/** The other one comes first, so that there is never none; with the same metric it takes the place of the old. */
function in_rtchange(old: Rtentry, gateway: number, metric: number): number {
  const same = old.rt_flags >> RT_METRIC === metric;
  const dst = old.rt_dst;
  const mask = old.rt_mask;
  if (!in_rtifa(gateway)) return ENETUNREACH;
  if (same) {
    rtremove(old);
    return in_rtadd(dst, mask, gateway, metric);
  }
  const error = in_rtadd(dst, mask, gateway, metric);
  if (!error) rtremove(old);
  return error;
}

/**
 * A router, `src`, says that packets to `dst` had better go by `gateway`. It is believed (RFC 1122 3.2.2.2) if it is the one that
 * they go by, and the other is a host on the same net; and by nobody who is a router himself (RFC 1812 5.2.7.2).
 */
export function rtredirect(dst: number, gateway: number, src: number, ifp: Ifnet): void {
  const rt = rtlookup(dst);
  if (!rt || !in_believes(rt, gateway, src, ifp)) rtstat[RTS_BADREDIRECT]++;
  else if (rt.rt_flags & RTF_DYNAMIC) {
    rt.rt_gateway = gateway;
    rtstat[RTS_NEWGATEWAY]++;
  } else if (!rtadd(dst, -1, gateway, RTF_GATEWAY | RTF_HOST | RTF_DYNAMIC, rt.rt_ifa, ifp)) rtstat[RTS_DYNAMIC]++;
}

function in_believes(rt: Rtentry, gateway: number, src: number, ifp: Ifnet): boolean {
  if (!(rt.rt_flags & RTF_GATEWAY) || rt.rt_gateway !== src || rt.rt_ifp !== ifp || gateway === src) return false;
  if (ifp.if_flags & IFF_FORWARD) return false;
  const ia = in_neighbour(gateway);
  return ia !== null && ia === rt.rt_ifa && in_validaddr(gateway, ia.ia_subnetmask);
}

/** The gateway of packets to `dst` does not answer: what a redirect said of it is forgotten (RFC 1122 3.3.1.4). BSD: in_losing. */
export function rtlosing(dst: number): void {
  const rt = rtlookup(dst);
  if (rt && rt.rt_flags & RTF_DYNAMIC) rtremove(rt);
}
