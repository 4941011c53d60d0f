/**
 * Address resolution: RFC 826, 1122 2.3.2. BSD: netinet/if_ether.c; Stevens chapter 21. ether_output comes here by
 * `if_resolve`; arp_input.ts brings what is heard.
 *
 * The cache has at most ARPTAB_SIZE entries. One that is being asked for holds the frames that came last, ARP_MAXHOLD at
 * most (RFC 1122 2.3.2.2), complete but for their destination. It is asked for once a second (ARPT_RETRY) and given up after
 * ARP_MAXTRIES: then the host is down for ARPT_DOWN and packets to it get EHOSTDOWN. A host that has been sent to is asked
 * itself when it was not heard for ARPT_REACHABLE, then everybody is (RFC 1122 2.3.2.1, in the times of RFC 4861 7.3): so
 * one that has moved to another address is found, whatever speaks to it. An entry that nobody uses lasts for ARPT_KEEP. One
 * callout serves the table, set for whatever is due first: an idle board has none.
 *
 * Differs: Net/3 keeps this in the routing table (llinfo_arp); a table of its own, as BSD had before, is smaller.
 */
import { ARP_MAXTRIES, ARPT_DOWN, ARPT_KEEP, ARPT_REACHABLE, ARPT_RETRY } from "../../../config";
import { arena, bcopy, bcopy6, uptime } from "../../../machdep";
import type { Embedded } from "../../../types";
import { type Arpcom, ether_broadcast, ether_copy, ether_proto, ether_transmit, RESOLVE_HELD } from "../../if/ether";
import { NETISR_ARP } from "../../if/netisr";
import { type Callout, callout_new, callout_reset, callout_stop } from "../../kern/callout";
import { EHOSTDOWN, ENOBUFS } from "../../kern/errno";
import { M_BCAST, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { ETHER_ADDR_LEN, ETHER_HDR_LEN, ETHERTYPE_ARP } from "../../wire/ether";
import { ether_map_ip_multicast, in_ifaddr_of } from "../in_var";
import { arp_output_init, arprequest } from "./arp_output";
import { ARPS_DOWN, arpstat, arpstat_init } from "./arp_var";
import {
  type Arptab,
  ATF_COM,
  ATF_DOWN,
  ATF_PERM,
  ATF_STALE,
  ATF_USED,
  arpdequeue,
  arpqueue,
  arptab,
  arptab_init,
  arptab_look,
  arptfree,
  arptnew,
} from "./arptab";

/** Requests to the host itself, then to everybody, before an entry is dropped that has served. */
const UNICAST_TRIES = 2;
const REFRESH_TRIES = 4;

let arpt: Embedded<Callout>;
/** Told of a packet to a host that is down: the arena offset of its IP header. Set by whoever brings errors to sockets. */
let hostdown: ((ip: number) => void) | null;

export function arpinit(notify: ((ip: number) => void) | null): void {
  arptab_init();
  arpt = callout_new();
  arp_output_init();
  hostdown = notify;
  arpstat_init();
  ether_proto[NETISR_ARP] = ETHERTYPE_ARP;
}

/** An interface's `if_resolve`: see ether.ts. */
export function arpresolve(ac: Arpcom, m: Mbuf, dst: number): number {
  if (m.m_flags & (M_BCAST | M_MCAST)) return arpgroup(m, dst);
  const at = arptab_look(dst);
  if (!at || !(at.at_flags & ATF_COM)) return arphold(ac, m, dst, at);
  if (at.at_flags & ATF_STALE) arpwake(at);
  at.at_flags |= ATF_USED;
  bcopy6(at.at_enaddr, m.m_data);
  return 0;
}

/** A host is sent to that has not been heard for a while: it is asked soon, unless it is heard. */
function arpwake(at: Arptab): void {
  at.at_flags &= ~ATF_STALE;
  arpdue(at, ARPT_RETRY);
}

/** Something is to be done about an entry in `ms`. */
function arpdue(at: Arptab, ms: number): void {
  at.at_due = (uptime() + ms) | 0;
  arpschedule();
}

/** How long until something is to be done about an entry (ms). */
function arpleft(at: Arptab): number {
  return (at.at_due - uptime()) | 0;
}

function arpgroup(m: Mbuf, dst: number): number {
  if (m.m_flags & M_BCAST) ether_broadcast(m.m_data);
  else ether_map_ip_multicast(dst, arena, m.m_data);
  return 0;
}

/** Keeps `m` until `dst` is known, and asks unless that is under way. */
function arphold(ac: Arpcom, m: Mbuf, dst: number, known: Arptab | null): number {
  const at = known || arptnew(ac, dst);
  if (!at || at.at_flags & ATF_DOWN) {
    m_freem(m);
    return at ? EHOSTDOWN : ENOBUFS;
  }
  arpqueue(at, m);
  if (!known) arpask(at, null);
  return RESOLVE_HELD;
}

/** Sends a request for an entry, to `enaddr` alone or (null) to all, and waits for its answer. */
function arpask(at: Arptab, enaddr: Uint8Array | null): void {
  const ia = in_ifaddr_of(at.at_ac);
  at.at_asked++;
  arpdue(at, ARPT_RETRY);
  if (ia) arprequest(at.at_ac, ia.ia_addr, at.at_iaddr, enaddr);
}

/** An entry's address is known, or confirmed; it is at arena offset `sha`. */
export function arpcomplete(at: Arptab, sha: number): void {
  if (at.at_flags & ATF_PERM) return;
  ether_copy(sha, at.at_enaddr);
  arpconfirm(at);
}

/** An entry lives on, and the frames that waited go out. */
function arpconfirm(at: Arptab): void {
  at.at_flags = ATF_COM;
  at.at_asked = 0;
  arpdue(at, ARPT_REACHABLE);
  if (at.at_hold) arpflush(at);
}

function arpflush(at: Arptab): void {
  at.at_flags |= ATF_USED;
  for (let m = arpdequeue(at); m; m = arpdequeue(at)) {
    bcopy6(at.at_enaddr, m.m_data);
    ether_transmit(at.at_ac, m);
  }
}

/** A static entry: `addr` has hardware address `enaddr` for ever; errno. BSD: SIOCSARP. */
export function arp_set(ac: Arpcom, addr: number, enaddr: Uint8Array): number {
  const at = arptab_look(addr) || arptnew(ac, addr);
  if (!at) return ENOBUFS;
  bcopy(enaddr, 0, at.at_enaddr, 0, ETHER_ADDR_LEN);
  arpconfirm(at);
  at.at_flags = ATF_COM | ATF_PERM;
  return 0;
}

/** Forgets what is known of `addr`; false when nothing was. BSD: SIOCDARP. */
export function arp_delete(addr: number): boolean {
  const at = arptab_look(addr);
  if (at) arptfree(at);
  return at !== null;
}

/** A protocol doubts that neighbour `addr` is there (RFC 1122 2.3.2.1, 3.3.1.4): it is asked, and forgotten if it does not answer. */
export function arp_losing(addr: number): void {
  const at = arptab_look(addr);
  if (!at || !(at.at_flags & ATF_COM) || at.at_flags & ATF_PERM || at.at_asked) return;
  at.at_flags = ATF_COM | ATF_USED;
  arpask(at, at.at_enaddr);
}

/** An interface's `if_probe`: all who are known are asked, each alone. */
export function arp_askall(ac: Arpcom): void {
  const ia = in_ifaddr_of(ac);
  for (let at = arptab; ia && at; at = at.at_next)
    if (at.at_ac === ac && at.at_flags & ATF_COM) arprequest(ac, ia.ia_addr, at.at_iaddr, at.at_enaddr);
}

/** Forgets all neighbours of an interface, when its address goes. */
export function arp_ifscrub(ac: Arpcom): void {
  let at = arptab;
  while (at) {
    const next = at.at_next;
    if (at.at_ac === ac) arptfree(at);
    at = next;
  }
}

/** Sets the callout for the entry that is due first. */
export function arpschedule(): void {
  let first: Arptab | null = null;
  for (let at = arptab; at; at = at.at_next)
    if (!(at.at_flags & ATF_PERM) && (!first || ((at.at_due - first.at_due) | 0) < 0)) first = at;
  if (first) callout_reset(arpt, arpleft(first), arptimer, null);
  else callout_stop(arpt);
}

function arptimer(): void {
  let at = arptab;
  while (at) {
    const next = at.at_next;
    if (!(at.at_flags & ATF_PERM) && arpleft(at) <= 1) arptdue(at);
    at = next;
  }
  arpschedule();
}

/** What is to be done about an entry now: ask again, refresh, give up or forget it. */
function arptdue(at: Arptab): void {
  const flags = at.at_flags;
  if (flags & ATF_COM) arprefresh(at);
  else if (flags & ATF_DOWN) arptfree(at);
  else if (at.at_asked < ARP_MAXTRIES) arpask(at, null);
  else arpgiveup(at);
}

/** A host has not been heard for a while. */
function arprefresh(at: Arptab): void {
  if (at.at_flags & ATF_USED) {
    if (at.at_asked < REFRESH_TRIES) arpask(at, at.at_asked < UNICAST_TRIES ? at.at_enaddr : null);
    else arptfree(at);
  } else if (at.at_flags & ATF_STALE) arptfree(at);
  else {
    at.at_flags |= ATF_STALE;
    at.at_due = (at.at_due + ARPT_KEEP - ARPT_REACHABLE) | 0;
  }
}

function arpgiveup(at: Arptab): void {
  arpstat[ARPS_DOWN]++;
  at.at_flags = ATF_DOWN;
  at.at_due = (uptime() + ARPT_DOWN) | 0;
  for (let m = arpdequeue(at); m; m = arpdequeue(at)) {
    if (hostdown) hostdown(m.m_data + ETHER_HDR_LEN);
    m_freem(m);
  }
}
