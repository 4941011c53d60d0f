/**
 * What a DHCP client keeps: RFC 2131 4.4, figure 5. BSD: none; Net/3's hosts had their addresses by hand.
 */
import { INET_DOMAIN } from "../../../config";
import type { Bytes, Embedded, Table, u8, Words } from "../../../types";
import type { Arpcom } from "../../if/ether";
import { type Callout, callout_new } from "../../kern/callout";

/* dh_state */
export const DHS_INIT = 0; // waiting for the cable, or for the time to begin
export const DHS_SELECTING = 1; // asking who has an address to give
export const DHS_REQUESTING = 2; // asking for one that was offered
export const DHS_REBOOTING = 3; // asking whether the address of before is still ours
export const DHS_PROBING = 4; // has been given an address; does anybody use it?
export const DHS_BOUND = 5;
export const DHS_RENEWING = 6; // asking the server for more time
export const DHS_REBINDING = 7; // asking all servers

/*
 * What an OFFER, ACK or NAK says, by place: first what options say, in the order of DHCP_CODES, each in one word; of routers and name
 * servers there are DR_LIST. 0: it says nothing.
 */
export const DR_MASK = 0;
export const DR_LEASE = 1; // seconds
export const DR_OVERLOAD = 2;
export const DR_TYPE = 3;
export const DR_T1 = 4; // seconds
export const DR_T2 = 5;
export const DR_SERVER = 6;
export const DR_ROUTER = 7; // the one to be used, of those that come
export const DR_DNS = 10;
export const DR_ADDR = 13;
export const DR_COUNT = 14;
export const DR_LIST = 3;
/** Options of DHCP_CODES, and those of them that are of one word. */
export const DR_NCODES = 9;
export const DR_NSINGLE = DR_ROUTER;

/* Besides these, what a client tells of itself (dhcp_get) */
export const DHV_STATE = 14; // -1: there is no client
export const DHV_LEFT = 15; // seconds of its lease; 0: it has none

/* What a program is told: the place of a text in the library's table */
export const DHF_CHANGED = 0; // there is an address, another one, or none any more
export const DHF_NOCABLE = 1;
export const DHF_SILENT = 2; // no server answers
export const DHF_NOANSWER = 3; // the server that offered does not answer a request,
export const DHF_REFUSES = 4; // refuses what it offers,
export const DHF_TAKEN = 5; // gives what others use

/** Bytes of a host's name (RFC 1123 2.1), and of a domain's at most: a longer one is passed over. */
export const DHCP_NAMELEN = 63;
export const DHCP_DOMAINLEN = INET_DOMAIN ? 128 : 1;

export interface Dhcp {
  dh_next: Dhcp | null;
  dh_ac: Arpcom;
  dh_state: u8;
  /** messages sent in this state */
  dh_tries: number;
  dh_callout: Embedded<Callout>;
  /** it listens */
  dh_open: boolean;
  /** the transaction */
  dh_xid: number;
  /** uptime when this acquisition began, and when the last message was sent (ms) */
  dh_start: number;
  dh_sent: number;
  /** seconds since dh_start, as the last DISCOVER told */
  dh_secs: number;
  /** how often we did not get an address that was offered, since we had one */
  dh_failed: number;
  /** the address that we had before, or 0 */
  dh_asked: number;
  /** the best offer (DR_), how good it is (-1: none), then the lease. It outlives a pulled cable; without an address there is none */
  dh_lease: Table<number, typeof DR_COUNT>;
  dh_score: number;
  /** the lease has been given; its age in seconds, up to an uptime (ms) */
  dh_held: boolean;
  dh_age: number;
  dh_mark: number;
  /** uptime of the last conflict about our address (ms) */
  dh_conflict: number;
  /** the link-local address that we have, or are trying for; 0 while none is wanted */
  dh_linklocal: number;
  /** link-local addresses that turned out to be taken */
  dh_lltaken: number;
  /** told of `fault` (DHF_), and of which server's it is */
  dh_notify: (ac: Arpcom, fault: number, server: number) => void;
}

/** RFC 5227 2.4: a second conflict within this time is one too many (ms). */
export const DEFEND_INTERVAL = 10000;

/** All clients. */
export let dhcphead: Dhcp | null;
/** The host's name (RFC 2132 3.14), and its bytes. */
export let dhcp_name: Bytes<typeof DHCP_NAMELEN>;
export let dhcp_namelen: number;

/** A client that has nothing yet, or null. */
export function dhcp_new(ac: Arpcom, now: number, notify: Dhcp["dh_notify"]): Dhcp | null {
  const dh: Dhcp | null = {
    dh_next: dhcphead,
    dh_ac: ac,
    dh_state: DHS_INIT,
    dh_tries: 0,
    dh_callout: callout_new(),
    dh_open: false,
    dh_xid: 0,
    dh_start: 0,
    dh_sent: 0,
    dh_secs: 0,
    dh_failed: 0,
    dh_asked: 0,
    dh_lease: [],
    dh_score: 0,
    dh_held: false,
    dh_age: 0,
    dh_mark: 0,
    dh_conflict: (now - DEFEND_INTERVAL) | 0,
    dh_linklocal: 0,
    dh_lltaken: 0,
    dh_notify: notify,
  };
  if (!dh) return null;
  dh.dh_lease[DR_ADDR] = 0;
  dhcphead = dh;
  return dh;
}

export function dhcp_remove(dh: Dhcp): void {
  if (dhcphead === dh) {
    dhcphead = dh.dh_next;
    return;
  }
  for (let p = dhcphead; p; p = p.dh_next) if (p.dh_next === dh) p.dh_next = dh.dh_next;
}

/** The client of an interface, or null. */
export function dhcp_of(ac: Arpcom): Dhcp | null {
  let dh = dhcphead;
  while (dh && dh.dh_ac !== ac) dh = dh.dh_next;
  return dh;
}

export function dhcp_setnamelen(len: number): void {
  dhcp_namelen = len;
}

/* Counters */
export const DHCPS_SENT = 0; // messages sent
export const DHCPS_RCVD = 1; // messages received
export const DHCPS_ALIEN = 2; // dropped: in answer to somebody else, or to an earlier question
export const DHCPS_BAD = 3; // dropped: malformed, or without what it must have
export const DHCPS_NAKS = 4; // addresses refused us
export const DHCPS_CONFLICTS = 5; // addresses that others turned out to use
export const DHCPS_EXPIRED = 6; // leases that nobody renewed
export const DHCPS_NCOUNT = 7;

export let dhcpstat: Words<typeof DHCPS_NCOUNT>;

export function dhcp_var_init(): void {
  dhcphead = null;
  dhcp_name = new Uint8Array(DHCP_NAMELEN);
  dhcp_namelen = 0;
  dhcpstat = new Uint32Array(DHCPS_NCOUNT);
}
