/**
 * Ethernet framing, common to all drivers. BSD: net/if_ethersubr.c; Stevens chapter 4; RFC 894, 1122 2.3.3.
 *
 * Input is demultiplexed by `ether_proto[isr]`, which the protocols fill in with their types; addresses of neighbours come from
 * `if_resolve`, which ARP sets. So this file knows no protocol.
 */

import { IFQ_LARGE, IFQ_SNDMAX, NET_BPF } from "../../config";
import { arena, bcopy, bcopy6, get16, get32, put16, put32 } from "../../machdep";
import type { Bytes, Table } from "../../types";
import { EIO, ENETDOWN, ENOBUFS } from "../kern/errno";
import { free } from "../kern/kern_malloc";
import { M_BCAST, M_DONTWAIT, M_MCAST, type Mbuf, m_freem } from "../kern/mbuf";
import { m_adj, m_prepend } from "../kern/mbuf_chain";
import {
  ETHER_ADDR_LEN,
  ETHER_DHOST,
  ETHER_GROUP,
  ETHER_HDR_LEN,
  ETHER_SHOST,
  ETHER_TYPE,
  ETHERMTU,
  ETHERTYPE_IP,
  ETHERTYPE_VLAN,
  EVL_ENCAPLEN,
  EVL_VLID_MASK,
} from "../wire/ether";
import { bpf_mtap, bpf_peers } from "./bpf";
import {
  IF_ENQUEUE,
  IFF_BROADCAST,
  IFF_MULTICAST,
  IFF_OACTIVE,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_SIMPLEX,
  IFF_UP,
  type Ifnet,
  if_attach,
  if_nothing,
  ifqueue_new,
  SIOCADDMULTI,
} from "./ifnet";
import { NETISR_MAX, netisr_dispatch } from "./netisr";

/** `if_resolve`'s answer when it has kept the packet until the address is known. */
export const RESOLVE_HELD = -1;

/** A group that the interface listens to. */
export interface EtherMulti {
  enm_addr: Bytes<6>;
  enm_refcount: number;
  enm_next: EtherMulti | null;
}

/** An Ethernet interface: what is common to driver and ARP. */
export interface Arpcom extends Ifnet {
  /** our hardware address */
  ac_enaddr: Bytes<6>;
  /** groups to receive */
  ac_multiaddrs: EtherMulti | null;
  ac_multicnt: number;
  /**
   * told of another host that uses our address or the one that is being probed (RFC 5227), `addr`; its hardware address is at
   * arena offset `sha`
   */
  ac_onconflict: ((ac: Arpcom, sha: number, addr: number) => void) | null;
  /**
   * Writes the hardware address of neighbour `dst` at the head of frame `m`: 0. RESOLVE_HELD when it has taken m to
   * send it later, an errno when it has freed it.
   */
  if_resolve: (ac: Arpcom, m: Mbuf, dst: number) => number;
  /** Asks the neighbours that are known whether they are there: the driver has heard nothing for long. */
  if_probe: (ac: Arpcom) => void;
}

/** The Ethernet type of each netisr number; 0: nobody has it. */
export let ether_proto: Table<number, typeof NETISR_MAX>;

export function ether_init(): void {
  ether_proto = [];
  for (let isr = 0; isr < NETISR_MAX; isr++) ether_proto[isr] = 0;
}

/** The netisr number of an Ethernet type; -1: nobody has it. */
function ether_isr(type: number): number {
  let isr = NETISR_MAX - 1;
  while (isr >= 0 && ether_proto[isr] !== type) isr--;
  return isr;
}

/**
 * Fills in what all Ethernet interfaces have in common; the driver sets if_start and if_ioctl, then attaches it. What runs per
 * packet comes first, and modules/netstat knows the order.
 */
export function arpcom_init(ac: Arpcom, enaddr: Uint8Array): void {
  ac.if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
  ac.if_snd = ifqueue_new(IFQ_SNDMAX);
  ac.if_obytes = ac.if_opackets = ac.if_ibytes = ac.if_ipackets = 0; // the last is set first
  ac.if_output = ether_output as Ifnet["if_output"];
  ac.if_resolve = ether_unresolved;
  ac.if_probe = if_nothing;
  ac.if_start = if_nothing;
  ac.if_ioctl = ether_noioctl;
  ac.ac_enaddr = new Uint8Array(ETHER_ADDR_LEN);
  bcopy(enaddr, 0, ac.ac_enaddr, 0, ETHER_ADDR_LEN);
  ac.ac_multiaddrs = null;
  ac.ac_multicnt = 0;
  ac.ac_onconflict = null;
  ac.if_next = null;
  ac.if_name = "";
  ac.if_mtu = ETHERMTU;
  ac.if_addrlist = null;
  ac.if_linkstate = null;
  ac.if_collisions = ac.if_oerrors = ac.if_ierrors = 0;
  ac.if_noproto = ac.if_iqdrops = ac.if_omcasts = ac.if_imcasts = 0;
  ac.if_chipstat = null;
  ac.if_reset = if_nothing;
}

