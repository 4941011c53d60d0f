/**
 * A host without a chip in the subset, run in both worlds by internet.test.ts: ARP, IP, ICMP, IGMP and UDP, without TCP and
 * descriptors. Frames are put in by hand, and what it would send is taken out of the interface's queue.
 */

import { arena, bzero, put32 } from "../../../firmware/machdep";
import { type Arpcom, arpcom_init, ether_ifattach, ether_init, ether_input } from "../../../firmware/net/if/ether";
import { loopattach } from "../../../firmware/net/if/if_loop";
import { IF_DEQUEUE, IFF_LINK, IFF_OACTIVE, IFF_RUNNING, ifinit } from "../../../firmware/net/if/ifnet";
import { netisr_init } from "../../../firmware/net/if/netisr";
import { route_init } from "../../../firmware/net/if/route";
import { arpinit } from "../../../firmware/net/inet/arp/arp";
import { arp_input_init } from "../../../firmware/net/inet/arp/arp_input";
import { ARPS_NCOUNT, arpstat } from "../../../firmware/net/inet/arp/arp_var";
import { arptab } from "../../../firmware/net/inet/arp/arptab";
import { icmp_error } from "../../../firmware/net/inet/icmp/icmp_error";
import { ICPS_NCOUNT, icmpstat } from "../../../firmware/net/inet/icmp/icmp_var";
import { icmp_hostdown, icmp_init, icmp_input } from "../../../firmware/net/inet/icmp/ip_icmp";
import { igmp_init, igmp_input } from "../../../firmware/net/inet/igmp/igmp";
import { IGPS_NCOUNT, igmpstat } from "../../../firmware/net/inet/igmp/igmp_var";
import { in_addmulti, in_delmulti, in_ifinit, in_loopattach, in_multi_init } from "../../../firmware/net/inet/in";
import { in_route_init, RTS_NCOUNT, rtstat } from "../../../firmware/net/inet/in_route";
import { in_init, in_multihead } from "../../../firmware/net/inet/in_var";
import { ip_init } from "../../../firmware/net/inet/ip/ip_input";
import { ip_output } from "../../../firmware/net/inet/ip/ip_output";
import { IPS_NCOUNT, inetsw, ip_protox, ip_var_init, ipstat } from "../../../firmware/net/inet/ip/ip_var";
import { udp_ctlinput, udp_init, udp_input, udp_resolver } from "../../../firmware/net/inet/udp/udp_input";
import { UDPS_NCOUNT, udpstat } from "../../../firmware/net/inet/udp/udp_var";
import { callout_init } from "../../../firmware/net/kern/callout";
import { ENOBUFS } from "../../../firmware/net/kern/errno";
import {
  M_DONTWAIT,
  MAX_LINKHDR,
  type Mbuf,
  MT_DATA,
  m_freem,
  m_gethdr,
  m_spare,
  mbinit,
} from "../../../firmware/net/kern/mbuf";
import { m_copydata } from "../../../firmware/net/kern/mbuf_chain";
import { m_devget } from "../../../firmware/net/kern/mbuf_devget";
import type { Domain, Protosw } from "../../../firmware/net/kern/socketvar";
import { ETHER_HDR_LEN } from "../../../firmware/net/wire/ether";
import { ICMP_UNREACH, ICMP_UNREACH_PROTOCOL } from "../../../firmware/net/wire/icmp";
import { IP_DST, IP_HDR_LEN, IP_P, IP_TTL } from "../../../firmware/net/wire/ip";
import type { Bytes, Embedded } from "../../../firmware/types";

const FRAME = 1600;

let toydom: Embedded<Domain>;
let en0: Arpcom;
let said: Bytes<typeof FRAME>;

/** Nobody asks a DHCP server, nor for names. */
function toy_nodhcp(): boolean {
  return false;
}

function toy_noname(): void {}

export function toy_boot(enaddr: Uint8Array, addr: number, mask: number): void {
  mbinit();
  callout_init();
  ifinit();
  netisr_init();
  ether_init();
  route_init();
  loopattach();
  said = new Uint8Array(FRAME);
  in_init();
  in_multi_init();
  in_route_init();
  ip_var_init();
  ip_init();
  arpinit(icmp_hostdown);
  arp_input_init();
  udp_init(toy_nodhcp);
  udp_resolver(toy_nodhcp, toy_noname);
  icmp_init();
  igmp_init();
  toydom = { dom_family: 0, dom_init: null, dom_protosw: null, dom_sockaddr: toy_sockaddr, dom_next: null };
  inetsw[0] = toy_protosw(0, toy_noproto);
  inetsw[1] = toy_protosw(17, udp_input);
  inetsw[2] = toy_protosw(1, icmp_input);
  inetsw[3] = toy_protosw(2, igmp_input);
  inetsw[1].pr_ctlinput = udp_ctlinput;
  for (let i = 1; i < 4; i++) ip_protox[inetsw[i].pr_protocol] = i;
  in_loopattach();
  const ac: Arpcom | null = {} as Arpcom;
  if (!ac) return;
  en0 = ac;
  arpcom_init(en0, enaddr);
  en0.if_ioctl = toy_ioctl;
  en0.if_flags |= IFF_RUNNING | IFF_LINK | IFF_OACTIVE;
  ether_ifattach(en0);
  in_ifinit(en0, addr, mask);
}

