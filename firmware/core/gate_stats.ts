/**
 * What the core knows of itself, in the shape in which lib/stats.ts has it of the stack in JavaScript: so `eth.stats()` and the
 * module netstat are the same with either. Called by `eth.stats()`.
 *
 * Counters are views of the core's memory, and go on counting. The structures are copies, made new by each call; their
 * fields stand in the order that netstat.ts has, and what of them is of no interest is 0.
 */

import { args, gate_enaddr, gate_interface, gate_stat } from "./gate_turn";
import { memory } from "./port";
import {
  ARG_AT,
  ARG_INFO,
  ARG_UNIT,
  STAT_ARP,
  STAT_ARPTAB,
  STAT_ICMP,
  STAT_IF,
  STAT_IP,
  STAT_MBUF,
  STAT_NAT,
  STAT_NATSESSION,
  STAT_RIPCB,
  STAT_ROUTE,
  STAT_TCB,
  STAT_TCP,
  STAT_UDB,
  STAT_UDP,
  STATIF_ADDR,
  STATIF_COLLISIONS,
  STATIF_FLAGS,
  STATIF_IERRORS,
  STATIF_IPACKETS,
  STATIF_IQDROPS,
  STATIF_MTU,
  STATIF_NCHIP,
  STATIF_NOPROTO,
  STATIF_ODROPS,
  STATIF_OERRORS,
  STATIF_OPACKETS,
} from "./sysent";

export type Stats = ReturnType<typeof stats>;

export function stats() {
  const interfaces = listed(STAT_IF, stat_if);
  return {
    mbuf: stat_mbuf(),
    ip: counters(STAT_IP)!,
    icmp: counters(STAT_ICMP)!,
    udp: counters(STAT_UDP)!,
    tcp: counters(STAT_TCP),
    arp: counters(STAT_ARP)!,
    interfaces: interfaces,
    neighbours: listed(STAT_ARPTAB, stat_arptab),
    routes: listed<object>(STAT_ROUTE, (next) => stat_route(next, interfaces)),
    sockets: [
      { inp_first: listed(STAT_TCB, stat_pcb) },
      { inp_first: listed(STAT_UDB, stat_pcb) },
      { inp_first: listed(STAT_RIPCB, stat_pcb) },
    ],
  };
}

/** Counters of address translation (nat_var.ts). */
export function natstats(): Uint32Array | null {
  return counters(STAT_NAT);
}

/** What lib/stats.ts has. */
export function natsessions(): object[] {
  const found: object[] = [];
  for (let n = 0; gate_stat(STAT_NATSESSION, n) > 0; n++)
    found.push({
      protocol: info(0),
      inside: info(1),
      insidePort: info(2),
      outside: info(3),
      outsidePort: info(4),
      port: info(5),
      ms: info(6),
    });
  return found;
}

/** Null where they are not in the core. */
function counters(table: number): Uint32Array | null {
  return words(gate_stat(table, 0));
}

function words(n: number): Uint32Array | null {
  return n > 0 ? new Uint32Array(memory().buffer, memory().byteOffset + args[ARG_AT], n) : null;
}

function info(i: number): number {
  return args[ARG_INFO + i];
}

/** The core's list as one of objects, each of which `make(next)` makes of what the core has just told. */
function listed<T>(table: number, make: (next: T | null) => T): T | null {
  let n = 0;
  let list: T | null = null;
  while (gate_stat(table, n) > 0) n++;
  while (n--) {
    gate_stat(table, n);
    list = make(list);
  }
  return list;
}

function stat_mbuf() {
  gate_stat(STAT_MBUF, 0);
  return { m_mbufs: info(0), m_mfree: info(1), m_clusters: info(2), m_clfree: info(3), m_drops: info(4) };
}

type Listed = { if_next: Listed | null; unit: number };

/** netstat.ts, LAYOUTS: ifnet, arpcom. */
function stat_if(next: Listed | null): Listed {
  const unit = args[ARG_UNIT];
  const addr = info(STATIF_ADDR);
  const addrlist = addr ? { a: 0, b: 0, c: 0, ia_addr: addr } : null;
  const snd = { a: 0, b: 0, ifq_len: 0, d: 0, ifq_drops: info(STATIF_ODROPS) };
  return unit < 0 ? stat_loop(next, addrlist, snd) : stat_ether(unit, next, addrlist, snd);
}

function stat_loop(next: Listed | null, addrlist: object | null, snd: object): Listed {
  return {
    if_name: "lo0",
    if_mtu: info(STATIF_MTU),
    if_flags: info(STATIF_FLAGS),
    d: 0,
    e: 0,
    f: 0,
    if_next: next,
    if_addrlist: addrlist,
    if_snd: snd,
    j: 0,
    if_ipackets: info(STATIF_IPACKETS),
    if_ierrors: info(STATIF_IERRORS),
    if_opackets: info(STATIF_OPACKETS),
    if_oerrors: info(STATIF_OERRORS),
    if_collisions: info(STATIF_COLLISIONS),
    if_ibytes: 0,
    if_obytes: 0,
    if_imcasts: 0,
    if_omcasts: 0,
    if_iqdrops: info(STATIF_IQDROPS),
    if_noproto: info(STATIF_NOPROTO),
    if_chipstat: words(info(STATIF_NCHIP)),
    unit: -1,
  } as Listed;
}

function stat_ether(unit: number, next: Listed | null, addrlist: object | null, snd: object): Listed {
  return {
    if_flags: info(STATIF_FLAGS),
    if_snd: snd,
    if_ipackets: info(STATIF_IPACKETS),
    if_ibytes: 0,
    if_opackets: info(STATIF_OPACKETS),
    if_obytes: 0,
    g: 0,
    h: 0,
    i: 0,
    j: 0,
    k: 0,
    ac_enaddr: gate_enaddr(),
    m: 0,
    n: 0,
    o: 0,
    if_next: next,
    if_name: gate_interface(unit),
    if_mtu: info(STATIF_MTU),
    if_addrlist: addrlist,
    t: 0,
    if_ierrors: info(STATIF_IERRORS),
    if_oerrors: info(STATIF_OERRORS),
    if_collisions: info(STATIF_COLLISIONS),
    if_imcasts: 0,
    if_omcasts: 0,
    if_iqdrops: info(STATIF_IQDROPS),
    if_noproto: info(STATIF_NOPROTO),
    if_chipstat: words(info(STATIF_NCHIP)),
    unit: unit,
  } as Listed;
}

function stat_arptab(next: object | null): object {
  return { at_next: next, at_iaddr: info(0), at_flags: info(1), at_enaddr: gate_enaddr() };
}

function stat_route(next: object | null, interfaces: Listed | null): object {
  const unit = args[ARG_UNIT];
  let ifp = interfaces;
  while (ifp && ifp.unit !== unit) ifp = ifp.if_next;
  return { rt_next: next, rt_dst: info(0), rt_mask: info(1), rt_gateway: info(2), rt_flags: info(3), rt_ifp: ifp };
}

function stat_pcb(next: object | null): object {
  return {
    inp_next: next,
    inp_lport: info(0),
    inp_fport: info(1),
    inp_laddr: info(2),
    inp_faddr: info(3),
    inp_socket: { a: 0, so_rcv: { sb_cc: info(4) }, so_snd: { sb_cc: info(5) } },
    inp_ppcb: { t_state: info(6) },
  };
}
