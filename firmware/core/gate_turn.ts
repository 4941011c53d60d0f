/**
 * The shell's turns around the core: each call of an entry, and what the core has to tell behind it. Called by gate_*.ts.
 *
 * What the core has to tell behind a call programs hear of in a turn of its own, which is the port's.
 */
import { INET_DHCP, INET_DNS, INET_MULTICAST, LIB_NETWORKJS, LIB_SYSCALLS, RES_NCACHE } from "../config";
import type { SpiDev } from "../drivers/spi_bus";
import { clock_init, machdep_bytes } from "../machdep";
import { callout_init } from "../net/kern/callout";
import { turn_begin, turn_end, turn_init, turn_upcall } from "../net/kern/turn";
import { call, entry, memory, PORT_OBJECTS, port_open } from "./port";
import {
  ARG_ADDR,
  ARG_CAUSE,
  ARG_COUNT,
  ARG_ENADDR,
  ARG_FAULT,
  ARG_PENDING,
  ARG_UNIT,
  CORE_EVENT,
  CORE_INIT,
  CORE_MEND,
  CORE_STAT,
  CORE_UPCALL,
  CORE_UPCALLS,
  EVENT_CONFLICT,
  EVENT_DHCP,
  EVENT_LINK,
  PENDING_EVENTS,
  PENDING_NAMES,
  PENDING_NETWORK,
  PENDING_UPCALLS,
} from "./sysent";

/** What libraries use of an Arpcom. */
export interface Interface {
  if_unit: number;
  if_name: string;
  sc_spi: SpiDev;
  ac_enaddr: Uint8Array;
  if_resolve: unknown;
  if_ioctl: (ac: Interface, cmd: number) => number;
  if_linkstate: (() => void) | null;
  ac_onconflict: ((ac: Interface, sha: number, addr: number) => void) | null;
  ac_ondhcp: ((ac: Interface, fault: number, server: number) => void) | null;
}

export type Upcall = (fd: number) => void;

/** Those of sockets that want to be in groups. */
export const HAS_CALLOUTS = INET_MULTICAST;
/** The cache of names looks at it. */
const HAS_CLOCK = LIB_SYSCALLS || INET_MULTICAST || (INET_DNS && RES_NCACHE > 0);

/** What the core's memory lies in, and where: ARG_AT counts from there. */
export let core_buffer: ArrayBuffer;
export let core_offset: number;
/** core_args (sysent.ts). */
export let args: Int32Array;
export let upcalls: (Upcall | null)[];
/** Interfaces by unit. */
export let units: (Interface | null)[];
let njtold: () => void;
let nametold: () => void;

/** Brings up the core, and what the libraries have to put in order after a turn that was broken off. */
export function netinit(_more: null, mend: (broken: boolean) => void): void {
  port_open(told);
  const bytes = memory();
  core_buffer = bytes.buffer as ArrayBuffer;
  core_offset = bytes.byteOffset;
  machdep_bytes(core_buffer, core_offset, bytes.length);
  turn_init(mend);
  if (HAS_CLOCK) clock_init();
  if (HAS_CALLOUTS) callout_init();
  args = new Int32Array(core_buffer, core_offset, ARG_COUNT);
  if (LIB_SYSCALLS) upcalls = [];
  units = [];
  if (!PORT_OBJECTS) njtold = () => {};
  if (INET_DNS) nametold = () => {};
  call(CORE_INIT, 0, 0, 0);
}

/** `told` asks what is to be done with the interpreter's objects (nj_wanted). */
export function networkjs_tells(told: () => void): void {
  if (!PORT_OBJECTS) njtold = told;
}

/** `told` takes the answers to questions for names (res_taken). */
export function names_tell(told: () => void): void {
  nametold = told;
}

/** The core keeps its own in order; what it does not know is what became of the turn. */
export function net_mend(broken: boolean): void {
  if (broken) call(CORE_MEND, 0, 0, 0);
}
export function netisr_rescue(): void {}
export function sorescue(): void {}

/* What gate_stats.ts shows: a table of the core's (CORE_STAT), and what it has left in `args`. */
export function gate_stat(table: number, index: number): number {
  return entry(CORE_STAT, table, index, 0, null);
}

/** The hardware address that a call has left. */
export function gate_enaddr(): Uint8Array {
  return memory().slice(ENADDR, ENADDR + 6);
}

/** The name of a unit's interface. */
export function gate_interface(unit: number): string {
  return units[unit]!.if_name;
}

/** What the core has to tell comes last in its turns. */
function told(): void {
  turn_begin();
  tell();
  turn_end();
}

/** Programs and libraries hear of what has happened. */
function tell(): void {
  while (args[ARG_PENDING] & PENDING_EVENTS) event(entry(CORE_EVENT, 0, 0, 0, null));
  if (LIB_NETWORKJS && !PORT_OBJECTS && args[ARG_PENDING] & PENDING_NETWORK) njtold();
  if (INET_DNS && args[ARG_PENDING] & PENDING_NAMES) nametold();
  if (LIB_SYSCALLS && args[ARG_PENDING] & PENDING_UPCALLS) tell_sockets();
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
  } else if (INET_DHCP && kind === EVENT_DHCP) {
    if (ac.ac_ondhcp) ac.ac_ondhcp(ac, args[ARG_CAUSE], args[ARG_FAULT]);
  } else if (ac.sc_spi.spi_told) ac.sc_spi.spi_told(args[ARG_CAUSE], args[ARG_FAULT]);
}

/** Where a hardware address lies in the core's memory. */
const ENADDR = 4 * ARG_ENADDR;

export function enaddr_out(enaddr: Uint8Array): void {
  memory().set(enaddr, ENADDR);
}
