/**
 * What can be done with a socket, short of moving data. BSD: kern/uipc_socket.c; Stevens chapter 15. Called by the
 * system calls; goes down through the protocol's pr_usrreq.
 *
 * A socket lives while a descriptor or a protocol control block needs it: `sofree` is called whenever either has let go
 * and frees it when both have. All of it is non-blocking: an errno, or 0, comes back at once.
 */
import { SOMAXCONN } from "../../config";
import type { File } from "./descrip";
import { pffinddomain, pffindproto, pffindtype } from "./domain";
import {
  EAFNOSUPPORT,
  EALREADY,
  EINVAL,
  EISCONN,
  ENOBUFS,
  ENOTCONN,
  EOPNOTSUPP,
  EPROTONOSUPPORT,
  EPROTOTYPE,
} from "./errno";
import {
  PR_CONNREQUIRED,
  PR_RIGHTS,
  PRU_ABORT,
  PRU_ACCEPT,
  PRU_BIND,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_LISTEN,
  PRU_SHUTDOWN,
  type Sockaddr,
} from "./protosw";
import { sbflush, sbrelease, sbspace } from "./sockbuf";
import { soalloc, socantrcvmore, sodealloc, sonoupcall, soqremque } from "./socket2";
import {
  type RightsDomain,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_ACCEPTCONN,
  type Socket,
  type SoProto,
  SS_CANTRCVMORE,
  SS_CANTSENDMORE,
  SS_ISCONNECTED,
  SS_ISCONNECTING,
  SS_ISDISCONNECTING,
  SS_NOFDREF,
} from "./socketvar";

/* Events for sopoll, numbered as in POSIX's poll.h on Linux */
export const POLLIN = 1; // a read will not be told EAGAIN
export const POLLOUT = 4; // a write will not be told EAGAIN
export const POLLERR = 8; // SO_ERROR has something to tell
export const POLLHUP = 16; // nothing goes either way any more

/** Puts a new socket behind the file `fp`; answers errno. */
export function socreate(fp: File, dom: number, type: number, proto: number): number {
  const pr = proto ? pffindproto(dom, proto, type) : pffindtype(dom, type);
  if (!pr) return soprotoerror(dom, proto);
  const so = soalloc(pr as SoProto);
  if (!so) return ENOBUFS;
  const error = so.so_proto.pr_attach(so, proto);
  if (error) {
    so.so_state |= SS_NOFDREF;
    sofree(so);
  } else fp.f_data = so;
  return error;
}

/** Why there is no such protocol. */
function soprotoerror(dom: number, proto: number): number {
  if (!pffinddomain(dom)) return EAFNOSUPPORT;
  return proto ? EPROTONOSUPPORT : EPROTOTYPE;
}

export function sobind(so: Socket, nam: Sockaddr): number {
  return so.so_proto.pr_usrreq(so, PRU_BIND, null, nam, null);
}

/** Makes `so` accept connections, up to `backlog` of which may wait; again, to change that. */
export function solisten(so: Socket, backlog: number): number {
  if (so.so_state & (SS_ISCONNECTED | SS_ISCONNECTING | SS_ISDISCONNECTING)) return EINVAL;
  const error = so.so_proto.pr_usrreq(so, PRU_LISTEN, null, null, null);
  if (error) return error;
  so.so_options |= SO_ACCEPTCONN;
  so.so_qlimit = backlog < 0 ? 0 : backlog < SOMAXCONN ? backlog : SOMAXCONN;
  return 0;
}

/** Frees the socket if neither a descriptor nor a PCB needs it. */
export function sofree(so: Socket): void {
  if (so.so_pcb || !(so.so_state & SS_NOFDREF)) return;
  if (so.so_head && !soqremque(so, 0)) soqremque(so, 1);
  sonoupcall(so);
  sbrelease(so.so_snd);
  sorflush(so);
  sodealloc(so);
}

/**
 * The descriptor is gone. A connection is ended in good order, which goes on after the answer (SO_LINGER of 0 seconds:
 * it is reset, at once); the socket is freed when its protocol has done with it.
 */
export function soclose(so: Socket): number {
  let error = 0;
  sonoupcall(so);
  if (so.so_options & SO_ACCEPTCONN) soabortq(so);
  if (so.so_pcb && (so.so_state & (SS_ISCONNECTED | SS_ISDISCONNECTING)) === SS_ISCONNECTED) error = sodisconnect(so);
  if (so.so_pcb) error = so.so_proto.pr_usrreq(so, PRU_DETACH, null, null, null) || error;
  so.so_state |= SS_NOFDREF;
  sofree(so);
  return error;
}

