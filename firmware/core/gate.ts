/**
 * The core as the libraries know it: functions by the names that the stack's own have, each a numbered entry (sysent.ts). So the
 * libraries are the same whether the stack is JavaScript or machine code: what builds a bundle with a core gives them this file in
 * place of firmware/net and the drivers.
 *
 * After each call the shell looks whether the core has something to tell; programs hear of it in a turn of its own.
 */
import { type SpiDev, spi_close, spi_resync } from "../drivers/spi_bus";
import { bytes_string, machdep_memory, string_bytes, timeout } from "../machdep";
import type { TcpInfo } from "../net/inet/tcp/tcp_sockopt";
import { callout_init } from "../net/kern/callout";
import { EAFNOSUPPORT, EINVAL, ENOPROTOOPT } from "../net/kern/errno";
import { AF_INET, SOCK_STREAM } from "../net/kern/socketvar";
import { turn_begin, turn_end, turn_init, turn_upcall } from "../net/kern/turn";
import { entry, memory, port_open, port_wire } from "./port_host";
import {
  ARG_ADDR,
  ARG_AT,
  ARG_CAUSE,
  ARG_COUNT,
  ARG_ENADDR,
  ARG_FAULT,
  ARG_INFO,
  ARG_PENDING,
  ARG_PORT,
  ARG_TO,
  ARG_UNIT,
  ARG_VALUE,
  ARP_KNOWN,
  ARP_PROBE,
  ARP_REQUEST,
  CORE_EVENT,
  CORE_INIT,
  CORE_STAT,
  CORE_TIMEOUT,
  CORE_UPCALL,
  CORE_UPCALLS,
  EVENT_CONFLICT,
  EVENT_LINK,
  IF_ATTACH,
  IF_DETACH,
  IF_GET,
  IF_INTR,
  IF_SETFLAGS,
  IF_SETLLADDR,
  IFV_ERRORS,
  IFV_FLAGS,
  IFV_IPACKETS,
  IFV_OPACKETS,
  IN_ANNOUNCE,
  IN_GATEWAY,
  IN_HIDE,
  IN_IFADDR,
  IN_IFINIT,
  IN_IFSCRUB,
  IN_SETGATEWAY,
  IP_SETIF,
  PENDING_EVENTS,
  PENDING_UPCALLS,
  SYS_ACCEPT,
  SYS_BIND,
  SYS_CLOSE,
  SYS_CONNECT,
  SYS_FDSPARE,
  SYS_GETPEERNAME,
  SYS_GETSOCKNAME,
  SYS_GETSOCKOPT,
  SYS_LISTEN,
  SYS_NOTSOCK,
  SYS_PIECE,
  SYS_POLL,
  SYS_RECEIVED,
  SYS_RECVFROM,
  SYS_SENDTO,
  SYS_SETSOCKOPT,
  SYS_SETUPCALL,
  SYS_SHUTDOWN,
  SYS_SOCKET,
  SYS_SOCKPRIV,
  SYS_TCPINFO,
} from "./sysent";

/* The names and numbers of the stack that libraries use besides its functions */
export { CHIP_FULLDPX, CHIP_INT, CHIP_RST } from "../drivers/chip";
export { IFF_LINK, IFF_RUNNING, IFF_UP, SIOCSIFLLADDR } from "../net/if/ifnet";
export { in_validaddr } from "../net/inet/in";
export { INADDR_BROADCAST, INADDR_LOOPBACK, in_canhost } from "../net/inet/in_var";
export { IP_TOS, IP_TTL, IPPROTO_IP } from "../net/inet/ip/ip_ctloutput";
export {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
} from "../net/inet/ip/ip_moptions";
export {
  TCP_KEEPCNT_OPT,
  TCP_KEEPIDLE_OPT,
  TCP_KEEPINTVL_OPT,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
} from "../net/inet/tcp/tcp_sockopt";
export { POLLOUT } from "../net/kern/socket";

type Upcall = (fd: number) => void;

/** The first words of the core's memory. */
let args: Int32Array;
let upcalls: (Upcall | null)[];
/** Interfaces by unit. */
let units: (Interface | null)[];
/** A turn in which programs are told is on its way. */
let due: boolean;

