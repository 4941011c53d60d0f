/**
 * What network address translation remembers: RFC 3022, 4787, 5382, 5508. BSD has none in Net/3. Only where config.ts says INET_NAT.
 *
 * A *session* is an endpoint inside that talks to one outside. All sessions of an endpoint inside have the same port outside, its
 * *mapping* (RFC 4787 4.1: endpoint-independent); a *rule* is a mapping that a program made, and needs no sessions. The address
 * outside is whatever the interface has. Of ICMP queries the identifier stands for the port (RFC 5508 3.1).
 */
import { NAT_MAXRULES } from "../../../config";
import type { Embedded, Table, u8, u16, Words } from "../../../types";
import { type Callout, callout_new } from "../../kern/callout";

/** In two lists: of those with the same hash of the port outside, and of the endpoint inside. */
export interface NatSession {
  ns_nextin: NatSession | null;
  ns_nextout: NatSession | null;
  /** the endpoint inside, the one that it talks to, and our port that the latter sees */
  ns_laddr: number;
  ns_faddr: number;
  ns_lport: u16;
  ns_fport: u16;
  ns_xport: u16;
  ns_p: u8;
  ns_flags: u8;
  /** when it is forgotten, unless it is used again (ms of uptime) */
  ns_due: number;
}

/* ns_flags, of TCP */
export const NS_OUT = 1; // the endpoint inside has spoken, not only to reset
export const NS_IN = 2; // the one outside has
export const NS_FINOUT = 4; // the one inside has closed
export const NS_FININ = 8; // the one outside has
export const NS_RST = 16; // one of them has reset it, and nothing has come since

/** What comes to port nr_xport goes to nr_laddr, port nr_lport. */
export interface NatRule {
  nr_p: u8;
  nr_xport: u16;
  nr_lport: u16;
  nr_laddr: number;
}

/* natstat */
export const NATS_OUT = 0; // packets translated on their way out
export const NATS_IN = 1; // on their way in
export const NATS_HAIRPIN = 2; // both: from inside to inside
export const NATS_NEW = 3; // sessions begun
export const NATS_EXPIRED = 4; // ended, as nobody used them
export const NATS_EVICTED = 5; // ended to make room
export const NATS_NOROOM = 6; // packets dropped: no session, or no port, to be had
export const NATS_NOADDR = 7; // the interface had no address
export const NATS_PROTO = 8; // of protocols that cannot be translated
export const NATS_SHORT = 9; // too short for its protocol, or no memory to look at it
export const NATS_BADICMP = 10; // ICMP errors that are damaged
export const NATS_UNASKED = 11; // from outside for somebody inside who has not asked
export const NATS_SYN = 12; // from outside to open a connection to nobody (RFC 5382 4.3)
export const NATS_NCOUNT = 13;

/** Lists of each kind. */
export const NAT_HASH = 32;

export let natstat: Words<typeof NATS_NCOUNT>;
export let nat_inlist: Table<NatSession | null, typeof NAT_HASH>;
export let nat_outlist: Table<NatSession | null, typeof NAT_HASH>;
export let nat_rules: Table<Embedded<NatRule>, typeof NAT_MAXRULES>;
export let nat_timer: Embedded<Callout>;

export function nat_var_init(): void {
  natstat = new Uint32Array(NATS_NCOUNT);
  nat_inlist = [];
  nat_outlist = [];
  nat_rules = [];
  nat_timer = callout_new();
  for (let i = 0; i < NAT_HASH; i++) {
    nat_inlist[i] = null;
    nat_outlist[i] = null;
  }
  for (let i = 0; i < NAT_MAXRULES; i++) nat_rules[i] = natrule_new();
}

function natrule_new(): NatRule {
  return { nr_p: 0, nr_xport: 0, nr_lport: 0, nr_laddr: 0 };
}

export function nat_counters(): Uint32Array {
  return natstat;
}

/** Which list a port outside is in, and an endpoint inside. */
export function nat_hashin(p: number, xport: number): number {
  return (xport ^ p) & (NAT_HASH - 1);
}

export function nat_hashout(p: number, laddr: number, lport: number): number {
  return (laddr ^ (laddr >>> 8) ^ lport ^ (lport >> 5) ^ p) & (NAT_HASH - 1);
}
