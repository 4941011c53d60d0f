/**
 * The one way into the core: numbered entries, as sysent.ts has them. BSD: i386/i386/trap.c (syscall), kern/init_sysent.c.
 *
 * To attach and to detach a chip is its root's (enc28j60.ts, w5500_raw.ts), which calls this for the rest.
 */
import {
  INET_DHCP,
  INET_DNS,
  INET_DOMAIN,
  INET_NAT,
  INET_ROUTE,
  KERN_FILES,
  LIB_NETWORKJS,
  LIB_SYSCALLS,
  NETHER,
} from "../config";
import { type ChipSoftc, chip_intr } from "../drivers/chip";
import { copyin, memory_offset } from "../machdep";
import type { Arpcom } from "../net/if/ether";
import { type Ifnet, if_setflags, if_setmtu, SIOCSIFLLADDR } from "../net/if/ifnet";
import { rtlookup } from "../net/if/route";
import { arpresolve } from "../net/inet/arp/arp";
import { arp_announce } from "../net/inet/arp/arp_output";
import { acd_taken } from "../net/inet/dhcp/acd";
import { dhcp_conflict, dhcp_get, dhcp_link, dhcp_start, dhcp_stop } from "../net/inet/dhcp/dhcp";
import { dhcp_domain, dhcp_domainlen } from "../net/inet/dhcp/dhcp_message";
import { DHCP_NAMELEN, dhcp_name, dhcp_setnamelen } from "../net/inet/dhcp/dhcp_var";
import { in_ifinit, in_ifscrub, in_setgateway } from "../net/inet/in";
import { in_rtrequest } from "../net/inet/in_route";
import { in_ifaddr_of } from "../net/inet/in_var";
import { nat_rule } from "../net/inet/nat/nat_rule";
import { init_main } from "../net/init_main";
import { EINVAL, ENOBUFS, ENODEV } from "../net/kern/errno";
import { soupcall, soupcalls } from "../net/kern/socket2";
import { sowakeall } from "../net/kern/sys_socket";
import type { Bytes, Table } from "../types";
import { core_args, enaddr_get, event_conflict, event_dhcp, event_link, event_next, events_init } from "./events";
import { filecall, vnodecall } from "./filecall";
import { namecall, namecall_init } from "./namecall";
import { networkjs_entry, networkjs_init, networkjs_mended, networkjs_upcalls } from "./networkjs";
import { stat } from "./stat";
import { syscall } from "./syscall";
import {
  ARG_ADDR,
  ARG_AT,
  ARG_PENDING,
  ARG_VALUE,
  ARP_SET,
  CORE_EVENT,
  CORE_INIT,
  CORE_MEND,
  CORE_STAT,
  CORE_UPCALL,
  CORE_UPCALLS,
  DHCP_DOMAIN,
  DHCP_GET,
  DHCP_HOSTNAME,
  DHCP_START,
  DHCP_STOP,
  IF_ATTACH,
  IF_GET,
  IF_INTR,
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
  LO0_UNIT,
  NAT_RULE,
  NJ_ROOM,
  PENDING_UPCALLS,
  RES_SERVER,
  RES_TAKE,
  RT_REQUEST,
  SYS_READ,
  SYS_SOCKET,
} from "./sysent";

const enaddr: Bytes<6> = new Uint8Array(6);
let units: Table<Arpcom | null, typeof NETHER>;

/** Answers what was asked for, or a negative errno. */
export function core_entry(code: number, a: number, b: number, c: number): number {
  if (KERN_FILES && code >= SYS_READ && code < IF_ATTACH) return filecall(code, a, b, c, core_unit(b));
  if (KERN_FILES && code >= ARP_SET && code < NJ_ROOM) return vnodecall(code, a, b, c, core_unit(a));
  if (code >= SYS_SOCKET && code < IF_ATTACH) return syscall(code, a, b, c);
  if (LIB_NETWORKJS && code >= NJ_ROOM) return networkjs_entry(code, a, b, c);
  if (INET_DNS && code >= RES_SERVER && code <= RES_TAKE) return namecall(code, a, b);
  if (INET_NAT && code === NAT_RULE) return -nat_rule(a, b >>> 16, c, b & 65535);
  switch (code) {
    case CORE_INIT:
      return core_init();
    case CORE_EVENT:
      return event_next();
    case CORE_UPCALLS:
      core_args[ARG_PENDING] &= ~PENDING_UPCALLS;
      return LIB_SYSCALLS ? soupcalls() : 0;
    case CORE_UPCALL:
      return LIB_SYSCALLS ? soupcall() : 0;
    case CORE_MEND:
      core_mend();
      return 0;
    case CORE_STAT:
      return LIB_SYSCALLS ? stat(a, b, unit_of) : -EINVAL;
    case IN_SETGATEWAY:
      return -in_setgateway(a);
    case IN_GATEWAY:
      return gateway();
    case RT_REQUEST:
      return INET_ROUTE ? -in_rtrequest(core_args[ARG_VALUE] & 255, a, b, c, core_args[ARG_VALUE] >> 8) : -EINVAL;
    case DHCP_HOSTNAME:
      return INET_DHCP ? hostname(a) : 0;
    case DHCP_DOMAIN:
      return INET_DHCP && INET_DOMAIN ? domain() : 0;
  }
  const ac = core_unit(a);
  if (KERN_FILES && ac && code === IF_SETMTU) return -if_setmtu(ac, b);
  return ac ? interface_entry(code, ac, b, c) : -ENODEV;
}

