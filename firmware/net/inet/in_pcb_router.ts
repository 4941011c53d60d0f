/**
 * What a socket of a router hears. Called by in_pcb_many.ts. Only where config.ts says INET_FORWARD.
 */
import type { Ifnet } from "../if/ifnet";
import { M_BCAST, type Mbuf } from "../kern/mbuf";
import { type Inpcb, in_pcbmatch } from "./in_pcb";
import { in_broadcast, in_ifaddr_of } from "./in_var";

/**
 * Does a packet for many from faddr:fport to laddr:lport fit the PCB? Differs: one that has the address of an interface hears also what
 * goes to everybody there. So a server of one net knows where a client without an address is.
 */
export function in_pcbhears(inp: Inpcb, m: Mbuf, faddr: number, fport: number, laddr: number, lport: number): boolean {
  const ia = m.m_flags & M_BCAST ? in_ifaddr_of(m.m_rcvif as Ifnet) : null;
  const own = ia !== null && inp.inp_laddr === ia.ia_addr && in_broadcast(laddr, ia.ifa_ifp);
  return in_pcbmatch(inp, faddr, fport, own ? inp.inp_laddr : laddr, lport);
}
