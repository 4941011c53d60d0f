/**
 * Counters of IGMP. BSD: netinet/igmp_var.h.
 */
import type { Words } from "../../../types";

export const IGPS_TOTAL = 0; // messages received
export const IGPS_TOOSHORT = 1; // shorter than a message
export const IGPS_BADSUM = 2; // bad checksum
export const IGPS_QUERIES = 3; // queries of routers
export const IGPS_BADQUERIES = 4; // of them, sent to the wrong address
export const IGPS_REPORTS = 5; // reports of other members
export const IGPS_BADREPORTS = 6; // of them, about another group than they were sent to
export const IGPS_OURREPORTS = 7; // of them, about groups that we belong to
export const IGPS_SNDREPORTS = 8; // reports sent
export const IGPS_SNDLEAVES = 9; // leaves sent
export const IGPS_NCOUNT = 10;

export let igmpstat: Words<typeof IGPS_NCOUNT>;

export function igmpstat_init(): void {
  igmpstat = new Uint32Array(IGPS_NCOUNT);
}
