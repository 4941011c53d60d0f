/**
 * A socket buffer whose data lies in crumbs, when there is no memory left: it is copied together. BSD's descendants do so in
 * sbcompress, with each segment, where there is room; here a copy costs more than a crumb. Called by TCP, which has promised
 * room for what comes.
 */
import { arena, bcopy, cluster_grow } from "../../machdep";
import {
  M_EXT,
  M_FIRST,
  M_RDONLY,
  M_WAIT,
  type Mbuf,
  MCLBYTES,
  MSIZE,
  m_buf,
  m_clget,
  m_clspare,
  m_free,
} from "./mbuf";
import { m_adj, m_copydata, m_length } from "./mbuf_chain";
import { SB_CLCOST } from "./sockbuf";
import type { Sockbuf } from "./socketvar";

/** Copies what lies in the first record together, into as few clusters as will do. True when anything was gained. */
export function sbcollapse(sb: Sockbuf): boolean {
  let gained = false;
  for (let m = sb.sb_mb; m; m = m.m_next) {
    let last = m;
    let len = m.m_len;
    for (let n = m.m_next; n && len + n.m_len <= MCLBYTES; n = n.m_next) {
      last = n;
      len += n.m_len;
    }
    if (last !== m && sbmerge(sb, m, last, len)) gained = true;
  }
  return gained;
}

/** The same for packet `m`, which is empty then: its bytes go behind the stream's last, where there is room for them. */
export function sbabsorb(sb: Sockbuf, m: Mbuf): boolean {
  const n = sb.sb_mbtail;
  const len = m_length(m);
  if (!n || !sbtail(n, len)) return false;
  m_copydata(m, 0, len, m_buf(n), n.m_data + n.m_len);
  n.m_len += len;
  sb.sb_cc += len;
  m_adj(m, len);
  return true;
}

/** Makes room for `len` bytes behind those of `n`, which come to lie first in it. False if they are too many. */
function sbtail(n: Mbuf, len: number): boolean {
  if (!(n.m_flags & M_EXT)) {
    if (n.m_len + len > MSIZE) return false;
    bcopy(arena, n.m_data, arena, n.m_dat, n.m_len);
    n.m_data = n.m_dat;
    return true;
  }
  if (n.m_ext!.ext_refs > 1 || n.m_len + len > MCLBYTES) return false;
  n.m_ext!.ext_buf = cluster_grow(n.m_ext!.ext_buf!, n.m_data, n.m_len, n.m_len + len);
  n.m_flags &= ~M_RDONLY;
  n.m_data = 0;
  return true;
}

/** The buffer's first cluster may be of what is reserved to first data. With more of it streams would stop each other's answers. */
function sbmayhave(sb: Sockbuf): boolean {
  for (let m = sb.sb_mb; m; m = m.m_next) if (m.m_flags & M_EXT) return m_clspare(M_WAIT);
  return m_clspare(M_FIRST);
}

/** Puts the `len` bytes of the mbufs from `m` to `last` into one cluster, which is m's. False when there is none for it. */
function sbmerge(sb: Sockbuf, m: Mbuf, last: Mbuf, len: number): boolean {
  const own = (m.m_flags & M_EXT) !== 0;
  if (own ? m.m_ext!.ext_refs > 1 : !sbmayhave(sb)) return false;
  const buf = sbroom(m, own, len);
  if (!buf) return false;
  m_copydata(m, m.m_len, len - m.m_len, buf, m.m_len);
  const behind = last.m_next;
  for (let n = m.m_next; n !== behind; n = m_free(n!)) sb.sb_mbcnt -= n!.m_flags & M_EXT ? SB_CLCOST : MSIZE;
  m.m_next = behind;
  if (sb.sb_mbtail === last) sb.sb_mbtail = m;
  if (own) m.m_ext!.ext_buf = buf;
  else {
    m_clget(m, buf, len);
    sb.sb_mbcnt += MCLBYTES;
  }
  m.m_flags &= ~M_RDONLY;
  m.m_data = 0;
  m.m_len = len;
  return true;
}

/** A cluster of `len` bytes that begins with those of `m`: its own, made as long as that, or a new one; null when there is none. */
function sbroom(m: Mbuf, own: boolean, len: number): Uint8Array | null {
  if (own) return cluster_grow(m.m_ext!.ext_buf!, m.m_data, m.m_len, len);
  const buf: Uint8Array | null = new Uint8Array(len);
  if (buf) m_copydata(m, 0, m.m_len, buf, 0);
  return buf;
}
