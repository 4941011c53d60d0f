/**
 * The packet tap as files: descriptors that are read, told what to listen to, and closed. BSD: net/bpf.c (bpfopen, bpfread, bpfwrite,
 * bpfioctl, bpf_select); Stevens section 31.5. Called by the system calls, through f_ops.
 */
import { BPF_BUFSIZE, BPF_MAXINSNS, NBPF } from "../../config";
import { uptime } from "../../machdep";
import type { Embedded } from "../../types";
import { DTYPE_BPF, type File, falloc, fdclose, getf } from "../kern/descrip";
import { EAGAIN, EBADF, EINVAL, EMSGSIZE, ENETDOWN, ENOBUFS, ENXIO } from "../kern/errno";
import { FIOGETOWN, FIONREAD, FIOSETOWN, type Fileuio, type Rwfileops } from "../kern/file";
import { kern_count } from "../kern/kern_descrip";
import { free } from "../kern/kern_malloc";
import { M_WAIT, type Mbuf, m_buf, m_freem } from "../kern/mbuf";
import { m_pullup } from "../kern/mbuf_chain";
import { sel_new, selforget, selwakeup } from "../kern/selinfo";
import { POLLIN, POLLOUT } from "../kern/socket";
import { ETHER_HDR_LEN } from "../wire/ether";
import {
  BPF_CAPLEN,
  BPF_HDRLEN,
  type BpfD,
  bpf_attachd,
  bpf_detachd,
  bpf_mtap,
  bpf_promisc,
  DLT_EN10MB,
  DLT_RAW,
  FILTER_WORDS,
  SNAP_MAX,
} from "./bpf";
import { type BpfRing, bpf_ready, bpf_reset, bpf_ringnew, bpf_take } from "./bpf_ring";
import { bpf_validate } from "./bpf_validate";
import { IF_ENQUEUE, IFF_LOOPBACK, IFF_OACTIVE, IFF_RUNNING, IFF_UP, type Ifnet } from "./ifnet";

/* Requests (fo_ioctl) */
export const BIOCFLUSH = 16; // forgets what was captured, and counts anew
export const BIOCPROMISC = 17; // (1, 0): the chip is to receive what is for others
export const BIOCGDLT = 18;
export const BIOCGSTATS = 19; // (0): packets that have gone by; (1): packets that were wanted and dropped for want of room
export const BIOCSSNAP = 20; // (bytes): no more of any packet
export const BIOCGUPTIME = 21; // the clock of the stamps, now
export const BIOCGBLEN = 22; // bytes of the ring

/** Bytes of an instruction of a filter. */
const INSN_LEN = 8;

/** A new descriptor, bound to nothing; or -ENOBUFS, -EMFILE, -ENFILE. BSD: opening /dev/bpf. */
export function bpf_open(): number {
  if (kern_count(DTYPE_BPF) >= NBPF) return -ENOBUFS;
  const fd = falloc(DTYPE_BPF, bpfops);
  if (fd < 0) return fd;
  const d: BpfD | null = {
    bd_next: null,
    bd_ifp: null,
    bd_promisc: false,
    bd_flen: 0,
    bd_snap: SNAP_MAX,
    bd_rcount: 0,
    bd_dcount: 0,
    bd_filter: new Uint32Array(FILTER_WORDS),
    bd_ring: bpf_ringnew(),
    bd_sel: sel_new(),
  };
  if (!d) {
    fdclose(fd);
    return -ENOBUFS;
  }
  getf(fd)!.f_data = d;
  return fd;
}

/** Who listens by that descriptor; null: it is none of these. */
function bpf_of(fd: number): BpfD | null {
  const fp = getf(fd);
  return fp && fp.f_type === DTYPE_BPF ? (fp.f_data as BpfD | null) : null;
}

/** Listens to `ifp` from now on, and to nothing else; what was captured is forgotten. 0, or -EBADF, -ENXIO. BSD: BIOCSETIF. */
export function bpf_setif(fd: number, ifp: Ifnet | null): number {
  const d = bpf_of(fd);
  if (!d) return -EBADF;
  if (!ifp) return -ENXIO;
  bpf_attachd(d, ifp);
  return 0;
}

/**
 * Packet `m`, which is consumed, is the filter from now on, INSN_LEN bytes an instruction: code, jt and jf, k, 2, 1, 1 and 4; none: all
 * packets are wanted. What was captured is forgotten. 0, or -EBADF, -EINVAL: it is no program, and the filter of before goes on. BSD: BIOCSETF.
 */
export function bpf_setf(fd: number, m: Mbuf): number {
  const d = bpf_of(fd);
  const error = d ? bpf_setf1(d, m) : EBADF;
  m_freem(m);
  return -error;
}

function bpf_setf1(d: BpfD, m: Mbuf): number {
  const n = (m.m_pktlen / INSN_LEN) | 0;
  if (n * INSN_LEN !== m.m_pktlen || n > BPF_MAXINSNS) return EINVAL;
  for (let i = 0; i < n; i++) {
    const insn = bpf_word(m, i * INSN_LEN);
    const k = bpf_word(m, i * INSN_LEN + 4);
    if (!bpf_validate(insn >>> 16, (insn >> 8) & 255, insn & 255, k, i, n)) return EINVAL;
  }
  for (let i = 0; i < 2 * n; i++) d.bd_filter[i] = bpf_word(m, i * 4);
  d.bd_flen = n;
  bpf_reset(d.bd_ring);
  return 0;
}

