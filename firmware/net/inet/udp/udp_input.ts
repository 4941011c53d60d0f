/**
 * UDP input: RFC 768, 1122 4.1. BSD: netinet/udp_usrreq.c (udp_input, udp_ctlinput); Stevens sections 23.7 to 23.9.
 *
 * A received datagram stays in its mbuf: the eight bytes of its UDP header become the sender's address (SOCKADDR_IN_LEN
 * is eight as well), which is how a PR_ADDR record begins.
 */
import { INET_DHCP, INET_DNS, INET_UDP, SO_CONTROL } from "../../../config";
import { arena, get16, get32, put16, put32 } from "../../../machdep";
import type { Embedded } from "../../../types";
import { M_BCAST, M_MCAST, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_adj, m_pullup } from "../../kern/mbuf_chain";
import { sbappendaddr } from "../../kern/sockbuf";
import { sorwakeup, sowwakeup } from "../../kern/socket2";
import { AF_INET } from "../../kern/socketvar";
import { IPPORT_BOOTPC } from "../../wire/bootp";
import { NAMESERVER_PORT } from "../../wire/dns";
import { ICMP_UNREACH, ICMP_UNREACH_PORT } from "../../wire/icmp";
import { IP_DST, IP_SRC, IP_VHL, IPPROTO_UDP } from "../../wire/ip";
import { UH_DPORT, UH_LEN, UH_SPORT, UH_SUM, UH_ULEN } from "../../wire/udp";
import { icmp_error } from "../icmp/icmp_error";
import { in_pseudo, in_sum } from "../in_cksum";
import { INPLOOKUP_WILDCARD, type Inpcb, type InpcbHead, in_ctlerror, in_pcblookup, in_pcbnotify } from "../in_pcb";
import { in_pcbdeliver } from "../in_pcb_many";
import { SIN_ADDR, SIN_FAMILY, SIN_LEN, SIN_PORT, SOCKADDR_IN_LEN } from "../in_var";
import { ip_appendaddr } from "../ip/ip_savecontrol";
import {
  UDPS_BADLEN,
  UDPS_BADSUM,
  UDPS_CACHEMISS,
  UDPS_DELIVERED,
  UDPS_FULLSOCK,
  UDPS_HDROPS,
  UDPS_IPACKETS,
  UDPS_NOPORT,
  UDPS_NOPORTBCAST,
  udpstat,
  udpstat_init,
} from "./udp_var";

/** All UDP PCBs. */
export let udb: Embedded<InpcbHead>;
/** Who has what comes to port BOOTPC first (dhcp_input.ts). */
let bootpc: (m: Mbuf, iphlen: number) => boolean;
/** The same of what comes to any port, and of errors: the resolver (dns/res_send.ts). */
let dnsinput: (m: Mbuf, iphlen: number) => boolean;
let dnsctlinput: (addr: number, port: number) => void;

/** `dhcp`: a datagram to the DHCP client's port; true when it was the client's, which consumes it. */
export function udp_init(dhcp: (m: Mbuf, iphlen: number) => boolean): void {
  udb = { inp_first: null, inp_last: null };
  bootpc = dhcp;
  udpstat_init();
}

/**
 * `input`: a datagram to any port; true when it was the resolver's, which consumes it. `ctlinput` hears that what was sent from a port
 * to the name server `addr` did not arrive.
 */
export function udp_resolver(
  input: (m: Mbuf, iphlen: number) => boolean,
  ctlinput: (addr: number, port: number) => void,
): void {
  dnsinput = input;
  dnsctlinput = ctlinput;
}

/** A datagram from below; consumes m. */
export function udp_input(m0: Mbuf, iphlen: number): void {
  udpstat[UDPS_IPACKETS]++;
  const m = udp_header(m0, iphlen);
  if (!m) return;
  if (INET_DHCP && get16(m.m_data + iphlen + UH_DPORT) === IPPORT_BOOTPC && bootpc(m, iphlen)) return;
  if (INET_DNS && dnsinput(m, iphlen)) return;
  if (INET_UDP) udp_deliver(m, iphlen);
  else udp_noport(m);
}

/** To the sockets. */
function udp_deliver(m: Mbuf, iphlen: number): void {
  if (m.m_flags & (M_BCAST | M_MCAST)) {
    udp_many(m, iphlen);
    return;
  }
  const inp = udp_lookup(m.m_data, m.m_data + iphlen);
  if (inp) udp_append(m, iphlen, inp);
  else udp_noport(m);
}

