/**
 * Network interfaces: the contract between a driver and the stack. BSD: net/if.h, net/if.c; Stevens chapter 3.
 *
 * **How to write a driver.** Fill an `Arpcom` (ether.ts) for your chip: name, address, `if_start`, `if_ioctl`; call
 * `ether_ifattach`. From then on
 *  - the stack puts whole Ethernet frames, without checksum and not padded, into `if_snd` and calls `if_start(ifp)`
 *    unless IFF_OACTIVE is set. Take them with `IF_DEQUEUE`, send them, free them. Set IFF_OACTIVE while the chip cannot
 *    take another, clear it and look at the queue again when it can. Count if_opackets, if_oerrors, if_collisions.
 *  - for each good frame that has come, give `ether_input(ifp, m)` a packet (M_PKTHDR, m_pktlen) whose first mbuf lies
 *    in the arena and holds at least the first 60 bytes, or all; m_data should be 2 mod 4, so that the IP header is
 *    aligned. Never call it from within `if_start`. When no mbuf is to be had leave the frame in the chip and come back.
 *    Count if_ierrors; if_ipackets and if_ibytes are counted for you.
 *  - `if_ioctl(ifp, cmd, data)` is called with SIOCSIFFLAGS after if_flags have changed (bring the chip up or down,
 *    promiscuous or not), with SIOCADDMULTI after the list of groups has (set the filter) and with SIOCSIFLLADDR after
 *    ac_enaddr has: errno.
 *  - call `if_link(ifp, up)` when the cable comes or goes.
 *  - what the machine calls of a driver, its interrupt, is a turn: turn_begin, turn_end (kern/turn.ts). `if_reset(ifp)` is
 *    called after one was broken off: the bus may have been left in the middle of a transfer, and the interpreter forgets an
 *    interrupt's handler that it broke off.
 * A driver knows this file, ether.ts, kern/mbuf.ts and machdep.ts, and no protocol.
 */
import type { Embedded, Shell, u8, u16 } from "../../types";
import { EINVAL } from "../kern/errno";
import type { Mbuf } from "../kern/mbuf";
import { m_freem } from "../kern/mbuf";

/* if_flags */
export const IFF_UP = 0x1; // wanted up
export const IFF_BROADCAST = 0x2; // broadcast address valid
export const IFF_LOOPBACK = 0x8; // is a loopback net
export const IFF_RUNNING = 0x40; // resources allocated: chip initialised
export const IFF_NOARP = 0x80; // no address resolution protocol
export const IFF_PROMISC = 0x100; // receive all packets
export const IFF_ALLMULTI = 0x200; // receive all multicast packets
export const IFF_OACTIVE = 0x400; // transmission in progress
export const IFF_SIMPLEX = 0x800; // can't hear own transmissions
export const IFF_MULTICAST = 0x8000; // supports multicast
export const IFF_LINK = 0x10000; // the cable is in. Differs: BSD keeps no link state
export const IFF_FORWARD = 0x20000; // packets for others come and go by it: it is a router's. Differs: BSD's ipforwarding is for all
export const IFF_NAT = 0x40000; // those behind the others share its address (inet/nat)

/* if_ioctl's cmd */
export const SIOCSIFFLAGS = 1;
export const SIOCADDMULTI = 2;
export const SIOCSIFLLADDR = 3;

/** A queue of packets (m_nextpkt), bounded. */
export interface Ifqueue {
  ifq_head: Mbuf | null;
  ifq_tail: Mbuf | null;
  ifq_len: u8;
  ifq_maxlen: u8;
  ifq_drops: number;
}

/** An address of an interface; its family has more behind it (in_var.ts). */
export interface Ifaddr {
  ifa_next: Ifaddr | null;
  ifa_ifp: Ifnet;
}

