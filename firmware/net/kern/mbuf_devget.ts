/**
 * From a device's memory to a packet. BSD: kern/uipc_mbuf.c (m_devget); Stevens section 2.6. Called by drivers that get a
 * frame in one piece.
 */
import { arena, bcopy } from "../../machdep";
import type { caddr_t } from "../../types";
import {
  M_DONTWAIT,
  MAX_LINKHDR,
  MAX_PROTOHDR,
  type Mbuf,
  MSIZE,
  MT_DATA,
  m_clget,
  m_free,
  m_get,
  m_gethdr,
} from "./mbuf";

/**
 * The packet that a device delivered in `buf`, `len` bytes, the first `linkhdr` of them its link header; null when the
 * pool is empty. What comes behind the link header is aligned, and MAX_LINKHDR bytes are in front of it, so that the
 * same mbuf serves for a reply.
 *
 * Differs: `buf` is not copied; what does not fit the mbuf stays in it, as a cluster. The caller gives it away.
 */
export function m_devget(buf: Uint8Array, len: number, linkhdr: number, ifp: caddr_t | null): Mbuf | null {
  const m = m_gethdr(M_DONTWAIT, MT_DATA);
  if (!m) return null;
  const pad = MAX_LINKHDR - linkhdr;
  m.m_data += pad;
  m.m_len = len <= MSIZE - pad ? len : linkhdr + MAX_PROTOHDR;
  m.m_pktlen = len;
  m.m_rcvif = ifp;
  if (m.m_len < len && !m_devrest(m, buf, len)) {
    m_free(m);
    return null;
  }
  bcopy(buf, 0, arena, m.m_data, m.m_len);
  return m;
}

/** The cluster behind the header mbuf `m`. */
function m_devrest(m: Mbuf, buf: Uint8Array, len: number): boolean {
  const n = m_get(M_DONTWAIT, MT_DATA);
  if (!n) return false;
  if (!m_clget(n, buf, len)) {
    m_free(n);
    return false;
  }
  n.m_data = m.m_len;
  n.m_len = len - m.m_len;
  m.m_next = n;
  return true;
}