/** Aborts the connections that wait in vain on a listener that is being closed. */
function soabortq(head: Socket): void {
  let so: Socket | null;
  while ((so = head.so_q0)) {
    soqremque(so, 0);
    soabort(so);
  }
  while ((so = head.so_q)) {
    soqremque(so, 1);
    soabort(so);
  }
}

/** Ends a connection that has no descriptor, in bad order: the peer is told of a reset. Its protocol frees the socket. */
export function soabort(so: Socket): number {
  return so.so_proto.pr_usrreq(so, PRU_ABORT, null, null, null);
}

/** Gives a socket from so_q to a descriptor; `nam`, if not null, is filled with the peer's address. */
export function soaccept(so: Socket, nam: Sockaddr | null): number {
  so.so_state &= ~SS_NOFDREF;
  return so.so_proto.pr_usrreq(so, PRU_ACCEPT, null, nam, null);
}

/** Connects to `nam`. A connectionless protocol may do so again and again, others once. */
export function soconnect(so: Socket, nam: Sockaddr): number {
  if (so.so_options & SO_ACCEPTCONN) return EOPNOTSUPP;
  if (so.so_state & (SS_ISCONNECTED | SS_ISCONNECTING) && (so.so_proto.pr_flags & PR_CONNREQUIRED || sodisconnect(so)))
    return EISCONN;
  so.so_error = 0; // what befell an earlier connection is of no interest
  return so.so_proto.pr_usrreq(so, PRU_CONNECT, null, nam, null);
}

/** Connects two sockets with each other. */
export function soconnect2(so1: Socket, so2: Socket): number {
  const connect2 = so1.so_proto.pr_connect2;
  return connect2 ? connect2(so1, so2) : EOPNOTSUPP;
}

export function sodisconnect(so: Socket): number {
  if (!(so.so_state & SS_ISCONNECTED)) return ENOTCONN;
  if (so.so_state & SS_ISDISCONNECTING) return EALREADY;
  return so.so_proto.pr_usrreq(so, PRU_DISCONNECT, null, null, null);
}

/** Ends one direction or both (SHUT_RD, SHUT_WR, SHUT_RDWR). */
export function soshutdown(so: Socket, how: number): number {
  if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) return EINVAL;
  if (!(so.so_state & (SS_ISCONNECTED | SS_ISCONNECTING | SS_ISDISCONNECTING))) return ENOTCONN;
  if (how !== SHUT_WR) sorflush(so);
  return how === SHUT_RD ? 0 : so.so_proto.pr_usrreq(so, PRU_SHUTDOWN, null, null, null);
}

/** Throws away what was received, and will be. */
export function sorflush(so: Socket): void {
  const pr = so.so_proto;
  socantrcvmore(so);
  if (pr.pr_flags & PR_RIGHTS) (pr.pr_domain as RightsDomain).dom_dispose(so.so_rcv.sb_mb);
  sbflush(so.so_rcv);
}

/** The error that waits to be told, if any; it is told once. */
export function soerror(so: Socket): number {
  const error = so.so_error;
  so.so_error = 0;
  return error;
}

/** Would a receive, or an accept, have something to tell? */
export function soreadable(so: Socket): boolean {
  return (
    so.so_rcv.sb_cc >= so.so_rcv.sb_lowat ||
    (so.so_state & SS_CANTRCVMORE) !== 0 ||
    so.so_qlen !== 0 ||
    so.so_error !== 0
  );
}

/** Would a send have something to tell, if only an error? */
export function sowriteable(so: Socket): boolean {
  return (
    (sbspace(so.so_snd) >= so.so_snd.sb_lowat &&
      ((so.so_state & SS_ISCONNECTED) !== 0 || !(so.so_proto.pr_flags & PR_CONNREQUIRED))) ||
    (so.so_state & SS_CANTSENDMORE) !== 0 ||
    so.so_error !== 0
  );
}

/** Which of `events` (POLLIN, POLLOUT) hold; POLLERR and POLLHUP are told unasked. */
export function sopoll(so: Socket, events: number): number {
  let revents = 0;
  if (events & POLLIN && soreadable(so)) revents |= POLLIN;
  if (events & POLLOUT && sowriteable(so)) revents |= POLLOUT;
  if (so.so_error) revents |= POLLERR;
  if ((so.so_state & SS_CANTRCVMORE) !== 0 && (so.so_state & SS_CANTSENDMORE) !== 0) revents |= POLLHUP;
  return revents;
}
