/**
 * Counters of TCP. BSD: netinet/tcp_var.h (struct tcpstat).
 */
import type { Words } from "../../../types";

export const TCPSTAT_CONNATTEMPT = 0; // connections initiated
export const TCPSTAT_ACCEPTS = 1; // connections that a peer initiated
export const TCPSTAT_CONNECTS = 2; // connections established
export const TCPSTAT_DROPS = 3; // connections dropped
export const TCPSTAT_CONNDROPS = 4; // of them, before they stood
export const TCPSTAT_CLOSED = 5; // control blocks freed
export const TCPSTAT_LISTENDROP = 6; // SYNs dropped: queue full, or no memory
export const TCPSTAT_SC_SENT = 7; // answered with a cookie
export const TCPSTAT_SC_RECV = 8; // connections by a cookie
export const TCPSTAT_TWRECYCLE = 9; // TIME_WAIT ended before its time
export const TCPSTAT_TIMEOUTDROP = 10; // given up after too many retransmissions
export const TCPSTAT_KEEPTIMEO = 11; // keepalive timeouts
export const TCPSTAT_KEEPPROBE = 12; // keepalive probes sent
export const TCPSTAT_KEEPDROPS = 13; // dropped by keepalive
export const TCPSTAT_REXMTTIMEO = 14; // retransmission timeouts
export const TCPSTAT_PERSISTTIMEO = 15; // persist timeouts
export const TCPSTAT_PROBES = 16; // tail loss probes
export const TCPSTAT_RECOVERY = 17; // fast recoveries
export const TCPSTAT_RTTUPDATED = 18; // round-trip times measured
export const TCPSTAT_SPURIOUS = 19; // timeouts that turned out to be needless
export const TCPSTAT_SNDTOTAL = 20; // segments sent
export const TCPSTAT_SNDPACK = 21; // of them, with new data
export const TCPSTAT_SNDBYTE = 22;
export const TCPSTAT_SNDREXMITPACK = 23; // with data sent before
export const TCPSTAT_SNDREXMITBYTE = 24;
export const TCPSTAT_SNDACKS = 25; // nothing but an ack
export const TCPSTAT_SNDPROBE = 26; // window probes
export const TCPSTAT_SNDCTRL = 27; // SYN, FIN or RST without data
export const TCPSTAT_SNDNOBUFS = 28; // not sent for want of an mbuf
export const TCPSTAT_CHALLENGE = 29; // challenge ACKs (RFC 5961)
export const TCPSTAT_CHALLENGELIMIT = 30; // not sent: too many
export const TCPSTAT_RCVTOTAL = 31; // segments received
export const TCPSTAT_RCVSHORT = 32; // too short
export const TCPSTAT_RCVBADSUM = 33; // checksum wrong
export const TCPSTAT_RCVBADOFF = 34; // offset field makes no sense
export const TCPSTAT_PREDACK = 35; // header prediction was right: ack
export const TCPSTAT_PREDDAT = 36; // data
export const TCPSTAT_PCBCACHEMISS = 37; // not for the connection of the segment before
export const TCPSTAT_RCVPACK = 38; // in sequence
export const TCPSTAT_RCVBYTE = 39;
export const TCPSTAT_RCVDUPPACK = 40; // had already
export const TCPSTAT_RCVOOPACK = 41; // out of order, kept
export const TCPSTAT_RCVOODROP = 42; // out of order, no memory to keep it
export const TCPSTAT_RCVMEMDROP = 43; // in sequence, no memory to keep it
export const TCPSTAT_RCVAFTERWIN = 44; // data beyond the window
export const TCPSTAT_RCVAFTERCLOSE = 45; // data after the program closed
export const TCPSTAT_PAWSDROP = 46; // by timestamp too old
export const TCPSTAT_RCVDUPACK = 47; // duplicate acks
export const TCPSTAT_RCVACKTOOMUCH = 48; // acks for what was not sent
export const TCPSTAT_RCVACKPACK = 49; // acks of data
export const TCPSTAT_RCVACKBYTE = 50;
export const TCPSTAT_RCVWINUPD = 51; // window updates
export const TCPSTAT_RCVWINPROBE = 52; // window probes
export const TCPSTAT_BADSYN = 53; // listener got an ACK that is no cookie
export const TCPSTAT_SNDRST = 54; // resets to nobody's segments
export const TCPSTAT_MTUDISC = 55; // segment sizes cut by ICMP
export const TCPSTAT_BLACKHOLE = 56; // segment sizes cut because nothing came through
export const TCPSTAT_ECN_SHS = 57; // connections with ECN
export const TCPSTAT_ECN_CE = 58; // segments that a router had marked
export const TCPSTAT_ECN_ECE = 59; // windows halved because a peer told of that
export const TCPSTAT_NCOUNT = 60;

export let tcpstat: Words<typeof TCPSTAT_NCOUNT>;

export function tcpstat_init(): void {
  tcpstat = new Uint32Array(TCPSTAT_NCOUNT);
}
