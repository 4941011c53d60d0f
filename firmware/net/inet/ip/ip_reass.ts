/**
 * Reassembly: RFC 791 3.2, 815, 1122 3.3.2, 3168 5.3, 5722. BSD: netinet/ip_input.c (ip_reass, ip_freef, ip_slowtimo, ip_drain);
 * Stevens chapter 10. Called by ip_input with each fragment. Only where config.ts says INET_FRAG.
 *
 * The fragments of a datagram wait in the order of their places, each a packet that still has its IP header; nothing is copied. As
 * none that overlap are kept, a datagram is complete when the bytes that are there are as many as its last fragment says, and
 * needs no list of holes (RFC 815).
 *
 * Differs: fragments that overlap, or contradict each other, end their datagram (RFC 5722, which is of IPv6; BSD cuts them to fit).
 */
import { arena, get16, put16 } from "../../../machdep";
import { M_BCAST, M_MCAST, M_PKTHDR, type Mbuf, m_free, m_sparein } from "../../kern/mbuf";
import { m_adj, m_cat } from "../../kern/mbuf_chain";
import { IP_LEN, IP_MAXPACKET, IP_MF, IP_OFF, IP_SUM, IP_TOS, IPTOS_ECN_CE, IPTOS_ECN_MASK } from "../../wire/ip";
import { in_cksum } from "../in_cksum";
import { IPS_FRAGDROPPED, IPS_REASSEMBLED, IPS_TOOLONG, ipstat } from "./ip_var";
import {
  frag_off,
  type Ipq,
  ip_findq,
  ip_forget,
  ip_fragdrop,
  ip_freef,
  ip_giveway,
  ip_heard,
  ip_hlen,
  ip_newq,
} from "./ipq";

/* What ip_insert answers */
const FRAG_KEPT = 0;
const FRAG_AGAIN = 1; // we have it already
const FRAG_CLASH = 2; // cannot be of the same datagram as the others

/** Takes fragment `m`, IP header first; the datagram when that was all that was missing of it, else null. */
export function ip_reass(m: Mbuf): Mbuf | null {
  const ip = m.m_data;
  const len = frag_len(m);
  const more = get16(ip + IP_OFF) & IP_MF;
  if (!len || (more && len & 7)) return ip_fragdrop(m, IPS_FRAGDROPPED);
  if (ip_hlen(ip) + frag_end(m) > IP_MAXPACKET) return ip_fragdrop(m, IPS_TOOLONG); // the "ping of death"
  const fp = ip_findq(ip) || ip_newq(ip);
  if (!fp || fp.ipq_dead) return ip_fragdrop(m, IPS_FRAGDROPPED);
  const fate = ip_insert(fp, m, more !== 0);
  if (fate) {
    ip_fragdrop(m, IPS_FRAGDROPPED);
    if (fate === FRAG_CLASH) ip_freef(fp);
    return null;
  }
  fp.ipq_have += len;
  if (fp.ipq_have === fp.ipq_len) return ip_join(fp);
  ip_heard(fp);
  while (!m_sparein(true) && ip_giveway(true));
  return null;
}

/** Bytes of data in a fragment, and the place in the datagram of the one behind the last. */
function frag_len(m: Mbuf): number {
  return m.m_pktlen - ip_hlen(m.m_data);
}

function frag_end(m: Mbuf): number {
  return frag_off(m) + frag_len(m);
}

/** Puts fragment `m` into its place, if it may have it (FRAG_ constant). */
function ip_insert(fp: Ipq, m: Mbuf, more: boolean): number {
  const off = frag_off(m);
  const end = frag_end(m);
  let before: Mbuf | null = null;
  let after = fp.ipq_frags;
  while (after && frag_off(after) < off) {
    before = after;
    after = after.m_nextpkt;
  }
  if (after && frag_off(after) === off && frag_end(after) === end) return FRAG_AGAIN;
  if ((before && frag_end(before) > off) || (after && frag_off(after) < end)) return FRAG_CLASH;
  if (fp.ipq_len && (!more || end > fp.ipq_len)) return FRAG_CLASH;
  if (!more) {
    if (after) return FRAG_CLASH;
    fp.ipq_len = end;
  }
  m.m_nextpkt = after;
  if (before) before.m_nextpkt = m;
  else fp.ipq_frags = m;
  return FRAG_KEPT;
}

/** All is there: the datagram, with the header of its first fragment. */
function ip_join(fp: Ipq): Mbuf | null {
  const m = fp.ipq_frags!;
  const ip = m.m_data;
  const len = ip_hlen(ip) + fp.ipq_len;
  const marked = ip_congested(m);
  if (marked < 0) {
    ip_forget(fp);
    return null;
  }
  fp.ipq_frags = null;
  ip_forget(fp);
  ip_joinall(m);
  m.m_pktlen = len;
  arena[ip + IP_TOS] |= marked;
  put16(ip + IP_LEN, len);
  put16(ip + IP_OFF, 0);
  put16(ip + IP_SUM, 0);
  put16(ip + IP_SUM, in_cksum(m, 0, ip_hlen(ip)));
  ipstat[IPS_REASSEMBLED]++;
  return m;
}

/** Hangs the data of the later fragments behind the first; what went to many did so in each of them. */
function ip_joinall(m: Mbuf): void {
  let next = m.m_nextpkt;
  m.m_nextpkt = null;
  while (next) {
    let p: Mbuf | null = next;
    next = p.m_nextpkt;
    p.m_nextpkt = null;
    m.m_flags |= p.m_flags & (M_BCAST | M_MCAST);
    m_adj(p, ip_hlen(p.m_data));
    p.m_flags &= ~(M_PKTHDR | M_BCAST | M_MCAST);
    if (!p.m_len) p = m_free(p);
    if (p) m_cat(m, p);
  }
}

/** IPTOS_ECN_CE when a router has marked one of the fragments, 0 when none; -1: of those that say they know ECN not all do (RFC 3168 5.3). */
function ip_congested(m0: Mbuf): number {
  let seen = 0;
  for (let m: Mbuf | null = m0; m; m = m.m_nextpkt) seen |= 1 << (arena[m.m_data + IP_TOS] & IPTOS_ECN_MASK);
  if (!(seen & (1 << IPTOS_ECN_CE))) return 0;
  return seen & 1 ? -1 : IPTOS_ECN_CE;
}
