/**
 * Mbufs and clusters: all the memory that packets ever use. BSD: kern/uipc_mbuf.c, sys/mbuf.h; Stevens chapter 2.
 *
 * NMBUFS mbufs own MSIZE bytes each of the arena; headers live there, so that a header field is an arena offset.
 * A cluster (M_EXT) is one array that an mbuf borrows: the one an SPI call returned, or the bytes of the string that a
 * program wrote. It is shared by counting references, never copied; the pool only counts it. `m_data` is an offset,
 * into the arena or into the cluster's array.
 *
 * Nothing else in the stack allocates per packet. When the pool is empty `m_get` answers null: the caller drops and
 * goes on. Called from everywhere; the verbs on whole chains are in mbuf_chain.ts.
 *
 * Differs: an mbuf's bytes and its header are apart, so all MSIZE bytes hold data (MLEN = MHLEN = MSIZE); the packet
 * header fields are fields of every mbuf (m_pktlen, m_rcvif), valid where M_PKTHDR is set.
 */
import { MRESERVE, NMBCLUSTERS, NMBUFS } from "../../config";
import { arena, machdep_init } from "../../machdep";
import type { caddr_t, u8, u16 } from "../../types";
import { free } from "./kern_malloc";

/** Bytes of arena in an mbuf, and of an adopted array at most. */
export const MSIZE = 128;
export const MCLBYTES = 1536;

/** Room that `m_gethdr` callers leave for the link header, so that the IP header behind it is aligned. */
export const MAX_LINKHDR = 16;
/** Length of network and transport header without options, and of all headers in front of a program's data. */
export const MAX_PROTOHDR = 40;
export const MAX_HDR = MAX_LINKHDR + MAX_PROTOHDR;

/* m_flags */
export const M_EXT = 1; // data is in a cluster
export const M_PKTHDR = 2; // first of a packet: m_pktlen and m_rcvif are valid
export const M_EOR = 4; // last of a record
export const M_BCAST = 8; // came as a link-level broadcast
export const M_MCAST = 16; // came as a link-level multicast
export const M_RDONLY = 32; // the cluster's bytes are those of a string of the program: not even a reader may write them
export const M_LOOP = 64; // we have sent it to ourselves
export const M_COPYFLAGS = M_PKTHDR | M_EOR | M_BCAST | M_MCAST | M_LOOP;

/* m_type */
export const MT_FREE = 0;
export const MT_DATA = 1;
export const MT_HEADER = 2;
export const MT_SONAME = 8;
export const MT_RIGHTS = 12;
export const MT_CONTROL = 14;
export const MT_OOBDATA = 15;

/** `m_get(M_DONTWAIT)`: input and replies, may take the last mbuf. */
export const M_DONTWAIT = 0;
/** `m_get(M_WAIT)`: a program's data, which leaves MRESERVE mbufs alone. Differs: nothing waits, the program is told ENOBUFS. */
export const M_WAIT = 1;

/**
 * `m_get(M_FIRST)`: the same for a stream's buffer in which nothing is. It leaves half of the reserve alone, so that
 * of many connections each goes on with a segment at a time: what waits in receive buffers cannot keep a program, which
 * empties them, from sending for ever, nor the other way round.
 */
export const M_FIRST = 2;

/**
 * Clusters that a program's data leaves alone, as it leaves MRESERVE mbufs; and that the first in a buffer does: the frame
 * that comes next may bring the acknowledgement by which all others go.
 */
const MCLRESERVE = NMBCLUSTERS > 8 ? NMBCLUSTERS >> 2 : 2;
const MCLFIRST = 1;

/** External storage, shared by reference count. Free ones are chained by ext_next. */
export interface Cluster {
  ext_buf: Uint8Array | null;
  ext_refs: number;
  ext_next: Cluster | null;
}

