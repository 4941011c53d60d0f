/**
 * The sessions of network address translation, which come and go: RFC 4787 4, 5382 5, 5508 3, 7857 2. Called by nat.ts.
 *
 * Their number is bounded by NAT_MAX. When there are as many, the host inside that has most of them loses the one that would be
 * forgotten first, so that one who opens many takes no others' away.
 */
import { NAT_DNSTIME, NAT_ICMPTIME, NAT_MAX, NAT_TCPSHORT, NAT_TCPTIME, NAT_TICK, NAT_UDPTIME } from "../../../config";
import { uptime } from "../../../machdep";
import type { Bytes } from "../../../types";
import { callout_pending, callout_reset } from "../../kern/callout";
import { free } from "../../kern/kern_malloc";
import { IPPROTO_ICMP, IPPROTO_TCP } from "../../wire/ip";
import { TH_ACK, TH_FIN, TH_RST, TH_SYN } from "../../wire/tcp";
import {
  NAT_HASH,
  NATS_EVICTED,
  NATS_EXPIRED,
  NATS_NEW,
  type NatSession,
  NS_FININ,
  NS_FINOUT,
  NS_IN,
  NS_OUT,
  NS_RST,
  nat_hashin,
  nat_hashout,
  nat_inlist,
  nat_outlist,
  nat_timer,
  natstat,
} from "./nat_var";

/** Hosts are told apart by so many values of their address' lower bits where it is asked who has most. */
const NGROUP = 64;
const DNS_PORT = 53;

let nsessions: number;
/** Sessions of each group of hosts, while it is asked who has most. */
let shares: Bytes<typeof NGROUP>;

export function nat_session_init(): void {
  nsessions = 0;
  shares = new Uint8Array(NGROUP);
}

/** How many there are. */
export function nat_sessions(): number {
  return nsessions;
}

/** The n-th of them, in no order that means anything; null: there are no more. */
export function nat_session_at(n: number): NatSession | null {
  let left = n;
  for (let i = 0; i < NAT_HASH; i++)
    for (let ns = nat_outlist[i]; ns; ns = ns.ns_nextout) {
      if (!left) return ns;
      left--;
    }
  return null;
}

/** A new session with our port `xport`; null when there is no memory. */
export function nat_begin(
  p: number,
  laddr: number,
  lport: number,
  faddr: number,
  fport: number,
  xport: number,
): NatSession | null {
  if (nsessions >= NAT_MAX) nat_evict();
  const i = nat_hashin(p, xport);
  const o = nat_hashout(p, laddr, lport);
  const ns: NatSession | null = {
    ns_nextin: nat_inlist[i],
    ns_nextout: nat_outlist[o],
    ns_laddr: laddr,
    ns_faddr: faddr,
    ns_lport: lport,
    ns_fport: fport,
    ns_xport: xport,
    ns_p: p,
    ns_flags: 0,
    ns_due: 0,
  };
  if (!ns) return null;
  nat_outlist[o] = ns; // first: by this list nat_mend makes the other
  nat_inlist[i] = ns;
  nsessions++;
  natstat[NATS_NEW]++;
  if (!callout_pending(nat_timer)) callout_reset(nat_timer, NAT_TICK, nat_slowtimo, null);
  return ns;
}

/** Forgets a session. */
export function nat_end(ns: NatSession): void {
  nat_unlinkin(ns, nat_hashin(ns.ns_p, ns.ns_xport));
  nat_unlinkout(ns, nat_hashout(ns.ns_p, ns.ns_laddr, ns.ns_lport));
  nsessions--;
  free(ns);
}

function nat_unlinkin(ns: NatSession, i: number): void {
  if (nat_inlist[i] === ns) nat_inlist[i] = ns.ns_nextin;
  else for (let p = nat_inlist[i]; p; p = p.ns_nextin) if (p.ns_nextin === ns) p.ns_nextin = ns.ns_nextin;
}

function nat_unlinkout(ns: NatSession, o: number): void {
  if (nat_outlist[o] === ns) nat_outlist[o] = ns.ns_nextout;
  else for (let p = nat_outlist[o]; p; p = p.ns_nextout) if (p.ns_nextout === ns) p.ns_nextout = ns.ns_nextout;
}

