/**
 * What we ask and say by ARP: RFC 826, and the announcements of RFC 5227 2.3. BSD: netinet/if_ether.c (arprequest,
 * arp_ifinit). Called by arp.ts, arp_input.ts and, when an address is set, by in.ts.
 */
import { bcopy6, bzero, put16, put32 } from "../../../machdep";
import type { Embedded } from "../../../types";
import { type Arpcom, ether_send } from "../../if/ether";
import { type Callout, callout_new, callout_reset } from "../../kern/callout";
import { ENOBUFS } from "../../kern/errno";
import { M_BCAST, M_DONTWAIT, MAX_LINKHDR, MT_DATA, m_gethdr } from "../../kern/mbuf";
import {
  AR_HLN,
  AR_HRD,
  AR_OP,
  AR_PRO,
  ARP_LEN,
  ARP_SHA,
  ARP_SPA,
  ARP_THA,
  ARP_TPA,
  ARPHRD_ETHER,
  ARPOP_REQUEST,
} from "../../wire/arp";
import { ETHER_ADDR_LEN, ETHERTYPE_ARP, ETHERTYPE_IP } from "../../wire/ether";
import { type InIfaddr, in_ifaddr } from "../in_var";
import { ARPS_SENT, arpstat } from "./arp_var";

/** RFC 5227 1.1: announcements, and the time between them (ms). */
const ANNOUNCE_NUM = 2;
const ANNOUNCE_INTERVAL = 2000;

let arpa: Embedded<Callout>;

export function arp_output_init(): void {
  arpa = callout_new();
}

/**
 * Asks for the hardware address of `tip` in the name of `sip` (0: a probe, RFC 5227): everybody (null), or only the host with
 * address `enaddr`; errno.
 */
export function arprequest(ac: Arpcom, sip: number, tip: number, enaddr: Uint8Array | null): number {
  const m = m_gethdr(M_DONTWAIT, MT_DATA);
  if (!m) return ENOBUFS;
  const ar = m.m_dat + MAX_LINKHDR;
  m.m_data = ar;
  m.m_len = m.m_pktlen = ARP_LEN;
  if (!enaddr) m.m_flags |= M_BCAST;
  put16(ar + AR_HRD, ARPHRD_ETHER);
  put16(ar + AR_PRO, ETHERTYPE_IP);
  put16(ar + AR_HLN, (ETHER_ADDR_LEN << 8) | 4);
  put16(ar + AR_OP, ARPOP_REQUEST);
  bcopy6(ac.ac_enaddr, ar + ARP_SHA);
  put32(ar + ARP_SPA, sip);
  bzero(ar + ARP_THA, ETHER_ADDR_LEN);
  put32(ar + ARP_TPA, tip);
  arpstat[ARPS_SENT]++;
  return ether_send(ac, m, enaddr, ETHERTYPE_ARP);
}

/** Tells the neighbours of a new address, twice (RFC 5227 2.3), so that they forget who had it before. */
export function arp_announce(ia: InIfaddr): void {
  ia.ia_announces = ANNOUNCE_NUM;
  arp_announce1(ia);
}

function arp_announce1(ia: InIfaddr): void {
  ia.ia_announces--;
  arprequest(ia.ifa_ifp as Arpcom, ia.ia_addr, ia.ia_addr, null);
  if (ia.ia_announces) callout_reset(arpa, ANNOUNCE_INTERVAL, arp_announceall, null);
}

/** ANNOUNCE_INTERVAL after the last announcement: once more, of each address that has not been announced often enough. */
function arp_announceall(): void {
  for (let ia = in_ifaddr; ia; ia = ia.ia_next) if (ia.ia_announces) arp_announce1(ia);
}