export interface Ifnet {
  if_next: Ifnet | null;
  if_name: Shell<string>;
  if_mtu: u16;
  if_flags: number;
  if_addrlist: Ifaddr | null;
  /** sends packet `m` to the neighbour with network address `dst`; consumes m, answers errno */
  if_output: (ifp: Ifnet, m: Mbuf, dst: number) => number;
  if_start: (ifp: Ifnet) => void;
  if_ioctl: (ifp: Ifnet, cmd: number) => number;
  if_snd: Embedded<Ifqueue>;
  /** told when the link comes or goes */
  if_linkstate: ((ifp: Ifnet) => void) | null;
  if_ipackets: number;
  if_ierrors: number;
  if_opackets: number;
  if_oerrors: number;
  if_collisions: number;
  if_ibytes: number;
  if_obytes: number;
  if_imcasts: number;
  if_omcasts: number;
  /** dropped on input: no memory, or a full queue; and for want of a protocol */
  if_iqdrops: number;
  if_noproto: number;
  /** faults of the chip by cause (drivers/watchdog.ts), null where there is no chip */
  if_chipstat: Uint32Array | null;
  /** puts bus and chip in order after a turn that was broken off */
  if_reset: (ifp: Ifnet) => void;
}

/** Of an interface's functions those that it does not need. */
export function if_nothing(): number {
  return 0;
}

/** All interfaces. */
export let ifnet: Ifnet | null;

export function ifinit(): void {
  ifnet = null;
}

export function if_attach(ifp: Ifnet): void {
  ifp.if_next = ifnet;
  ifnet = ifp;
}

/** Takes an interface out of the list and drops what waits to be sent. */
export function if_detach(ifp: Ifnet): void {
  if_qflush(ifp.if_snd);
  if (ifnet === ifp) ifnet = ifp.if_next;
  else for (let p = ifnet; p; p = p.if_next) if (p.if_next === ifp) p.if_next = ifp.if_next;
  ifp.if_next = null;
}

/** Sets and clears if_flags and lets the driver follow; errno. */
export function if_setflags(ifp: Ifnet, set: number, clear: number): number {
  ifp.if_flags = (ifp.if_flags & ~clear) | set;
  if (clear & IFF_UP) if_qflush(ifp.if_snd);
  return ifp.if_ioctl(ifp, SIOCSIFFLAGS);
}

/** What every host must take (RFC 791 3.1), and what an Ethernet takes. */
const MTU_MIN = 576;
const MTU_MAX = 1500;

/** Packets longer than `mtu` are cut before they go out there; errno. BSD: SIOCSIFMTU. */
export function if_setmtu(ifp: Ifnet, mtu: number): number {
  if (!(mtu >= MTU_MIN && mtu <= MTU_MAX)) return EINVAL;
  ifp.if_mtu = mtu;
  return 0;
}

/** The driver tells of the cable; whoever listens is told of a change. */
export function if_link(ifp: Ifnet, up: boolean): void {
  const flags = up ? ifp.if_flags | IFF_LINK : ifp.if_flags & ~IFF_LINK;
  if (flags === ifp.if_flags) return;
  ifp.if_flags = flags;
  if (ifp.if_linkstate) ifp.if_linkstate(ifp);
}

export function ifqueue_new(maxlen: number): Ifqueue {
  return { ifq_head: null, ifq_tail: null, ifq_len: 0, ifq_maxlen: maxlen, ifq_drops: 0 };
}

/** Queues `m`; false (counted, m freed) when the queue is full. BSD: IF_QFULL, IF_DROP and IF_ENQUEUE. */
export function IF_ENQUEUE(q: Ifqueue, m: Mbuf): boolean {
  if (q.ifq_len >= q.ifq_maxlen) return if_drop(q, m);
  m.m_nextpkt = null;
  if (q.ifq_tail) q.ifq_tail.m_nextpkt = m;
  else q.ifq_head = m;
  q.ifq_tail = m;
  q.ifq_len++;
  return true;
}

function if_drop(q: Ifqueue, m: Mbuf): boolean {
  q.ifq_drops++;
  m_freem(m);
  return false;
}

/** The first packet of the queue, or null. */
export function IF_DEQUEUE(q: Ifqueue): Mbuf | null {
  const m = q.ifq_head;
  if (m) {
    q.ifq_head = m.m_nextpkt;
    if (!q.ifq_head) q.ifq_tail = null;
    m.m_nextpkt = null;
    q.ifq_len--;
  }
  return m;
}

export function if_qflush(q: Ifqueue): void {
  let m = IF_DEQUEUE(q);
  while (m) {
    m_freem(m);
    m = IF_DEQUEUE(q);
  }
}
