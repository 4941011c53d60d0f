/**
 * What the stack knows of itself: the ends by which netstat takes hold of the kernel's tables. BSD: nlist(3), kvm(3). Called
 * by `eth.stats()`.
 *
 * The fields of the structures have no names here that a program could know, but an order: the module `netstat`
 * (netstat.ts), which a program loads when it wants to see them, has it, and a test compares the two.
 */
import { INET_TCP } from "../config";
import { uptime } from "../machdep";
import { ifnet } from "../net/if/ifnet";
import { rt_first } from "../net/if/route";
import { arpstat } from "../net/inet/arp/arp_var";
import { arptab } from "../net/inet/arp/arptab";
import { icmpstat } from "../net/inet/icmp/icmp_var";
import { ipstat } from "../net/inet/ip/ip_var";
import { nat_session_at } from "../net/inet/nat/nat_session";
import { natstat } from "../net/inet/nat/nat_var";
import { ripcb } from "../net/inet/raw/raw_ip";
import { tcpstat } from "../net/inet/tcp/tcp_stat";
import { tcb } from "../net/inet/tcp/tcp_var";
import { udb } from "../net/inet/udp/udp_input";
import { udpstat } from "../net/inet/udp/udp_var";
import { mbstat } from "../net/kern/mbuf";

export type Stats = ReturnType<typeof stats>;

/** Counters of address translation. */
export function natstats(): Uint32Array | null {
  return natstat;
}

/** A session of address translation: its ends, our port between them, and how long until it is forgotten (ms). */
export interface NatSessionInfo {
  protocol: number;
  inside: number;
  insidePort: number;
  outside: number;
  outsidePort: number;
  port: number;
  ms: number;
}

export function natsessions(): NatSessionInfo[] {
  const found: NatSessionInfo[] = [];
  for (let ns = nat_session_at(0); ns; ns = nat_session_at(found.length))
    found.push({
      protocol: ns.ns_p,
      inside: ns.ns_laddr,
      insidePort: ns.ns_lport,
      outside: ns.ns_faddr,
      outsidePort: ns.ns_fport,
      port: ns.ns_xport,
      ms: (ns.ns_due - uptime()) | 0,
    });
  return found;
}

export function stats() {
  return {
    mbuf: mbstat(),
    ip: ipstat,
    icmp: icmpstat,
    udp: udpstat,
    tcp: INET_TCP ? tcpstat : null,
    arp: arpstat,
    interfaces: ifnet,
    neighbours: arptab,
    routes: rt_first(),
    sockets: [INET_TCP ? tcb : null, udb, ripcb],
  };
}
