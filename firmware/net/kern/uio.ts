/**
 * Data between a program and mbufs. BSD: kern/kern_subr.c (uiomove), with the names of its successors; Stevens sections
 * 16.7, 16.12. Called by the system calls (syscalls.ts). The shell's: native code has another, for bytes at an address.
 *
 * Who owns the bytes:
 *  - A string never changes. A long one is adopted by clusters as it is, marked M_RDONLY; nothing is copied.
 *  - A Uint8Array may be changed by its program as soon as the call is over: it is copied.
 *  - What a program receives is its own. Bytes of the arena are copied, since the pool uses them again; so are those of
 *    a cluster that others share or that belong to a string. A cluster's own array is handed out as it is.
 *
 * A copy of more than 16 bytes is dear whatever its length, in that the interpreter must find so much room in one piece;
 * through a string it costs a third of what `set` takes for a full frame (measured).
 */
import { arena, bcopy, bcopy_string, bytes_string, string_bytes, view } from "../../machdep";
import {
  M_EXT,
  M_RDONLY,
  MAX_HDR,
  type Mbuf,
  MCLBYTES,
  MSIZE,
  MT_DATA,
  m_buf,
  m_clget,
  m_clspare,
  m_freem,
  m_get,
  m_gethdr,
} from "./mbuf";
import { m_copydata } from "./mbuf_chain";

/** What programs send; strings are of chars 0..255. */
export type Data = string | Uint8Array;

/** A program's data of more bytes than this goes into clusters; what is less fits an mbuf behind all headers. */
export const MINCLSIZE = MSIZE - MAX_HDR;

/** Mbufs that a message without a cluster may have. */
const MSMALL = 5;

/* m_mbuftouio's `how` */
export const UIO_STRING = 0; // a string
export const UIO_ARRAY = 1; // an array, a cluster's own if possible
export const UIO_PEEK = 2; // or'd to it: the bytes are needed where they are, so copy

/**
 * A packet of the first `len` bytes of `data`, or null when there is no room for it in what of the pool `how` may use. A `message`
 * goes whole, and headers are put to it: the first mbuf leaves room for them. Of a stream go, as m_pktlen tells, as many as
 * there is room for: without clusters a small piece.
 */
export function m_uiotombuf(data: Data, len: number, message: boolean, how: number): Mbuf | null {
  const m = m_gethdr(how, MT_DATA);
  if (!m) return null;
  if (len > MINCLSIZE) return m_clusters(m, data, len, message, how);
  if (message) m.m_data += MAX_HDR;
  copyin(m, data, len);
  return m;
}

/** Copies the first `len` bytes of a program's data into `m`, where they fit. */
function copyin(m: Mbuf, data: Data, len: number): void {
  m.m_len = len;
  m.m_pktlen = len;
  if (!len) return;
  if (typeof data !== "string") bcopy(data, data.byteOffset, arena, m.m_data, len);
  else bcopy_string(len < data.length ? data.substr(0, len) : data, m.m_data);
}

/** Hangs `len` bytes of data on `m`, in clusters: a string's pieces share it, an array's are copies. */
function m_clusters(m: Mbuf, data: Data, len: number, message: boolean, how: number): Mbuf | null {
  const bytes = typeof data === "string" ? string_bytes(data) : null;
  let n: Mbuf | null = m;
  if (message) {
    m.m_data += MSIZE;
    n = m.m_next = m_get(how, MT_DATA);
  }
  while (n && m_clspare(how)) {
    const off = m.m_pktlen;
    const count: number = len - off < MCLBYTES ? len - off : MCLBYTES;
    m_clget(n, bytes || bytes_copy(data as Uint8Array, (data as Uint8Array).byteOffset + off, count), count);
    if (bytes) {
      n.m_data = off;
      n.m_flags |= M_RDONLY;
    }
    m.m_pktlen = off + count;
    if (m.m_pktlen === len) return m;
    n = n.m_next = m_get(how, MT_DATA);
  }
  if (!message) {
    if (!m.m_pktlen) copyin(m, data, MINCLSIZE);
    return m;
  }
  if (n && !m.m_pktlen && len <= MSMALL * MSIZE) return m_smalls(m, n, data, len, how);
  m_freem(m);
  return null;
}

/**
 * A message without clusters, in mbufs: `n` is the first behind the header's mbuf `m`. So what is short goes, a DHCP message
 * or the answer to a name, whoever holds all clusters.
 */
function m_smalls(m: Mbuf, n0: Mbuf, data: Data, len: number, how: number): Mbuf | null {
  let n: Mbuf | null = n0;
  for (let off = 0; n; off += n.m_len, n = n.m_next = off < len ? m_get(how, MT_DATA) : null) {
    n.m_len = len - off < MSIZE ? len - off : MSIZE;
    if (typeof data === "string") bcopy_string(data.substr(off, n.m_len), n.m_data);
    else bcopy(data, data.byteOffset + off, arena, n.m_data, n.m_len);
    if (off + n.m_len === len) {
      m.m_pktlen = len;
      return m;
    }
  }
  m_freem(m);
  return null;
}

/** `len` bytes of `buf` from byte `off` of its ArrayBuffer, in an array of their own. */
function bytes_copy(buf: Uint8Array, off: number, len: number): Uint8Array {
  const s = bytes_string(buf, off, len);
  return string_bytes(off || len !== buf.length ? s : s.substr(0, len)); // the string of a whole array shares its bytes
}

/** `len` bytes of the chain from `off`, which are there, in the shape that a program wants (UIO_ constant). */
export function m_mbuftouio(m: Mbuf, off: number, len: number, how: number): Data {
  if (!len || off + len > m.m_len) return m_mbufstouio(m, off, len, how);
  const buf = m.m_flags & M_EXT ? m.m_ext!.ext_buf! : arena;
  if (!(how & UIO_ARRAY)) return bytes_string(buf, m.m_data + off, len);
  return how === UIO_ARRAY && m_own(m) ? view(buf, m.m_data + off, len) : bytes_copy(buf, m.m_data + off, len);
}

/** m_mbuftouio of bytes that are not all in the first mbuf. */
function m_mbufstouio(m0: Mbuf, off0: number, len: number, how: number): Data {
  let m = m0;
  let off = off0;
  if (!len) return uio_none(how);
  while (off >= m.m_len) {
    off -= m.m_len;
    m = m.m_next!;
  }
  if (off + len <= m.m_len) return m_mbuftouio(m, off, len, how);
  return how & UIO_ARRAY ? m_bytes(m, off, len) : m_string(m, off, len);
}

/** No bytes. A view of none would be one of all the rest. */
export function uio_none(how: number): Data {
  return how & UIO_ARRAY ? string_bytes("") : "";
}

/** May the bytes of `m` be given away? They may when they are in a cluster that is nobody else's. */
function m_own(m: Mbuf): boolean {
  return (m.m_flags & (M_EXT | M_RDONLY)) === M_EXT && m.m_ext!.ext_refs === 1;
}

/** Bytes of several mbufs as a string. */
function m_string(m0: Mbuf, off0: number, len0: number): string {
  let off = off0;
  let len = len0;
  let s = "";
  for (let m: Mbuf | null = m0; m && len > 0; m = m.m_next) {
    const n = len < m.m_len - off ? len : m.m_len - off;
    s += bytes_string(m_buf(m), m.m_data + off, n);
    len -= n;
    off = 0;
  }
  return s;
}

/** Bytes of several mbufs as an array. */
function m_bytes(m: Mbuf, off: number, len: number): Uint8Array {
  const bytes = new Uint8Array(len);
  m_copydata(m, off, len, bytes, 0);
  return bytes;
}
