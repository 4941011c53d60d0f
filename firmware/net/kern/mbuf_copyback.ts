/**
 * Writing into a chain. BSD: net/rtsock.c (m_copyback); Stevens section 2.9 names it among the mbuf functions. Called by
 * whoever edits a packet in the middle.
 */
import { arena, bcopy, bzero } from "../../machdep";
import { M_DONTWAIT, M_EXT, type Mbuf, MSIZE, m_free, m_freem, m_get } from "./mbuf";
import { m_adj, m_copy1, m_last, m_length, m_trailingspace } from "./mbuf_chain";

/**
 * Overwrites `len` bytes of the chain from `off` with those of `src` at `srcOff`; a chain that is too short grows, with
 * zeros up to `off`. False when there is no mbuf (what had been written stays).
 *
 * Differs: a cluster is never written, since others may share it; mbufs take the place of the part in question.
 */
export function m_copyback(m0: Mbuf, off0: number, len0: number, src: Uint8Array, srcOff: number): boolean {
  let off = off0;
  let len = len0;
  let from = srcOff;
  if (!m_grow(m0, off + len - m_length(m0))) return false;
  for (let m: Mbuf | null = m0; m && len > 0; m = m.m_next) {
    if (off >= m.m_len) off -= m.m_len;
    else if (m.m_flags & M_EXT) {
      if (!m_unshare(m, off, len)) return false;
      off = 0;
    } else {
      const n = len < m.m_len - off ? len : m.m_len - off;
      bcopy(src, from, arena, m.m_data + off, n);
      from += n;
      len -= n;
      off = 0;
    }
  }
  return true;
}

/** Appends `len` zero bytes. */
function m_grow(m0: Mbuf, len0: number): boolean {
  let m = m_last(m0);
  let len = len0;
  while (len > 0) {
    const space = m_trailingspace(m);
    const n = len < space ? len : space;
    if (n) bzero(m.m_data + m.m_len, n);
    m.m_len += n;
    m0.m_pktlen += n;
    len -= n;
    if (len > 0) {
      const next = m_get(M_DONTWAIT, m0.m_type);
      if (!next) return false;
      m.m_next = next;
      m = next;
    }
  }
  return true;
}

/** Behind the first `off` bytes of the cluster mbuf `m`, puts an arena mbuf in the place of at most `len` bytes. */
function m_unshare(m: Mbuf, off: number, len: number): boolean {
  const n = m_get(M_DONTWAIT, m.m_type);
  const rest = m_copy1(m, off, m.m_len, M_DONTWAIT);
  if (!n || !rest) {
    m_freem(n);
    m_freem(rest);
    return false;
  }
  n.m_len = len < rest.m_len ? len : rest.m_len;
  if (n.m_len > MSIZE) n.m_len = MSIZE;
  m_adj(rest, n.m_len);
  rest.m_next = m.m_next;
  n.m_next = rest.m_len ? rest : m_free(rest);
  m.m_next = n;
  m.m_len = off;
  return true;
}