/** A packet of it goes by, `out` or in; `th` is TCP's flags, 0 of other protocols. It lives anew. */
export function nat_touch(ns: NatSession, th: number, out: boolean): void {
  if (ns.ns_p === IPPROTO_TCP) nat_tcpstate(ns, th, out);
  ns.ns_due = (uptime() + nat_lifetime(ns)) | 0;
}

/**
 * RFC 5382 5, 7857 2.2: it is established when both sides have spoken, and no more when both have closed, or one has reset it. One
 * may forge a reset: what comes after it takes it back.
 */
function nat_tcpstate(ns: NatSession, th: number, out: boolean): void {
  let flags = ns.ns_flags;
  if (th & TH_RST) flags |= NS_RST;
  else {
    if ((th & (TH_SYN | TH_ACK)) === TH_SYN && nat_closed(flags)) flags = 0;
    flags = (flags & ~NS_RST) | (out ? NS_OUT : NS_IN);
    if (th & TH_FIN) flags |= out ? NS_FINOUT : NS_FININ;
  }
  ns.ns_flags = flags;
}

function nat_closed(flags: number): boolean {
  return (flags & NS_RST) !== 0 || (flags & (NS_FINOUT | NS_FININ)) === (NS_FINOUT | NS_FININ);
}

/** How long a session lives that nobody uses (ms). */
function nat_lifetime(ns: NatSession): number {
  if (ns.ns_p === IPPROTO_ICMP) return NAT_ICMPTIME;
  if (ns.ns_p !== IPPROTO_TCP) return ns.ns_fport === DNS_PORT ? NAT_DNSTIME : NAT_UDPTIME;
  const open = (ns.ns_flags & (NS_OUT | NS_IN)) === (NS_OUT | NS_IN) && !nat_closed(ns.ns_flags);
  return open ? NAT_TCPTIME : NAT_TCPSHORT;
}

/** Forgets what nobody has used for long enough. */
function nat_slowtimo(): void {
  const now = uptime();
  for (let i = 0; i < NAT_HASH; i++) {
    let ns = nat_outlist[i];
    while (ns) {
      const next: NatSession | null = ns.ns_nextout;
      if (((ns.ns_due - now) | 0) <= 0) {
        natstat[NATS_EXPIRED]++;
        nat_end(ns);
      }
      ns = next;
    }
  }
  if (nsessions) callout_reset(nat_timer, NAT_TICK, nat_slowtimo, null);
}

/** Makes room: of the group of hosts that has most sessions, the one goes that would be forgotten first. */
function nat_evict(): void {
  const group = nat_greediest();
  let victim: NatSession | null = null;
  for (let i = 0; i < NAT_HASH; i++)
    for (let ns = nat_outlist[i]; ns; ns = ns.ns_nextout)
      if ((ns.ns_laddr & (NGROUP - 1)) === group && (!victim || ((ns.ns_due - victim.ns_due) | 0) < 0)) victim = ns;
  if (!victim) return;
  natstat[NATS_EVICTED]++;
  nat_end(victim);
}

function nat_greediest(): number {
  for (let i = 0; i < NGROUP; i++) shares[i] = 0;
  for (let i = 0; i < NAT_HASH; i++)
    for (let ns = nat_outlist[i]; ns; ns = ns.ns_nextout) shares[ns.ns_laddr & (NGROUP - 1)]++;
  let group = 0;
  for (let i = 1; i < NGROUP; i++) if (shares[i] > shares[group]) group = i;
  return group;
}

/** Forgets the sessions that have our port `xport`, for a rule takes it. */
export function nat_endport(p: number, xport: number): void {
  let ns = nat_inlist[nat_hashin(p, xport)];
  while (ns) {
    const next: NatSession | null = ns.ns_nextin;
    if (ns.ns_p === p && ns.ns_xport === xport) nat_end(ns);
    ns = next;
  }
}

/** A turn has broken off (net_mend.ts): one list is made of the other, and the sessions are counted. */
export function nat_mend(): void {
  nsessions = 0;
  for (let i = 0; i < NAT_HASH; i++) nat_inlist[i] = null;
  for (let i = 0; i < NAT_HASH; i++)
    for (let ns = nat_outlist[i]; ns; ns = ns.ns_nextout) {
      const j = nat_hashin(ns.ns_p, ns.ns_xport);
      ns.ns_nextin = nat_inlist[j];
      nat_inlist[j] = ns;
      nsessions++;
    }
  if (nsessions && !callout_pending(nat_timer)) callout_reset(nat_timer, NAT_TICK, nat_slowtimo, null);
}
