/**
 * Receiving from a socket. BSD: kern/uipc_socket.c (soreceive); Stevens section 16.12. Called by the system calls: first
 * `soreceive` says where how many bytes lie, then, when they have been taken, `soreceived` drops them.
 *
 * A message (PR_ATOMIC) is taken whole; what does not fit is lost, and uio_flags tells of it. Of a stream is taken what
 * is there. When nothing is, EAGAIN is told: an upcall comes when there is something.
 *
 * Differs: one receive of a stream takes one cluster, or mbufs up to the next cluster. To join clusters costs more than
 * to be called again, and the array of one can be handed out as it is. Who calls takes the bytes out of the buffer itself (BSD:
 * uiomove in soreceive), so that nothing here knows what a program's data looks like, and no mbuf is needed, however
 * few are taken.
 */
import { SO_CONTROL, TCP_DO_URG } from "../../config";
import { arena } from "../../machdep";
import { EAGAIN, EINVAL, ENOBUFS, ENOTCONN, EOPNOTSUPP } from "./errno";
import { M_EOR, M_EXT, M_WAIT, type Mbuf, MT_DATA, m_free, m_freem, m_get } from "./mbuf";
import { m_last } from "./mbuf_chain";
import {
  PR_ADDR,
  PR_ATOMIC,
  PR_CONNREQUIRED,
  PR_WANTRCVD,
  PRU_PEEKOOB,
  PRU_RCVD,
  PRU_RCVOOB,
  type Sockaddr,
} from "./protosw";
import { sbdetach, sbdrop, sbdroprecord } from "./sockbuf";
import { soerror } from "./socket";
import {
  MSG_EOR,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  SB_LOCK,
  type Socket,
  SS_CANTRCVMORE,
  SS_ISCONNECTED,
  SS_ISCONNECTING,
  SS_RCVATMARK,
} from "./socketvar";

/** What a receive has found, besides how many bytes. BSD: struct uio, and what msghdr tells. */
export interface Uio {
  /** the mbuf in which they begin, null when there are none, and how far into it; they may go on in those behind it */
  uio_m: Mbuf | null;
  uio_off: number;
  /** MSG_TRUNC, MSG_EOR, MSG_OOB */
  uio_flags: number;
  /** the control that came with them (SO_CONTROL), the caller's from now on */
  uio_control: Mbuf | null;
}

/**
 * Finds at most `len` bytes for the program; answers how many, or -errno. None: the end of a stream, or an empty message. `nam`,
 * if not null, is filled with the sender's address where there is one. Unless it answers an errno, `soreceived` must be called.
 */
export function soreceive(so: Socket, nam: Sockaddr | null, uio: Uio, len: number, flags: number): number {
  const rcv = so.so_rcv;
  const atomic = so.so_proto.pr_flags & PR_ATOMIC;
  let m = rcv.sb_mb;
  uio.uio_m = null;
  uio.uio_flags = 0;
  uio.uio_control = null;
  if (!(len >= 0)) return -EINVAL;
  if (flags & MSG_OOB) return TCP_DO_URG ? soreceive_oob(so, uio, len, flags) : -EOPNOTSUPP;
  if (!m) return soreceive_none(so, len, flags);
  if (!atomic && rcv.sb_cc < rcv.sb_lowat && soreceive_low(so, m, len)) return -EAGAIN;
  if (SO_CONTROL && m.m_type !== MT_DATA) m = soreceive_control(so, uio, flags & MSG_PEEK);
  if (!m) return -EAGAIN;
  uio.uio_m = m;
  return atomic ? soreceive_message(so, nam, uio, m, len) : soreceive_stream(so, uio, m, len);
}

/** Nothing is there: nothing yet, in most cases. An error is told once, unless it is only peeked at. */
function soreceive_none(so: Socket, len: number, flags: number): number {
  const prflags = so.so_proto.pr_flags;
  if (so.so_error) return flags & MSG_PEEK ? -so.so_error : -soerror(so);
  if (so.so_state & SS_CANTRCVMORE || (!len && !(prflags & PR_ATOMIC))) return 0;
  return so.so_state & (SS_ISCONNECTED | SS_ISCONNECTING) || !(prflags & PR_CONNREQUIRED) ? -EAGAIN : -ENOTCONN;
}

/** Is there less of a stream than the low water mark and than was asked for, and may there be more? */
function soreceive_low(so: Socket, m: Mbuf, len: number): boolean {
  if (so.so_rcv.sb_cc >= len || m.m_nextpkt) return false;
  return !(so.so_error || so.so_state & SS_CANTRCVMORE || m_last(m).m_flags & M_EOR);
}