function ether_unresolved(_ac: Arpcom, m: Mbuf): number {
  m_freem(m);
  return ENETDOWN;
}

function ether_noioctl(): number {
  return EIO;
}

export function ether_ifattach(ac: Arpcom): void {
  if_attach(ac);
}

/**
 * A frame from a driver, Ethernet header first; consumes m. The header is in the arena whole (ifnet.ts), and the chip
 * has checked the frame's own sum.
 */
export function ether_input(ac: Arpcom, m: Mbuf): void {
  if (NET_BPF && bpf_peers()) bpf_mtap(ac, m, 0);
  let eh = m.m_data;
  let isr = ether_isr(get16(eh + ETHER_TYPE));
  if (isr < 0 && ether_untag(m, eh)) {
    eh = m.m_data;
    isr = ether_isr(get16(eh + ETHER_TYPE));
  }
  ac.if_ipackets++;
  ac.if_ibytes += m.m_pktlen;
  if (arena[eh] & ETHER_GROUP) ether_group(ac, m, eh);
  else if (ac.if_flags & IFF_PROMISC && !ether_ours(ac, eh)) {
    m_freem(m);
    return;
  }
  if (isr < 0) {
    ac.if_noproto++;
    m_freem(m);
    return;
  }
  m.m_rcvif = ac;
  m.m_data = eh + ETHER_HDR_LEN;
  m.m_len -= ETHER_HDR_LEN;
  m.m_pktlen -= ETHER_HDR_LEN;
  netisr_dispatch(isr, m);
}

/** Takes out a tag that tells a priority and names no VLAN (IEEE 802.1Q: VID 0): true when there was one. */
function ether_untag(m: Mbuf, eh: number): boolean {
  if (get16(eh + ETHER_TYPE) !== ETHERTYPE_VLAN || get16(eh + ETHER_HDR_LEN) & EVL_VLID_MASK) return false;
  if (m.m_len < ETHER_HDR_LEN + EVL_ENCAPLEN) return false;
  for (let off = eh + ETHER_TYPE - 4; off >= eh; off -= 4) put32(off + EVL_ENCAPLEN, get32(off));
  m_adj(m, EVL_ENCAPLEN);
  return true;
}

function ether_group(ac: Arpcom, m: Mbuf, eh: number): void {
  ac.if_imcasts++;
  m.m_flags |= ether_isbroadcast(eh + ETHER_DHOST) ? M_BCAST : M_MCAST;
}

function ether_ours(ac: Arpcom, eh: number): boolean {
  return ether_same(eh + ETHER_DHOST, ac.ac_enaddr);
}

/** Is the hardware address at an arena offset everybody's? */
function ether_isbroadcast(off: number): boolean {
  return get16(off) === 65535 && get32(off + 2) === -1;
}

/** Is the hardware address at an arena offset `enaddr`? */
export function ether_same(off: number, enaddr: Uint8Array): boolean {
  return ether_equal(arena, off, enaddr);
}

/** The last byte first: there hosts differ. */
function ether_equal(buf: Uint8Array, off: number, enaddr: Uint8Array): boolean {
  let i = ETHER_ADDR_LEN - 1;
  while (i >= 0 && buf[off + i] === enaddr[i]) i--;
  return i < 0;
}

/** Reads the hardware address at an arena offset. */
export function ether_copy(off: number, enaddr: Uint8Array): void {
  bcopy(arena, off, enaddr, 0, ETHER_ADDR_LEN);
}

/** Copies a hardware address within the arena. */
export function ether_move(from: number, to: number): void {
  put32(to, get32(from));
  put16(to + 4, get16(from + 4));
}

/** Makes a frame whose header is at an arena offset everybody's. */
export function ether_broadcast(eh: number): void {
  put16(eh + ETHER_DHOST, 65535);
  put32(eh + ETHER_DHOST + 2, -1);
}

