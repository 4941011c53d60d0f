/**
 * What the files of IP share: counters, and the switch by which packets go up. BSD: netinet/ip_var.h.
 *
 * `inetsw` and `ip_protox` are empty here and filled by in_proto.ts, so that IP names no protocol above it.
 */
import { INET_FORWARD, INET_FRAG, INET_IGMP, INET_TCP, type IP_MAX_MEMBERSHIPS } from "../../../config";
import type { Bytes, Embedded, Table, u8, Words } from "../../../types";
import type { Protosw } from "../../kern/socketvar";
import { IPPROTO_UDP } from "../../wire/ip";
import type { InMulti } from "../in_var";

/* ipstat: one counter for each cause */
export const IPS_TOTAL = 0; // packets received
export const IPS_DELIVERED = 1; // given to a protocol
export const IPS_TOOSHORT = 2; // shorter than a header
export const IPS_BADVERS = 3; // not version 4
export const IPS_BADHLEN = 4; // header length less than a header
export const IPS_BADLEN = 5; // total length less than the header's
export const IPS_TRUNC = 6; // shorter than the total length
export const IPS_BADSUM = 7; // checksum bad
export const IPS_BADSRC = 8; // source address that no host has
export const IPS_CANTFORWARD = 9; // for somebody else
export const IPS_BADOPTIONS = 10; // error in option processing
export const IPS_FRAGMENTS = 11; // fragments received
export const IPS_FRAGDROPPED = 12; // fragments dropped
export const IPS_NOPROTO = 13; // unknown or unsupported protocol
export const IPS_NOBUFS = 14; // no mbuf for a header
export const IPS_LOCALOUT = 15; // packets sent
export const IPS_ODROPPED = 16; // sent packets that no mbuf was left for, or the interface refused
export const IPS_NOROUTE = 17; // packets that no route was found for
export const IPS_CANTFRAG = 18; // longer than the interface takes
export const IPS_FULLSOCK = 19; // not delivered, the raw socket's buffer was full
// only with INET_FRAG
export const IPS_REASSEMBLED = 20; // datagrams put together
export const IPS_FRAGTIMEOUT = 21; // given up, not all of them came
export const IPS_TOOLONG = 22; // fragments of what is longer than a datagram can be
export const IPS_FRAGMENTED = 23; // datagrams cut
export const IPS_OFRAGMENTS = 24; // fragments sent
// only with INET_FORWARD
export const IPS_FORWARD = 20 + (INET_FRAG ? 5 : 0); // packets for others taken on
export const IPS_REDIRECTSENT = IPS_FORWARD + 1; // senders told of a better way
export const IPS_NCOUNT = IPS_FORWARD + (INET_FORWARD ? 2 : 0);

export let ipstat: Words<typeof IPS_NCOUNT>;

/** How a socket sends to groups, and which it belongs to. BSD: struct ip_moptions. */
export interface IpMoptions {
  /** our address on the interface to send out of; 0: as the route says */
  imo_multicast_addr: number;
  imo_multicast_ttl: u8;
  /** 1: we hear it ourselves where we belong to the group; 0: we don't */
  imo_multicast_loop: u8;
  imo_membership: Table<InMulti, typeof IP_MAX_MEMBERSHIPS>;
  imo_num_memberships: number;
}

/** The Internet protocols, and the index of each protocol number among them; 0 is for all others. */
export let inetsw: Table<Embedded<Protosw>, typeof NPROTO>;
export let ip_protox: Bytes<typeof IP_NPROTOX>;

/** All others, UDP, ICMP, and what the build has besides. */
const NPROTO = 3 + (INET_IGMP ? 1 : 0) + (INET_TCP ? 1 : 0);
/** Protocol numbers that have an index: up to the highest of those that are here. */
const IP_NPROTOX = IPPROTO_UDP + 1;

export function ip_var_init(): void {
  ipstat = new Uint32Array(IPS_NCOUNT);
  inetsw = [];
  ip_protox = new Uint8Array(IP_NPROTOX);
}

/** The protocol that has number `proto`, or the one for all others. */
export function ip_protosw(proto: number): Protosw {
  return inetsw[proto < IP_NPROTOX ? ip_protox[proto] : 0];
}
