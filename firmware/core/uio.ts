/**
 * Data between a program and mbufs, as machine code does it. BSD: kern/kern_subr.c (uiomove). Called by the system calls.
 *
 * The JavaScript build has kern/uio.ts instead, where a string becomes a cluster as it is. Here a cluster's bytes are the core's own:
 * what a program sends is copied in (`copyin`, which knows whose data the call at hand is about), and what it receives is copied out
 * by the shell, piece by piece.
 */
import { arena, copyin } from "../machdep";
import {
  MAX_HDR,
  type Mbuf,
  MCLBYTES,
  MSIZE,
  MT_DATA,
  m_clget,
  m_clspare,
  m_freem,
  m_get,
  m_gethdr,
} from "../net/kern/mbuf";
import { m_reclaim } from "../net/kern/mbuf_reclaim";

/** A program's data of more bytes than this goes into clusters; what is less fits an mbuf behind all headers. */
const MINCLSIZE = MSIZE - MAX_HDR;

/** Mbufs that a message without a cluster may have. */
const MSMALL = 5;

/**
 * A packet of the first `len` bytes of the call's data, or null when there is no room for it in what of the pool `how` may use. A
 * `message` goes whole, and headers are put to it: the first mbuf leaves room for them. Of a stream go, as m_pktlen tells, as many
 * as there is room for: without clusters a small piece.
 */
export function m_copyin(len: number, message: boolean, how: number): Mbuf | null {
  const m = m_gethdr(how, MT_DATA);
  if (!m) return null;
  if (len > MINCLSIZE) return m_clusters(m, len, message, how);
  if (message) m.m_data += MAX_HDR;
  m_small(m, len);
  return m;
}

/** There was no room: what can be done without goes, until there is, or null. */
export function m_copyinany(len: number, message: boolean, how: number): Mbuf | null {
  let top: Mbuf | null = null;
  while (!top && m_reclaim()) top = m_copyin(len, message, how);
  return top;
}

/** The first `len` bytes into `m`, where they fit. */
function m_small(m: Mbuf, len: number): void {
  m.m_len = len;
  m.m_pktlen = len;
  if (len) copyin(0, arena, m.m_data, len);
}

/** Hangs `len` bytes of data on `m`, in clusters. */
function m_clusters(m: Mbuf, len: number, message: boolean, how: number): Mbuf | null {
  let n: Mbuf | null = m;
  if (message) {
    m.m_data += MSIZE;
    n = m.m_next = m_get(how, MT_DATA);
  }
  while (n && m_clspare(how)) {
    const off = m.m_pktlen;
    const count: number = len - off < MCLBYTES ? len - off : MCLBYTES;
    if (!m_cluster(n, off, count)) break;
    m.m_pktlen = off + count;
    if (m.m_pktlen === len) return m;
    n = n.m_next = m_get(how, MT_DATA);
  }
  if (!message) {
    if (!m.m_pktlen) m_small(m, MINCLSIZE);
    return m;
  }
  if (n && !m.m_pktlen && len <= MSMALL * MSIZE) return m_smalls(m, n, len, how);
  m_freem(m);
  return null;
}

/** A cluster for `m`, with `len` bytes of the data from `off`. */
function m_cluster(m: Mbuf, off: number, len: number): boolean {
  const buf: Uint8Array | null = new Uint8Array(len);
  if (!buf) return false;
  copyin(off, buf, 0, len);
  return m_clget(m, buf, len);
}

/** A message without clusters, in mbufs: `n0` is the first behind the header's mbuf `m`. */
function m_smalls(m: Mbuf, n0: Mbuf, len: number, how: number): Mbuf | null {
  let n: Mbuf | null = n0;
  let off = 0;
  while (n) {
    n.m_len = len - off < MSIZE ? len - off : MSIZE;
    copyin(off, arena, n.m_data, n.m_len);
    off += n.m_len;
    if (off === len) {
      m.m_pktlen = len;
      return m;
    }
    n = n.m_next = m_get(how, MT_DATA);
  }
  m_freem(m);
  return null;
}
