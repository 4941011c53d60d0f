/**
 * Where network address translation meets forwarding: packets that leave, and errors about packets that cannot go. Called by ip_forward.
 */
import { get16 } from "../../../machdep";
import { IFF_NAT, type Ifnet } from "../../if/ifnet";
import type { Rtentry } from "../../if/route";
import type { Mbuf } from "../../kern/mbuf";
import { ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG } from "../../wire/icmp";
import { IP_DF, IP_OFF } from "../../wire/ip";
import { icmp_error } from "../icmp/icmp_error";
import { in_ifaddr_of } from "../in_var";
import { ip_reass } from "../ip/ip_reass";
import { IPS_FRAGMENTS, ipstat } from "../ip/ip_var";
import { nat_isfrag, nat_out, nat_pullup, nat_refuse, nat_restore } from "./nat";
import { NATS_NOADDR } from "./nat_var";

/** Does the packet go, by route `rt`, from those who share an address to the others? */
export function nat_leaves(m: Mbuf, rt: Rtentry): boolean {
  return (rt.rt_ifp.if_flags & IFF_NAT) !== 0 && !((m.m_rcvif as Ifnet).if_flags & IFF_NAT);
}

/** The packet, whole, with the address that is shared for its source; null: it is consumed. */
export function nat_leave(m0: Mbuf, rt: Rtentry): Mbuf | null {
  const m = nat_isfrag(m0) ? nat_whole(m0) : m0;
  const ifp = rt.rt_ifp;
  const ia = in_ifaddr_of(ifp);
  if (!m) return null;
  if (!ia) nat_refuse(m, NATS_NOADDR);
  else if (m.m_pktlen > ifp.if_mtu && get16(m.m_data + IP_OFF) & IP_DF)
    icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, ifp.if_mtu);
  else if (nat_out(m, ia.ia_addr)) return m;
  return null;
}

/** A fragment waits for the others, or completes them. */
function nat_whole(m: Mbuf): Mbuf | null {
  ipstat[IPS_FRAGMENTS]++;
  return nat_pullup(ip_reass(m));
}

/** It cannot go on: the error that returns it shows it as its sender knows it. */
export function nat_unsent(m: Mbuf): void {
  nat_restore(m.m_data, m.m_len);
}
