/**
 * Counters of ICMP. BSD: netinet/icmp_var.h.
 */
import type { Words } from "../../../types";
import { ICMP_MAXTYPE } from "../../wire/icmp";

export const ICPS_ERROR = 0; // errors that we had reason to send
export const ICPS_OLDICMP = 1; // not sent: about an ICMP error
export const ICPS_OLDIP = 2; // not sent: about a broadcast, a group, a later fragment or a sender that is no host
export const ICPS_LIMITED = 3; // not sent: too many
export const ICPS_TOOSHORT = 4; // message shorter than it has to be
export const ICPS_CHECKSUM = 5; // bad checksum
export const ICPS_BADCODE = 6; // code out of range
export const ICPS_BADLEN = 7; // returned header does not make sense
export const ICPS_REFLECT = 8; // answers
export const ICPS_BMCAST = 9; // requests to a broadcast or a group, not answered
/** Received and sent, by type. */
export const ICPS_INHIST = 10;
export const ICPS_OUTHIST = ICPS_INHIST + ICMP_MAXTYPE + 1;
export const ICPS_NCOUNT = ICPS_OUTHIST + ICMP_MAXTYPE + 1;

export let icmpstat: Words<typeof ICPS_NCOUNT>;

export function icmpstat_init(): void {
  icmpstat = new Uint32Array(ICPS_NCOUNT);
}
