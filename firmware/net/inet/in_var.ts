/**
 * Internet addresses: of interfaces, of groups, and as such. BSD: netinet/in.h, in_var.h; Stevens chapter 6.
 *
 * An address is an int32 in the order in which it is read (192.0.2.1 is 0xc0000201 | 0), so that two compare by ===.
 */
import type { u8 } from "../../types";
import type { Ifaddr, Ifnet } from "../if/ifnet";
import type { Sockaddr } from "../kern/protosw";

/** How programs name an endpoint. */
export interface SockaddrIn extends Sockaddr {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

/* The form in which an endpoint stands in front of a received datagram: length, family, port, address */
export const SIN_LEN = 0;
export const SIN_FAMILY = 1;
export const SIN_PORT = 2;
export const SIN_ADDR = 4;
export const SOCKADDR_IN_LEN = 8;

export const INADDR_ANY = 0;
export const INADDR_BROADCAST = -1;
export const INADDR_LOOPBACK = 0x7f000001;
export const INADDR_ALLHOSTS_GROUP = -0x1fffffff; // 224.0.0.1
export const INADDR_ALLROUTERS_GROUP = -0x1ffffffe; // 224.0.0.2
const CLASS_MASK = -0x10000000; // the upper four bits
const CLASS_D = -0x20000000; // 1110
const CLASS_E = -0x10000000; // 1111

/** An interface's Internet address. */
export interface InIfaddr extends Ifaddr {
  ia_next: InIfaddr | null;
  ia_addr: number;
  ia_subnet: number;
  ia_subnetmask: number;
  /** all hosts of the subnet; 0 on an interface that does not broadcast, and for masks of 31 and 32 bits */
  ia_broadaddr: number;
  /** announcements of it that are to be sent yet (arp_output.ts) */
  ia_announces: u8;
}

/** A group that an interface has joined. */
export interface InMulti {
  inm_next: InMulti | null;
  inm_addr: number;
  inm_ifp: Ifnet;
  inm_refcount: number;
  /** when a report is due (igmp.ts), and whether ours was the last one on the network */
  inm_timer: number;
  inm_reporter: boolean;
}

/** 224.0.0.0/4: groups */
export function IN_MULTICAST(addr: number): boolean {
  return (addr & CLASS_MASK) === CLASS_D;
}

/** 169.254.0.0/16: of neighbours without a server (RFC 3927) */
export function IN_LINKLOCAL(addr: number): boolean {
  return addr >> 16 === -0x5602;
}

/** May a host have this address? Not 0/8, 127/8, a group, or class E with the limited broadcast (RFC 1122 3.2.1.3). */
export function in_canhost(addr: number): boolean {
  const net = addr >>> 24;
  return net !== 0 && net !== 127 && (addr & CLASS_MASK) !== CLASS_D && (addr & CLASS_MASK) !== CLASS_E;
}

/** All our addresses, and all our groups. */
export let in_ifaddr: InIfaddr | null;
export let in_multihead: InMulti | null;

export function in_init(): void {
  in_ifaddr = null;
  in_multihead = null;
}

/** The Internet address of an interface, or null. BSD: IFP_TO_IA. */
export function in_ifaddr_of(ifp: Ifnet): InIfaddr | null {
  let ia = in_ifaddr;
  while (ia && ia.ifa_ifp !== ifp) ia = ia.ia_next;
  return ia;
}

/** The interface address that is `addr`, or null. BSD: INADDR_TO_IA. */
export function in_ifaddr_with(addr: number): InIfaddr | null {
  let ia = in_ifaddr;
  while (ia && ia.ia_addr !== addr) ia = ia.ia_next;
  return ia;
}

/** Our address on the subnet of `addr`, or null when it is not a neighbour, or is ourselves. */
export function in_neighbour(addr: number): InIfaddr | null {
  let ia = in_ifaddr;
  while (ia && ((addr & ia.ia_subnetmask) !== ia.ia_subnet || addr === ia.ia_addr)) ia = ia.ia_next;
  return ia;
}

/** Is it a broadcast address as seen from interface `ifp`: everybody's, or its subnet's? BSD: in_broadcast. */
export function in_broadcast(addr: number, ifp: Ifnet): boolean {
  if (addr === INADDR_BROADCAST) return true;
  let ia = in_ifaddr;
  while (ia && !(ia.ifa_ifp === ifp && ia.ia_broadaddr === addr)) ia = ia.ia_next;
  return ia !== null && addr !== 0;
}

/** Is it a broadcast address of any of our subnets, or everybody's? */
export function in_isbroadcast(addr: number): boolean {
  if (addr === INADDR_BROADCAST) return true;
  let ia = in_ifaddr;
  while (ia && ia.ia_broadaddr !== addr) ia = ia.ia_next;
  return ia !== null && addr !== 0;
}

export function in_ifaddr_add(ia: InIfaddr): void {
  ia.ia_next = in_ifaddr;
  in_ifaddr = ia;
  ia.ifa_ifp.if_addrlist = ia;
}

export function in_ifaddr_remove(ia: InIfaddr): void {
  if (in_ifaddr === ia) in_ifaddr = ia.ia_next;
  else for (let p = in_ifaddr; p; p = p.ia_next) if (p.ia_next === ia) p.ia_next = ia.ia_next;
  ia.ia_next = null;
  ia.ifa_ifp.if_addrlist = null;
}

/** The membership of interface `ifp` in group `addr`, or null. BSD: IN_LOOKUP_MULTI. */
export function in_lookup_multi(ifp: Ifnet, addr: number): InMulti | null {
  let inm = in_multihead;
  while (inm && (inm.inm_addr !== addr || inm.inm_ifp !== ifp)) inm = inm.inm_next;
  return inm;
}

export function in_multi_add(inm: InMulti): void {
  inm.inm_next = in_multihead;
  in_multihead = inm;
}

export function in_multi_remove(inm: InMulti): void {
  if (in_multihead === inm) in_multihead = inm.inm_next;
  else for (let p = in_multihead; p; p = p.inm_next) if (p.inm_next === inm) p.inm_next = inm.inm_next;
  inm.inm_next = null;
}

/** Writes the Ethernet group of an Internet group (RFC 1112 6.4) into `enaddr` from `off`. BSD: ETHER_MAP_IP_MULTICAST. */
export function ether_map_ip_multicast(addr: number, enaddr: Uint8Array, off: number): void {
  enaddr[off] = 1;
  enaddr[off + 1] = 0;
  enaddr[off + 2] = 0x5e;
  enaddr[off + 3] = (addr >> 16) & 127;
  enaddr[off + 4] = addr >> 8;
  enaddr[off + 5] = addr;
}
