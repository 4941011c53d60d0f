/**
 * IGMP, version 2, of a host, with routers of version 1: RFC 2236, RFC 1112 appendix I. BSD: netinet/igmp.c; Stevens
 * chapter 13. Tells the routers, and the switches that listen in, which groups we belong to. Called by in.ts when an
 * interface joins or leaves a group.
 *
 * A membership's inm_timer is the uptime at which its report is due (igmp_in), 0 when none is. The group of all hosts is never
 * reported (RFC 2236 6): its inm_timer is the uptime until which a router of version 1 is taken to be there.
 *
 * Differs: one callout for whatever is due first, in place of a tick every 200 ms; a membership that was made while the
 * interface had no address is reported when it gets one.
 */
import { arena, get32, put16, put32, random32, uptime } from "../../../machdep";
import type { Embedded } from "../../../types";
import { IFF_LOOPBACK, type Ifnet } from "../../if/ifnet";
import { type Callout, callout_new, callout_reset, callout_stop } from "../../kern/callout";
import { free } from "../../kern/kern_malloc";
import { M_DONTWAIT, MAX_LINKHDR, type Mbuf, MT_HEADER, m_freem, m_gethdr } from "../../kern/mbuf";
import { m_pullup } from "../../kern/mbuf_chain";
import {
  IGMP_CKSUM,
  IGMP_CODE,
  IGMP_GROUP,
  IGMP_LEAVE_GROUP,
  IGMP_MEMBERSHIP_QUERY,
  IGMP_MINLEN,
  IGMP_TYPE,
  IGMP_V1_MEMBERSHIP_REPORT,
  IGMP_V2_MEMBERSHIP_REPORT,
} from "../../wire/igmp";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IPOPT_RA, IPPROTO_IGMP } from "../../wire/ip";
import { in_cksum } from "../in_cksum";
import {
  INADDR_ALLHOSTS_GROUP,
  INADDR_ALLROUTERS_GROUP,
  type InMulti,
  in_ifaddr_of,
  in_lookup_multi,
  in_multihead,
} from "../in_var";
import { IP_OPTWORDS, ip_output } from "../ip/ip_output";
import { type IpMoptions, inetsw } from "../ip/ip_var";
import {
  IGPS_BADQUERIES,
  IGPS_BADREPORTS,
  IGPS_BADSUM,
  IGPS_OURREPORTS,
  IGPS_QUERIES,
  IGPS_REPORTS,
  IGPS_SNDLEAVES,
  IGPS_SNDREPORTS,
  IGPS_TOOSHORT,
  IGPS_TOTAL,
  igmpstat,
  igmpstat_init,
} from "./igmp_var";

/** Longest time before an unasked report is repeated, and before a router of version 1 is answered (ms). */
const UNSOLICITED_INTERVAL = 10000;
/** How long a router of version 1 is taken to be there after its query (ms; RFC 2236 8.11). */
const V1_ROUTER_PRESENT = 400000;
/** The IP header with its one option. */
const HLEN = IP_HDR_LEN + 4;

let igmp_callout: Embedded<Callout>;

export function igmp_init(): void {
  igmpstat_init();
  igmp_callout = callout_new();
}

/** A message from below; consumes m. */
export function igmp_input(m0: Mbuf, hlen: number): void {
  const len = m0.m_pktlen - hlen;
  igmpstat[IGPS_TOTAL]++;
  const m = m_pullup(m0, hlen + IGMP_MINLEN) || igmp_drop(null, IGPS_TOOSHORT);
  if (!m) return;
  if (in_cksum(m, hlen, len)) {
    igmp_drop(m, IGPS_BADSUM);
    return;
  }
  const igmp = m.m_data + hlen;
  const type = arena[igmp + IGMP_TYPE];
  const dst = get32(m.m_data + IP_DST);
  const group = get32(igmp + IGMP_GROUP);
  if (type === IGMP_MEMBERSHIP_QUERY) igmp_query(m.m_rcvif as Ifnet, dst, group, arena[igmp + IGMP_CODE] * 100);
  else if (type === IGMP_V1_MEMBERSHIP_REPORT || type === IGMP_V2_MEMBERSHIP_REPORT)
    igmp_report(m.m_rcvif as Ifnet, dst, group);
  inetsw[0].pr_input!(m, hlen);
}

function igmp_drop(m: Mbuf | null, cause: number): null {
  igmpstat[cause]++;
  m_freem(m);
  return null;
}

/** A router asks who belongs to `group`, or to any: an answer within `ms`, at random (RFC 2236 3). */
function igmp_query(ifp: Ifnet, dst: number, group: number, ms: number): void {
  igmpstat[IGPS_QUERIES]++;
  const all = in_lookup_multi(ifp, INADDR_ALLHOSTS_GROUP);
  if (dst !== (group || INADDR_ALLHOSTS_GROUP) || !all) {
    igmpstat[IGPS_BADQUERIES]++;
    return;
  }
  if (!ms) all.inm_timer = igmp_in(V1_ROUTER_PRESENT);
  for (let inm = in_multihead; inm; inm = inm.inm_next)
    if (inm.inm_ifp === ifp && (!group || inm.inm_addr === group)) igmp_delay(inm, ms || UNSOLICITED_INTERVAL);
  igmp_arm();
}

/** Another member has told of its group: once is enough. */
function igmp_report(ifp: Ifnet, dst: number, group: number): void {
  igmpstat[IGPS_REPORTS]++;
  if (dst !== group) igmpstat[IGPS_BADREPORTS]++;
  else {
    const inm = in_lookup_multi(ifp, group);
    if (!inm || group === INADDR_ALLHOSTS_GROUP) return;
    igmpstat[IGPS_OURREPORTS]++;
    inm.inm_timer = 0;
    inm.inm_reporter = false;
    igmp_arm();
  }
}

