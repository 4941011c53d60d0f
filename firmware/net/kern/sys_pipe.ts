/**
 * Pipes: what is written at one descriptor is read at another. BSD: kern/uipc_syscalls.c (pipe), where it is two sockets of PF_LOCAL; its
 * successors have kern/sys_pipe.c. Called by programs.
 *
 * Differs: the bytes lie in a buffer of the pipe's own (PIPSIZ), not in mbufs: what waits in it for ever takes nothing from the network.
 */
import { NPIPE, PIPSIZ } from "../../config";
import { bcopy } from "../../machdep";
import type { Bytes, Embedded } from "../../types";
import { DTYPE_PIPE, type File, falloc, fdclose, getf } from "./descrip";
import { EAGAIN, EBADF, EINVAL, ENOBUFS, EPIPE } from "./errno";
import { FIOGETOWN, FIONREAD, FIOSETOWN, type Fileuio, type Rwfileops } from "./file";
import { kern_count } from "./kern_descrip";
import { free } from "./kern_malloc";
import { M_WAIT, type Mbuf, m_buf, m_freem } from "./mbuf";
import { type Selinfo, sel_new, selforget, selwakeup } from "./selinfo";
import { POLLHUP, POLLIN, POLLOUT } from "./socket";

/** What both ends share; it goes with the second of them. */
export interface Pipe {
  pp_buf: Bytes<typeof PIPSIZ>;
  /** bytes written and read, below ROUNDS: each changes in one statement, so that a call that is broken off has been or has not */
  pp_in: number;
  pp_out: number;
  pp_reader: boolean;
  pp_writer: boolean;
  pp_rsel: Embedded<Selinfo>;
  pp_wsel: Embedded<Selinfo>;
}

/** Twice round the buffer, so that full is not empty. */
const ROUNDS = 2 * PIPSIZ;

/** The other descriptor, to be written, of the pipe that was made last. */
export let pipe_wfd: number;

/** A new pipe: the descriptor to be read, with the other in pipe_wfd; or -ENOBUFS, -EMFILE, -ENFILE. */
export function kern_pipe(): number {
  if (kern_count(DTYPE_PIPE) >= 2 * NPIPE) return -ENOBUFS;
  const rfd = falloc(DTYPE_PIPE, rpipeops);
  if (rfd < 0) return rfd;
  const wfd = falloc(DTYPE_PIPE, wpipeops);
  if (wfd < 0) return pipe_not(rfd, wfd);
  const pp: Pipe | null = {
    pp_buf: new Uint8Array(PIPSIZ),
    pp_in: 0,
    pp_out: 0,
    pp_reader: true,
    pp_writer: true,
    pp_rsel: sel_new(),
    pp_wsel: sel_new(),
  };
  if (!pp) {
    fdclose(wfd);
    return pipe_not(rfd, -ENOBUFS);
  }
  getf(rfd)!.f_data = pp;
  getf(wfd)!.f_data = pp;
  pipe_wfd = wfd;
  return rfd;
}

function pipe_not(rfd: number, error: number): number {
  fdclose(rfd);
  return error;
}

/** How many bytes there are to be read. */
function pipe_len(pp: Pipe): number {
  return (pp.pp_in - pp.pp_out + ROUNDS) % ROUNDS;
}

/** The bytes that lie together; 0: all writers are gone. */
function pipe_read(fp: File, uio: Fileuio, len: number): number {
  const pp = fp.f_data as Pipe;
  const head = pp.pp_out % PIPSIZ;
  const there = pipe_len(pp);
  const together = PIPSIZ - head < there ? PIPSIZ - head : there;
  if (!together && pp.pp_writer && len) return -EAGAIN;
  uio.uio_m = null;
  uio.uio_buf = pp.pp_buf;
  uio.uio_off = head;
  return together < len ? together : len;
}

function pipe_readdone(fp: File, _uio: Fileuio, n: number): void {
  const pp = fp.f_data as Pipe;
  pp.pp_out = (pp.pp_out + n) % ROUNDS;
  if (n) selwakeup(pp.pp_wsel);
}

