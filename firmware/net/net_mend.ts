/**
 * All of the stack put in order after a turn that was broken off (kern/turn.ts): first who holds which memory, then what can be
 * done with it again. Called when a turn begins, before anything else.
 */
import {
  INET_DHCP,
  INET_DNS,
  INET_FRAG,
  INET_NAT,
  INET_RAW,
  INET_TCP,
  IP_SRCROUTE,
  KERN_FILES,
  NET_BPF,
} from "../config";
import { bpf_mend } from "./if/bpf_mend";
import { if_qmend, netisr_mend } from "./if/if_mend";
import { type Ifnet, ifnet } from "./if/ifnet";
import { arp_mend } from "./inet/arp/arp_mend";
import { dhcp_mend } from "./inet/dhcp/dhcp_mend";
import { res_keep, res_mend } from "./inet/dns/res_mend";
import { in_pcbkeep, in_pcbmend, in_pcbsockets } from "./inet/in_pcb_mend";
import { ip_setif } from "./inet/ip/ip_output";
import { ipq_mend } from "./inet/ip/ipq";
import { nat_mend } from "./inet/nat/nat_session";
import { ripcb } from "./inet/raw/raw_ip";
import { tcp_keepall, tcp_mend } from "./inet/tcp/tcp_mend";
import { tcb } from "./inet/tcp/tcp_var";
import { udb } from "./inet/udp/udp_input";
import { callout_mend } from "./kern/callout";
import { fd_mend } from "./kern/descrip_mend";
import { file_mend } from "./kern/file_mend";
import { m_mendbegin, m_mendend } from "./kern/mbuf_mend";
import { sb_mend } from "./kern/sockbuf_mend";
import { so_mend, soqmend } from "./kern/socket_mend";
import type { Socket } from "./kern/socketvar";
import { upcall_turn } from "./kern/upcalls";

/** `broken`: the machine broke the turn off, and nobody knows what it was about. */
export function net_mend(broken: boolean): void {
  callout_mend();
  m_mendbegin();
  const sos = fd_mend() as Socket[];
  const nfd = sos.length;
  if (KERN_FILES) file_mend(upcall_turn);
  if (NET_BPF) bpf_mend();
  for (let i = 0; i < nfd; i++) soqmend(sos[i], sos);
  if (INET_TCP) in_pcbsockets(tcb, sos);
  for (let i = 0; i < sos.length; i++) {
    sb_mend(sos[i].so_rcv);
    sb_mend(sos[i].so_snd);
  }
  if (INET_TCP) tcp_keepall();
  if (IP_SRCROUTE && INET_TCP) in_pcbkeep(tcb);
  if (IP_SRCROUTE) in_pcbkeep(udb);
  if (IP_SRCROUTE && INET_RAW) in_pcbkeep(ripcb);
  if (INET_FRAG) ipq_mend();
  if (INET_NAT) nat_mend();
  if (INET_DNS) res_keep();
  arp_mend();
  netisr_mend();
  for (let ifp: Ifnet | null = ifnet; ifp; ifp = ifp.if_next) if_qmend(ifp.if_snd);
  m_mendend();
  ip_setif(null);
  so_mend(sos, broken);
  in_pcbmend(udb, sos);
  if (INET_RAW) in_pcbmend(ripcb, sos);
  if (INET_TCP) tcp_mend();
  if (INET_DHCP) dhcp_mend();
  if (INET_DNS) res_mend();
  for (let ifp: Ifnet | null = ifnet; broken && ifp; ifp = ifp.if_next) ifp.if_reset(ifp);
}