function core_init(): number {
  events_init();
  units = [];
  init_main(null, core_upcallturn);
  if (LIB_NETWORKJS) networkjs_init();
  if (INET_DNS) namecall_init();
  return 0;
}

/** Sockets wait for their upcalls: the shell asks for those of programs. */
function core_upcallturn(): void {
  if (LIB_NETWORKJS) networkjs_upcalls();
  const n = soupcalls();
  if (LIB_SYSCALLS && n) core_args[ARG_PENDING] |= PENDING_UPCALLS;
  for (let i = LIB_SYSCALLS ? 0 : n; i; i--) soupcall(); // nobody wants these any more
}

/** A transfer may have been in the middle, so each chip begins anew; and a program may not have heard that there is something. */
function core_mend(): void {
  for (let unit = 0; unit < NETHER; unit++) {
    const ac = units[unit];
    if (ac) ac.if_reset(ac);
  }
  sowakeall();
  if (LIB_NETWORKJS) networkjs_mended();
  core_upcallturn();
}

/** The interface of a unit, or null. */
export function core_unit(unit: number): Arpcom | null {
  return unit >= 0 && unit < NETHER ? units[unit] : null;
}

/** The hardware address for a driver to attach. */
export function core_enaddr(): Uint8Array {
  enaddr_get(enaddr);
  return enaddr;
}

/** A driver has attached `ac` for the unit, or had no memory for it: what IF_ATTACH answers. */
export function core_attached(unit: number, ac: Arpcom | null): number {
  if (!ac) return -ENOBUFS;
  units[unit] = ac;
  ac.if_resolve = arpresolve;
  ac.if_linkstate = core_linkstate;
  ac.ac_onconflict = core_conflict;
  return unit;
}

export function core_detached(unit: number): void {
  units[unit] = null;
}

function unit_of(ifp: Ifnet): number {
  for (let unit = 0; unit < NETHER; unit++) if (units[unit] === ifp) return unit;
  return LO0_UNIT;
}

function core_linkstate(ifp: Ifnet): void {
  if (INET_DHCP) dhcp_link(ifp as Arpcom);
  event_link(unit_of(ifp));
}

function core_conflict(ac: Arpcom, sha: number, addr: number): void {
  if (INET_DHCP && acd_taken(addr)) return;
  event_conflict(unit_of(ac), sha, addr);
  if (INET_DHCP) dhcp_conflict(ac);
}

function core_dhcp(ac: Arpcom, fault: number, server: number): void {
  event_dhcp(unit_of(ac), fault, server);
}

function interface_entry(code: number, ac: Arpcom, b: number, c: number): number {
  switch (code) {
    case IF_INTR:
      chip_intr(ac as ChipSoftc);
      return 0;
    case IF_GET:
      return if_get(ac, b);
    case IF_SETFLAGS:
      return -if_setflags(ac, b, c);
    case IF_SETLLADDR:
      enaddr_get(ac.ac_enaddr);
      return -ac.if_ioctl(ac, SIOCSIFLLADDR);
    case IN_IFADDR:
      return ifaddr(ac);
    case IN_IFINIT:
      return -in_ifinit(ac, b, c);
    case IN_IFSCRUB:
      in_ifscrub(ac);
      return 0;
    case DHCP_START:
      return INET_DHCP ? -dhcp_start(ac, core_dhcp) : -EINVAL;
    case DHCP_STOP:
      if (INET_DHCP) dhcp_stop(ac);
      return 0;
    case DHCP_GET:
      return INET_DHCP ? dhcp_get(ac, b) : 0;
    case IN_ANNOUNCE:
      return announce(ac);
  }
  return -EINVAL;
}

function if_get(ac: Arpcom, what: number): number {
  if (what === IFV_FLAGS) return ac.if_flags;
  if (what === IFV_IPACKETS) return ac.if_ipackets;
  if (what === IFV_OPACKETS) return ac.if_opackets;
  if (what === IFV_ERRORS) return ac.if_ierrors + ac.if_oerrors + ac.if_iqdrops + ac.if_snd.ifq_drops;
  return -EINVAL;
}

function ifaddr(ac: Arpcom): number {
  const ia = in_ifaddr_of(ac);
  if (!ia) return 0;
  core_args[ARG_ADDR] = ia.ia_addr;
  core_args[ARG_VALUE] = ia.ia_subnetmask;
  return 1;
}

function announce(ac: Arpcom): number {
  const ia = in_ifaddr_of(ac);
  if (ia) arp_announce(ia);
  return 0;
}

function gateway(): number {
  const rt = rtlookup(0);
  return rt ? rt.rt_gateway : 0;
}

function hostname(len: number): number {
  if (len < 0 || len > DHCP_NAMELEN) return -EINVAL;
  copyin(0, dhcp_name, 0, len);
  dhcp_setnamelen(len);
  return 0;
}

function domain(): number {
  core_args[ARG_AT] = memory_offset(dhcp_domain, 0);
  return dhcp_domainlen;
}
