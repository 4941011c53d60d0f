/**
 * Requests of PF_UNIX sockets. BSD: kern/uipc_usrreq.c (uipc_usrreq). Called through the protocol switch; unix_proto.ts
 * has the tables.
 *
 * What is sent goes into the receive buffer of the other end at once. A stream's sender is held back by its own send
 * buffer being made smaller by as much as waits at the other end, and larger again as that is read (PR_WANTRCVD).
 */

import { arena, bcopy_string } from "../../machdep";
import { ECONNRESET, EDESTADDRREQ, EISCONN, ENOBUFS, ENOTCONN, EPIPE } from "../kern/errno";
import { M_DONTWAIT, type Mbuf, m_freem } from "../kern/mbuf";
import { m_prepend } from "../kern/mbuf_chain";
import type { Sockaddr } from "../kern/protosw";
import { sbappend, sbappendaddr, sbappendcontrol, soreserve } from "../kern/sockbuf";
import { socantsendmore, sorwakeup, sowwakeup } from "../kern/socket2";
import { SOCK_STREAM, type Socket, SS_CANTRCVMORE } from "../kern/socketvar";
import { unp_connect, unp_detach, unp_disconnect, unp_drop, unp_shutdown } from "./unp_connect";
import { unp_dispose, unp_internalize } from "./unp_rights";
import { type SockaddrUn, sotounpcb, type Unpcb, unp_attach, unp_bind, unp_name } from "./unpcb";

/** Buffers of a stream (bytes); what is under way between two sockets is the size of one. */
const UNPST_SPACE = 4096;
/** The longest datagram, and what may wait to be read. */
const UNPDG_SENDSPACE = 2048;
const UNPDG_RECVSPACE = 4096;

export function uipc_attach(so: Socket): number {
  if (so.so_pcb) return EISCONN;
  unp_attach(so);
  if (so.so_snd.sb_hiwat) return 0;
  return so.so_type === SOCK_STREAM
    ? soreserve(so, UNPST_SPACE, UNPST_SPACE)
    : soreserve(so, UNPDG_SENDSPACE, UNPDG_RECVSPACE);
}

export function uipc_detach(so: Socket): number {
  unp_detach(sotounpcb(so));
  return 0;
}

export function uipc_bind(so: Socket, nam: Sockaddr | null): number {
  return unp_bind(sotounpcb(so), nam as SockaddrUn);
}

/** Only who has a name can be found. */
export function uipc_listen(so: Socket): number {
  return sotounpcb(so).unp_owner ? 0 : EDESTADDRREQ;
}

export function uipc_connect(so: Socket, nam: Sockaddr | null): number {
  return unp_connect(so, nam as SockaddrUn);
}

export function uipc_disconnect(so: Socket): number {
  unp_disconnect(sotounpcb(so));
  return 0;
}

export function uipc_shutdown(so: Socket): number {
  socantsendmore(so);
  unp_shutdown(sotounpcb(so));
  return 0;
}

/** The listener is gone before the connection was accepted: the peer is told. */
export function uipc_abort(so: Socket): number {
  const unp = sotounpcb(so);
  if (unp.unp_conn) unp_drop(unp.unp_conn, ECONNRESET);
  unp_detach(unp);
  return 0;
}

export function uipc_sockaddr(so: Socket, nam: Sockaddr | null): number {
  return unp_name(sotounpcb(so), nam!);
}

/** The peer's name; of a peer that has gone already, none. Serves PRU_ACCEPT as well. */
export function uipc_peeraddr(so: Socket, nam: Sockaddr | null): number {
  return nam ? unp_name(sotounpcb(so).unp_conn, nam) : 0;
}

/** Data was read from a stream: its sender may send so much more. */
export function uipc_rcvd(so: Socket): number {
  const unp = sotounpcb(so);
  if (unp.unp_conn) {
    unp_backpressure(unp, unp.unp_conn.unp_socket);
    sowwakeup(unp.unp_conn.unp_socket);
  }
  return 0;
}

/** Makes the send buffer of `from` smaller, or larger, by what has come into the receive buffer of `to`, or gone. */
function unp_backpressure(to: Unpcb, from: Socket): void {
  const rcv = to.unp_socket.so_rcv;
  const snd = from.so_snd;
  snd.sb_mbmax -= rcv.sb_mbcnt - to.unp_mbcnt;
  snd.sb_hiwat -= rcv.sb_cc - to.unp_cc;
  to.unp_mbcnt = rcv.sb_mbcnt;
  to.unp_cc = rcv.sb_cc;
}

/** Sends a stream's data, with descriptors or without. Consumes m and control. */
export function uipc_send(so: Socket, m: Mbuf | null, control: Mbuf | null): number {
  const peer = sotounpcb(so).unp_conn;
  if (!peer || peer.unp_socket.so_state & SS_CANTRCVMORE) return unp_refuse(m, control, EPIPE, false);
  const rcv = peer.unp_socket.so_rcv;
  if (!control) sbappend(rcv, m);
  else {
    const error = unp_internalize(control);
    if (error) return unp_refuse(m, control, error, false);
    if (!sbappendcontrol(rcv, m!, control)) return unp_refuse(m, control, ENOBUFS, true);
  }
  unp_backpressure(peer, so);
  sorwakeup(peer.unp_socket);
  return 0;
}

/** Sends a datagram, to `nam` or to whom the socket is connected. Consumes m and control. */
export function uipc_senddgram(so: Socket, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null): number {
  const unp = sotounpcb(so);
  let error = 0;
  if (nam) error = unp.unp_conn ? EISCONN : unp_connect(so, nam as SockaddrUn);
  else if (!unp.unp_conn) error = ENOTCONN;
  if (error) return unp_refuse(m, control, error, false);
  error = unp_deliver(unp, unp.unp_conn!.unp_socket, m!, control);
  if (nam) unp_disconnect(unp);
  return error;
}

/** Puts a datagram with its sender's name in front into a receive buffer. */
function unp_deliver(unp: Unpcb, so2: Socket, m0: Mbuf, control: Mbuf | null): number {
  const error = control ? unp_internalize(control) : 0;
  if (error) return unp_refuse(m0, control, error, false);
  const path = unp.unp_path;
  const m = m_prepend(m0, path.length + 1, M_DONTWAIT);
  if (!m) return unp_refuse(null, control, ENOBUFS, true);
  arena[m.m_data] = path.length + 1;
  if (path) bcopy_string(path, m.m_data + 1);
  if (so2.so_state & SS_CANTRCVMORE || !sbappendaddr(so2.so_rcv, m, control))
    return unp_refuse(m, control, ENOBUFS, true);
  sorwakeup(so2);
  return 0;
}

/** Frees what cannot be sent, the descriptors in it too if they are `held` already. */
function unp_refuse(m: Mbuf | null, control: Mbuf | null, error: number, held: boolean): number {
  if (held) unp_dispose(control);
  m_freem(control);
  m_freem(m);
  return error;
}
