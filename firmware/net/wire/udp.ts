/**
 * UDP header (RFC 768). BSD: netinet/udp.h.
 *
 *      0       2       4       6       8
 *     +-------+-------+-------+-------+----------
 *     | sport | dport | ulen  |  sum  | data ...
 *     +-------+-------+-------+-------+----------
 */
export const UH_SPORT = 0;
export const UH_DPORT = 2;
export const UH_ULEN = 4;
export const UH_SUM = 6;
export const UH_LEN = 8;