export interface Mbuf {
  /** next buffer of this packet; next packet of a queue or record of a socket buffer */
  m_next: Mbuf | null;
  m_nextpkt: Mbuf | null;
  /** first byte of data: an offset into the arena, or into m_ext.ext_buf where M_EXT is set */
  m_data: u16;
  m_len: u16;
  m_flags: u8;
  m_type: u8;
  /** length of the whole packet, and the interface it came in by (an Ifnet; kern knows no interfaces) */
  m_pktlen: number;
  m_rcvif: caddr_t | null;
  m_ext: Cluster | null;
  /** where its own MSIZE bytes begin in the arena; never changes */
  m_dat: u16;
}

/** What `mbstat` answers; every test ends by asserting that the free counts are back where they began. */
export interface Mbstat {
  m_mbufs: number;
  m_mfree: number;
  m_clusters: number;
  m_clfree: number;
  /** requests refused for want of an mbuf or a cluster */
  m_drops: number;
}

let mfree: Mbuf | null;
let nfree: number;
let mclfree: Cluster | null;
let nclfree: number;
let ndrops: number;

/** Allocates the pool: the arena, its mbufs, and the cluster headers. Once, at boot. */
export function mbinit(): void {
  machdep_init(NMBUFS * MSIZE);
  mfree = null;
  mclfree = null;
  for (nfree = 0; nfree < NMBUFS; nfree++) mfree = mbuf_at(nfree * MSIZE, mfree);
  for (nclfree = 0; nclfree < NMBCLUSTERS; nclfree++) mclfree = { ext_buf: null, ext_refs: 0, ext_next: mclfree };
  ndrops = 0;
}

function mbuf_at(dat: number, next: Mbuf | null): Mbuf | null {
  return {
    m_next: next,
    m_data: dat,
    m_len: 0,
    m_flags: 0,
    m_nextpkt: null,
    m_type: MT_FREE,
    m_pktlen: 0,
    m_rcvif: null,
    m_ext: null,
    m_dat: dat,
  };
}

/** The pool anew: free is all but the mbufs that are `kept`, by place, and `nkept` clusters (mbuf_mend.ts). */
export function mbpool_mend(kept: Uint8Array, nkept: number): void {
  let m = mfree;
  mfree = null;
  for (nfree = 0; m && m.m_type === MT_FREE && !kept[(m.m_dat / MSIZE) | 0]; nfree++) {
    const next: Mbuf | null = m.m_next;
    kept[(m.m_dat / MSIZE) | 0] = 1;
    m.m_next = mfree;
    m.m_ext = null;
    mfree = m;
    m = next;
  }
  for (let i = 0; i < NMBUFS; i++) {
    if (kept[i] === 1) continue;
    mfree = mbuf_at(i * MSIZE, mfree);
    nfree++;
  }
  mclfree = null;
  for (nclfree = 0; nclfree < NMBCLUSTERS - nkept; nclfree++)
    mclfree = { ext_buf: null, ext_refs: 0, ext_next: mclfree };
}

/** How the pool stands. */
export function mbstat(): Mbstat {
  return { m_mbufs: NMBUFS, m_mfree: nfree, m_clusters: NMBCLUSTERS, m_clfree: nclfree, m_drops: ndrops };
}

/** While so many mbufs are to spare no queue can hold more than it leaves to others: see m_fair. */
export const MPLENTY = (NMBUFS - MRESERVE) >> 1;

/** True while a program's data may have `n` more mbufs without touching the reserve. */
export function m_spare(n: number): boolean {
  return nfree - n >= MRESERVE;
}

/** An mbuf without data, or null (counted) when the pool, or what of it `how` may use, is empty. */
export function m_get(how: number, type: number): Mbuf | null {
  const m = mfree;
  if (!m || (how && nfree <= MRESERVE && m_reserved(how))) return m_nobufs();
  mfree = m.m_next;
  nfree--;
  m.m_next = null;
  m.m_data = m.m_dat;
  m.m_len = 0;
  m.m_flags = 0;
  m.m_type = type;
  return m;
}

/** The pool is down to the reserve: is there nothing for `how`? */
function m_reserved(how: number): boolean {
  return how !== M_FIRST || nfree <= MRESERVE >> 1;
}

function m_nobufs(): null {
  ndrops++;
  return null;
}

