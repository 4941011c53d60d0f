/**
 * Counters of UDP. BSD: netinet/udp_var.h.
 */
import type { Words } from "../../../types";

export const UDPS_IPACKETS = 0; // datagrams received
export const UDPS_HDROPS = 1; // shorter than a header
export const UDPS_BADSUM = 2; // checksum error
export const UDPS_BADLEN = 3; // length that the packet does not have
export const UDPS_NOPORT = 4; // no socket on the port
export const UDPS_NOPORTBCAST = 5; // of them, sent to many
export const UDPS_FULLSOCK = 6; // not delivered, the socket's buffer was full
export const UDPS_CACHEMISS = 7; // not for the PCB of the datagram before
export const UDPS_DELIVERED = 8; // given to a socket
export const UDPS_OPACKETS = 9; // datagrams sent
export const UDPS_NCOUNT = 10;

export let udpstat: Words<typeof UDPS_NCOUNT>;

export function udpstat_init(): void {
  udpstat = new Uint32Array(UDPS_NCOUNT);
}