/** A report is due at random within `ms`, unless it is due sooner as it is. */
function igmp_delay(inm: InMulti, ms: number): void {
  const wait = 1 + ((random32() >>> 1) % ms);
  if (inm.inm_addr === INADDR_ALLHOSTS_GROUP || (inm.inm_timer && igmp_left(inm) <= wait)) return;
  inm.inm_timer = igmp_in(wait);
}

/** The uptime in `ms` milliseconds, which is never 0. */
function igmp_in(ms: number): number {
  return (uptime() + ms) | 0 || 1;
}

/** How long until its time has come (ms); 0 or less: it has. */
function igmp_left(inm: InMulti): number {
  return (inm.inm_timer - uptime()) | 0;
}

/** The interface has joined the group: that is told at once, and once more lest it got lost (RFC 2236 3). */
export function igmp_joingroup(inm: InMulti): void {
  if (!igmp_told(inm)) return;
  igmp_sendreport(inm);
  igmp_delay(inm, UNSOLICITED_INTERVAL);
  igmp_arm();
}

/** The interface leaves the group: all routers are told by whoever has reported it last (RFC 2236 3). */
export function igmp_leavegroup(inm: InMulti): void {
  inm.inm_timer = 0;
  igmp_arm();
  if (!igmp_told(inm) || !inm.inm_reporter || igmp_v1router(inm.inm_ifp)) return;
  igmpstat[IGPS_SNDLEAVES]++;
  igmp_sendpkt(inm, IGMP_LEAVE_GROUP, INADDR_ALLROUTERS_GROUP);
}

/** The interface has an address now: what it has joined before is told. */
export function igmp_ifup(ifp: Ifnet): void {
  for (let inm = in_multihead; inm; inm = inm.inm_next) if (inm.inm_ifp === ifp) igmp_joingroup(inm);
}

/** Do the routers hear of this membership? */
function igmp_told(inm: InMulti): boolean {
  const ifp = inm.inm_ifp;
  return inm.inm_addr !== INADDR_ALLHOSTS_GROUP && !(ifp.if_flags & IFF_LOOPBACK) && in_ifaddr_of(ifp) !== null;
}

function igmp_v1router(ifp: Ifnet): boolean {
  const all = in_lookup_multi(ifp, INADDR_ALLHOSTS_GROUP);
  return all !== null && all.inm_timer !== 0 && igmp_left(all) > 0;
}

/** Sets the callout for the report that is due first. */
function igmp_arm(): void {
  let first: InMulti | null = null;
  for (let inm = in_multihead; inm; inm = inm.inm_next)
    if (igmp_waiting(inm) && (!first || igmp_left(inm) < igmp_left(first))) first = inm;
  if (first) callout_reset(igmp_callout, igmp_left(first), igmp_timo, null);
  else callout_stop(igmp_callout);
}

/** Has it a report that is to be sent? */
function igmp_waiting(inm: InMulti): boolean {
  return inm.inm_timer !== 0 && inm.inm_addr !== INADDR_ALLHOSTS_GROUP;
}

/** Sends the reports that are due. BSD: igmp_fasttimo. */
function igmp_timo(): void {
  for (let inm = in_multihead; inm; inm = inm.inm_next)
    if (igmp_waiting(inm) && igmp_left(inm) <= 0) {
      inm.inm_timer = 0;
      if (igmp_told(inm)) igmp_sendreport(inm);
    }
  igmp_arm();
}

function igmp_sendreport(inm: InMulti): void {
  igmpstat[IGPS_SNDREPORTS]++;
  inm.inm_reporter = true;
  igmp_sendpkt(inm, igmp_v1router(inm.inm_ifp) ? IGMP_V1_MEMBERSHIP_REPORT : IGMP_V2_MEMBERSHIP_REPORT, inm.inm_addr);
}

/** Sends a message about the group to `dst`, for this network only, and for routers to look at (RFC 2236 2, RFC 2113). */
function igmp_sendpkt(inm: InMulti, type: number, dst: number): void {
  const ia = in_ifaddr_of(inm.inm_ifp);
  const m = ia ? m_gethdr(M_DONTWAIT, MT_HEADER) : null;
  if (!ia || !m) return;
  m.m_data += MAX_LINKHDR;
  m.m_len = m.m_pktlen = HLEN + IGMP_MINLEN;
  const ip = m.m_data;
  const igmp = ip + HLEN;
  put16(igmp + IGMP_TYPE, type << 8);
  put16(igmp + IGMP_CKSUM, 0);
  put32(igmp + IGMP_GROUP, inm.inm_addr);
  put16(igmp + IGMP_CKSUM, in_cksum(m, HLEN, IGMP_MINLEN));
  arena[ip + IP_TOS] = 0;
  arena[ip + IP_P] = IPPROTO_IGMP;
  put32(ip + IP_SRC, ia.ia_addr);
  put32(ip + IP_DST, dst);
  put32(ip + IP_HDR_LEN, IPOPT_RA);
  igmp_output(m);
}

/** To the neighbours, and not to ourselves. */
function igmp_output(m: Mbuf): void {
  const imo: IpMoptions | null = {
    imo_multicast_addr: 0,
    imo_multicast_ttl: 1,
    imo_multicast_loop: 0,
    imo_membership: [],
    imo_num_memberships: 0,
  };
  if (!imo) {
    m_freem(m);
    return;
  }
  ip_output(m, IP_OPTWORDS, imo);
  free(imo);
}
