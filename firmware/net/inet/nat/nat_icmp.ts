/**
 * ICMP through network address translation: RFC 5508 3, 4; RFC 3022 4.3. Called by nat.ts.
 *
 * A query has an identifier in place of a port. An error returns the beginning of a packet that was translated, and goes to whoever
 * sent it as if it never had been. What it returns is changed, so its checksum is made anew, once it is known to have been good.
 */
import { arena, get16, get32, put16 } from "../../../machdep";
import type { Mbuf } from "../../kern/mbuf";
import {
  ICMP_ADVLEN,
  ICMP_CKSUM,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_ID,
  ICMP_IP,
  ICMP_MASKREPLY,
  ICMP_MASKREQ,
  ICMP_PARAMPROB,
  ICMP_SOURCEQUENCH,
  ICMP_TIMXCEED,
  ICMP_TSTAMP,
  ICMP_TSTAMPREPLY,
  ICMP_TYPE,
  ICMP_UNREACH,
} from "../../wire/icmp";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_VHL, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ip";
import { UH_DPORT, UH_SPORT } from "../../wire/udp";
import { in_cksum } from "../in_cksum";
import { NAT_NOPORT, nat_laddr, nat_lookin, nat_lookout, nat_lport } from "./nat_map";
import { nat_portat, nat_readdress, nat_rewrite } from "./nat_rewrite";

export function nat_isquery(type: number): boolean {
  return type === ICMP_ECHO || type === ICMP_TSTAMP || type === ICMP_MASKREQ;
}

export function nat_isreply(type: number): boolean {
  return type === ICMP_ECHOREPLY || type === ICMP_TSTAMPREPLY || type === ICMP_MASKREPLY;
}

export function nat_iserror(type: number): boolean {
  return type === ICMP_UNREACH || type === ICMP_SOURCEQUENCH || type === ICMP_TIMXCEED || type === ICMP_PARAMPROB;
}

function ip_hlen(ip: number): number {
  return (arena[ip + IP_VHL] & 15) << 2;
}

/**
 * The offset, in the packet, of the header that ICMP error `m` returns, which is there with the ports behind it; 0: it is not, or is of
 * no protocol that has them.
 */
function nat_returned(m: Mbuf): number {
  const ip = m.m_data;
  const off = ip_hlen(ip) + ICMP_IP;
  if (m.m_len < off + IP_HDR_LEN + ICMP_ADVLEN || arena[ip + off + IP_VHL] >> 4 !== 4) return 0;
  const hlen = ip_hlen(ip + off);
  const p = arena[ip + off + IP_P];
  if (hlen < IP_HDR_LEN || m.m_len < off + hlen + ICMP_ADVLEN) return 0;
  return p === IPPROTO_TCP || p === IPPROTO_UDP || p === IPPROTO_ICMP ? off : 0;
}

/** Finds who is inside that has sent what the error returns (nat_laddr, nat_lport). */
export function nat_errortarget(m: Mbuf): boolean {
  const off = nat_returned(m);
  if (!off) return false;
  const inner = m.m_data + off;
  const th = inner + ip_hlen(inner);
  const p = arena[inner + IP_P];
  if (get32(inner + IP_SRC) !== get32(m.m_data + IP_DST)) return false;
  if (p !== IPPROTO_ICMP) return nat_lookin(p, get16(th + UH_SPORT), get32(inner + IP_DST), get16(th + UH_DPORT));
  return nat_isquery(arena[th + ICMP_TYPE]) && nat_lookin(p, get16(th + ICMP_ID), get32(inner + IP_DST), 0);
}

/** Is the error, and the header that it returns, as it was sent (RFC 5508 4.1)? */
function nat_goodsum(m: Mbuf, off: number): boolean {
  const hlen = ip_hlen(m.m_data);
  return !in_cksum(m, hlen, m.m_pktlen - hlen) && !in_cksum(m, off, ip_hlen(m.m_data + off));
}

/** Puts endpoint addr:port in place of that which the returned header has in `field`, and makes the checksum anew. */
function nat_rereturn(m: Mbuf, off: number, field: number, addr: number, port: number): void {
  const hlen = ip_hlen(m.m_data);
  const icp = m.m_data + hlen;
  nat_rewrite(m.m_data + off, m.m_len - off, field, addr, port);
  put16(icp + ICMP_CKSUM, 0);
  put16(icp + ICMP_CKSUM, in_cksum(m, hlen, m.m_pktlen - hlen));
}

/** An error on its way in, to the endpoint that nat_errortarget has found. False: it is damaged. */
export function nat_errorin(m: Mbuf): boolean {
  const off = nat_returned(m);
  if (!nat_goodsum(m, off)) return false;
  nat_rereturn(m, off, IP_SRC, nat_laddr, nat_lport);
  nat_readdress(m.m_data, IP_DST, nat_laddr);
  return true;
}

/** An error on its way out, about a packet that came in by a mapping. False: it is not, or is damaged. */
export function nat_errorout(m: Mbuf, xaddr: number): boolean {
  const off = nat_returned(m);
  if (!off || !nat_goodsum(m, off)) return false;
  const inner = m.m_data + off;
  const p = arena[inner + IP_P];
  const lport = get16(inner + ip_hlen(inner) + nat_portat(p, IP_DST));
  const xport = nat_lookout(p, get32(inner + IP_DST), lport);
  if (xport === NAT_NOPORT) return false;
  nat_rereturn(m, off, IP_DST, xaddr, xport);
  nat_readdress(m.m_data, IP_SRC, xaddr);
  return true;
}