/** Brings up the core, and what the libraries have to put in order after a turn that was broken off. */
export function netinit(_more: null, mend: (broken: boolean) => void): void {
  port_open((slot) => turn(CORE_TIMEOUT, slot));
  const bytes = memory();
  machdep_memory(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  turn_init(mend);
  callout_init();
  args = new Int32Array(bytes.buffer, bytes.byteOffset, ARG_COUNT);
  upcalls = [];
  units = [];
  due = false;
  call(CORE_INIT, 0, 0, 0);
}

/** The core keeps its own in order. */
export function net_mend(_broken: boolean): void {}
export function netisr_rescue(): void {}
export function sorescue(): void {}

function call(code: number, a: number, b: number, c: number): number {
  const answer = entry(code, a, b, c, null);
  look();
  return answer;
}

/* What gate_stats.ts shows: a table of the core's (CORE_STAT), and what it has left. */
export function gate_stat(table: number, index: number): number {
  return entry(CORE_STAT, table, index, 0, null);
}

export function gate_args(): Int32Array {
  return args;
}

/** The hardware address that a call has left. */
export function gate_enaddr(): Uint8Array {
  return memory().slice(ENADDR, ENADDR + 6);
}

/** The name of a unit's interface. */
export function gate_interface(unit: number): string {
  return units[unit]!.if_name;
}

/** A turn of the core's own: a timeout, an interrupt. What it has to tell comes last in it. */
function turn(code: number, a: number): void {
  turn_begin();
  entry(code, a, 0, 0, null);
  tell();
  turn_end();
}

/** A program, or a library, has called: has the core something to tell? That waits for a turn of its own. */
function look(): void {
  if (!args[ARG_PENDING] || due) return;
  due = true;
  timeout(tell_turn, 0);
}

function tell_turn(): void {
  turn_begin();
  due = false;
  tell();
  turn_end();
}

/** Programs and libraries hear of what has happened. */
function tell(): void {
  while (args[ARG_PENDING] & PENDING_EVENTS) event(entry(CORE_EVENT, 0, 0, 0, null));
  if (args[ARG_PENDING] & PENDING_UPCALLS) tell_sockets();
}

/** Each socket that waits, once: what they queue in their turn waits for the next. */
function tell_sockets(): void {
  for (let n = entry(CORE_UPCALLS, 0, 0, 0, null); n; n--) {
    const fd = entry(CORE_UPCALL, 0, 0, 0, null);
    const func = upcalls[fd];
    if (func && !turn_upcall(func, fd)) break;
  }
}

/** 0: there was none. */
function event(kind: number): void {
  const ac = kind ? units[args[ARG_UNIT]] : null;
  if (!ac) return;
  if (kind === EVENT_LINK) {
    if (ac.if_linkstate) ac.if_linkstate();
  } else if (kind === EVENT_CONFLICT) {
    if (ac.ac_onconflict) ac.ac_onconflict(ac, ENADDR, args[ARG_ADDR]);
  } else if (ac.sc_spi.spi_told) ac.sc_spi.spi_told(args[ARG_CAUSE], args[ARG_FAULT]);
}

/** Where a hardware address lies in the core's memory. */
const ENADDR = 4 * ARG_ENADDR;

function enaddr_out(enaddr: Uint8Array): void {
  memory().set(enaddr, ENADDR);
}

/* System calls (net/kern/syscalls.ts) */

export interface Name {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

/**
 * The address for a call about `fd`: 0, or why it cannot be, a negative errno. A program may give anything; the core takes
 * numbers for what they are.
 */
function name_out(fd: number, name: Name | null): number {
  if (!name) return notsock(fd) || -EINVAL;
  if (name.sin_family !== AF_INET) return notsock(fd) || -EAFNOSUPPORT;
  const port = name.sin_port;
  if (typeof name.sin_addr !== "number" || !(port >= 0 && port <= 65535) || port !== (port | 0))
    return notsock(fd) || -EINVAL;
  args[ARG_ADDR] = name.sin_addr;
  args[ARG_PORT] = port;
  return 0;
}

/** The address that a call has left, unless nobody wants it. */
function name_in(name: Name | null, answer: number): number {
  if (name && answer >= 0) {
    name.sin_family = AF_INET;
    name.sin_addr = args[ARG_ADDR];
    name.sin_port = args[ARG_PORT];
  }
  return answer;
}

export function socket(domain: number, type: number, protocol: number): number {
  return call(SYS_SOCKET, domain, type, protocol);
}

export function bind(fd: number, name: Name): number {
  return name_out(fd, name) || call(SYS_BIND, fd, 0, 0);
}

export function listen(fd: number, backlog: number): number {
  return call(SYS_LISTEN, fd, backlog, 0);
}

export function accept(fd: number, name: Name | null): number {
  return name_in(name, call(SYS_ACCEPT, fd, 0, 0));
}

export function connect(fd: number, name: Name): number {
  return name_out(fd, name) || call(SYS_CONNECT, fd, 0, 0);
}

export function shutdown(fd: number, how: number): number {
  return call(SYS_SHUTDOWN, fd, how, 0);
}

export function close(fd: number): number {
  if (fd > 0) upcalls[fd] = null;
  return call(SYS_CLOSE, fd, 0, 0);
}

export function getsockname(fd: number, name: Name): number {
  return name_in(name, call(SYS_GETSOCKNAME, fd, 0, 0));
}

export function getpeername(fd: number, name: Name): number {
  return name_in(name, call(SYS_GETPEERNAME, fd, 0, 0));
}

export function setsockopt(fd: number, level: number, name: number, value: number): number {
  args[ARG_VALUE] = value;
  return call(SYS_SETSOCKOPT, fd, level, name);
}

export function getsockopt(fd: number, level: number, name: number): number {
  return call(SYS_GETSOCKOPT, fd, level, name);
}

export function poll(fd: number, events: number): number {
  return call(SYS_POLL, fd, events, 0);
}

export function setupcall(fd: number, func: Upcall | null): number {
  const error = call(SYS_SETUPCALL, fd, func ? 1 : 0, 0);
  if (!error) upcalls[fd] = func;
  return error;
}

export function send(fd: number, data: string | Uint8Array, flags: number): number {
  return sendto(fd, data, flags, null);
}

export function sendto(fd: number, data: string | Uint8Array, flags: number, name: Name | null): number {
  args[ARG_TO] = name ? 1 : 0;
  const error = name ? name_out(fd, name) : 0;
  if (error) return error;
  const answer = entry(SYS_SENDTO, fd, data ? data.length : 0, flags, data);
  look();
  return answer;
}

/** Received bytes as a string, "" for none; or a negative errno. */
export function recvstring(fd: number, len: number, flags: number, from: Name | null): string | number {
  const n = name_in(from, call(SYS_RECVFROM, fd, len, flags));
  if (n < 0) return n;
  let data = "";
  for (let piece = call(SYS_PIECE, 0, 0, 0); piece; piece = call(SYS_PIECE, 0, 0, 0))
    data += bytes_string(memory(), args[ARG_AT], piece);
  call(SYS_RECEIVED, 0, 0, 0);
  return data;
}

/** The same as an array of the program's own. */
export function recvfrom(fd: number, len: number, flags: number, from: Name | null): Uint8Array | number {
  const data = recvstring(fd, len, flags, from);
  return typeof data === "number" ? data : string_bytes(data);
}

export function recv(fd: number, len: number, flags: number): Uint8Array | number {
  return recvfrom(fd, len, flags, null);
}

export function fdspare(): boolean {
  return call(SYS_FDSPARE, 0, 0, 0) !== 0;
}

export function sockpriv(fd: number): void {
  call(SYS_SOCKPRIV, fd, 0, 0);
}

export function notsock(fd: number): number {
  return call(SYS_NOTSOCK, fd, 0, 0);
}

/** Not null for a socket: what libraries ask no more of. */
export function getsock(fd: number): Sock | null {
  return notsock(fd) ? null : { so_type: SOCK_STREAM, so_fd: fd };
}

interface Sock {
  so_type: number;
  so_fd: number;
}

/**
 * Source routes of a program's own (lib/ip_options.ts) are bytes, and not for machine code: IP_OPTIONS is an option that
 * the core does not know.
 */
export function ipopts_pcb(): null {
  return null;
}

export function ipopts_get(_inp: null): number {
  return -ENOPROTOOPT;
}

export { ipopts_get as ipopts_set };

/** How a connection stands; errno when it does not. */
export function tcp_info(so: Sock, info: TcpInfo): number {
  const error = call(SYS_TCPINFO, so.so_fd, 0, 0);
  let i = ARG_INFO;
  info.state = args[i++];
  info.rtt = args[i++];
  info.rttvar = args[i++];
  info.rto = args[i++];
  info.backoff = args[i++];
  info.mss = args[i++];
  info.cwnd = args[i++];
  info.ssthresh = args[i++];
  info.inFlight = args[i++];
  info.unsent = args[i++];
  info.sendWindow = args[i++];
  info.receiveWindow = args[i];
  return -error;
}

/* Interfaces (net/if, the drivers) */

/** What libraries use of an Arpcom; the counters of frames that were lost are all in the first. */
export interface Interface {
  if_unit: number;
  if_name: string;
  sc_spi: SpiDev;
  readonly if_flags: number;
  readonly if_ipackets: number;
  readonly if_opackets: number;
  readonly if_ierrors: number;
  if_oerrors: number;
  if_iqdrops: number;
  if_snd: { ifq_drops: number };
  ac_enaddr: Uint8Array;
  if_resolve: unknown;
  if_ioctl: (ac: Interface, cmd: number) => number;
  if_linkstate: (() => void) | null;
  ac_onconflict: ((ac: Interface, sha: number, addr: number) => void) | null;
}

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
    get if_flags() {
      return call(IF_GET, unit, IFV_FLAGS, 0);
    },
    get if_ipackets() {
      return call(IF_GET, unit, IFV_IPACKETS, 0);
    },
    get if_opackets() {
      return call(IF_GET, unit, IFV_OPACKETS, 0);
    },
    get if_ierrors() {
      return call(IF_GET, unit, IFV_ERRORS, 0);
    },
    if_oerrors: 0,
    if_iqdrops: 0,
    if_snd: { ifq_drops: 0 },
    ac_enaddr: enaddr,
    if_resolve: null,
    if_ioctl: if_setlladdr,
    if_linkstate: null,
    ac_onconflict: null,
  };
}

