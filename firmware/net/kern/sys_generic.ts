/**
 * System calls on files of any type: what moves a program's data. BSD: kern/sys_generic.c (read, write); Stevens section 16.12. The
 * rest is kern_descrip.ts; in machine code core/filecall.ts and core/gate_files.ts stand for this file.
 *
 * Like all system calls they return at once: what cannot be done now is told -EAGAIN, and the descriptor's upcall (setupcall) comes.
 */
import { INET_FRAG } from "../../config";
import { bytes_string } from "../../machdep";
import type { File } from "./descrip";
import { EBADF, ENOBUFS } from "./errno";
import type { Fileuio } from "./file";
import { kern_file, kern_read, kern_readdone, kern_space, kern_write } from "./kern_descrip";
import type { Mbuf } from "./mbuf";
import { m_reclaim } from "./mbuf_reclaim";
import { type Data, m_mbuftouio, m_uiotombuf, UIO_STRING } from "./uio";

export { dup, dup2, kern_ioctl } from "./kern_descrip";

/** Of the read or write that is going on. */
const uio: Fileuio = {
  uio_m: null,
  uio_off: 0,
  uio_flags: 0,
  uio_control: null,
  uio_buf: null,
  uio_how: 0,
  uio_atomic: false,
};

/** At most `len` bytes as a string (chars 0..255), or -errno; "" is the end. */
export function readstring(fd: number, len: number): string | number {
  const fp = kern_file(fd);
  if (!fp) return -EBADF;
  const n = kern_read(fp, uio, len);
  if (n < 0) return n;
  const data = uio.uio_buf
    ? bytes_string(uio.uio_buf, uio.uio_off, n)
    : n && (m_mbuftouio(uio.uio_m!, uio.uio_off, n, UIO_STRING) as string);
  kern_readdone(fp, uio, n);
  return data || "";
}

/** Writes `data`, or as much of it as there is room for: how many bytes went, or -errno. A message goes whole or not at all. */
export function write(fd: number, data: Data): number {
  const fp = kern_file(fd);
  if (!fp) return -EBADF;
  const top = mbufs_to(fp, data);
  return typeof top === "number" ? top : kern_write(fp, top);
}

/** As much of `data` as may be written to the file now; or a number, which is the answer. */
function mbufs_to(fp: File, data: Data): Mbuf | number {
  const len = kern_space(fp, uio, data ? data.length : 0);
  if (len < 0 || (!len && !uio.uio_atomic)) return len;
  const atomic = uio.uio_atomic;
  const how = uio.uio_how;
  let top = m_uiotombuf(data, len, atomic, how);
  if (INET_FRAG) while (!top && m_reclaim()) top = m_uiotombuf(data, len, atomic, how);
  return top || -ENOBUFS;
}

/** Gives `func` a packet that has these bytes, at most a cluster's; it consumes it, and its answer is ours; -ENOBUFS. */
export function withmbuf(fd: number, data: string, func: (fd: number, m: Mbuf) => number): number {
  const m = m_uiotombuf(data, data.length, true, 0);
  return m ? func(fd, m) : -ENOBUFS;
}
