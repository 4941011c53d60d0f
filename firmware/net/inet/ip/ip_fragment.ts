/**
 * Fragmentation: RFC 791 2.3, 3.2, 6864. BSD: netinet/ip_output.c (the second half of ip_output, ip_optcopy); Stevens sections 10.3
 * to 10.6. Called by ip_output and ip_forward. Only where config.ts says INET_FRAG.
 *
 * Differs: the packet is cut in place (m_split) where BSD copies each fragment out of it: a datagram of several clusters needs a
 * header an mbuf more for each, or none where it has come in such pieces. Nothing goes when not all of it can.
 */
import { IFQ_LARGE } from "../../../config";
import { arena, bcopy, get16, put16, random32 } from "../../../machdep";
import type { Ifnet } from "../../if/ifnet";
import { EMSGSIZE, ENOBUFS } from "../../kern/errno";
import { M_DONTWAIT, type Mbuf, m_freem } from "../../kern/mbuf";
import { m_prepend, m_split } from "../../kern/mbuf_chain";
import {
  IP_HDR_LEN,
  IP_LEN,
  IP_MF,
  IP_OFF,
  IP_OFFMASK,
  IP_SUM,
  IP_VHL,
  IP_VHL_BORING,
  IPOPT_COPIED,
  IPOPT_EOL,
  IPOPT_NOP,
  IPOPT_OLEN,
} from "../../wire/ip";
import { in_cksum } from "../in_cksum";
import { in_hash, in_hash_init } from "../in_hash";
import { IPS_CANTFRAG, IPS_FRAGMENTED, IPS_ODROPPED, IPS_OFRAGMENTS, ipstat } from "./ip_var";

/** Counts the datagrams that may be cut; 16 bits. */
let ip_id: number;

export function ip_fragment_init(): void {
  in_hash_init();
  ip_id = random32() & 65535;
}

/**
 * An identification: none comes again before 65,535 others (RFC 6864 4.3), and nobody can tell by one what the next will be or how
 * many there were. It is a counter, enciphered: a Feistel network of four rounds over its two bytes.
 */
export function ip_newid(): number {
  let l = ip_id >> 8;
  let r = ip_id & 255;
  ip_id = (ip_id + 1) & 65535;
  for (let round = 0; round < 4; round++) {
    const f = (l ^ in_hash(r, round, 0, 0)) & 255;
    l = r;
    r = f;
  }
  return (l << 8) | r;
}

/** Sends packet `m`, finished but for what its fragments differ in, to neighbour `dst`; consumes m, answers errno. */
export function ip_fragment(ifp: Ifnet, m: Mbuf, dst: number): number {
  const hlen = ip_hlen(m);
  const len = (ifp.if_mtu - hlen) & ~7;
  const n = len > 0 ? ((m.m_pktlen - hlen + len - 1) / len) | 0 : IFQ_LARGE + 1;
  if (n > IFQ_LARGE) return ip_cantfrag(m, EMSGSIZE, IPS_CANTFRAG);
  const q = ifp.if_snd;
  if (q.ifq_maxlen && q.ifq_len + n > IFQ_LARGE) return ip_cantfrag(m, ENOBUFS, IPS_ODROPPED);
  if (!ip_cut(m, len)) return ip_cantfrag(m, ENOBUFS, IPS_ODROPPED);
  ipstat[IPS_FRAGMENTED]++;
  ipstat[IPS_OFRAGMENTS] += n;
  return ip_sendall(ifp, m, dst);
}

function ip_hlen(m: Mbuf): number {
  return (arena[m.m_data + IP_VHL] & 15) << 2;
}

/** Frees a packet, with what has been cut off it (m_nextpkt). */
function ip_cantfrag(m0: Mbuf, error: number, cause: number): number {
  ipstat[cause]++;
  ip_freeall(m0);
  return error;
}

function ip_freeall(m0: Mbuf): void {
  let m: Mbuf | null = m0;
  while (m) {
    const next: Mbuf | null = m.m_nextpkt;
    m_freem(m);
    m = next;
  }
}

function ip_sendall(ifp: Ifnet, m0: Mbuf, dst: number): number {
  let m: Mbuf | null = m0;
  while (m) {
    const next: Mbuf | null = m.m_nextpkt;
    m.m_nextpkt = null;
    const error = ifp.if_output(ifp, m, dst);
    if (error) {
      if (next) ip_freeall(next);
      return error;
    }
    m = next;
  }
  return 0;
}

/**
 * Cuts a packet into fragments of `len` bytes of data at most, a multiple of 8, each the other's m_nextpkt. False when there was no
 * mbuf. The packet may be a fragment itself: then its last one has followers too.
 */
function ip_cut(m0: Mbuf, len: number): boolean {
  const off = get16(m0.m_data + IP_OFF);
  let place = off & IP_OFFMASK;
  let m = m0;
  while (m.m_pktlen > ip_hlen(m) + len) {
    const rest = m_split(m, ip_hlen(m) + len, M_DONTWAIT);
    const n = rest ? ip_fraghdr(m0, rest) : null;
    if (!n) return false;
    m.m_nextpkt = n;
    ip_fragfill(m, place | IP_MF);
    place += len >> 3;
    m = n;
  }
  ip_fragfill(m, place | (off & IP_MF));
  return true;
}

/** What is different in each fragment. */
function ip_fragfill(m: Mbuf, off: number): void {
  const ip = m.m_data;
  put16(ip + IP_LEN, m.m_pktlen);
  put16(ip + IP_OFF, off);
  put16(ip + IP_SUM, 0);
  put16(ip + IP_SUM, in_cksum(m, 0, ip_hlen(m)));
}

/** Puts the header of `m0`, with those options that all fragments have, in front of `rest`; null (freed) when there is no mbuf. */
function ip_fraghdr(m0: Mbuf, rest: Mbuf): Mbuf | null {
  const optlen = (ip_optcopy(m0, -1) + 3) & ~3;
  const m = m_prepend(rest, IP_HDR_LEN + optlen, M_DONTWAIT);
  if (!m) return null;
  const ip = m.m_data;
  bcopy(arena, m0.m_data, arena, ip, IP_HDR_LEN);
  arena[ip + IP_VHL] = IP_VHL_BORING + (optlen >> 2);
  if (optlen)
    for (let end = ip_optcopy(m0, ip + IP_HDR_LEN); end < optlen; end++) arena[ip + IP_HDR_LEN + end] = IPOPT_EOL;
  m.m_nextpkt = null;
  return m;
}

/** Copies the options that go into all fragments (RFC 791 3.1) to `to`, unless that is -1; how many bytes they are. */
function ip_optcopy(m: Mbuf, to: number): number {
  const ip = m.m_data;
  const hlen = ip_hlen(m);
  let copied = 0;
  let off = IP_HDR_LEN;
  while (off < hlen && arena[ip + off] !== IPOPT_EOL) {
    const opt = arena[ip + off];
    const len = opt === IPOPT_NOP || off + 1 === hlen ? 1 : arena[ip + off + IPOPT_OLEN];
    if (!len || off + len > hlen) break;
    if (opt & IPOPT_COPIED) {
      if (to >= 0) bcopy(arena, ip + off, arena, to + copied, len);
      copied += len;
    }
    off += len;
  }
  return copied;
}
