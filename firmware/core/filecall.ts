/**
 * System calls on descriptors of any type, by number (KERN_FILES): what net/kern/sys_generic.ts is in JavaScript. BSD:
 * kern/sys_generic.c, kern/kern_descrip.c.
 *
 * A read has the same three steps as a receive (syscall.ts): SYS_READ finds the bytes and tells where the first of them lie, SYS_PIECE
 * where the next do, SYS_READDONE lets go of them.
 */
import { INET_FRAG, NET_BPF } from "../config";
import { memory_offset } from "../machdep";
import { bpf_open, bpf_setf, bpf_setif } from "../net/if/bpf_dev";
import type { Arpcom } from "../net/if/ether";
import { loif } from "../net/if/if_loop";
import type { Ifnet } from "../net/if/ifnet";
import { arp_delioctl, arp_setioctl } from "../net/inet/arp/arp_ioctl";
import type { File } from "../net/kern/descrip";
import { EBADF, EINVAL, ENOBUFS, ENODEV } from "../net/kern/errno";
import type { Fileuio } from "../net/kern/file";
import {
  dup,
  dup2,
  kern_file,
  kern_ioctl,
  kern_read,
  kern_readdone,
  kern_space,
  kern_write,
} from "../net/kern/kern_descrip";
import { M_DONTWAIT } from "../net/kern/mbuf";
import { kern_pipe, pipe_wfd } from "../net/kern/sys_pipe";
import { vn_isopen, vn_no, vn_open, vn_setevents } from "../net/kern/vnode";
import type { Bytes, Embedded } from "../types";
import { core_args, enaddr_get } from "./events";
import { pieces } from "./pieces";
import {
  ARG_AT,
  ARG_VALUE,
  ARP_DELETE,
  ARP_SET,
  BPF_SETF,
  BPF_SETIF,
  LO0_UNIT,
  OPEN_PIPE,
  OPEN_VNODE,
  SYS_DUP,
  SYS_IOCTL,
  SYS_OPEN,
  SYS_READ,
  SYS_READDONE,
  SYS_WRITE,
  VN_ISOPEN,
  VN_NO,
  VN_SETEVENTS,
} from "./sysent";
import { m_copyin, m_copyinany } from "./uio";

/** The read that is under way: of which file, and how many bytes. */
const uio: Embedded<Fileuio> = {
  uio_m: null,
  uio_off: 0,
  uio_flags: 0,
  uio_control: null,
  uio_buf: null,
  uio_how: 0,
  uio_atomic: false,
};
const enaddr: Bytes<6> = new Uint8Array(6);
let read_fp: File | null;
let read_count: number;

/** `unit`: the interface of a BPF_SETIF, null for lo0. */
export function filecall(code: number, a: number, b: number, c: number, unit: Ifnet | null): number {
  switch (code) {
    case SYS_READ:
      return file_read(a, b);
    case SYS_READDONE:
      return read_done();
    case SYS_WRITE:
      return file_write(a, b);
    case SYS_IOCTL:
      return kern_ioctl(a, b, c);
    case SYS_OPEN:
      return file_open(a);
    case SYS_DUP:
      return b ? dup2(a, b) : dup(a);
  }
  return NET_BPF ? bpfcall(code, a, b, unit) : -EINVAL;
}

function file_open(what: number): number {
  if (what === OPEN_VNODE) return vn_open();
  if (what !== OPEN_PIPE) return NET_BPF ? bpf_open() : -EINVAL;
  const fd = kern_pipe();
  core_args[ARG_VALUE] = pipe_wfd;
  return fd;
}

function bpfcall(code: number, a: number, b: number, unit: Ifnet | null): number {
  switch (code) {
    case BPF_SETIF:
      return bpf_setif(a, b === LO0_UNIT ? loif : unit);
    case BPF_SETF:
      return filter(a, b);
  }
  return -EINVAL;
}

/** The filter is what the shell holds ready. */
function filter(fd: number, len: number): number {
  const m = m_copyin(len, true, M_DONTWAIT);
  return m ? bpf_setf(fd, m) : -ENOBUFS;
}

function file_read(fd: number, len: number): number {
  const fp = kern_file(fd);
  read_fp = null; // of a shell that has broken off: it may be read again
  if (!fp) return -EBADF;
  const n = kern_read(fp, uio, len);
  if (n < 0) return n;
  read_fp = fp;
  read_count = n;
  const buf = uio.uio_buf;
  if (!buf) pieces(uio, n);
  else {
    core_args[ARG_AT] = memory_offset(buf, uio.uio_off);
    core_args[ARG_VALUE] = n;
  }
  return n;
}

/** What was read has been taken: it goes. */
function read_done(): number {
  const fp = read_fp;
  read_fp = null;
  if (fp) kern_readdone(fp, uio, read_count);
  return 0;
}

/** Writes of the data that the shell holds ready. */
function file_write(fd: number, resid: number): number {
  const fp = kern_file(fd);
  if (!fp) return -EBADF;
  const len = kern_space(fp, uio, resid);
  if (len < 0 || (!len && !uio.uio_atomic)) return len;
  const top =
    m_copyin(len, uio.uio_atomic, uio.uio_how) || (INET_FRAG ? m_copyinany(len, uio.uio_atomic, uio.uio_how) : null);
  return top ? kern_write(fp, top) : -ENOBUFS;
}

/** Hardware addresses of neighbours of unit `a`, and files whose bytes the shell has. */
export function vnodecall(code: number, a: number, b: number, c: number, ac: Arpcom | null): number {
  switch (code) {
    case ARP_SET:
      enaddr_get(enaddr);
      return ac ? -arp_setioctl(ac, b, enaddr, c) : -ENODEV;
    case ARP_DELETE:
      return -arp_delioctl(a);
    case VN_NO:
      return vn_no(a);
    case VN_ISOPEN:
      return vn_isopen(a) ? 1 : 0;
    case VN_SETEVENTS:
      return vn_setevents(a, b);
  }
  return -EINVAL;
}
