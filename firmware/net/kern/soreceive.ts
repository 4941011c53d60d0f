/**
 * Receiving from a socket. BSD: kern/uipc_socket.c (soreceive); Stevens section 16.12. Called by the system calls.
 *
 * A message (PR_ATOMIC) is taken whole; what does not fit is lost, and so_msgflags tells of it. Of a stream is taken what
 * is there. When nothing is, EAGAIN is told: an upcall comes when there is something.
 *
 * Differs: one receive of a stream takes one cluster, or mbufs up to the next cluster. To join clusters costs more than
 * to be called again, and the array of one can be handed out as it is.
 */
import { SO_CONTROL, TCP_DO_URG } from "../../config";
import { arena } from "../../machdep";
import { EAGAIN, EINVAL, ENOBUFS, ENOTCONN, EOPNOTSUPP } from "./errno";
import { M_EOR, M_EXT, M_WAIT, type Mbuf, MT_DATA, MT_RIGHTS, m_free, m_get } from "./mbuf";
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
  MSG_CTRUNC,
  MSG_EOR,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  type RightsDomain,
  SB_LOCK,
  type Socket,
  SS_CANTRCVMORE,
  SS_ISCONNECTED,
  SS_ISCONNECTING,
  SS_RCVATMARK,
} from "./socketvar";
import { type Data, m_mbuftouio, UIO_PEEK, uio_none } from "./uio";

/** What the last soreceive has to tell besides: MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB. */
export let so_msgflags: number;

/**
 * Takes at most `len` bytes, as a string (`how` UIO_STRING) or as an array of the program's own (UIO_ARRAY), or answers
 * -errno. `nam`, if not null, is filled with the sender's address where there is one; descriptors that come along are
 * appended to `fds`, or closed when it is null. No bytes: the end of a stream, or an empty message.
 */
export function soreceive(
  so: Socket,
  nam: Sockaddr | null,
  fds: number[] | null,
  len: number,
  flags: number,
  how: number,
): Data | number {
  const rcv = so.so_rcv;
  const m = rcv.sb_mb;
  so_msgflags = 0;
  if (!m) return soreceive_none(so, len, flags, how);
  if (flags || !(len > 0) || m.m_type !== MT_DATA) return soreceive_odd(so, m, nam, fds, len, flags, how);
  if (so.so_proto.pr_flags & PR_ATOMIC) return soreceive_message(so, m, nam, len, how);
  return rcv.sb_cc < rcv.sb_lowat && soreceive_low(so, m, len) ? -EAGAIN : soreceive_stream(so, m, len, how);
}

/** Nothing is there: nothing yet, in most cases. */
function soreceive_none(so: Socket, len: number, flags: number, how: number): Data | number {
  if (flags || !(len > 0) || so.so_error || so.so_state & SS_CANTRCVMORE) return soreceive_end(so, len, flags, how);
  return so.so_state & (SS_ISCONNECTED | SS_ISCONNECTING) || !(so.so_proto.pr_flags & PR_CONNREQUIRED)
    ? -EAGAIN
    : -ENOTCONN;
}

/** Nothing is there, nor will be, or nothing was asked for. An error is told once, unless it is only peeked at. */
function soreceive_end(so: Socket, len: number, flags: number, how: number): Data | number {
  if (!(len >= 0)) return -EINVAL;
  if (flags & MSG_OOB) return TCP_DO_URG ? soreceive_oob(so, len, flags, how) : -EOPNOTSUPP;
  if (so.so_error) return flags & MSG_PEEK ? -so.so_error : -soerror(so);
  if (so.so_state & SS_CANTRCVMORE || (!len && !(so.so_proto.pr_flags & PR_ATOMIC))) return uio_none(how);
  return soreceive_none(so, 1, 0, how);
}

/** Takes what is there in a way that is seldom asked for, or what is seldom there: control. */
function soreceive_odd(
  so: Socket,
  m0: Mbuf,
  nam: Sockaddr | null,
  fds: number[] | null,
  len: number,
  flags: number,
  how: number,
): Data | number {
  const uio = flags & MSG_PEEK ? how | UIO_PEEK : how;
  const atomic = so.so_proto.pr_flags & PR_ATOMIC;
  if (!(len >= 0)) return -EINVAL;
  if (flags & MSG_OOB) return TCP_DO_URG ? soreceive_oob(so, len, flags, how) : -EOPNOTSUPP;
  if (!atomic && soreceive_low(so, m0, len)) return -EAGAIN;
  const m = !SO_CONTROL || m0.m_type === MT_DATA ? m0 : soreceive_control(so, m0, fds, flags & MSG_PEEK);
  if (!m) return -EAGAIN;
  return atomic ? soreceive_message(so, m, nam, len, uio) : soreceive_stream(so, m, len, uio);
}