/** Sends IP packet `m` to the neighbour `dst`; consumes m, answers errno. */
function ether_output(ac: Arpcom, m0: Mbuf, dst: number): number {
  const m = ether_encap(ac, m0, ETHERTYPE_IP);
  if (!m) return ENOBUFS;
  const error = ac.if_resolve(ac, m, dst);
  if (error) return error === RESOLVE_HELD ? 0 : error;
  return ether_transmit(ac, m);
}

/** Sends packet `m` of type `type` to a hardware address (null: everybody's); consumes m, answers errno. BSD: AF_UNSPEC. */
export function ether_send(ac: Arpcom, m0: Mbuf, enaddr: Uint8Array | null, type: number): number {
  const m = ether_encap(ac, m0, type);
  if (!m) return ENOBUFS;
  if (enaddr) bcopy6(enaddr, m.m_data + ETHER_DHOST);
  else ether_broadcast(m.m_data);
  return ether_transmit(ac, m);
}

/** Puts the Ethernet header in front of `m`, but for the destination; null (m freed) when there is no room for it. */
export function ether_encap(ac: Arpcom, m0: Mbuf, type: number): Mbuf | null {
  const m = m_prepend(m0, ETHER_HDR_LEN, M_DONTWAIT);
  if (m) {
    bcopy6(ac.ac_enaddr, m.m_data + ETHER_SHOST);
    put16(m.m_data + ETHER_TYPE, type);
  }
  return m;
}

/** Queues a complete frame and sees to it that the driver starts; consumes m, answers errno. */
export function ether_transmit(ac: Arpcom, m: Mbuf): number {
  const len = m.m_pktlen;
  if ((ac.if_flags & (IFF_UP | IFF_RUNNING)) !== (IFF_UP | IFF_RUNNING)) {
    m_freem(m);
    return ENETDOWN;
  }
  if (m.m_flags & (M_BCAST | M_MCAST)) ac.if_omcasts++;
  if (m.m_next && ac.if_snd.ifq_len >= IFQ_LARGE) return ether_full(ac, m);
  if (!IF_ENQUEUE(ac.if_snd, m)) return ENOBUFS;
  ac.if_obytes += len;
  if (NET_BPF && bpf_peers()) bpf_mtap(ac, m, 1);
  if (!(ac.if_flags & IFF_OACTIVE)) ac.if_start(ac);
  return 0;
}

/** The queue has no room for a long packet, so that there is for short ones: whoever sends so much is slowed down. */
function ether_full(ac: Arpcom, m: Mbuf): number {
  ac.if_snd.ifq_drops++;
  m_freem(m);
  return ENOBUFS;
}

/** Starts to receive the group `enaddr`; errno. */
export function ether_addmulti(ac: Arpcom, enaddr: Uint8Array): number {
  const known = ether_lookup_multi(ac, enaddr);
  if (known) {
    known.enm_refcount++;
    return 0;
  }
  const enm: EtherMulti | null = { enm_addr: new Uint8Array(6), enm_refcount: 1, enm_next: ac.ac_multiaddrs };
  if (!enm) return ENOBUFS;
  bcopy(enaddr, 0, enm.enm_addr, 0, ETHER_ADDR_LEN);
  ac.ac_multiaddrs = enm;
  ac.ac_multicnt++;
  const error = ac.if_ioctl(ac, SIOCADDMULTI);
  if (error) ether_delmulti(ac, enaddr);
  return error;
}

/** Ends what `ether_addmulti` began; errno. */
export function ether_delmulti(ac: Arpcom, enaddr: Uint8Array): number {
  const enm = ether_lookup_multi(ac, enaddr);
  if (!enm || --enm.enm_refcount) return 0;
  if (ac.ac_multiaddrs === enm) ac.ac_multiaddrs = enm.enm_next;
  else for (let p = ac.ac_multiaddrs; p; p = p.enm_next) if (p.enm_next === enm) p.enm_next = enm.enm_next;
  ac.ac_multicnt--;
  free(enm);
  return ac.if_ioctl(ac, SIOCADDMULTI);
}

function ether_lookup_multi(ac: Arpcom, enaddr: Uint8Array): EtherMulti | null {
  let enm = ac.ac_multiaddrs;
  while (enm && !ether_equal(enm.enm_addr, 0, enaddr)) enm = enm.enm_next;
  return enm;
}
