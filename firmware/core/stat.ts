/**
 * What the stack knows of itself, told by number (sysent.ts: CORE_STAT): the counters, and one structure of a list after another.
 * BSD: kern/kern_sysctl.c. The shell's side is gate_stats.ts.
 */
import { INET_NAT, INET_RAW, INET_TCP } from "../config";
import { WD_NCAUSE } from "../drivers/watchdog";
import { uptime, words_offset } from "../machdep";
import type { Arpcom } from "../net/if/ether";
import { type Ifnet, ifnet } from "../net/if/ifnet";
import { type Rtentry, rt_first } from "../net/if/route";
import { ARPS_NCOUNT, arpstat } from "../net/inet/arp/arp_var";
import { type Arptab, arptab } from "../net/inet/arp/arptab";
import { ICPS_NCOUNT, icmpstat } from "../net/inet/icmp/icmp_var";
import type { Inpcb } from "../net/inet/in_pcb";
import { in_ifaddr_of } from "../net/inet/in_var";
import { IPS_NCOUNT, ipstat } from "../net/inet/ip/ip_var";
import { nat_session_at } from "../net/inet/nat/nat_session";
import { NATS_NCOUNT, nat_counters } from "../net/inet/nat/nat_var";
import { ripcb } from "../net/inet/raw/raw_ip";
import { TCPSTAT_NCOUNT, tcpstat } from "../net/inet/tcp/tcp_stat";
import { type Tcpcb, tcb } from "../net/inet/tcp/tcp_var";
import { udb } from "../net/inet/udp/udp_input";
import { UDPS_NCOUNT, udpstat } from "../net/inet/udp/udp_var";
import { type Mbstat, mbstat } from "../net/kern/mbuf";
import type { Embedded } from "../types";
import { core_args, enaddr_put } from "./events";
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

let pool: Embedded<Mbstat>;

/** 0 where there is no such thing. `unit_of` says an interface's number. */
export function stat(table: number, index: number, unit_of: (ifp: Ifnet) => number): number {
  if (INET_NAT && table === STAT_NAT) return stat_words(nat_counters(), NATS_NCOUNT);
  if (INET_NAT && table === STAT_NATSESSION) return stat_natsession(index);
  switch (table) {
    case STAT_IP:
      return stat_words(ipstat, IPS_NCOUNT);
    case STAT_ICMP:
      return stat_words(icmpstat, ICPS_NCOUNT);
    case STAT_UDP:
      return stat_words(udpstat, UDPS_NCOUNT);
    case STAT_TCP:
      return INET_TCP ? stat_words(tcpstat, TCPSTAT_NCOUNT) : 0;
    case STAT_ARP:
      return stat_words(arpstat, ARPS_NCOUNT);
    case STAT_MBUF:
      return stat_mbuf();
    case STAT_IF:
      return stat_if(index, unit_of);
    case STAT_ARPTAB:
      return stat_arptab(index);
    case STAT_ROUTE:
      return stat_route(index, unit_of);
    case STAT_TCB:
      return INET_TCP ? stat_pcb(tcb.inp_first, index, true) : 0;
    case STAT_UDB:
      return stat_pcb(udb.inp_first, index, false);
    case STAT_RIPCB:
      return INET_RAW ? stat_pcb(ripcb.inp_first, index, false) : 0;
  }
  return 0;
}

function stat_words(words: Uint32Array, n: number): number {
  core_args[ARG_AT] = words_offset(words);
  return n;
}

function stat_mbuf(): number {
  pool = mbstat();
  core_args[ARG_INFO] = pool.m_mbufs;
  core_args[ARG_INFO + 1] = pool.m_mfree;
  core_args[ARG_INFO + 2] = pool.m_clusters;
  core_args[ARG_INFO + 3] = pool.m_clfree;
  core_args[ARG_INFO + 4] = pool.m_drops;
  return 1;
}