/** Is there less of a stream than the low water mark and than was asked for, and may there be more? */
function soreceive_low(so: Socket, m: Mbuf, len: number): boolean {
  const cc = so.so_rcv.sb_cc;
  if (cc >= so.so_rcv.sb_lowat || cc >= len || m.m_nextpkt) return false;
  return !(so.so_error || so.so_state & SS_CANTRCVMORE || m_last(m).m_flags & M_EOR);
}

/** Takes the first record, of which `m` is the first mbuf that is not control. */
function soreceive_message(so: Socket, m: Mbuf, nam: Sockaddr | null, len: number, how: number): Data | number {
  const pr = so.so_proto;
  const off = pr.pr_flags & PR_ADDR ? arena[m.m_data] : 0;
  let n = m.m_pktlen - off;
  if (nam && off) pr.pr_domain.dom_sockaddr(nam, m.m_data);
  if (n > len) n = soreceive_trunc(len);
  const data = m_mbuftouio(m, off, n, how);
  if (!(how & UIO_PEEK)) sbdroprecord(so.so_rcv);
  return data;
}

/** The rest of the message is lost. */
function soreceive_trunc(len: number): number {
  so_msgflags |= MSG_TRUNC;
  return len;
}

/** Takes bytes of the first record, of which `m` is the first mbuf that is not control. */
function soreceive_stream(so: Socket, m: Mbuf, len: number, how: number): Data | number {
  const pr = so.so_proto;
  let n = m.m_len;
  if (n < len && m.m_next && !(m.m_flags & M_EXT)) n = soreceive_run(m, len);
  if (n > len) n = len;
  if (m.m_flags & M_EOR || (TCP_DO_URG && (so.so_oobmark || so.so_state & SS_RCVATMARK)))
    n = soreceive_mark(so, m, n, how);
  const data = m_mbuftouio(m, 0, n, how);
  if (how & UIO_PEEK || !n) return data;
  so.so_rcv.sb_flags |= SB_LOCK;
  sbdrop(so.so_rcv, n);
  so.so_rcv.sb_flags &= ~SB_LOCK;
  if (pr.pr_flags & PR_WANTRCVD && so.so_pcb) pr.pr_usrreq(so, PRU_RCVD, null, null, null);
  return data;
}

/** How many bytes, `len` or less of interest, stand in the arena before the record ends or a cluster follows. */
function soreceive_run(m0: Mbuf, len: number): number {
  let n = m0.m_len;
  let m = m0.m_next;
  while (m && n < len && !(m.m_flags & M_EXT)) {
    n += m.m_len;
    if (m.m_flags & M_EOR && n <= len) so_msgflags |= MSG_EOR;
    m = m.m_next;
  }
  return n;
}

/** A receive does not go past the mark of urgent data; one that comes to it, stops there. So at the end of a record. */
function soreceive_mark(so: Socket, m: Mbuf, n: number, how: number): number {
  const mark = so.so_oobmark;
  const upto = mark && mark < n ? mark : n;
  if (m.m_flags & M_EOR && upto === m.m_len) so_msgflags |= MSG_EOR;
  if (!(how & UIO_PEEK) && upto) {
    so.so_state &= ~SS_RCVATMARK;
    if (mark && mark === upto) so.so_state |= SS_RCVATMARK;
    so.so_oobmark = mark ? mark - upto : 0;
  }
  return upto;
}

/** Takes control mbufs off the first record, and answers what follows them, its data. */
function soreceive_control(so: Socket, m0: Mbuf, fds: number[] | null, peek: number): Mbuf | null {
  let m: Mbuf | null = m0;
  while (m && m.m_type !== MT_DATA) {
    const next: Mbuf | null = m.m_next;
    if (!peek) soreceive_rights(so, sbdetach(so.so_rcv), fds);
    m = next;
  }
  return m;
}

/** Gives the descriptors in `m` to the program, or lets go of them. */
function soreceive_rights(so: Socket, m: Mbuf, fds: number[] | null): void {
  const dom = so.so_proto.pr_domain as RightsDomain;
  if (m.m_type === MT_RIGHTS) {
    if (fds && dom.dom_externalize(m, fds)) so_msgflags |= MSG_CTRUNC;
    dom.dom_dispose(m);
  }
  m_free(m);
}

/** Takes urgent data, which the protocol keeps. */
function soreceive_oob(so: Socket, len: number, flags: number, how: number): Data | number {
  const m = m_get(M_WAIT, MT_DATA);
  if (!m) return -ENOBUFS;
  const error = so.so_proto.pr_usrreq(so, flags & MSG_PEEK ? PRU_PEEKOOB : PRU_RCVOOB, m, null, null);
  const data = error ? -error : m_mbuftouio(m, 0, len < m.m_len ? len : m.m_len, how);
  so_msgflags = MSG_OOB;
  m_free(m);
  return data;
}