export function chip_detach(ac: Interface): void {
  call(IF_DETACH, ac.if_unit, 0, 0);
  spi_close(ac.sc_spi);
  units[ac.if_unit] = null;
}

/** The interrupt line has fallen: a turn. */
export function chip_intr(ac: Interface): void {
  turn(IF_INTR, ac.if_unit);
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
  if (!call(IN_IFADDR, ac.if_unit, 0, 0)) return null;
  return { ia_ifp: ac, ia_addr: args[ARG_ADDR], ia_subnetmask: args[ARG_VALUE] };
}

/** Hides the address for a while. */
export function in_ifaddr_remove(ia: Address): void {
  call(IN_HIDE, ia.ia_ifp.if_unit, 1, 0);
}

export function in_ifaddr_add(ia: Address): void {
  call(IN_HIDE, ia.ia_ifp.if_unit, 0, 0);
}

export function in_ifinit(ac: Interface, addr: number, mask: number): number {
  return -call(IN_IFINIT, ac.if_unit, addr, mask);
}

export function in_ifscrub(ac: Interface): void {
  call(IN_IFSCRUB, ac.if_unit, 0, 0);
}

export function in_setgateway(gateway: number): number {
  return -call(IN_SETGATEWAY, gateway, 0, 0);
}

/** The way to everywhere else (`dst` 0), or null. */
export function rtlookup(_dst: number): { rt_gateway: number } | null {
  const gateway = call(IN_GATEWAY, 0, 0, 0);
  return gateway ? { rt_gateway: gateway } : null;
}

export function arp_announce(ia: Address): void {
  call(IN_ANNOUNCE, ia.ia_ifp.if_unit, 0, 0);
}

export function arp_probe(addr: number): void {
  call(ARP_PROBE, addr, 0, 0);
}

export function arprequest(ac: Interface, sip: number, tip: number, _enaddr: null): number {
  return -call(ARP_REQUEST, ac.if_unit, sip, tip);
}

/** The core's interfaces resolve as soon as they are attached. */
export function arpresolve(): void {}

/** The core finds the way itself. */
export function ip_nexthop(addr: number): number {
  return addr;
}

export const ATF_COM = 1;

export function arptab_look(addr: number): { at_flags: number } | null {
  return call(ARP_KNOWN, addr, 0, 0) ? { at_flags: ATF_COM } : null;
}

export function ip_setif(ac: Interface | null): void {
  call(IP_SETIF, ac ? ac.if_unit : -1, 0, 0);
}
