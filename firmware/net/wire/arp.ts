/**
 * ARP packet for IP over Ethernet (RFC 826). BSD: net/if_arp.h, netinet/if_ether.h (ether_arp).
 *
 *      0       2       4   5   6       8            14       18            24       28
 *     +-------+-------+---+---+-------+------------+--------+------------+--------+
 *     |  hrd  |  pro  |hln|pln|  op   |    sha     |  spa   |    tha     |  tpa   |
 *     +-------+-------+---+---+-------+------------+--------+------------+--------+
 */
export const AR_HRD = 0;
export const AR_PRO = 2;
export const AR_HLN = 4;
export const AR_PLN = 5;
export const AR_OP = 6;
export const ARP_SHA = 8;
export const ARP_SPA = 14;
export const ARP_THA = 18;
export const ARP_TPA = 24;
export const ARP_LEN = 28;

export const ARPHRD_ETHER = 1;
export const ARPOP_REQUEST = 1;
export const ARPOP_REPLY = 2;
