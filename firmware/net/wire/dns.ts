/**
 * DNS messages: RFC 1035 4.1, 3.2. BSD: arpa/nameser.h.
 */

/** Length of a header. */
export const HFIXEDSZ = 12;
/** Where in it the number of the question, flags, and how many answers and authorities there are. */
export const HD_ID = 0;
export const HD_FLAGS = 2;
export const HD_QDCOUNT = 4;
export const HD_ANCOUNT = 6;
export const HD_NSCOUNT = 8;

/* Flags, of 16 bits */
export const HF_QR = 0x8000; // a response
export const HF_OPCODE = 0x7800;
export const HF_TC = 0x0200; // cut short
export const HF_RCODE = 15;

export const RCODE_SERVFAIL = 2;
export const RCODE_NXDOMAIN = 3;

export const T_A = 1;
export const T_CNAME = 5;
export const T_SOA = 6;
export const C_IN = 1;

/** A label's length with these bits is where the rest of the name is (RFC 1035 4.1.4); with one of them it means nothing. */
export const INDIR_MASK = 0xc0;

export const NAMESERVER_PORT = 53;
/** RFC 6762 */
export const MDNS_PORT = 5353;
export const MDNS_GROUP = -0x1fffff05; // 224.0.0.251

/* h_errno (BSD: netdb.h) */
export const HOST_NOT_FOUND = 1; // there is no such host
export const TRY_AGAIN = 2; // no server has answered
export const NO_RECOVERY = 3; // the servers cannot or will not
export const NO_DATA = 4; // the name has no address
