/**
 * What every UDP datagram that we send has in front: RFC 768, 1122 4.1. BSD: netinet/udp_usrreq.c (udp_output). Called by
 * udp_usrreq.ts, and by the DHCP client, which has no socket.
 */
import { IPDEFTTL } from "../../../config";
import { arena, put16, put32 } from "../../../machdep";
import { M_DONTWAIT, type Mbuf } from "../../kern/mbuf";
import { m_prepend } from "../../kern/mbuf_chain";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IP_TTL, IPPROTO_UDP } from "../../wire/ip";
import { UH_DPORT, UH_LEN, UH_SPORT, UH_SUM, UH_ULEN } from "../../wire/udp";
import { in_pseudo, in_sum } from "../in_cksum";
import { UDPS_OPACKETS, udpstat } from "./udp_var";

/** Bytes of header in front of the data of what we send. */
const UDPIP_HDR_LEN = IP_HDR_LEN + UH_LEN;

/** `m` with headers, for ip_output; null without memory for them: it is freed. */
export function udp_encap(m0: Mbuf, laddr: number, lport: number, faddr: number, fport: number): Mbuf | null {
  const ulen = m0.m_pktlen + UH_LEN;
  const m = m_prepend(m0, UDPIP_HDR_LEN, M_DONTWAIT);
  if (!m) return null;
  const ip = m.m_data;
  const uh = ip + IP_HDR_LEN;
  put32(ip + IP_SRC, laddr);
  put32(ip + IP_DST, faddr);
  put16(uh + UH_SPORT, lport);
  put16(uh + UH_DPORT, fport);
  put16(uh + UH_ULEN, ulen);
  put16(uh + UH_SUM, 0);
  // a sum of zero would mean none (RFC 768)
  put16(uh + UH_SUM, ~in_sum(m, IP_HDR_LEN, ulen, in_pseudo(ip + IP_SRC, IPPROTO_UDP, ulen)) & 65535 || 65535);
  arena[ip + IP_P] = IPPROTO_UDP;
  arena[ip + IP_TTL] = IPDEFTTL;
  arena[ip + IP_TOS] = 0;
  udpstat[UDPS_OPACKETS]++;
  return m;
}
