/**
 * Sending on a socket. BSD: kern/uipc_socket.c (sosend); Stevens section 16.7. Called by the system calls: first `sosendable`
 * says how much may go, then `sosend` is given a chain of so much.
 *
 * A message (PR_ATOMIC) goes whole or not at all. Of a stream goes what there is room for. What cannot go now is told
 * EAGAIN, and nothing is done: an upcall comes when there is room.
 *
 * Differs: a stream's data goes to the protocol in one PRU_SEND, not one an mbuf, so that it can fill its segments. Who calls
 * makes the chain (BSD: uiomove in sosend), so that nothing here knows what a program's data looks like.
 */
import { EAGAIN, EDESTADDRREQ, EINVAL, EMSGSIZE, ENOTCONN, EPIPE } from "./errno";
import { M_DONTWAIT, M_EOR, M_FIRST, M_WAIT, type Mbuf } from "./mbuf";
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

/** How much more than the buffer may hold goes as urgent data. */
const OOBSPACE = 1024;

/** How many of `resid` bytes may go now, with `clen` bytes of control, to `nam` if it is not null; or -errno, in BSD's order. */
export function sosendable(so: Socket, nam: Sockaddr | null, resid: number, clen: number, flags: number): number {
  const snd = so.so_snd;
  const prflags = so.so_proto.pr_flags;
  if (so.so_state & SS_CANTSENDMORE) return -EPIPE;
  if (so.so_error) return -soerror(so);
  if (!(resid >= 0)) return -EINVAL;
  if (!(so.so_state & SS_ISCONNECTED)) {
    if (prflags & PR_CONNREQUIRED) return -ENOTCONN;
    if (!nam) return -EDESTADDRREQ;
  }
  const space = sbspace(snd) + (flags & MSG_OOB ? OOBSPACE : 0) - clen;
  if (prflags & PR_ATOMIC) {
    if (resid > snd.sb_hiwat) return -EMSGSIZE;
    return resid > space ? -EAGAIN : resid;
  }
  if (resid <= space) return resid;
  return space < snd.sb_lowat ? -EAGAIN : space;
}

/** Must it go all at once? */
export function sosendallatonce(so: Socket): boolean {
  return (so.so_proto.pr_flags & PR_ATOMIC) !== 0;
}

/** How much of the pool's reserve its data may have, of which `len` go: m_get's `how`. `resid`: how many there are. */
export function sosendhow(so: Socket, len: number, resid: number): number {
  const snd = so.so_snd;
  if (len < resid) return M_WAIT; // of what is but a part there is always more
  if (snd.sb_flags & SB_PRIV) return M_DONTWAIT;
  return snd.sb_cc || sosendallatonce(so) ? M_WAIT : M_FIRST;
}

/**
 * Hands packet `top` to the protocol as the flags say, to `nam` if it is not null, with `control`. Consumes both; answers how many
 * bytes went, or -errno.
 */
export function sosend(so: Socket, nam: Sockaddr | null, top: Mbuf, control: Mbuf | null, flags: number): number {
  const options = so.so_options;
  const sent = top.m_pktlen;
  if (flags & MSG_EOR) top.m_flags |= M_EOR;
  if (flags & MSG_DONTROUTE && sosendallatonce(so)) so.so_options |= SO_DONTROUTE;
  const error = so.so_proto.pr_usrreq(so, flags & MSG_OOB ? PRU_SENDOOB : PRU_SEND, top, nam, control);
  so.so_options = options;
  return error ? -error : sent;
}