function stat_if(index: number, unit_of: (ifp: Ifnet) => number): number {
  let ifp = ifnet;
  for (let i = index; ifp && i; i--) ifp = ifp.if_next;
  if (!ifp) return 0;
  const ia = in_ifaddr_of(ifp);
  const unit = unit_of(ifp);
  const chipstat = ifp.if_chipstat;
  core_args[ARG_UNIT] = unit;
  core_args[ARG_AT] = chipstat ? words_offset(chipstat) : 0;
  core_args[ARG_INFO + STATIF_NCHIP] = chipstat ? WD_NCAUSE : 0;
  core_args[ARG_INFO + STATIF_MTU] = ifp.if_mtu;
  core_args[ARG_INFO + STATIF_FLAGS] = ifp.if_flags;
  core_args[ARG_INFO + STATIF_ADDR] = ia ? ia.ia_addr : 0;
  core_args[ARG_INFO + STATIF_IPACKETS] = ifp.if_ipackets;
  core_args[ARG_INFO + STATIF_IERRORS] = ifp.if_ierrors;
  core_args[ARG_INFO + STATIF_OPACKETS] = ifp.if_opackets;
  core_args[ARG_INFO + STATIF_OERRORS] = ifp.if_oerrors;
  core_args[ARG_INFO + STATIF_COLLISIONS] = ifp.if_collisions;
  core_args[ARG_INFO + STATIF_IQDROPS] = ifp.if_iqdrops;
  core_args[ARG_INFO + STATIF_ODROPS] = ifp.if_snd.ifq_drops;
  core_args[ARG_INFO + STATIF_NOPROTO] = ifp.if_noproto;
  if (unit >= 0) enaddr_put((ifp as Arpcom).ac_enaddr);
  return 1;
}

function stat_arptab(index: number): number {
  let at: Arptab | null = arptab;
  for (let i = index; at && i; i--) at = at.at_next;
  if (!at) return 0;
  core_args[ARG_INFO] = at.at_iaddr;
  core_args[ARG_INFO + 1] = at.at_flags;
  enaddr_put(at.at_enaddr);
  return 1;
}

function stat_route(index: number, unit_of: (ifp: Ifnet) => number): number {
  let rt: Rtentry | null = rt_first();
  for (let i = index; rt && i; i--) rt = rt.rt_next;
  if (!rt) return 0;
  core_args[ARG_INFO] = rt.rt_dst;
  core_args[ARG_INFO + 1] = rt.rt_mask;
  core_args[ARG_INFO + 2] = rt.rt_gateway;
  core_args[ARG_INFO + 3] = rt.rt_flags;
  core_args[ARG_UNIT] = unit_of(rt.rt_ifp);
  return 1;
}

function stat_natsession(index: number): number {
  const ns = nat_session_at(index);
  if (!ns) return 0;
  core_args[ARG_INFO] = ns.ns_p;
  core_args[ARG_INFO + 1] = ns.ns_laddr;
  core_args[ARG_INFO + 2] = ns.ns_lport;
  core_args[ARG_INFO + 3] = ns.ns_faddr;
  core_args[ARG_INFO + 4] = ns.ns_fport;
  core_args[ARG_INFO + 5] = ns.ns_xport;
  core_args[ARG_INFO + 6] = (ns.ns_due - uptime()) | 0;
  return 1;
}

function stat_pcb(head: Inpcb | null, index: number, isTcp: boolean): number {
  let inp = head;
  for (let i = index; inp && i; i--) inp = inp.inp_next;
  if (!inp) return 0;
  const so = inp.inp_socket;
  core_args[ARG_INFO] = inp.inp_lport;
  core_args[ARG_INFO + 1] = inp.inp_fport;
  core_args[ARG_INFO + 2] = inp.inp_laddr;
  core_args[ARG_INFO + 3] = inp.inp_faddr;
  core_args[ARG_INFO + 4] = so ? so.so_rcv.sb_cc : 0;
  core_args[ARG_INFO + 5] = so ? so.so_snd.sb_cc : 0;
  core_args[ARG_INFO + 6] = isTcp && inp.inp_ppcb ? (inp.inp_ppcb as Tcpcb).t_state : 0;
  return 1;
}