/** Counts a cause and frees what is left of the datagram. */
function udp_drop(m: Mbuf | null, cause: number): null {
  udpstat[cause]++;
  m_freem(m);
  return null;
}

/** The datagram with a valid header in the arena, cut to its length; null when it was dropped. */
function udp_header(m0: Mbuf, iphlen: number): Mbuf | null {
  let m: Mbuf | null = m0;
  const len = m.m_pktlen - iphlen;
  if (m.m_len < iphlen + UH_LEN) {
    m = m_pullup(m, iphlen + UH_LEN);
    if (!m) return udp_drop(m, UDPS_HDROPS);
  }
  const uh = m.m_data + iphlen;
  const ulen = get16(uh + UH_ULEN);
  if (ulen > len || ulen < UH_LEN) return udp_drop(m, UDPS_BADLEN);
  if (ulen < len) m_adj(m, ulen - len);
  if (get16(uh + UH_SUM) && in_sum(m, iphlen, ulen, in_pseudo(m.m_data + IP_SRC, IPPROTO_UDP, ulen)) !== 65535)
    return udp_drop(m, UDPS_BADSUM);
  return m;
}

/** The PCB for the datagram whose headers are at `ip` and `uh`: the last one again, or the best match. */
function udp_lookup(ip: number, uh: number): Inpcb | null {
  const faddr = get32(ip + IP_SRC);
  const laddr = get32(ip + IP_DST);
  const fport = get16(uh + UH_SPORT);
  const lport = get16(uh + UH_DPORT);
  const last = udb.inp_last;
  if (
    last &&
    last.inp_lport === lport &&
    last.inp_fport === fport &&
    last.inp_faddr === faddr &&
    last.inp_laddr === laddr
  )
    return last;
  udpstat[UDPS_CACHEMISS]++;
  const inp = in_pcblookup(udb, faddr, fport, laddr, lport, INPLOOKUP_WILDCARD);
  if (inp) udb.inp_last = inp;
  return inp;
}

/** Nobody is there: the sender is told (RFC 1122 4.1.3.1). */
function udp_noport(m: Mbuf): void {
  udpstat[UDPS_NOPORT]++;
  icmp_error(m, ICMP_UNREACH, ICMP_UNREACH_PORT, 0);
}

/** A datagram for many goes to every socket that it fits. */
function udp_many(m: Mbuf, iphlen: number): void {
  const uh = m.m_data + iphlen;
  if (!in_pcbdeliver(udb, m, iphlen, get16(uh + UH_SPORT), get16(uh + UH_DPORT), udp_append))
    udp_drop(m, UDPS_NOPORTBCAST);
}

/** Puts the datagram into the socket's buffer, the sender's address in front. */
function udp_append(m: Mbuf, iphlen: number, inp: Inpcb): void {
  const uh = m.m_data + iphlen;
  const so = inp.inp_socket!;
  put16(uh + SIN_PORT, get16(uh + UH_SPORT));
  put32(uh + SIN_ADDR, get32(m.m_data + IP_SRC));
  arena[uh + SIN_LEN] = SOCKADDR_IN_LEN;
  arena[uh + SIN_FAMILY] = AF_INET;
  m.m_data = uh;
  m.m_len -= iphlen;
  m.m_pktlen -= iphlen;
  if (SO_CONTROL ? ip_appendaddr(so, m, get32(uh - iphlen + IP_DST)) : sbappendaddr(so.so_rcv, m, null)) {
    udpstat[UDPS_DELIVERED]++;
    sorwakeup(so);
  } else udp_drop(m, UDPS_FULLSOCK);
}

/** An error about a datagram of ours, whose IP header is at arena offset `ip`. */
export function udp_ctlinput(cmd: number, dst: number, ip: number): void {
  if (ip < 0) return;
  const uh = ip + ((arena[ip + IP_VHL] & 15) << 2);
  if (INET_DNS && in_ctlerror(cmd) && get16(uh + UH_DPORT) === NAMESERVER_PORT) dnsctlinput(dst, get16(uh + UH_SPORT));
  if (INET_UDP) udp_notifypcb(cmd, dst, ip, uh);
}

function udp_notifypcb(cmd: number, dst: number, ip: number, uh: number): void {
  in_pcbnotify(udb, dst, get16(uh + UH_DPORT), get32(ip + IP_SRC), get16(uh + UH_SPORT), cmd, udp_notify);
}

function udp_notify(inp: Inpcb, error: number): void {
  const so = inp.inp_socket!;
  so.so_error = error;
  sorwakeup(so);
  sowwakeup(so);
}
