/**
 * What a DHCP client keeps: RFC 2131 4.4, figure 5. BSD: none; Net/3's hosts had their addresses by hand.
 */
import type { Arpcom } from "../../net/if/ether";
import { type Callout, callout_new } from "../../net/kern/callout";

/* dh_state */
export const DHS_INIT = 0; // waiting for the cable, or for the time to begin
export const DHS_SELECTING = 1; // asking who has an address to give
export const DHS_REQUESTING = 2; // asking for one that was offered
export const DHS_REBOOTING = 3; // asking whether the address of before is still ours
export const DHS_PROBING = 4; // has been given an address; does anybody use it?
export const DHS_BOUND = 5;
export const DHS_RENEWING = 6; // asking the server for more time
export const DHS_REBINDING = 7; // asking all servers

/** The name of a state, for programs. */
export function dhcp_statename(state: number): string {
  return "init selecting requesting rebooting probing bound renewing rebinding".split(" ")[state];
}

/** What an OFFER, ACK or NAK says. Times in ms. */
export interface DhcpReply {
  dr_type: number;
  dr_addr: number;
  dr_mask: number;
  dr_server: number;
  /** default router, or 0 */
  dr_router: number;
  /** name servers, time servers */
  dr_dns: number[];
  dr_ntp: number[];
  dr_domain: string;
  dr_lease: number;
  dr_t1: number;
  dr_t2: number;
}

export interface Dhcp {
  dh_ac: Arpcom;
  dh_state: number;
  /** messages sent in this state */
  dh_tries: number;
  dh_callout: Callout;
  /** the socket, -1 when bound, and while there is none */
  dh_fd: number;
  /** transaction, 4 chars */
  dh_xid: string;
  /** uptime when this acquisition began, when the last message was sent, and when the lease ends (ms); 0: no lease */
  dh_start: number;
  dh_sent: number;
  dh_expiry: number;
  /** seconds since dh_start, as the last DISCOVER told */
  dh_secs: number;
  /** how often we did not get an address that was offered, since we had one */
  dh_failed: number;
  /** the address that we had before, or 0 */
  dh_asked: number;
  /** the best offer, how good it is (-1: none), then the lease. It outlives a pulled cable */
  dh_lease: DhcpReply | null;
  dh_score: number;
  /** uptime of the last conflict about our address (ms) */
  dh_conflict: number;
  /** the link-local address that we have, or are trying for; 0 while none is wanted */
  dh_linklocal: number;
  /** link-local addresses that turned out to be taken */
  dh_lltaken: number;
  /** told when there is an address, or none any more (""), and what is wrong */
  dh_notify: (error: string) => void;
}

/** RFC 5227 2.4: a second conflict within this time is one too many (ms). */
export const DEFEND_INTERVAL = 10000;

/** A client that has nothing yet. */
export function dhcp_new(ac: Arpcom, notify: (error: string) => void): Dhcp {
  return {
    dh_ac: ac,
    dh_state: DHS_INIT,
    dh_tries: 0,
    dh_callout: callout_new(),
    dh_fd: -1,
    dh_xid: "",
    dh_start: 0,
    dh_sent: 0,
    dh_expiry: 0,
    dh_secs: 0,
    dh_failed: 0,
    dh_asked: 0,
    dh_lease: null,
    dh_score: 0,
    dh_conflict: -DEFEND_INTERVAL,
    dh_linklocal: 0,
    dh_lltaken: 0,
    dh_notify: notify,
  };
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

export let dhcpstat: Uint32Array;

export function dhcpstat_init(): void {
  dhcpstat = new Uint32Array(DHCPS_NCOUNT);
}