/**
 * An mbuf that begins a packet: as `m_get`, with a packet header. Written out again, as BSD's MGETHDR is: a call costs
 * the interpreter as much as half of it.
 */
export function m_gethdr(how: number, type: number): Mbuf | null {
  const m = mfree;
  if (!m || (how && nfree <= MRESERVE && m_reserved(how))) return m_nobufs();
  mfree = m.m_next;
  nfree--;
  m.m_next = null;
  m.m_data = m.m_dat;
  m.m_len = 0;
  m.m_flags = M_PKTHDR;
  m.m_type = type;
  m.m_pktlen = 0;
  m.m_rcvif = null;
  return m;
}

/**
 * Gives `m` a cluster that adopts `buf`, all of it (m_data 0, m_len its length: pass `len`, reading it costs dear);
 * `buf` is no view into the middle of another array: its byteOffset is 0.
 * The array belongs to the cluster from now on: nobody may write it. True when it is done; false (counted) when no
 * cluster is left. BSD: MCLGET, which takes its page from a pool instead.
 */
export function m_clget(m: Mbuf, buf: Uint8Array, len: number): boolean {
  const ext = mclfree;
  if (!ext) {
    m_nobufs();
    return false;
  }
  mclfree = ext.ext_next;
  nclfree--;
  ext.ext_buf = buf;
  ext.ext_refs = 1;
  m.m_ext = ext;
  m.m_flags |= M_EXT;
  m.m_data = 0;
  m.m_len = len;
  return true;
}

/**
 * M_DONTWAIT: true when the next `m_clget` succeeds: a driver asks before it reads a frame that needs a cluster. M_WAIT,
 * M_FIRST: true while a program's data may have one.
 */
export function m_clspare(how: number): boolean {
  return nclfree > (how ? (how === M_FIRST ? MCLFIRST : MCLRESERVE) : 0);
}

/** May data that a window has asked for, and which is in the pool already, stay there (`large`: in a cluster)? */
export function m_sparefirst(large: boolean): boolean {
  return nfree >= MRESERVE >> 1 && (!large || nclfree >= MCLFIRST);
}

/** What was received is in the pool already: may it stay there (`large`: in a cluster) without touching the reserves? */
export function m_sparein(large: boolean): boolean {
  return nfree >= MRESERVE && (!large || nclfree >= MCLRESERVE);
}

/** For how many packets, each an mbuf and a cluster with an mbuf, m_sparein will say yes. */
export function m_space(): number {
  const ncl = nclfree - MCLRESERVE;
  const n = (nfree - MRESERVE) >> 1;
  const least = ncl < n ? ncl : n;
  return least > 0 ? least : 0;
}

/** Makes `n` share the cluster of `m`. The caller sets n's m_data and m_len. */
export function m_clshare(m: Mbuf, n: Mbuf): void {
  const ext = m.m_ext!;
  ext.ext_refs++;
  n.m_ext = ext;
  n.m_flags |= m.m_flags & (M_EXT | M_RDONLY);
}

function m_clfree(m: Mbuf): void {
  const ext = m.m_ext!;
  m.m_ext = null;
  if (--ext.ext_refs) return;
  free(ext.ext_buf!);
  ext.ext_buf = null;
  ext.ext_next = mclfree;
  mclfree = ext;
  nclfree++;
}

/** Frees one mbuf and answers its successor in the chain. */
export function m_free(m: Mbuf): Mbuf | null {
  const n = m.m_next;
  if (m.m_flags & M_EXT) m_clfree(m);
  m.m_type = MT_FREE;
  m.m_nextpkt = null;
  m.m_next = mfree;
  mfree = m;
  nfree++;
  return n;
}

/** Frees a whole chain; null is no chain. */
export function m_freem(chain: Mbuf | null): void {
  let m = chain;
  while (m) m = m_free(m);
}

/** The array that `m_data` is an offset into. BSD: mtod, the pointer half of it. */
export function m_buf(m: Mbuf): Uint8Array {
  return m.m_flags & M_EXT ? m.m_ext!.ext_buf! : arena;
}
