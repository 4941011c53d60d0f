/**
 * Files whose bytes are not the kernel's: the console, the board's Storage, whatever a program makes readable (lib/vnode.ts). Here they
 * have what makes a descriptor of them: a place in the file table, readiness, an upcall; their data the shell moves itself. BSD:
 * sys/vnode.h, kern/vfs_vnops.c (vnops). Called by the system calls and through f_ops.
 */
import { NFILE, NVNODE } from "../../config";
import type { Embedded, u8 } from "../../types";
import { DTYPE_VNODE, type File, falloc, fdclose, filetable, getf } from "./descrip";
import { EBADF, EINVAL, ENFILE, ENOBUFS, EOPNOTSUPP } from "./errno";
import { FIOGETOWN, FIOSETOWN, type Fileuio, type Rwfileops } from "./file";
import { free } from "./kern_malloc";
import { type Mbuf, m_freem } from "./mbuf";
import { type Selinfo, sel_new, selforget, selwakeup } from "./selinfo";
import { POLLIN, POLLOUT } from "./socket";

export interface Vnode {
  /** by which the shell knows it */
  v_no: u8;
  /** POLLIN, POLLOUT: what it may be asked for now */
  v_events: u8;
  v_sel: Embedded<Selinfo>;
}

/** A new descriptor, ready for all; or -ENFILE, -EMFILE, -ENOBUFS. */
export function vn_open(): number {
  let no = 0;
  while (vn_at(no)) no++;
  if (no === NVNODE) return -ENFILE;
  const fd = falloc(DTYPE_VNODE, vnops);
  if (fd < 0) return fd;
  const vp: Vnode | null = { v_no: no, v_events: POLLIN | POLLOUT, v_sel: sel_new() };
  if (!vp) {
    fdclose(fd);
    return -ENOBUFS;
  }
  getf(fd)!.f_data = vp;
  return fd;
}

/** The one of that number, or null. */
function vn_at(no: number): Vnode | null {
  for (let i = 0; i < NFILE; i++) {
    const fp = filetable[i];
    const vp = fp && fp.f_type === DTYPE_VNODE ? (fp.f_data as Vnode | null) : null;
    if (vp && vp.v_no === no) return vp;
  }
  return null;
}

/** The number behind a descriptor; -EBADF, or -EOPNOTSUPP: it means something else. */
export function vn_no(fd: number): number {
  const fp = getf(fd);
  if (!fp) return -EBADF;
  return fp.f_type === DTYPE_VNODE && fp.f_data ? (fp.f_data as Vnode).v_no : -EOPNOTSUPP;
}

/** Has it a descriptor still? */
export function vn_isopen(no: number): boolean {
  return vn_at(no) !== null;
}

/** What it may be asked for has changed: `events` is that now, and whoever waits hears of it. -EBADF: it is closed. */
export function vn_setevents(no: number, events: number): number {
  const vp = vn_at(no);
  if (!vp) return -EBADF;
  vp.v_events = events & (POLLIN | POLLOUT);
  if (vp.v_events) selwakeup(vp.v_sel);
  return 0;
}

function vn_close(fp: File): number {
  const vp = fp.f_data as Vnode;
  selforget(vp.v_sel);
  free(vp);
  return 0;
}

function vn_poll(fp: File, events: number): number {
  return (fp.f_data as Vnode).v_events & events;
}

/** Its bytes are not here. */
function vn_rdwr(): number {
  return -EOPNOTSUPP;
}

function vn_readdone(_fp: File, _uio: Fileuio, _n: number): void {}

function vn_write(_fp: File, m: Mbuf): number {
  m_freem(m);
  return -EOPNOTSUPP;
}

function vn_ioctl(fp: File, cmd: number, value: number): number {
  const vp = fp.f_data as Vnode;
  if (cmd === FIOGETOWN) return vp.v_sel.si_fd;
  if (cmd !== FIOSETOWN) return -EINVAL;
  vp.v_sel.si_fd = value;
  if (vp.v_events & POLLIN) selwakeup(vp.v_sel);
  return 0;
}

const vnops: Embedded<Rwfileops> = {
  fo_close: vn_close,
  fo_poll: vn_poll,
  fo_read: vn_rdwr,
  fo_readdone: vn_readdone,
  fo_space: vn_rdwr,
  fo_write: vn_write,
  fo_ioctl: vn_ioctl,
};
