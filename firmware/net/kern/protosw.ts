/**
 * The protocol switch: how the socket layer calls a protocol, and protocols one another. BSD: sys/protosw.h; Stevens
 * chapter 7.
 *
 * A domain owns a list of `Protosw` (socketvar.ts, since its functions take sockets). Upwards a packet goes by pr_input,
 * sideways an error goes by pr_ctlinput, and a socket comes down by pr_usrreq.
 *
 * Differs: there are no pr_fasttimo and pr_slowtimo: time is kept by callouts (callout.ts). PRU_ATTACH and PRU_CONNECT2, which
 * take something else than an address, are functions of their own, as in BSD's successors (pr_attach, pr_connect2). A protocol has
 * two functions for its requests: the interpreter reads over every case of a switch, so those of each packet come first.
 */

import { INET_DHCP, INET_DNS, INET_RAW, INET_UDP, LIB_SYSCALLS, NJ_CLIENTS, TCP_DO_PMTUD } from "../../config";

/**
 * Does anybody here speak first? Not where there is TCP alone, programs have no system calls, and the interpreter's programs serve alone.
 * Who only answers sends neither to itself nor to many, connects to nobody, and needs no port but those that are named.
 */
export const NET_ACTIVE = LIB_SYSCALLS || INET_UDP || INET_RAW || INET_DHCP || INET_DNS || NJ_CLIENTS;
/** Is any protocol told of ICMP's errors? TCP has no use for them but to end an open, and to know what a path takes. */
export const NET_HEARS = NET_ACTIVE || TCP_DO_PMTUD;

/* pr_flags */
export const PR_ATOMIC = INET_UDP || INET_RAW ? 1 : 0; // exchange atomic messages only
export const PR_ADDR = INET_UDP || INET_RAW ? 2 : 0; // addresses given with messages (PR_ATOMIC too)
export const PR_CONNREQUIRED = 4; // connection required by protocol
export const PR_WANTRCVD = 8; // want PRU_RCVD calls
export const PR_RIGHTS = 16; // passes capabilities

/**
 * An address as programs give it: {sin_family, sin_addr, sin_port} or {sun_family, sun_path}. Only its domain looks inside: what
 * it has extends this.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the families have no field in common
export interface Sockaddr {}

/*
 * Requests. `m` is data, `control` what goes with it, both consumed, whatever the answer (PRU_RCVOOB, PRU_PEEKOOB: `m` is where the
 * data goes, and remains the caller's); `nam` is an address.
 */
export const PRU_DETACH = 1; // detach protocol from up
export const PRU_BIND = 2; // bind socket to address (nam in)
export const PRU_LISTEN = 3; // listen for connection
export const PRU_CONNECT = 4; // establish connection to peer (nam in)
export const PRU_ACCEPT = 5; // accept connection from peer (nam out, or null)
export const PRU_DISCONNECT = 6; // disconnect from peer
export const PRU_SHUTDOWN = 7; // won't send any more data
export const PRU_RCVD = 8; // have taken data; more room now
export const PRU_SEND = 9; // send this data (m, nam in or null)
export const PRU_ABORT = 10; // abort (fast DISCONNECT, DETACH)
export const PRU_RCVOOB = 11; // retrieve out of band data (into m)
export const PRU_PEEKOOB = 0; // the same, which leaves it where it is
export const PRU_SENDOOB = 12; // send out of band data (m)
export const PRU_SOCKADDR = 13; // fetch socket's address (nam out)
export const PRU_PEERADDR = 14; // fetch peer's address (nam out)

/* pr_ctloutput's op */
export const PRCO_GETOPT = 0;
export const PRCO_SETOPT = 1;

/* pr_ctlinput's cmd: what was heard of a destination */
export const PRC_IFDOWN = 0; // interface transition
export const PRC_MSGSIZE = 5; // message size forced drop
export const PRC_HOSTDEAD = 6; // normally from IMP
export const PRC_QUENCH = 4; // some one said to slow down
export const PRC_UNREACH_NET = 8; // no route to network
export const PRC_UNREACH_HOST = 9; // no route to host
export const PRC_UNREACH_PROTOCOL = 10; // dst says bad protocol
export const PRC_UNREACH_PORT = 11; // bad port #
export const PRC_UNREACH_SRCFAIL = 13; // source route failed
export const PRC_TIMXCEED_INTRANS = 18; // packet lifetime expired in transit
export const PRC_TIMXCEED_REASS = 19; // lifetime expired on reass q
export const PRC_PARAMPROB = 20; // header incorrect