function toy_protosw(proto: number, input: (m: Mbuf, iphlen: number) => void): Protosw {
  return {
    pr_next: null,
    pr_type: 0,
    pr_domain: toydom,
    pr_protocol: proto,
    pr_flags: 0,
    pr_input: input,
    pr_ctlinput: null,
    pr_ctloutput: null,
    pr_attach: null,
    pr_connect2: null,
    pr_usrreq: null,
  };
}

function toy_sockaddr(): void {}

function toy_noproto(m: Mbuf, _iphlen: number): void {
  icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, 0);
}

function toy_ioctl(): number {
  return 0;
}

/** A frame of `len` bytes comes in; false: there was no memory for it. */
export function toy_hear(frame: Uint8Array, len: number): boolean {
  const m = m_devget(frame, len, ETHER_HDR_LEN, null);
  if (m) ether_input(en0, m);
  return m !== null;
}

/** Takes the next frame that is to be sent: its length; 0: there is none. */
export function toy_said(): number {
  const m = IF_DEQUEUE(en0.if_snd);
  if (!m) return 0;
  const len = m.m_pktlen;
  m_copydata(m, 0, len, said, 0);
  m_freem(m);
  return len;
}

/** A byte of that frame. */
export function toy_byte(off: number): number {
  return said[off];
}

/** Sends `len` zeros of protocol `proto`; errno. */
export function toy_send(dst: number, proto: number, len: number, flags: number): number {
  const m = m_gethdr(M_DONTWAIT, MT_DATA);
  if (!m) return ENOBUFS;
  m.m_data += MAX_LINKHDR;
  m.m_len = m.m_pktlen = IP_HDR_LEN + len;
  bzero(m.m_data, m.m_len);
  arena[m.m_data + IP_P] = proto;
  arena[m.m_data + IP_TTL] = 64;
  put32(m.m_data + IP_DST, dst);
  return ip_output(m, flags, null);
}

export function toy_group(join: boolean, group: number): number {
  return join ? in_addmulti(en0, group) : in_delmulti(en0, group);
}

/** Counter `i` of all counters, in a row. */
export function toy_stat(i: number): number {
  let at = i;
  if (at < IPS_NCOUNT) return ipstat[at] | 0;
  at -= IPS_NCOUNT;
  if (at < ICPS_NCOUNT) return icmpstat[at] | 0;
  at -= ICPS_NCOUNT;
  if (at < ARPS_NCOUNT) return arpstat[at] | 0;
  at -= ARPS_NCOUNT;
  if (at < IGPS_NCOUNT) return igmpstat[at] | 0;
  at -= IGPS_NCOUNT;
  if (at < UDPS_NCOUNT) return udpstat[at] | 0;
  at -= UDPS_NCOUNT;
  if (at < RTS_NCOUNT) return rtstat[at] | 0;
  at -= RTS_NCOUNT;
  if (at === 0) return en0.if_ipackets;
  if (at === 1) return en0.if_noproto;
  return at === 2 ? en0.ac_multicnt : -1;
}

/** The tables of neighbours and groups, as one number. */
export function toy_tables(): number {
  let h = 17;
  for (let at = arptab; at; at = at.at_next) {
    h = toy_mix(toy_mix(toy_mix(h, at.at_iaddr), at.at_flags), at.at_due);
    for (let i = 0; i < 6; i++) h = toy_mix(h, at.at_enaddr[i]);
    for (let m = at.at_hold; m; m = m.m_nextpkt) h = toy_mix(h, m.m_pktlen);
  }
  for (let inm = in_multihead; inm; inm = inm.inm_next)
    h = toy_mix(toy_mix(toy_mix(h, inm.inm_addr), inm.inm_timer), inm.inm_refcount);
  return h;
}

function toy_mix(h: number, n: number): number {
  return (((h << 5) | (h >>> 27)) ^ n) | 0;
}

/** Mbufs that are free. */
export function toy_free(): number {
  let n = 0;
  while (m_spare(n)) n++;
  return n;
}
