/**
 * Connecting and disconnecting PF_UNIX sockets. BSD: kern/uipc_usrreq.c (unp_connect, unp_connect2, unp_disconnect,
 * unp_drop). Called by unix_usrreq.ts.
 *
 * Two streams point at each other. A datagram socket points at another, which keeps a list of those that point at it.
 */
import { ECONNREFUSED, ECONNRESET, ENOENT, EPROTOTYPE } from "../kern/errno";
import { PR_CONNREQUIRED } from "../kern/protosw";
import { sofree } from "../kern/socket";
import { socantrcvmore, soisconnected, soisdisconnected, sonewconn, sorwakeup, sowwakeup } from "../kern/socket2";
import { SO_ACCEPTCONN, SOCK_STREAM, type Socket, SS_ISCONNECTED } from "../kern/socketvar";
import { type SockaddrUn, sotounpcb, type Unpcb, unp_badname, unp_lookup, unp_unbind } from "./unpcb";

/** Connects `so` to the socket of that name, at once: to a connection queued for it if it listens. */
export function unp_connect(so: Socket, nam: SockaddrUn): number {
  const error = unp_badname(nam);
  if (error) return error;
  const unp2 = unp_lookup(nam.sun_path);
  if (!unp2) return ENOENT;
  const so2 = unp2.unp_socket;
  if (so.so_type !== so2.so_type) return EPROTOTYPE;
  if (!(so.so_proto.pr_flags & PR_CONNREQUIRED)) return unp_connect2(so, so2);
  const so3 = so2.so_options & SO_ACCEPTCONN ? sonewconn(so2, 0) : null;
  if (!so3) return ECONNREFUSED;
  sotounpcb(so3).unp_path = unp2.unp_path;
  return unp_connect2(so, so3);
}

/** Connects `so` to `so2`; streams, each to the other. */
export function unp_connect2(so: Socket, so2: Socket): number {
  const unp = sotounpcb(so);
  const unp2 = sotounpcb(so2);
  if (so.so_type !== so2.so_type) return EPROTOTYPE;
  unp.unp_conn = unp2;
  if (so.so_type === SOCK_STREAM) {
    unp2.unp_conn = unp;
    soisconnected(so2);
  } else {
    unp.unp_nextref = unp2.unp_refs;
    unp2.unp_refs = unp;
  }
  soisconnected(so);
  return 0;
}

/** Ends a connection, if there is one. What a stream's peer has not read stays there. */
export function unp_disconnect(unp: Unpcb): void {
  const unp2 = unp.unp_conn;
  if (!unp2) return;
  unp.unp_conn = null;
  if (unp.unp_socket.so_type === SOCK_STREAM) {
    unp2.unp_conn = null;
    soisdisconnected(unp.unp_socket);
    soisdisconnected(unp2.unp_socket);
  } else {
    unp_unref(unp2, unp);
    unp.unp_socket.so_state &= ~SS_ISCONNECTED;
  }
}

/** Takes `unp` out of the list of those connected to `unp2`. */
function unp_unref(unp2: Unpcb, unp: Unpcb): void {
  let before: Unpcb | null = null;
  let p = unp2.unp_refs;
  while (p && p !== unp) {
    before = p;
    p = p.unp_nextref;
  }
  if (before) before.unp_nextref = unp.unp_nextref;
  else unp2.unp_refs = unp.unp_nextref;
  unp.unp_nextref = null;
}

/** Ends the connection with an error, which the program of `unp` is told. */
export function unp_drop(unp: Unpcb, error: number): void {
  const so = unp.unp_socket;
  so.so_error = error;
  unp_disconnect(unp);
  sorwakeup(so);
  sowwakeup(so);
}

/** The peer of a stream will hear no more. */
export function unp_shutdown(unp: Unpcb): void {
  if (unp.unp_socket.so_type === SOCK_STREAM && unp.unp_conn) socantrcvmore(unp.unp_conn.unp_socket);
}

/** The socket lets go of its PCB: name and connections end. */
export function unp_detach(unp: Unpcb): void {
  const so = unp.unp_socket;
  if (unp.unp_owner) unp_unbind(unp);
  unp_disconnect(unp);
  while (unp.unp_refs) unp_drop(unp.unp_refs, ECONNRESET);
  soisdisconnected(so);
  so.so_pcb = null;
  sofree(so);
}
