/**
 * The counters of ARP. BSD keeps none.
 */
import type { Words } from "../../../types";

export const ARPS_SENT = 0; // requests sent
export const ARPS_RCVD = 1; // packets received
export const ARPS_BAD = 2; // dropped: too short, not IP over Ethernet, or an impossible sender
export const ARPS_REPLIES = 3; // requests answered
export const ARPS_CONFLICT = 4; // another host uses our address (RFC 5227 2.4)
export const ARPS_DOWN = 5; // hosts given up
export const ARPS_DROPPED = 6; // packets dropped while their address was being asked for
export const ARPS_NCOUNT = 7;

export let arpstat: Words<typeof ARPS_NCOUNT>;

export function arpstat_init(): void {
  arpstat = new Uint32Array(ARPS_NCOUNT);
}
