/**
 * Sending on a socket. BSD: kern/uipc_socket.c (sosend); Stevens section 16.7. Called by the system calls.
 *
 * A message (PR_ATOMIC) goes whole or not at all. Of a stream goes what there is room for. What cannot go now is told
 * EAGAIN, and nothing is done: an upcall comes when there is room.
 *
 * Differs: a stream's data goes to the protocol in one PRU_SEND, not one an mbuf, so that it can fill its segments.
 */
import { EAGAIN, EDESTADDRREQ, EINVAL, EMSGSIZE, ENOBUFS, ENOTCONN, EOPNOTSUPP, EPIPE } from "./errno";
import { M_EOR, type Mbuf, m_freem } from "./mbuf";
import { PR_ATOMIC, PR_CONNREQUIRED, PRU_SEND, PRU_SENDOOB, pru_notsupp, type Sockaddr } from "./protosw";
import { sbspace } from "./sockbuf";
import { soerror } from "./socket";
import {
  MSG_DONTROUTE,
  MSG_EOR,
  MSG_OOB,
  SO_DONTROUTE,
  type Socket,
  SS_CANTSENDMORE,
  SS_ISCONNECTED,
} from "./socketvar";
import { type Data, m_uiotombuf } from "./uio";

/** How much more than the buffer may hold goes as urgent data. */
const OOBSPACE = 1024;

/** Sends `data`, to `nam` if it is not null, with `control`, which is consumed. Answers how many bytes went, or -errno. */
export function sosend(so: Socket, nam: Sockaddr | null, data: Data, control: Mbuf | null, flags: number): number {
  const resid = data ? data.length : 0;
  const atomic = so.so_proto.pr_flags & PR_ATOMIC;
  const snd = so.so_snd;
  let space = sbspace(snd);
  let error = 0;
  if (flags & MSG_OOB) space += OOBSPACE;
  if (control) space -= control.m_len;
  if (so.so_error || so.so_state & SS_CANTSENDMORE || !(resid >= 0)) error = sosenderror(so);
  else if (!(so.so_state & SS_ISCONNECTED) && (!nam || so.so_proto.pr_flags & PR_CONNREQUIRED))
    error = so.so_proto.pr_flags & PR_CONNREQUIRED ? ENOTCONN : EDESTADDRREQ;
  else if (atomic && resid > snd.sb_hiwat) error = EMSGSIZE;
  else if (resid > space && (atomic || space < snd.sb_lowat)) error = EAGAIN;
  else if (!atomic && !resid) error = control ? EINVAL : 0;
  else if (flags & MSG_OOB && so.so_proto.pr_usrreq[PRU_SENDOOB] === pru_notsupp) error = EOPNOTSUPP;
  else return sosend1(so, nam, data, resid > space ? space : resid, control, flags);
  m_freem(control);
  return 0 - error;
}

/** Nothing can be sent any more, or an error is to be told first, once. */
function sosenderror(so: Socket): number {
  return so.so_state & SS_CANTSENDMORE ? EPIPE : soerror(so) || EINVAL;
}

/** Hands `len` bytes, or as many of a stream's as the pool has room for, to the protocol. */
function sosend1(
  so: Socket,
  nam: Sockaddr | null,
  data: Data,
  len: number,
  control: Mbuf | null,
  flags: number,
): number {
  const atomic = (so.so_proto.pr_flags & PR_ATOMIC) !== 0;
  const top = m_uiotombuf(data, len, atomic);
  if (!top || (atomic && top.m_pktlen < len)) {
    m_freem(top);
    m_freem(control);
    return -ENOBUFS;
  }
  const sent = top.m_pktlen;
  if (flags) return sosend2(so, nam, top, control, flags, sent);
  return -so.so_proto.pr_usrreq[PRU_SEND](so, top, nam, control) || sent;
}

/** sosend1's end with flags. */
function sosend2(
  so: Socket,
  nam: Sockaddr | null,
  top: Mbuf,
  control: Mbuf | null,
  flags: number,
  sent: number,
): number {
  const options = so.so_options;
  if (flags & MSG_EOR) top.m_flags |= M_EOR;
  if (flags & MSG_DONTROUTE && so.so_proto.pr_flags & PR_ATOMIC) so.so_options |= SO_DONTROUTE;
  const error = so.so_proto.pr_usrreq[flags & MSG_OOB ? PRU_SENDOOB : PRU_SEND](so, top, nam, control);
  so.so_options = options;
  return error ? -error : sent;
}
