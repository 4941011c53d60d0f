/**
 * Mappings of network address translation: which endpoint inside has which of our ports. RFC 4787 4, 5, 5382 4, 5508 3. Called by
 * nat.ts and nat_icmp.ts.
 *
 * Whoever is outside may send to a mapping that there is (endpoint-independent filtering, RFC 4787 5, 5382 4.3): what he sends makes
 * no session and lets none live longer, unless it is one of his.
 */
import { IPPORT_HIFIRST, NAT_MAXRULES } from "../../../config";
import { random32 } from "../../../machdep";
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ip";
import type { InpcbHead } from "../in_pcb";
import { nat_begin, nat_touch } from "./nat_session";
import { type NatRule, type NatSession, nat_hashin, nat_hashout, nat_inlist, nat_outlist, nat_rules } from "./nat_var";

/** Below it ports are of services that are known to all (RFC 6335 6: system ports). BSD: netinet/in.h */
const IPPORT_RESERVED = 1024;
/** Where ports outside begin that stand for those below IPPORT_RESERVED (RFC 4787 4.2.2), where they cannot be the same. */
const NAT_LOWFIRST = 512;
/** So many ports are looked at for one that is free. */
const NAT_TRIES = 512;
export const NAT_NOPORT = -1;

/* What nat_lookin has found: the endpoint inside, and the session, if it is one; until it is asked the next time. */
export let nat_laddr: number;
export let nat_lport: number;
export let nat_found: NatSession | null;

/** The sockets of TCP and UDP, whose ports are no mapping's; null where there is no TCP. */
let nat_tcb: InpcbHead | null;
let nat_udb: InpcbHead | null;

export function nat_map_init(tcb: InpcbHead | null, udb: InpcbHead): void {
  nat_tcb = tcb;
  nat_udb = udb;
  nat_laddr = 0;
  nat_lport = 0;
  nat_found = null;
}

/** Finds who is inside behind our port `xport`, for a packet from faddr:fport. False: nobody is. */
export function nat_lookin(p: number, xport: number, faddr: number, fport: number): boolean {
  const nr = nat_rulein(p, xport);
  nat_found = null;
  if (nr) {
    nat_laddr = nr.nr_laddr;
    nat_lport = nr.nr_lport;
    return true;
  }
  let any: NatSession | null = null;
  for (let ns = nat_inlist[nat_hashin(p, xport)]; ns; ns = ns.ns_nextin) {
    if (ns.ns_xport !== xport || ns.ns_p !== p) continue;
    any = ns;
    if (ns.ns_faddr !== faddr || ns.ns_fport !== fport) continue;
    nat_found = ns;
    break;
  }
  if (!any) return false;
  nat_laddr = any.ns_laddr;
  nat_lport = any.ns_lport;
  return true;
}

/** Our port that the endpoint inside has already; NAT_NOPORT: none. */
export function nat_lookout(p: number, laddr: number, lport: number): number {
  const nr = nat_ruleout(p, laddr, lport);
  if (nr) return nr.nr_xport;
  let ns = nat_outlist[nat_hashout(p, laddr, lport)];
  while (ns && (ns.ns_lport !== lport || ns.ns_laddr !== laddr || ns.ns_p !== p)) ns = ns.ns_nextout;
  return ns ? ns.ns_xport : NAT_NOPORT;
}

/**
 * Our port for a packet from inside, of a session that there is or begins now; NAT_NOPORT when it cannot. `th` is TCP's flags, 0 of
 * other protocols.
 */
export function nat_outport(p: number, laddr: number, lport: number, faddr: number, fport: number, th: number): number {
  const nr = nat_ruleout(p, laddr, lport);
  if (nr) return nr.nr_xport;
  let xport = NAT_NOPORT;
  for (let ns = nat_outlist[nat_hashout(p, laddr, lport)]; ns; ns = ns.ns_nextout) {
    if (ns.ns_lport !== lport || ns.ns_laddr !== laddr || ns.ns_p !== p) continue;
    xport = ns.ns_xport;
    if (ns.ns_faddr !== faddr || ns.ns_fport !== fport) continue;
    nat_touch(ns, th, true);
    return xport;
  }
  if (xport === NAT_NOPORT) xport = nat_newport(p, lport);
  const ns = xport === NAT_NOPORT ? null : nat_begin(p, laddr, lport, faddr, fport, xport);
  if (!ns) return NAT_NOPORT;
  nat_touch(ns, th, true);
  return xport;
}

/**
 * A port of ours that nobody has: the same as inside if it can be, else one that is odd or even like it, and at random (RFC 4787
 * 4.2, RFC 6056). None of those that our own sockets get when they name none.
 */
function nat_newport(p: number, lport: number): number {
  if ((p === IPPROTO_ICMP || lport < IPPORT_HIFIRST) && nat_portfree(p, lport)) return lport;
  const first = lport < IPPORT_RESERVED ? NAT_LOWFIRST : IPPORT_RESERVED;
  const n = (lport < IPPORT_RESERVED ? IPPORT_RESERVED : IPPORT_HIFIRST) - first;
  let k = (random32() & 65535) % n;
  for (let i = 0; i < NAT_TRIES; i++) {
    const port = first + ((k & ~1) | (lport & 1));
    if (nat_portfree(p, port)) return port;
    k = (k + 2) % n;
  }
  return NAT_NOPORT;
}

function nat_portfree(p: number, xport: number): boolean {
  let ns = nat_inlist[nat_hashin(p, xport)];
  while (ns && (ns.ns_xport !== xport || ns.ns_p !== p)) ns = ns.ns_nextin;
  if (ns || nat_rulein(p, xport)) return false;
  return !nat_isbound(p, xport);
}

/** Has a socket of ours the port? */
export function nat_isbound(p: number, port: number): boolean {
  const head = p === IPPROTO_TCP ? nat_tcb : p === IPPROTO_UDP ? nat_udb : null;
  let inp = head ? head.inp_first : null;
  while (inp && inp.inp_lport !== port) inp = inp.inp_next;
  return inp !== null;
}

/** The rule that has our port, or null. */
export function nat_rulein(p: number, xport: number): NatRule | null {
  for (let i = 0; i < NAT_MAXRULES; i++)
    if (nat_rules[i].nr_p === p && nat_rules[i].nr_xport === xport) return nat_rules[i];
  return null;
}

/** The rule that leads to the endpoint inside, or null. */
export function nat_ruleout(p: number, laddr: number, lport: number): NatRule | null {
  for (let i = 0; i < NAT_MAXRULES; i++) {
    const nr = nat_rules[i];
    if (nr.nr_p === p && nr.nr_laddr === laddr && nr.nr_lport === lport) return nr;
  }
  return null;
}
