/**
 * TCP header (RFC 9293 3.1) and its options. BSD: netinet/tcp.h.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------------------------------+-------------------------------+
 *     |             sport             |             dport             |  0
 *     +-------------------------------+-------------------------------+
 *     |                              seq                              |  4
 *     +---------------------------------------------------------------+
 *     |                              ack                              |  8
 *     +-------+-------+---------------+-------------------------------+
 *     |  off  |       |     flags     |              win              |  12
 *     +-------+-------+---------------+-------------------------------+
 *     |              sum              |              urp              |  16
 *     +-------------------------------+-------------------------------+
 *     |                       options, if any                         |  20
 *     +---------------------------------------------------------------+
 */
export const TH_SPORT = 0;
export const TH_DPORT = 2;
export const TH_SEQ = 4;
export const TH_ACKNO = 8;
export const TH_OFF = 12;
export const TH_FLAGS = 13;
export const TH_WIN = 14;
export const TH_SUM = 16;
export const TH_URP = 18;
export const TH_LEN = 20;

/* Flags */
export const TH_FIN = 0x01;
export const TH_SYN = 0x02;
export const TH_RST = 0x04;
export const TH_PUSH = 0x08;
export const TH_ACK = 0x10;
export const TH_URG = 0x20;
export const TH_ECE = 0x40; // RFC 3168: a packet came marked; in a SYN: can you?
export const TH_CWR = 0x80; // the sender has slowed down

/* Options: kind, length, value */
export const TCPOPT_EOL = 0;
export const TCPOPT_NOP = 1;
export const TCPOPT_MAXSEG = 2;
export const TCPOLEN_MAXSEG = 4;
export const TCPOPT_WINDOW = 3; // RFC 7323 2
export const TCPOLEN_WINDOW = 3;
export const TCPOPT_SACK_PERMITTED = 4; // RFC 2018
export const TCPOLEN_SACK_PERMITTED = 2;
export const TCPOPT_SACK = 5;
export const TCPOLEN_SACK = 8; // of one block
export const TCPOPT_TIMESTAMP = 8; // RFC 7323 3
export const TCPOLEN_TIMESTAMP = 10;
/** Two NOPs and the timestamps option's kind and length, as RFC 7323 appendix A has it. */
export const TCPOPT_TSTAMP_HDR = 0x0101080a;
export const TCPOLEN_TSTAMP_APPA = 12;

/** Largest window that fits the header, and the largest shift that extends it (RFC 7323 2.3). */
export const TCP_MAXWIN = 65535;
export const TCP_MAX_WINSHIFT = 14;
/** What a peer takes that did not say (RFC 9293 3.7.1, MUST-15). */
export const TCP_MSS = 536;
