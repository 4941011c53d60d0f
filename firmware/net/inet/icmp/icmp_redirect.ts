/**
 * ICMP redirects that come: RFC 792, 1122 3.2.2.2. BSD: netinet/ip_icmp.c (icmp_input, ICMP_REDIRECT); Stevens section 11.6. Called
 * by icmp_input. Only where config.ts says INET_ROUTE.
 */
import { arena, get32 } from "../../../machdep";
import type { Ifnet } from "../../if/ifnet";
import { M_BCAST, M_MCAST, type Mbuf } from "../../kern/mbuf";
import { ICMP_ADVLEN, ICMP_CODE, ICMP_GWADDR, ICMP_IP, ICMP_REDIRECT_TOSHOST } from "../../wire/icmp";
import { IP_DST, IP_HDR_LEN, IP_SRC, IP_VHL } from "../../wire/ip";
import { RTS_BADREDIRECT, rtredirect, rtstat } from "../in_route";
import { in_canhost, in_ifaddr_with } from "../in_var";

/** Looks at the redirect, whose first bytes are in the arena; the message is still the caller's. */
export function icmp_redirect(m: Mbuf, hlen: number): void {
  const ip = m.m_data;
  const icp = ip + hlen;
  const inner = icp + ICMP_IP;
  const dst = m.m_pktlen >= hlen + ICMP_IP + IP_HDR_LEN + ICMP_ADVLEN ? get32(inner + IP_DST) : 0;
  if (
    m.m_flags & (M_BCAST | M_MCAST) ||
    !in_canhost(dst) ||
    arena[inner + IP_VHL] >> 4 !== 4 ||
    arena[icp + ICMP_CODE] > ICMP_REDIRECT_TOSHOST ||
    !in_ifaddr_with(get32(inner + IP_SRC))
  )
    rtstat[RTS_BADREDIRECT]++;
  else rtredirect(dst, get32(icp + ICMP_GWADDR), get32(ip + IP_SRC), m.m_rcvif as Ifnet);
}
