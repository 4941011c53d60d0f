/**
 * What a receive or a read has found, for the shell: pieces of bytes that lie together, each a place in the core's memory. BSD:
 * kern/kern_subr.c (uiomove) copies there. Called by syscall.ts, filecall.ts.
 */
import { memory_offset } from "../machdep";
import { type Mbuf, m_buf } from "../net/kern/mbuf";
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