/** What a pipe may hold goes whole, so that what several write is not mixed (POSIX: PIPE_BUF). */
function pipe_space(fp: File, uio: Fileuio, len: number): number {
  const pp = fp.f_data as Pipe;
  const space = PIPSIZ - pipe_len(pp);
  if (!pp.pp_reader) return -EPIPE;
  uio.uio_atomic = false;
  uio.uio_how = M_WAIT;
  if (len <= space) return len;
  return len <= PIPSIZ || !space ? -EAGAIN : space;
}

function pipe_write(fp: File, m0: Mbuf): number {
  const pp = fp.f_data as Pipe;
  const n = m0.m_pktlen;
  let end = pp.pp_in;
  for (let m: Mbuf | null = m0; m; m = m.m_next) end = pipe_append(pp, end, m);
  pp.pp_in = end;
  m_freem(m0);
  selwakeup(pp.pp_rsel);
  return n;
}

/** Copies one mbuf's bytes, which have room, behind the first `end`, round the end of the buffer: how many there are then. */
function pipe_append(pp: Pipe, end: number, m: Mbuf): number {
  const tail = end % PIPSIZ;
  const first = PIPSIZ - tail < m.m_len ? PIPSIZ - tail : m.m_len;
  bcopy(m_buf(m), m.m_data, pp.pp_buf, tail, first);
  bcopy(m_buf(m), m.m_data + first, pp.pp_buf, 0, m.m_len - first);
  return (end + m.m_len) % ROUNDS;
}

/** The wrong end. */
function pipe_noread(): number {
  return -EBADF;
}

function pipe_nowrite(_fp: File, m: Mbuf): number {
  m_freem(m);
  return -EBADF;
}

function rpipe_poll(fp: File, events: number): number {
  const pp = fp.f_data as Pipe;
  return (pipe_len(pp) || !pp.pp_writer ? events & POLLIN : 0) | (pp.pp_writer ? 0 : POLLHUP);
}

function wpipe_poll(fp: File, events: number): number {
  const pp = fp.f_data as Pipe;
  return (pipe_len(pp) < PIPSIZ || !pp.pp_reader ? events & POLLOUT : 0) | (pp.pp_reader ? 0 : POLLHUP);
}

function rpipe_ioctl(fp: File, cmd: number, value: number): number {
  const pp = fp.f_data as Pipe;
  if (cmd === FIONREAD) return pipe_len(pp);
  return pipe_own(pp.pp_rsel, cmd, value, pipe_len(pp) > 0 || !pp.pp_writer);
}

function wpipe_ioctl(fp: File, cmd: number, value: number): number {
  return pipe_own((fp.f_data as Pipe).pp_wsel, cmd, value, false);
}

/** Whose upcall comes; soon, if there is something already. */
function pipe_own(si: Selinfo, cmd: number, value: number, ready: boolean): number {
  if (cmd === FIOGETOWN) return si.si_fd;
  if (cmd !== FIOSETOWN) return -EINVAL;
  si.si_fd = value;
  if (ready) selwakeup(si);
  return 0;
}

function rpipe_close(fp: File): number {
  const pp = fp.f_data as Pipe;
  pp.pp_reader = false;
  selforget(pp.pp_rsel);
  pipe_closed(pp);
  return 0;
}

function wpipe_close(fp: File): number {
  const pp = fp.f_data as Pipe;
  pp.pp_writer = false;
  selforget(pp.pp_wsel);
  pipe_closed(pp);
  return 0;
}

/** One end is closed: the other is told, or it was the last. */
function pipe_closed(pp: Pipe): void {
  if (pp.pp_reader) selwakeup(pp.pp_rsel);
  else if (pp.pp_writer) selwakeup(pp.pp_wsel);
  else free(pp);
}

const rpipeops: Embedded<Rwfileops> = {
  fo_close: rpipe_close,
  fo_poll: rpipe_poll,
  fo_read: pipe_read,
  fo_readdone: pipe_readdone,
  fo_space: pipe_noread,
  fo_write: pipe_nowrite,
  fo_ioctl: rpipe_ioctl,
};

const wpipeops: Embedded<Rwfileops> = {
  fo_close: wpipe_close,
  fo_poll: wpipe_poll,
  fo_read: pipe_noread,
  fo_readdone: pipe_readdone,
  fo_space: pipe_space,
  fo_write: pipe_write,
  fo_ioctl: wpipe_ioctl,
};
