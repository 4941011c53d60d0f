/**
 * Sending on a socket. BSD: kern/uipc_socket.c (sosend); Stevens section 16.7. Called by the system calls.
 *
 * A message (PR_ATOMIC) goes whole or not at all. Of a stream goes what there is room for. What cannot go now is told
 * EAGAIN, and nothing is done: an upcall comes when there is room.
 *
 * Differs: a stream's data goes to the protocol in one PRU_SEND, not one an mbuf, so that it can fill its segments.
 */
import { EAGAIN, EDESTADDRREQ, EINVAL, EMSGSIZE, ENOBUFS, ENOTCONN, EPIPE } from "./errno";
import { M_DONTWAIT, M_EOR, M_FIRST, M_WAIT, type Mbuf, m_freem } from "./mbuf";
import { PR_ATOMIC, PR_CONNREQUIRED, PRU_SEND, PRU_SENDOOB, type Sockaddr } from "./protosw";
import { sbspace } from "./sockbuf";
import { soerror } from "./socket";
import {
  MSG_DONTROUTE,
  MSG_EOR,
  MSG_OOB,
  SB_PRIV,
  SO_DONTROUTE,
  type Socket,
  SS_CANTSENDMORE,
  SS_ISCONNECTED,
} from "./socketvar";
import { type Data, MINCLSIZE, m_uiotombuf } from "./uio";

/** How much more than the buffer may hold goes as urgent data. */
const OOBSPACE = 1024;

/** Sends `data`, to `nam` if it is not null, with `control`, which is consumed. Answers how many bytes went, or -errno. */
export function sosend(so: Socket, nam: Sockaddr | null, data: Data, control: Mbuf | null, flags: number): number {
  const resid = data ? data.length : 0;
  const snd = so.so_snd;
  const pr = so.so_proto;
  const state = so.so_state & (SS_ISCONNECTED | SS_CANTSENDMORE);
  if (
    flags ||
    control ||
    so.so_error ||
    !(resid > 0 && snd.sb_cc + resid <= snd.sb_hiwat && snd.sb_mbcnt + resid <= snd.sb_mbmax) ||
    (state !== SS_ISCONNECTED && (state || !nam || pr.pr_flags & PR_CONNREQUIRED))
  )
    return sosend_odd(so, nam, data, resid, control, flags);
  const atomic = (pr.pr_flags & PR_ATOMIC) !== 0;
  const how = snd.sb_flags & SB_PRIV ? M_DONTWAIT : snd.sb_cc || atomic ? M_WAIT : M_FIRST;
  const top = m_uiotombuf(data, resid, atomic, how);
  if (!top || top.m_pktlen !== resid) return sosend_part(so, nam, data, resid, top);
  return -pr.pr_usrreq(so, PRU_SEND, top, nam, null) || resid;
}

/** The pool had room for a part of the data only, or for none: a part of a stream goes, without clusters a small one. */
function sosend_part(so: Socket, nam: Sockaddr | null, data: Data, resid: number, top: Mbuf | null): number {
  let m = top;
  if (!(so.so_proto.pr_flags & PR_ATOMIC)) {
    if (!m && resid > MINCLSIZE)
      m = m_uiotombuf(sosend_cut(data, MINCLSIZE), MINCLSIZE, false, so.so_snd.sb_cc ? M_WAIT : M_FIRST);
    if (m) return sosend1(so, nam, m, null, 0);
  }
  m_freem(m);
  return -ENOBUFS;
}

/** sosend where something is out of the ordinary: checks in BSD's order. */
function sosend_odd(
  so: Socket,
  nam: Sockaddr | null,
  data: Data,
  resid: number,
  control: Mbuf | null,
  flags: number,
): number {
  const space = sbspace(so.so_snd) + (flags & MSG_OOB ? OOBSPACE : 0) - (control ? control.m_len : 0);
  const error = sosend_error(so, nam, resid, space) || (control && !resid && !sosendallatonce(so) ? EINVAL : 0);
  if (error) {
    m_freem(control);
    return -error;
  }
  if (!resid && !sosendallatonce(so)) return 0;
  const len = resid > space ? space : resid;
  const top = m_uiotombuf(
    len < resid && len <= MINCLSIZE ? sosend_cut(data, len) : data,
    len,
    sosendallatonce(so),
    M_WAIT,
  );
  if (top && (top.m_pktlen === len || !sosendallatonce(so))) return sosend1(so, nam, top, control, flags);
  m_freem(top);
  m_freem(control);
  return -ENOBUFS;
}

/** Must it go all at once? */
function sosendallatonce(so: Socket): boolean {
  return (so.so_proto.pr_flags & PR_ATOMIC) !== 0;
}

/** The first `len` bytes of data, a string that is short. */
function sosend_cut(data: Data, len: number): Data {
  return typeof data === "string" ? data.substr(0, len) : data;
}

/** Why `resid` bytes, or of a stream not a reasonable part of them, cannot be sent now; or 0. */
function sosend_error(so: Socket, nam: Sockaddr | null, resid: number, space: number): number {
  const connrequired = so.so_proto.pr_flags & PR_CONNREQUIRED;
  if (so.so_state & SS_CANTSENDMORE) return EPIPE;
  if (so.so_error) return soerror(so);
  if (!(resid >= 0)) return EINVAL;
  if (!(so.so_state & SS_ISCONNECTED) && connrequired) return ENOTCONN;
  if (!(so.so_state & SS_ISCONNECTED) && !nam) return EDESTADDRREQ;
  if (sosendallatonce(so) && resid > so.so_snd.sb_hiwat) return EMSGSIZE;
  return resid > space && (sosendallatonce(so) || space < so.so_snd.sb_lowat) ? EAGAIN : 0;
}

/** Hands a packet to the protocol as the flags say; answers how many bytes went, or -errno. */
function sosend1(so: Socket, nam: Sockaddr | null, top: Mbuf, control: Mbuf | null, flags: number): number {
  const options = so.so_options;
  const sent = top.m_pktlen;
  if (flags & MSG_EOR) top.m_flags |= M_EOR;
  if (flags & MSG_DONTROUTE && sosendallatonce(so)) so.so_options |= SO_DONTROUTE;
  const error = so.so_proto.pr_usrreq(so, flags & MSG_OOB ? PRU_SENDOOB : PRU_SEND, top, nam, control);
  so.so_options = options;
  return error ? -error : sent;
}
