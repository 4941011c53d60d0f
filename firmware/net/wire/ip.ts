/**
 * IP header (RFC 791 3.1). BSD: netinet/ip.h.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------+-------+---------------+-------------------------------+
 *     |version|  hl   |      tos      |              len              |  0
 *     +-------+-------+---------------+-----+-------------------------+
 *     |              id               |flags|          off            |  4
 *     +---------------+---------------+-----+-------------------------+
 *     |      ttl      |       p       |              sum              |  8
 *     +---------------+---------------+-------------------------------+
 *     |                              src                              |  12
 *     +---------------------------------------------------------------+
 *     |                              dst                              |  16
 *     +---------------------------------------------------------------+
 *     |                       options, if any                         |  20
 *     +---------------------------------------------------------------+
 */
export const IP_VHL = 0;
export const IP_TOS = 1;
export const IP_LEN = 2;
export const IP_ID = 4;
export const IP_OFF = 6;
export const IP_TTL = 8;
export const IP_P = 9;
export const IP_SUM = 10;
export const IP_SRC = 12;
export const IP_DST = 16;
export const IP_HDR_LEN = 20;

/** First byte of a header without options: version 4, five words. */
export const IP_VHL_BORING = 0x45;
export const IP_DF = 0x4000; // don't fragment
export const IP_MF = 0x2000; // more fragments
export const IP_OFFMASK = 0x1fff; // of the fragment's offset, in units of 8 bytes
export const IP_MAXPACKET = 65535;
/** Every host takes a datagram of this length, whole (RFC 791 3.2). */
export const IP_MSS = 576;

/* The lower two bits of the type of service (RFC 3168 5): the sender can be told of congestion; a router tells */
export const IPTOS_ECN_MASK = 3;
export const IPTOS_ECN_ECT0 = 2;
export const IPTOS_ECN_CE = 3;

/* Options (RFC 791 3.1) */
/** of an option: it goes into all fragments */
export const IPOPT_COPIED = 0x80;
export const IPOPT_EOL = 0;
export const IPOPT_NOP = 1;
export const IPOPT_OLEN = 1; // offset of an option's length
export const IPOPT_OFFSET = 2; // offset of a route's pointer
export const IPOPT_MINOFF = 4; // the least that it may be
export const IPOPT_LSRR = 131; // loose source route
export const IPOPT_SSRR = 137; // strict source route
export const IPOPT_RA = 0x94040000; // router alert (RFC 2113), whole

export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