/** Of the first record, of which `m` is the first mbuf that is not control; what does not fit is lost. */
function soreceive_message(so: Socket, nam: Sockaddr | null, uio: Uio, m: Mbuf, len: number): number {
  const pr = so.so_proto;
  const off = pr.pr_flags & PR_ADDR ? arena[m.m_data] : 0;
  const n = m.m_pktlen - off;
  if (nam && off) pr.pr_domain.dom_sockaddr(nam, m.m_data);
  uio.uio_off = off;
  if (n <= len) return n;
  uio.uio_flags = MSG_TRUNC;
  return len;
}

/** Of the first record, of which `m` is the first mbuf that is not control. Not past the mark of urgent data. */
function soreceive_stream(so: Socket, uio: Uio, m: Mbuf, len: number): number {
  let n = m.m_len;
  uio.uio_off = 0;
  if (n < len && m.m_next && !(m.m_flags & M_EXT)) n = soreceive_run(uio, m, len);
  if (n > len) n = len;
  if (TCP_DO_URG && so.so_oobmark && so.so_oobmark < n) n = so.so_oobmark;
  if (m.m_flags & M_EOR && n === m.m_len) uio.uio_flags |= MSG_EOR;
  return n;
}

/** How many bytes, `len` or less of interest, stand in the arena before the record ends or a cluster follows. */
function soreceive_run(uio: Uio, m0: Mbuf, len: number): number {
  let n = m0.m_len;
  let m = m0.m_next;
  while (m && n < len && !(m.m_flags & M_EXT)) {
    n += m.m_len;
    if (m.m_flags & M_EOR && n <= len) uio.uio_flags |= MSG_EOR;
    m = m.m_next;
  }
  return n;
}

/** Takes control mbufs off the first record, and answers what follows them, its data. They are the caller's, but for a peek. */
function soreceive_control(so: Socket, uio: Uio, peek: number): Mbuf | null {
  let m = so.so_rcv.sb_mb;
  let last: Mbuf | null = null;
  while (m && m.m_type !== MT_DATA) {
    const next: Mbuf | null = m.m_next;
    if (!peek) {
      const control = sbdetach(so.so_rcv);
      if (last) last.m_next = control;
      else uio.uio_control = control;
      last = control;
    }
    m = next;
  }
  return m;
}

/** Takes urgent data, which the protocol keeps. */
function soreceive_oob(so: Socket, uio: Uio, len: number, flags: number): number {
  const m = m_get(M_WAIT, MT_DATA);
  if (!m) return -ENOBUFS;
  const error = so.so_proto.pr_usrreq(so, flags & MSG_PEEK ? PRU_PEEKOOB : PRU_RCVOOB, m, null, null);
  if (error) {
    m_free(m);
    return -error;
  }
  uio.uio_m = m;
  uio.uio_off = 0;
  uio.uio_flags = MSG_OOB;
  return len < m.m_len ? len : m.m_len;
}

/** The `n` bytes that soreceive has found have been taken: they go, and the rest of a message, unless it was a peek. */
export function soreceived(so: Socket, uio: Uio, n: number, flags: number): void {
  if (flags & MSG_OOB) m_freem(uio.uio_m);
  else if (!uio.uio_m || flags & MSG_PEEK) return;
  else if (so.so_proto.pr_flags & PR_ATOMIC) sbdroprecord(so.so_rcv);
  else if (n) soreceived_stream(so, n);
}

/** `n` bytes of a stream go; there is room for more. */
function soreceived_stream(so: Socket, n: number): void {
  const pr = so.so_proto;
  if (TCP_DO_URG && (so.so_oobmark || so.so_state & SS_RCVATMARK)) soreceived_mark(so, n);
  so.so_rcv.sb_flags |= SB_LOCK;
  sbdrop(so.so_rcv, n);
  so.so_rcv.sb_flags &= ~SB_LOCK;
  if (pr.pr_flags & PR_WANTRCVD && so.so_pcb) pr.pr_usrreq(so, PRU_RCVD, null, null, null);
}

/** The mark of urgent data comes nearer, is reached, or is left behind. */
function soreceived_mark(so: Socket, n: number): void {
  const mark = so.so_oobmark;
  so.so_state &= ~SS_RCVATMARK;
  if (mark && mark === n) so.so_state |= SS_RCVATMARK;
  so.so_oobmark = mark ? mark - n : 0;
}
