/**
 * Verbs on whole chains of mbufs. BSD: kern/uipc_mbuf.c; Stevens chapter 2. Called from
 * everywhere.
 *
 * Whatever needs an mbuf may find none: the caller hears null (or false), and no chain is left half done. Offsets count
 * from the first byte of the chain. m_nextpkt is nobody's business here.
 *
 * Differs: bytes go from one mbuf to another only where an answer requires it, since the interpreter is slow at copying
 * upwards within the arena: m_cat joins without copying, m_pullup pulls no more than it was asked for. The latter also
 * leaves payload in its cluster, from where it can be handed to a program as it is.
 */
import { arena, bcopy } from "../../machdep";
import {
  M_BCAST,
  M_COPYFLAGS,
  M_DONTWAIT,
  M_EXT,
  M_MCAST,
  M_PKTHDR,
  MAX_LINKHDR,
  type Mbuf,
  MSIZE,
  m_buf,
  m_clshare,
  m_free,
  m_freem,
  m_get,
  m_spare,
} from "./mbuf";

/** Length for m_copym: to the end of the chain. */
export const M_COPYALL = 1000000000;

/** Bytes free in front of m's data; none in a cluster, which others may share. */
export function m_leadingspace(m: Mbuf): number {
  return m.m_flags & M_EXT ? 0 : m.m_data - m.m_dat;
}

/** Bytes free behind m's data; none in a cluster. */
export function m_trailingspace(m: Mbuf): number {
  return m.m_flags & M_EXT ? 0 : m.m_dat + MSIZE - m.m_data - m.m_len;
}

/** Bytes in a chain. */
export function m_length(m0: Mbuf | null): number {
  let n = 0;
  for (let m = m0; m; m = m.m_next) n += m.m_len;
  return n;
}

/**
 * May queues of packets (m_nextpkt), `p` and with it `q`, grow? While they hold no more mbufs than they leave to others: one
 * alone gets half of what is to spare, two a third each (the dynamic thresholds of Choudhury and Hahne, IEEE/ACM ToN 6/2,
 * 1998). So a program that does not read deafens neither the board nor its other sockets. It is always so while MPLENTY are
 * to spare.
 */
export function m_fair(p: Mbuf | null, q: Mbuf | null): boolean {
  return m_spare(m_count(p) + m_count(q));
}

/** Mbufs in a queue of packets. */
export function m_count(p0: Mbuf | null): number {
  let n = 0;
  for (let p = p0; p; p = p.m_nextpkt) for (let m: Mbuf | null = p; m; m = m.m_next) n++;
  return n;
}

/** Byte `off0` of a chain; 0 behind its end. */
export function m_byteat(m0: Mbuf, off0: number): number {
  let m: Mbuf | null = m0;
  let off = off0;
  while (m && off >= m.m_len) {
    off -= m.m_len;
    m = m.m_next;
  }
  return m ? m_buf(m)[m.m_data + off] : 0;
}

/** Last mbuf of a chain. */
export function m_last(m0: Mbuf): Mbuf {
  let m = m0;
  while (m.m_next) m = m.m_next;
  return m;
}

/** Moves the packet header of `m` to `n`, its new first mbuf. BSD: M_COPY_PKTHDR */
function m_movehdr(m: Mbuf, n: Mbuf): void {
  n.m_flags |= m.m_flags & M_COPYFLAGS;
  n.m_pktlen = m.m_pktlen;
  n.m_rcvif = m.m_rcvif;
  m.m_flags &= ~(M_PKTHDR | M_BCAST | M_MCAST);
}

/** Makes room for `len` bytes in front of a packet, in the arena. Null when there is no mbuf: the packet is freed. BSD: M_PREPEND */
export function m_prepend(m: Mbuf, len: number, how: number): Mbuf | null {
  if (m.m_flags & M_EXT || m.m_data - m.m_dat < len) return m_prepend1(m, len, how);
  m.m_data -= len;
  m.m_len += len;
  m.m_pktlen += len;
  return m;
}

/** m_prepend for want of room: a new mbuf, its bytes at the end, so that the next layer finds room. */
function m_prepend1(m: Mbuf, len: number, how: number): Mbuf | null {
  const n = m_get(how, m.m_type);
  if (!n) {
    m_freem(m);
    return null;
  }
  m_movehdr(m, n);
  n.m_data += (MSIZE - len) & ~3;
  n.m_len = len;
  n.m_pktlen += len;
  n.m_next = m;
  return n;
}

/**
 * A copy of `len` bytes (or M_COPYALL, or what there is) from `off`; clusters are shared. A packet header is copied
 * with the first byte. Null when there is no mbuf or no byte.
 *
 * Differs: bytes of the arena keep their place within the mbuf, so the copy has the same room in front.
 */
export function m_copym(m0: Mbuf, off0: number, len0: number, how: number): Mbuf | null {
  let m: Mbuf | null = m0;
  let off = off0;
  let len = len0;
  let top: Mbuf | null = null;
  let tail: Mbuf | null = null;
  while (m && off && off >= m.m_len) {
    off -= m.m_len;
    m = m.m_next;
  }
  while (m && len > 0) {
    const n = m_copy1(m, off, len, how);
    if (!n) {
      m_freem(top);
      return null;
    }
    if (tail) tail.m_next = n;
    else top = n;
    tail = n;
    len -= n.m_len;
    off = 0;
    m = m.m_next;
  }
  if (top && !off0) {
    top.m_flags |= m0.m_flags & M_COPYFLAGS;
    top.m_pktlen = len0 - len;
    top.m_rcvif = m0.m_rcvif;
  }
  return top;
}

