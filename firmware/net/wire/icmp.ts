/**
 * ICMP message (RFC 792). BSD: netinet/ip_icmp.h.
 *
 *      0        1        2                 4                 6                 8
 *     +--------+--------+-----------------+-----------------+-----------------+---------------
 *     |  type  |  code  |     cksum       |    id, or void  |  seq, or next   | data, or the
 *     |        |        |                 |    or pointer   |  hop's MTU      | returned packet
 *     +--------+--------+-----------------+-----------------+-----------------+---------------
 */
export const ICMP_TYPE = 0;
export const ICMP_CODE = 1;
export const ICMP_CKSUM = 2;
export const ICMP_ID = 4;
export const ICMP_SEQ = 6;
export const ICMP_PPTR = 4; // parameter problem: offset of the fault
export const ICMP_GWADDR = 4; // redirect: the better gateway
export const ICMP_NEXTMTU = 6; // unreachable, needs fragmentation (RFC 1191)
export const ICMP_IP = 8; // the header that an error returns
export const ICMP_MINLEN = 8;

/* Timestamp (RFC 792): three times in ms since midnight UT; mask (RFC 950) */
export const ICMP_OTIME = 8;
export const ICMP_RTIME = 12;
export const ICMP_TTIME = 16;
export const ICMP_TSLEN = 20;
export const ICMP_MASK = 8;
export const ICMP_MASKLEN = 12;
/** An error returns the header and at least this much behind it, which has the ports. */
export const ICMP_ADVLEN = 8;

export const ICMP_ECHOREPLY = 0;
export const ICMP_UNREACH = 3;
export const ICMP_SOURCEQUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIMXCEED = 11;
export const ICMP_PARAMPROB = 12;
export const ICMP_TSTAMP = 13;
export const ICMP_TSTAMPREPLY = 14;
export const ICMP_MASKREQ = 17;
export const ICMP_MASKREPLY = 18;
export const ICMP_MAXTYPE = 18;

/* Codes of ICMP_REDIRECT: for a net, a host, and the two with a type of service */
export const ICMP_REDIRECT_NET = 0;
export const ICMP_REDIRECT_HOST = 1;
export const ICMP_REDIRECT_TOSHOST = 3; // the last

/* Codes of ICMP_TIMXCEED */
export const ICMP_TIMXCEED_INTRANS = 0;
export const ICMP_TIMXCEED_REASS = 1;

/* Codes of ICMP_UNREACH */
export const ICMP_UNREACH_NET = 0;
export const ICMP_UNREACH_HOST = 1;
export const ICMP_UNREACH_PROTOCOL = 2;
export const ICMP_UNREACH_PORT = 3;
export const ICMP_UNREACH_NEEDFRAG = 4;
export const ICMP_UNREACH_SRCFAIL = 5;
export const ICMP_UNREACH_NET_UNKNOWN = 6;
export const ICMP_UNREACH_NET_PROHIB = 9;
export const ICMP_UNREACH_TOSNET = 11;
export const ICMP_UNREACH_FILTER_PROHIB = 13; // by a router that may not (RFC 1812)
export const ICMP_UNREACH_PRECEDENCE_CUTOFF = 15; // the last (RFC 1812)
