/**
 * The loopback interface. BSD: net/if_loop.c; Stevens section 5.4; RFC 1122 3.2.1.3 (g).
 */
import { NET_BPF } from "../../config";
import type { Embedded } from "../../types";
import { ENOBUFS } from "../kern/errno";
import { M_LOOP, type Mbuf, MT_DATA } from "../kern/mbuf";
import { bpf_mtap, bpf_peers } from "./bpf";
import {
  IFF_LINK,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_RUNNING,
  IFF_UP,
  type Ifnet,
  if_attach,
  if_nothing,
  ifqueue_new,
} from "./ifnet";
import { NETISR_IP, netisr_queue } from "./netisr";

/** As large as an Ethernet frame carries, so that a cluster holds it. */
const LOMTU = 1500;

/** lo0 */
export let loif: Embedded<Ifnet>;

export function loopattach(): void {
  loif = {
    if_name: "lo0",
    if_mtu: LOMTU,
    if_flags: IFF_UP | IFF_LOOPBACK | IFF_RUNNING | IFF_MULTICAST | IFF_LINK,
    if_output: looutput,
    if_start: if_nothing,
    if_ioctl: if_nothing,
    if_next: null,
    if_addrlist: null,
    if_snd: ifqueue_new(0),
    if_linkstate: null,
    if_ipackets: 0,
    if_ierrors: 0,
    if_opackets: 0,
    if_oerrors: 0,
    if_collisions: 0,
    if_ibytes: 0,
    if_obytes: 0,
    if_imcasts: 0,
    if_omcasts: 0,
    if_iqdrops: 0,
    if_noproto: 0,
    if_chipstat: null,
    if_reset: if_nothing,
  };
  if_attach(loif);
}

/** Sends `m` back up; consumes m, answers errno. */
function looutput(ifp: Ifnet, m: Mbuf): number {
  if (NET_BPF && bpf_peers()) bpf_mtap(ifp, m, 1);
  ifp.if_opackets++;
  ifp.if_ipackets++;
  ifp.if_obytes += m.m_pktlen;
  ifp.if_ibytes += m.m_pktlen;
  return if_simloop(ifp, m);
}

/** Packet `m` comes in by `ifp`, in a turn to come: what an interface sends to itself. FreeBSD: if_simloop. */
export function if_simloop(ifp: Ifnet, m: Mbuf): number {
  m.m_rcvif = ifp;
  m.m_flags |= M_LOOP;
  m.m_type = MT_DATA; // what was sent behind its header has been a header to the sender only
  if (netisr_queue(NETISR_IP, m)) return 0;
  ifp.if_iqdrops++;
  return ENOBUFS;
}
