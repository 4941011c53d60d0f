/**
 * What is heard by ARP: RFC 826 "Packet Reception", 1122 2.3.2, and conflicts, RFC 5227 2.4. BSD: netinet/if_ether.c
 * (arpintr, in_arpinput); Stevens section 21.8. Called by the netisr turn.
 */
import { INET_ACD } from "../../../config";
import { bcopy6, get16, get32, put16, put32, uptime } from "../../../machdep";
import type { Bytes } from "../../../types";
import { type Arpcom, ether_copy, ether_encap, ether_move, ether_same, ether_transmit } from "../../if/ether";
import { NETISR_ARP, netisr_register } from "../../if/netisr";
import { M_BCAST, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_adj, m_pullup } from "../../kern/mbuf_chain";
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
  ARPOP_REPLY,
  ARPOP_REQUEST,
} from "../../wire/arp";
import { ETHER_ADDR_LEN, ETHER_DHOST, ETHER_GROUP, ETHER_HDR_LEN, ETHERTYPE_ARP, ETHERTYPE_IP } from "../../wire/ether";
import { type InIfaddr, in_broadcast, in_canhost, in_ifaddr_of } from "../in_var";
import { arpcomplete } from "./arp";
import { arprequest } from "./arp_output";
import { ARPS_BAD, ARPS_CONFLICT, ARPS_RCVD, ARPS_REPLIES, arpstat } from "./arp_var";
import { arptab_look, arptnew } from "./arptab";

/** RFC 5227 1.1: an address is defended at most this often (ms). */
const DEFEND_INTERVAL = 10000;

let defended: number;
/** The address that is being probed (RFC 5227 2.1), or 0; who has made us give one up by probing it as well. */
let probed: number;
let prober: Bytes<6>;

export function arp_input_init(): void {
  defended = (uptime() - DEFEND_INTERVAL) | 0;
  probed = 0;
  prober = new Uint8Array(6);
  netisr_register(NETISR_ARP, arp_input);
}

/** From now on address `addr` is being probed; 0: none is. */
export function arp_probe(addr: number): void {
  probed = addr;
}

function arp_input(m0: Mbuf): void {
  const m = m_pullup(m0, ARP_LEN);
  arpstat[ARPS_RCVD]++;
  if (!m || !arp_valid(m.m_data)) {
    arpstat[ARPS_BAD]++;
    m_freem(m);
    return;
  }
  const ac = m.m_rcvif as Arpcom;
  if (INET_ACD && probed) arp_probing(ac, m);
  const ia = in_ifaddr_of(ac);
  if (ia) in_arpinput(ac, ia, m);
  else m_freem(m);
}

/**
 * Does another host have the address that is being probed, or probes it as we do (RFC 5227 2.1.1)? A probe to us alone is a
 * switch's, which wants to know where we are (IP device tracking); so is one to all of who has probed once before.
 */
function arp_probing(ac: Arpcom, m: Mbuf): void {
  const ar = m.m_data;
  const spa = get32(ar + ARP_SPA);
  if (ether_same(ar + ARP_SHA, ac.ac_enaddr) || !ac.ac_onconflict) return;
  if (spa !== probed) {
    if (spa || get32(ar + ARP_TPA) !== probed || get16(ar + AR_OP) !== ARPOP_REQUEST) return;
    if (ether_same(ar + ARP_SHA, prober) || !(m.m_flags & M_BCAST)) return;
    ether_copy(ar + ARP_SHA, prober);
  }
  ac.ac_onconflict(ac, ar + ARP_SHA, probed);
}

/** IP over Ethernet, from one host? */
function arp_valid(ar: number): boolean {
  return (
    get16(ar + AR_HRD) === ARPHRD_ETHER &&
    get16(ar + AR_PRO) === ETHERTYPE_IP &&
    get16(ar + AR_HLN) === ((ETHER_ADDR_LEN << 8) | 4) &&
    !((get16(ar + ARP_SHA) >> 8) & ETHER_GROUP)
  );
}

function in_arpinput(ac: Arpcom, ia: InIfaddr, m: Mbuf): void {
  const ar = m.m_data;
  const spa = get32(ar + ARP_SPA);
  const forus = get32(ar + ARP_TPA) === ia.ia_addr;
  const request = get16(ar + AR_OP) === ARPOP_REQUEST;
  if (ether_same(ar + ARP_SHA, ac.ac_enaddr)) {
    m_freem(m); // it's from me, ignore it
    return;
  }
  if (spa === ia.ia_addr) arp_conflict(ac, ia, ar + ARP_SHA);
  else if (spa) arp_learn(ac, ia, spa, ar + ARP_SHA, forus && request);
  if (forus && request) arp_reply(ac, ia, m, spa);
  else m_freem(m);
}

/** Takes the sender's address (at arena offset `sha`) over into its entry; a new entry only for a neighbour that asks for us (RFC 826). */
function arp_learn(ac: Arpcom, ia: InIfaddr, spa: number, sha: number, create: boolean): void {
  const at = arptab_look(spa);
  if (at) {
    if (at.at_ac === ac) arpcomplete(at, sha);
  } else if (create && (spa & ia.ia_subnetmask) === ia.ia_subnet && in_canhost(spa) && !in_broadcast(spa, ac)) {
    const fresh = arptnew(ac, spa);
    if (fresh) arpcomplete(fresh, sha);
  }
}

/** Turns the request round. */
function arp_reply(ac: Arpcom, ia: InIfaddr, m: Mbuf, spa: number): void {
  const ar = m.m_data;
  m_adj(m, ARP_LEN - m.m_pktlen);
  m.m_flags &= ~(M_BCAST | M_MCAST);
  put16(ar + AR_OP, ARPOP_REPLY);
  ether_move(ar + ARP_SHA, ar + ARP_THA);
  bcopy6(ac.ac_enaddr, ar + ARP_SHA);
  put32(ar + ARP_SPA, ia.ia_addr);
  put32(ar + ARP_TPA, spa);
  arpstat[ARPS_REPLIES]++;
  const frame = ether_encap(ac, m, ETHERTYPE_ARP);
  if (!frame) return;
  ether_move(frame.m_data + ETHER_HDR_LEN + ARP_THA, frame.m_data + ETHER_DHOST);
  ether_transmit(ac, frame);
}

/** Another host, whose hardware address is at arena offset `sha`, says that it has our address: it is told once in DEFEND_INTERVAL that it hasn't (RFC 5227 2.4 b). */
function arp_conflict(ac: Arpcom, ia: InIfaddr, sha: number): void {
  arpstat[ARPS_CONFLICT]++;
  const now = uptime();
  const since = (now - defended) | 0;
  if (since < 0 || since >= DEFEND_INTERVAL) {
    defended = now;
    arprequest(ac, ia.ia_addr, ia.ia_addr, null);
  }
  if (ac.ac_onconflict) ac.ac_onconflict(ac, sha, ia.ia_addr);
}