/** A copy of at most `len` bytes of the one mbuf `m`, without its packet header. */
export function m_copy1(m: Mbuf, off: number, len: number, how: number): Mbuf | null {
  const n = m_get(how, m.m_type);
  if (!n) return null;
  n.m_len = len < m.m_len - off ? len : m.m_len - off;
  if (m.m_flags & M_EXT) {
    m_clshare(m, n);
    n.m_data = m.m_data + off;
  } else {
    n.m_data += m.m_data - m.m_dat + off;
    bcopy(arena, m.m_data + off, arena, n.m_data, n.m_len);
  }
  return n;
}

/** Copies `len` bytes of the chain from `off`, or what there is, to `dst` at `dstOff`. */
export function m_copydata(m0: Mbuf | null, off0: number, len0: number, dst: Uint8Array, dstOff: number): void {
  let off = off0;
  let len = len0;
  let to = dstOff;
  for (let m = m0; m && len > 0; m = m.m_next) {
    if (off >= m.m_len) off -= m.m_len;
    else {
      const n = len < m.m_len - off ? len : m.m_len - off;
      bcopy(m_buf(m), m.m_data + off, dst, to, n);
      to += n;
      len -= n;
      off = 0;
    }
  }
}

/** Trims `len` bytes from the head, or -len from the tail; what is asked too much is ignored. Empty mbufs stay. */
export function m_adj(m0: Mbuf, len0: number): void {
  let m: Mbuf | null = m0;
  let len = len0;
  if (len < 0) {
    m_adjtail(m0, -len);
    return;
  }
  while (m && len > 0) {
    const n = len < m.m_len ? len : m.m_len;
    m.m_data += n;
    m.m_len -= n;
    m0.m_pktlen -= n;
    len -= n;
    m = m.m_next;
  }
}

function m_adjtail(m0: Mbuf, len: number): void {
  let keep = m_length(m0) - len;
  if (keep < 0) keep = 0;
  m0.m_pktlen = keep;
  for (let m: Mbuf | null = m0; m; m = m.m_next) {
    if (m.m_len > keep) m.m_len = keep;
    keep -= m.m_len;
  }
}

/**
 * Makes the first `len` bytes of the chain lie in the arena, one after the other; null, and the chain freed, when it is
 * shorter, when `len` is more than an mbuf holds, or when there is no mbuf.
 */
export function m_pullup(m: Mbuf, len: number): Mbuf | null {
  if (m.m_flags & M_EXT) return m_pullup1(m, len);
  if (m.m_len >= len) return m;
  return m.m_data + len <= m.m_dat + MSIZE ? m_pull(m, len) : m_pullup1(m, len);
}

/** m_pullup into a new mbuf, with room in front where there is any to spare. */
function m_pullup1(m: Mbuf, len: number): Mbuf | null {
  const n = len > MSIZE ? null : m_get(M_DONTWAIT, m.m_type);
  if (!n) {
    m_freem(m);
    return null;
  }
  m_movehdr(m, n);
  if (len <= MSIZE - MAX_LINKHDR) n.m_data += MAX_LINKHDR;
  n.m_next = m;
  return m_pull(n, len);
}

/** Fills `m`, in the arena, up to `len` bytes from what follows it. */
function m_pull(m: Mbuf, len: number): Mbuf | null {
  let n = m.m_next;
  while (n && m.m_len < len) {
    const count = len - m.m_len < n.m_len ? len - m.m_len : n.m_len;
    bcopy(m_buf(n), n.m_data, arena, m.m_data + m.m_len, count);
    m.m_len += count;
    n.m_data += count;
    n.m_len -= count;
    if (!n.m_len) n = m.m_next = m_free(n);
  }
  if (m.m_len >= len) return m;
  m_freem(m);
  return null;
}

/** Hangs chain `n` behind chain `m`. A packet header is not updated. */
export function m_cat(m: Mbuf, n: Mbuf): void {
  m_last(m).m_next = n;
}

/**
 * Cuts a chain in two and answers the tail: all but the first `len` bytes, a packet of its own if `m0` is one. Null,
 * and the chain as it was, when there is no mbuf or nothing behind `len` bytes.
 */
export function m_split(m0: Mbuf, len0: number, how: number): Mbuf | null {
  let m: Mbuf | null = m0;
  let len = len0;
  while (m && len > m.m_len) {
    len -= m.m_len;
    m = m.m_next;
  }
  if (!m) return null;
  const n = m.m_len > len ? m_copy1(m, len, m.m_len, how) : m.m_next;
  if (!n) return null;
  if (m.m_len > len) n.m_next = m.m_next;
  m.m_len = len;
  m.m_next = null;
  n.m_flags |= m0.m_flags & M_COPYFLAGS;
  n.m_rcvif = m0.m_rcvif;
  n.m_pktlen = m0.m_pktlen - len0;
  m0.m_pktlen = len0;
  return n;
}
