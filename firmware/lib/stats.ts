/**
 * What the stack knows of itself, as plain numbers: what BSD's netstat reads from the kernel's memory. Called by `eth.stats()`;
 * the names of the counters are in the module `netstat` (netstat.ts), which a program loads when it wants to see them.
 */
import { INET_TCP } from "../config";
import { type Ifnet, ifnet } from "../net/if/ifnet";
import { rt_first } from "../net/if/route";
import { arptab } from "../net/inet/arp";
import { arpstat } from "../net/inet/arp_var";
import { icmpstat } from "../net/inet/icmp_var";
import type { InpcbHead } from "../net/inet/in_pcb";
import type { InIfaddr } from "../net/inet/in_var";
import { ipstat } from "../net/inet/ip_var";
import { ripcb } from "../net/inet/raw_ip";
import { tcpstat } from "../net/inet/tcp_stat";
import { type Tcpcb, tcb } from "../net/inet/tcp_var";
import { udb } from "../net/inet/udp_input";
import { udpstat } from "../net/inet/udp_var";
import { mbstat } from "../net/kern/mbuf";
import { ether_ntoa } from "./inet";

/** A row of numbers and texts; what stands where is in netstat.ts. Addresses are int32. */
export type Row = (number | string)[];

export interface Stats {
  /** mbufs, of them free, clusters, of them free, requests refused */
  mbuf: Row;
  ip: Uint32Array;
  icmp: Uint32Array;
  udp: Uint32Array;
  tcp?: Uint32Array;
  arp: Uint32Array;
  /** name, flags, mtu, address, in: packets errors bytes groups dropped strange, out: packets errors bytes groups dropped, collisions, and the chip's counters */
  interfaces: (Row | Uint32Array)[][];
  /** protocol, bytes to be read, bytes to be sent, address, port, peer's address, its port, state */
  sockets: Row[];
  /** address, hardware address, flags */
  neighbours: Row[];
  /** destination, mask, gateway, flags, interface */
  routes: Row[];
}

export function stats(): Stats {
  const m = mbstat();
  const all: Stats = {
    mbuf: [m.m_mbufs, m.m_mfree, m.m_clusters, m.m_clfree, m.m_drops],
    ip: ipstat,
    icmp: icmpstat,
    udp: udpstat,
    arp: arpstat,
    interfaces: [],
    sockets: [],
    neighbours: [],
    routes: [],
  };
  if (INET_TCP) {
    all.tcp = tcpstat;
    pcbs("tcp", tcb, all.sockets);
  }
  pcbs("udp", udb, all.sockets);
  pcbs("raw", ripcb, all.sockets);
  for (let ifp = ifnet; ifp; ifp = ifp.if_next) all.interfaces.push([interface_row(ifp), ifp.if_chipstat!]);
  for (let at = arptab; at; at = at.at_next) all.neighbours.push([at.at_iaddr, ether_ntoa(at.at_enaddr), at.at_flags]);
  for (let rt = rt_first(); rt; rt = rt.rt_next)
    all.routes.push([rt.rt_dst, rt.rt_mask, rt.rt_gateway, rt.rt_flags, rt.rt_ifp.if_name]);
  return all;
}

function interface_row(ifp: Ifnet): Row {
  const ia = ifp.if_addrlist as InIfaddr | null;
  return [
    ifp.if_name,
    ifp.if_flags,
    ifp.if_mtu,
    ia ? ia.ia_addr : 0,
    ifp.if_ipackets,
    ifp.if_ierrors,
    ifp.if_ibytes,
    ifp.if_imcasts,
    ifp.if_iqdrops,
    ifp.if_noproto,
    ifp.if_opackets,
    ifp.if_oerrors,
    ifp.if_obytes,
    ifp.if_omcasts,
    ifp.if_snd.ifq_drops,
    ifp.if_collisions,
  ];
}

/** A protocol's sockets, and connections that have outlived theirs. */
function pcbs(proto: string, head: InpcbHead, rows: Row[]): void {
  for (let inp = head.inp_first; inp; inp = inp.inp_next) {
    const so = inp.inp_socket;
    const tp = inp.inp_ppcb as Tcpcb | null;
    rows.push([
      proto,
      so ? so.so_rcv.sb_cc : 0,
      so ? so.so_snd.sb_cc : 0,
      inp.inp_laddr,
      inp.inp_lport,
      inp.inp_faddr,
      inp.inp_fport,
      tp ? tp.t_state : -1,
    ]);
  }
}
