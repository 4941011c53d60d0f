/**
 * IGMP message (RFC 2236 2; RFC 1112 appendix I, where the byte of the time is unused). BSD: netinet/igmp.h.
 *
 *      0        1        2                 4
 *     +--------+--------+-----------------+-----------------------------------+
 *     |  type  |  code  |     cksum       |              group                |
 *     +--------+--------+-----------------+-----------------------------------+
 */
export const IGMP_TYPE = 0;
export const IGMP_CODE = 1; // of a query: the time for an answer, in units of 1/10 s; 0 from a router of version 1
export const IGMP_CKSUM = 2;
export const IGMP_GROUP = 4; // 0 in a query about all groups
export const IGMP_MINLEN = 8;

export const IGMP_MEMBERSHIP_QUERY = 0x11;
export const IGMP_V1_MEMBERSHIP_REPORT = 0x12;
export const IGMP_V2_MEMBERSHIP_REPORT = 0x16;
export const IGMP_LEAVE_GROUP = 0x17;
