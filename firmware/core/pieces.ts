/**
 * What a receive or a read has found, for the shell: pieces of bytes that lie together, each a place in the core's memory. BSD:
 * kern/kern_subr.c (uiomove) copies there. Called by syscall.ts, filecall.ts.
 */
import { arena, bcopy, cluster_grow, memory_offset } from "../machdep";
import { M_EOR, M_EXT, type Mbuf, MCLBYTES, MT_DATA, m_buf, m_free } from "../net/kern/mbuf";
import { sbdetach } from "../net/kern/sockbuf";
import type { Sockbuf } from "../net/kern/socketvar";
import type { Uio } from "../net/kern/soreceive";
import { core_args } from "./events";
import { ARG_AT, ARG_VALUE } from "./sysent";

/** What is left of it, and where the next piece begins. */
let uio_left: number;
let piece_m: Mbuf | null;
let piece_off: number;

/** `n` bytes have been found, the first ARG_VALUE of which lie together. */
export function pieces(found: Uio, n: number): void {
  uio_left = n;
  piece_m = found.uio_m;
  piece_off = found.uio_off;
  core_args[ARG_VALUE] = piece();
}

/** The bytes that lie together next, ARG_AT in the core's memory: how many. */
export function piece(): number {
  let m = piece_m;
  while (m && piece_off >= m.m_len) {
    piece_off -= m.m_len;
    m = m.m_next;
  }
  piece_m = m;
  if (!uio_left || !m) return 0;
  const n = m.m_len - piece_off < uio_left ? m.m_len - piece_off : uio_left;
  core_args[ARG_AT] = memory_offset(m_buf(m), m.m_data + piece_off);
  piece_off += n;
  uio_left -= n;
  return n;
}

/**
 * The first bytes of a long frame lie in an mbuf, the rest in a cluster (drivers/chip.ts): of a stream they are put in front of that,
 * so that the shell is given all of it at once.
 */
export function together(sb: Sockbuf): void {
  const m = sb.sb_mb;
  const n = m ? m.m_next : null;
  const ext = n ? n.m_ext : null;
  if (!m || !n || !ext || m.m_type !== MT_DATA || m.m_flags & (M_EXT | M_EOR)) return;
  const len = m.m_len;
  if (ext.ext_refs > 1 || len + n.m_len > MCLBYTES) return;
  const buf = cluster_grow(ext.ext_buf!, n.m_data, n.m_len, MCLBYTES);
  bcopy(buf, 0, buf, len, n.m_len);
  bcopy(arena, m.m_data, buf, 0, len);
  m_free(sbdetach(sb));
  ext.ext_buf = buf;
  n.m_data = 0;
  n.m_len += len;
  sb.sb_cc += len;
}
