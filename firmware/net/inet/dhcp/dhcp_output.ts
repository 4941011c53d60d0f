/**
 * What the DHCP client sends: RFC 2131 4.1, 4.4 and table 5. Called by dhcp.ts.
 *
 * Differs from RFC 2131: a RELEASE is broadcast when the server's hardware address is not known (table 4), for nobody
 * would wait for ARP.
 */
import { random32, uptime } from "../../../machdep";
import { M_DONTWAIT, type Mbuf, MT_DATA, m_clget, m_freem, m_gethdr } from "../../kern/mbuf";
import {
  BOOTP_MAGIC,
  BOOTREQUEST,
  BP_CHADDR,
  BP_MAGIC,
  BP_OP,
  BP_OPTIONS,
  DHCPDECLINE,
  DHCPRELEASE,
  DHCPREQUEST,
  DHO_CLIENTID,
  DHO_DNS,
  DHO_DOMAIN,
  DHO_END,
  DHO_HOSTNAME,
  DHO_LEASE,
  DHO_PARAMETERS,
  DHO_REQUESTED,
  DHO_ROUTER,
  DHO_SERVER,
  DHO_SUBNETMASK,
  DHO_T1,
  DHO_T2,
  DHO_TYPE,
  IPPORT_BOOTPC,
  IPPORT_BOOTPS,
} from "../../wire/bootp";
import { ETHER_ADDR_LEN } from "../../wire/ether";
import { ATF_COM, arptab_look } from "../arp/arptab";
import { INADDR_BROADCAST, in_ifaddr_add, in_ifaddr_of, in_ifaddr_remove } from "../in_var";
import { IP_ALLOWBROADCAST, ip_nexthop, ip_output, ip_setif } from "../ip/ip_output";
import { udp_encap } from "../udp/udp_output";
import {
  DHCP_NAMELEN,
  DHCPS_SENT,
  DHS_BOUND,
  DHS_RENEWING,
  DHS_REQUESTING,
  DHS_SELECTING,
  type Dhcp,
  DR_ADDR,
  DR_SERVER,
  dhcp_name,
  dhcp_namelen,
  dhcpstat,
} from "./dhcp_var";

/** What we want to know, which is what we use. */
const PARAMETERS = [DHO_SUBNETMASK, DHO_ROUTER, DHO_DNS, DHO_DOMAIN, DHO_LEASE, DHO_T1, DHO_T2];
const NPARAMETERS = 7;
/** The shortest message that every server and relay takes (RFC 1542 2.1), and our longest. */
const SHORTEST = 300;
const LONGEST = BP_OPTIONS + 3 + 9 + 6 + 6 + 2 + DHCP_NAMELEN + 2 + NPARAMETERS + 1;
const ARPHRD_ETHER = 1;

/** The message that is being written, and how far. */
let message: Uint8Array;
let at: number;

/**
 * Sends a message of type `type` about what we ask for, or have (dh_lease). What cannot be sent is lost, as it might be on
 * the wire: the timer sends it again.
 */
export function dhcp_send(dh: Dhcp, type: number): void {
  const held = dh.dh_state >= DHS_BOUND && type !== DHCPDECLINE;
  if (!dh.dh_open) dh.dh_xid = random32(); // a transaction of its own
  dh.dh_open = true;
  dh.dh_sent = uptime();
  if (dh.dh_state !== DHS_REQUESTING) dh.dh_secs = (((dh.dh_sent - dh.dh_start) | 0) / 1000) | 0;
  dhcpstat[DHCPS_SENT]++;
  const m = m_gethdr(M_DONTWAIT, MT_DATA);
  if (!m) return;
  const buf: Uint8Array | null = new Uint8Array(LONGEST);
  if (!buf || !m_clget(m, buf, LONGEST)) {
    m_freem(m);
    return;
  }
  message = buf;
  dhcp_message(dh, type, held);
  m.m_len = m.m_pktlen = at < SHORTEST ? SHORTEST : at;
  dhcp_sendto(dh, held ? dhcp_server(dh, type) : INADDR_BROADCAST, m, held);
}

/** No flag: what a server sends to the address that we are to have is heard (ip_input.ts). */
function dhcp_message(dh: Dhcp, type: number, held: boolean): void {
  const lease = dh.dh_lease;
  const ours = lease[DR_ADDR] !== 0 && dh.dh_state !== DHS_SELECTING;
  const addr = ours ? lease[DR_ADDR] : dh.dh_asked;
  for (let i = 0; i < LONGEST; i++) message[i] = 0;
  at = BP_OP;
  out32((BOOTREQUEST << 24) | (ARPHRD_ETHER << 16) | (ETHER_ADDR_LEN << 8));
  out32(dh.dh_xid);
  out32(dh.dh_secs << 16);
  out32(held ? addr : 0);
  at = BP_CHADDR;
  dhcp_enaddr(dh);
  at = BP_MAGIC;
  out32(BOOTP_MAGIC);
  out32((DHO_TYPE << 24) | (1 << 16) | (type << 8) | DHO_CLIENTID);
  out(1 + ETHER_ADDR_LEN);
  out(ARPHRD_ETHER);
  dhcp_enaddr(dh);
  dhcp_addr(DHO_REQUESTED, held ? 0 : addr);
  dhcp_addr(DHO_SERVER, ours && (type > DHCPREQUEST || dh.dh_state === DHS_REQUESTING) ? lease[DR_SERVER] : 0);
  if (type <= DHCPREQUEST) dhcp_wants();
  out(DHO_END);
}

function out(byte: number): void {
  message[at++] = byte;
}

/** 32 bits, network order. */
function out32(value: number): void {
  for (let shift = 24; shift >= 0; shift -= 8) out(value >> shift);
}

function dhcp_enaddr(dh: Dhcp): void {
  for (let i = 0; i < ETHER_ADDR_LEN; i++) out(dh.dh_ac.ac_enaddr[i]);
}

/** An option that is an address, if there is one. */
function dhcp_addr(code: number, addr: number): void {
  if (!addr) return;
  out(code);
  out(4);
  out32(addr);
}

/** Who we are, and what we want to know. */
function dhcp_wants(): void {
  out(DHO_HOSTNAME);
  out(dhcp_namelen);
  for (let i = 0; i < dhcp_namelen; i++) out(dhcp_name[i]);
  out(DHO_PARAMETERS);
  out(NPARAMETERS);
  for (let i = 0; i < NPARAMETERS; i++) out(PARAMETERS[i]);
}

/** The server that the lease is from; or everybody, and for a message that would have to wait for ARP and may not. */
function dhcp_server(dh: Dhcp, type: number): number {
  const server = dh.dh_lease[DR_SERVER];
  if (type !== DHCPRELEASE) return dh.dh_state === DHS_RENEWING ? server : INADDR_BROADCAST;
  const known = arptab_look(ip_nexthop(server));
  return known && known.at_flags & ATF_COM ? server : INADDR_BROADCAST;
}

/** Sends from our address if we have it from a server, else from none (RFC 2131 4.1), a link-local one notwithstanding. */
function dhcp_sendto(dh: Dhcp, to: number, m: Mbuf, held: boolean): void {
  const ia = in_ifaddr_of(dh.dh_ac);
  if (!held) {
    if (ia) in_ifaddr_remove(ia);
    ip_setif(dh.dh_ac);
  }
  const packet = udp_encap(m, held && ia ? ia.ia_addr : 0, IPPORT_BOOTPC, to, IPPORT_BOOTPS);
  if (packet) ip_output(packet, IP_ALLOWBROADCAST, null);
  ip_setif(null);
  if (ia && !held) in_ifaddr_add(ia);
}