/** The word at byte `off` of what a program has written. */
function bpf_word(m0: Mbuf, off0: number): number {
  let word = 0;
  let m: Mbuf | null = m0;
  let off = off0;
  for (let n = 0; m && n < 4; n++) {
    while (m && off >= m.m_len) {
      off -= m.m_len;
      m = m.m_next;
    }
    if (m) word = (word << 8) | m_buf(m)[m.m_data + off];
    off++;
  }
  return word;
}

function bpf_close(fp: File): number {
  const d = fp.f_data as BpfD;
  bpf_detachd(d);
  selforget(d.bd_sel);
  free(d);
  return 0;
}

function bpf_poll(fp: File, events: number): number {
  const d = fp.f_data as BpfD;
  const readable = bpf_ready(d.bd_ring) > 0 || !d.bd_ifp;
  return events & ((readable ? POLLIN : 0) | (d.bd_ifp ? POLLOUT : 0));
}

/** Whole packets, with what stands before each. EINVAL: not even the first fits. */
function bpf_read(fp: File, uio: Fileuio, len: number): number {
  const d = fp.f_data as BpfD;
  const br = d.bd_ring;
  const ready = bpf_ready(br);
  if (!ready) return d.bd_ifp ? -EAGAIN : -ENXIO;
  let n = 0;
  let next = bpf_record(br, 0);
  while (next <= len && next <= ready && next > n) {
    n = next;
    if (n < ready) next += bpf_record(br, n);
  }
  uio.uio_m = null;
  uio.uio_buf = br.br_buf;
  uio.uio_off = br.br_head;
  return n || -EINVAL;
}

/** The length of the record that begins `n` bytes behind the head. */
function bpf_record(br: BpfRing, n: number): number {
  const at = br.br_head + n + BPF_CAPLEN + 2;
  return (BPF_HDRLEN + ((br.br_buf[at] << 8) | br.br_buf[at + 1]) + 3) & ~3;
}

function bpf_readdone(fp: File, _uio: Fileuio, n: number): void {
  bpf_take((fp.f_data as BpfD).bd_ring, n);
}

function bpf_space(fp: File, uio: Fileuio, len: number): number {
  const ifp = (fp.f_data as BpfD).bd_ifp;
  if (!ifp) return -ENXIO;
  uio.uio_atomic = true;
  uio.uio_how = M_WAIT;
  return len >= 0 && len <= ifp.if_mtu + ETHER_HDR_LEN ? len : -EMSGSIZE;
}

/** A frame as it is to go out; on lo0 an IP packet. */
function bpf_write(fp: File, m0: Mbuf): number {
  const ifp = (fp.f_data as BpfD).bd_ifp;
  const len = m0.m_pktlen;
  const m = m_pullup(m0, ETHER_HDR_LEN);
  if (!m) return len < ETHER_HDR_LEN ? -EINVAL : -ENOBUFS;
  const error = ifp ? bpf_send(ifp, m) : bpf_notsent(m, ENXIO);
  return error ? -error : len;
}

function bpf_notsent(m: Mbuf, error: number): number {
  m_freem(m);
  return error;
}

function bpf_send(ifp: Ifnet, m: Mbuf): number {
  if (ifp.if_flags & IFF_LOOPBACK) return ifp.if_output(ifp, m, 0);
  if ((ifp.if_flags & (IFF_UP | IFF_RUNNING)) !== (IFF_UP | IFF_RUNNING)) return bpf_notsent(m, ENETDOWN);
  ifp.if_obytes += m.m_pktlen;
  if (!IF_ENQUEUE(ifp.if_snd, m)) return ENOBUFS;
  bpf_mtap(ifp, m, 1);
  if (!(ifp.if_flags & IFF_OACTIVE)) ifp.if_start(ifp);
  return 0;
}

function bpf_ioctl(fp: File, cmd: number, value: number): number {
  const d = fp.f_data as BpfD;
  switch (cmd) {
    case FIONREAD:
      return bpf_ready(d.bd_ring);
    case FIOGETOWN:
      return d.bd_sel.si_fd;
    case FIOSETOWN:
      d.bd_sel.si_fd = value;
      if (value && bpf_ready(d.bd_ring)) selwakeup(d.bd_sel);
      return 0;
    case BIOCFLUSH:
      bpf_reset(d.bd_ring);
      d.bd_rcount = d.bd_dcount = 0;
      return 0;
    case BIOCPROMISC:
      return bpf_promisc(d, value !== 0);
    case BIOCGDLT:
      return !d.bd_ifp ? -ENXIO : d.bd_ifp.if_flags & IFF_LOOPBACK ? DLT_RAW : DLT_EN10MB;
    case BIOCGSTATS:
      return (value ? d.bd_dcount : d.bd_rcount) & 0x7fffffff;
    case BIOCSSNAP:
      if (!(value > 0 && value <= SNAP_MAX)) return -EINVAL;
      d.bd_snap = value;
      return 0;
    case BIOCGUPTIME:
      return uptime() & 0x7fffffff;
    case BIOCGBLEN:
      return BPF_BUFSIZE;
  }
  return -EINVAL;
}

const bpfops: Embedded<Rwfileops> = {
  fo_close: bpf_close,
  fo_poll: bpf_poll,
  fo_read: bpf_read,
  fo_readdone: bpf_readdone,
  fo_space: bpf_space,
  fo_write: bpf_write,
  fo_ioctl: bpf_ioctl,
};
