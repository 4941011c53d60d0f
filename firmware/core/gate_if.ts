/**
 * Interfaces, addresses and neighbours as the libraries know them (net/if, net/inet, the drivers), each call an entry of the
 * core's.
 */
import { type SpiDev, spi_close, spi_resync } from "../drivers/spi_bus";
import { args, enaddr_out, type Interface, units } from "./gate_turn";
import { call, port_intr, port_wire } from "./port";
import {
  ARG_ADDR,
  ARG_VALUE,
  ARP_DELETE,
  ARP_SET,
  IF_ATTACH,
  IF_DETACH,
  IF_GET,
  IF_SETFLAGS,
  IF_SETLLADDR,
  IF_SETMTU,
  IFV_ERRORS,
  IFV_FLAGS,
  IFV_IPACKETS,
  IFV_OPACKETS,
  IN_ANNOUNCE,
  IN_GATEWAY,
  IN_IFADDR,
  IN_IFINIT,
  IN_IFSCRUB,
  IN_SETGATEWAY,
  NAT_RULE,
  NO_UNIT,
  RT_REQUEST,
} from "./sysent";

/** A chip at the end of these wires, whose driver is the core's. Throws an Error when the core has no room for one more. */
export function chip_attach(spi: SpiDev, enaddr: Uint8Array, flags: number): Interface {
  let unit = 0;
  while (units[unit]) unit++;
  enaddr_out(enaddr);
  port_wire(unit, spi, () => spi_resync(spi));
  const ac = (units[unit] = interface_new(unit, spi, enaddr));
  if (call(IF_ATTACH, unit, flags, 0) >= 0) return ac;
  units[unit] = null;
  throw new Error("connect: no room for one more chip");
}

export { chip_attach as en_attach, chip_attach as wz_attach, chip_detach as en_detach, chip_detach as wz_detach };

function interface_new(unit: number, spi: SpiDev, enaddr: Uint8Array): Interface {
  return {
    if_unit: unit,
    if_name: "",
    sc_spi: spi,
    ac_enaddr: enaddr,
    if_resolve: null,
    if_ioctl: if_setlladdr,
    if_linkstate: null,
    ac_onconflict: null,
    ac_ondhcp: null,
  };
}

/* What programs are told of an interface (lib/ethernet/ifdata.ts). */

export function if_getflags(ac: Interface): number {
  return if_get(ac, IFV_FLAGS);
}

export function if_getinput(ac: Interface): number {
  return if_get(ac, IFV_IPACKETS);
}

export function if_getoutput(ac: Interface): number {
  return if_get(ac, IFV_OPACKETS);
}

export function if_getlost(ac: Interface): number {
  return if_get(ac, IFV_ERRORS);
}

/** 0 of one that is detached. */
function if_get(ac: Interface, what: number): number {
  const value = call(IF_GET, ac.if_unit, what, 0);
  return value < 0 ? 0 : value;
}

export function chip_detach(ac: Interface): void {
  call(IF_DETACH, ac.if_unit, 0, 0);
  spi_close(ac.sc_spi);
  units[ac.if_unit] = null;
  ac.if_unit = NO_UNIT; // its own may be another's soon
}

/** What is called when the interrupt line has fallen. */
export function chip_handler(ac: Interface): () => void {
  return port_intr(ac.if_unit);
}

export function if_setflags(ac: Interface, set: number, clear: number): number {
  return -call(IF_SETFLAGS, ac.if_unit, set, clear);
}

function if_setlladdr(ac: Interface): number {
  enaddr_out(ac.ac_enaddr);
  return -call(IF_SETLLADDR, ac.if_unit, 0, 0);
}

/** What libraries use of an InIfaddr. */
export interface Address {
  ia_ifp: Interface;
  ia_addr: number;
  ia_subnetmask: number;
}

export function in_ifaddr_of(ac: Interface): Address | null {
  if (call(IN_IFADDR, ac.if_unit, 0, 0) <= 0) return null;
  return { ia_ifp: ac, ia_addr: args[ARG_ADDR], ia_subnetmask: args[ARG_VALUE] };
}

export function in_ifinit(ac: Interface, addr: number, mask: number): number {
  return -call(IN_IFINIT, ac.if_unit, addr, mask);
}

export function in_ifscrub(ac: Interface): void {
  call(IN_IFSCRUB, ac.if_unit, 0, 0);
}

export function if_setmtu(ac: Interface, mtu: number): number {
  return -call(IF_SETMTU, ac.if_unit, mtu | 0, 0);
}

export function arp_setioctl(ac: Interface, addr: number, enaddr: Uint8Array, flags: number): number {
  enaddr_out(enaddr);
  return -call(ARP_SET, ac.if_unit, addr, flags);
}

export function arp_delioctl(addr: number): number {
  return -call(ARP_DELETE, addr, 0, 0);
}

export function in_setgateway(gateway: number): number {
  return -call(IN_SETGATEWAY, gateway, 0, 0);
}

export function nat_rule(p: number, xport: number, laddr: number, lport: number): number {
  return -call(NAT_RULE, p, (xport << 16) | lport, laddr);
}

export function in_rtrequest(req: number, dst: number, mask: number, gateway: number, metric: number): number {
  args[ARG_VALUE] = req + metric * 256;
  return -call(RT_REQUEST, dst, mask, gateway);
}

/** The way to everywhere else (`dst` 0), or null. */
export function rtlookup(_dst: number): { rt_gateway: number } | null {
  const gateway = call(IN_GATEWAY, 0, 0, 0);
  return gateway ? { rt_gateway: gateway } : null;
}

export function arp_announce(ia: Address): void {
  call(IN_ANNOUNCE, ia.ia_ifp.if_unit, 0, 0);
}
