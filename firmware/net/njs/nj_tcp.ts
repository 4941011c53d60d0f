/**
 * Streams for Espruino's own net and http, as far as nothing of the interpreter's own has to be seen. Called by the driver that the
 * interpreter calls (networkjs_driver.ts; core/networkjs.ts) and by the library (lib/networkjs).
 *
 * What the interpreter lacks is here: a connection is made while it is told "not yet"; what takes too long ends; closing waits
 * for the peer, so that data which crosses the FIN does not reset what we have sent.
 */
import {
  INET_TCP,
  NJ_CONNTIME,
  NJ_ENDTIME,
  NJ_HTTPTIME,
  NJ_IDLETIME,
  NJ_KEEPIDLE,
  NJ_LINGER,
  NJ_READ,
  SOMAXCONN,
} from "../../config";
import type { Embedded } from "../../types";
import type { SockaddrIn } from "../inet/in_var";
import { EAGAIN, EINPROGRESS, ENOBUFS } from "../kern/errno";
import { soreadable } from "../kern/socket";
import { AF_INET, SHUT_WR, SO_ERROR, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "../kern/socketvar";
import { soreceive, soreceived, type Uio } from "../kern/soreceive";
import { getsock } from "../kern/sys_socket";
import {
  accept,
  bind,
  connect,
  getpeername,
  getsockopt,
  kern_close,
  kern_setupcall,
  listen,
  setsockopt,
  shutdown,
  socket,
} from "../kern/uipc_syscalls";
import { networkjs_error } from "./nj_error";
import { nj_fail, nj_of, nj_open, nj_release, nj_roomin, njready, njseconds } from "./nj_sock";
import {
  NJ_ASK,
  NJ_CONNECTING,
  NJ_CONNECTS,
  NJ_DGRAM,
  NJ_ENDED,
  NJ_LINGERS,
  NJ_REFUSED,
  NJ_STREAMMAX,
  NJ_UDP,
  type Nj,
  SOCKET_ERR_CLOSED,
  SOCKET_ERR_MEM,
  SOCKET_ERR_NO_CONN,
  SOCKET_ERR_NOT_FOUND,
  SOCKET_ERR_RESET,
  ST_ACCEPTED,
  ST_HTTP,
  ST_TLS,
} from "./nj_var";

/** Seconds that a silence may last, when it may not last for ever. */
const LONGEST = 65535;
/** All that there is, to be thrown away. */
const EVERYTHING = 32768;

const njname: Embedded<SockaddrIn> = { sin_family: AF_INET, sin_addr: 0, sin_port: 0 };
const njuio: Embedded<Uio> = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };

function name_of(addr: number, port: number): SockaddrIn {
  njname.sin_family = AF_INET;
  njname.sin_addr = addr;
  njname.sin_port = port;
  return njname;
}

/** As a timer has them. */
function nj_seconds(n: number): number {
  return n < LONGEST ? n : LONGEST;
}

/**
 * A server, or SOCKET_ERR_. `idle`: seconds of silence after which its connections end; less than 0: as is usual.
 */
export function nj_listen(port: number, type: number, idle: number): number {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const error = bind(fd, name_of(0, port)) || listen(fd, SOMAXCONN);
  const nj = error ? null : nj_open(fd, type, 0);
  if (!nj) {
    kern_close(fd);
    return networkjs_error(error ? -error : ENOBUFS);
  }
  nj.nj_rtime = idle >= 0 ? nj_seconds(idle) : type === ST_HTTP ? NJ_HTTPTIME : NJ_IDLETIME;
  kern_setupcall(fd, true);
  return fd;
}

/** A client, whose peer is still to be found; or SOCKET_ERR_. `idle`: as above, 0 for never. */
export function nj_client(type: number, idle: number): number {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  const nj = nj_open(fd, type, NJ_CONNECTING);
  if (!nj) {
    kern_close(fd);
    return SOCKET_ERR_MEM;
  }
  nj.nj_timer = NJ_CONNTIME;
  nj.nj_rtime = nj.nj_stime = nj_seconds(idle);
  return fd;
}

/** Its peer has this address; 0: there is none. */
export function nj_connect(fd: number, addr: number, port: number): void {
  const nj = nj_of(fd);
  if (!nj || nj.nj_odd !== NJ_CONNECTING) return;
  if (!addr) {
    nj_fail(fd, nj, SOCKET_ERR_NOT_FOUND);
    return;
  }
  const answer = connect(fd, name_of(addr, port));
  kern_setupcall(fd, true);
  if (answer && answer !== -EINPROGRESS) nj_fail(fd, nj, networkjs_error(-answer));
  else nj_connected(fd, nj);
}

/** Something has happened to a connection that is being made: does it stand? */
function nj_connected(fd: number, nj: Nj): void {
  const error = getsockopt(fd, SOL_SOCKET, SO_ERROR);
  if (error) nj_fail(fd, nj, networkjs_error(error));
  else if (!getpeername(fd, name_of(0, 0))) {
    nj.nj_odd = 0;
    nj.nj_timer = nj.nj_rtime;
    nj.nj_keep = NJ_KEEPIDLE;
    njready[fd] = 1;
  }
}

/** Something has happened to the socket: its upcall. */
export function nj_upcall(fd: number): void {
  const nj = nj_of(fd);
  if (!nj) return;
  if (NJ_CONNECTS && nj.nj_odd === NJ_CONNECTING) nj_connected(fd, nj);
  else if (INET_TCP && nj.nj_odd & NJ_LINGERS) nj_drain(fd);
  else njready[fd] = 1;
}

/** The next connection of a server, or -1. Without room for it, it waits. */
export function nj_accept(sckt: number): number {
  const head = nj_of(sckt);
  if (!head || !nj_roomin()) return -1;
  const fd = accept(sckt, null);
  if (fd === -EAGAIN) njready[sckt] = 0;
  if (fd < 0) return -1;
  const nj = nj_open(fd, head.nj_type | ST_ACCEPTED, 0);
  if (!nj) {
    kern_close(fd);
    return -1;
  }
  nj.nj_sent = true;
  nj.nj_keep = NJ_KEEPIDLE;
  nj.nj_timer = nj.nj_rtime = head.nj_rtime;
  if (head.nj_type !== ST_HTTP) nj.nj_stime = head.nj_rtime; // an answer may take its time
  kern_setupcall(fd, true);
  return fd;
}

/**
 * How many bytes may be taken, 0 for none, SOCKET_ERR_ when none will come; or NJ_ASK, NJ_ENDED, NJ_DGRAM. Of an accept that was broken
 * off the interpreter has a connection without a socket: its number is 0.
 */
export function nj_recv(fd: number, len: number): number {
  const nj = nj_of(fd);
  if (!nj) return fd > NJ_REFUSED ? NJ_REFUSED - fd : INET_TCP ? NJ_ENDED : SOCKET_ERR_CLOSED;
  if (nj.nj_error) return -nj.nj_error;
  if (nj.nj_odd & NJ_UDP) return NJ_DGRAM;
  if (!INET_TCP) return 0;
  if (nj.nj_odd) return nj.nj_type & ST_TLS ? 0 : SOCKET_ERR_NO_CONN;
  const so = getsock(fd);
  if (!so || (!soreadable(so) && !(nj.nj_type & ST_HTTP && nj.nj_given >= NJ_STREAMMAX))) {
    njready[fd] = 0;
    return 0;
  }
  if (nj.nj_given && !(nj.nj_type & ST_TLS)) return NJ_ASK - nj.nj_type;
  return !(nj.nj_type & ST_TLS) && len > NJ_STREAMMAX ? NJ_STREAMMAX : len < NJ_READ ? len : NJ_READ;
}

/** `n` bytes were taken, or that was the answer: what the interpreter is told when it is not the bytes. */
export function nj_received(fd: number, n: number): number {
  const nj = nj_of(fd);
  if (!nj) return SOCKET_ERR_CLOSED;
  if (n === -EAGAIN) {
    njready[fd] = 0;
    return 0;
  }
  if (n <= 0) return nj_end(fd, nj, n);
  if (nj.nj_timer) nj.nj_timer = nj.nj_rtime;
  nj.nj_since = njseconds;
  if (nj.nj_given < NJ_STREAMMAX) nj.nj_given += n;
  return n;
}

/** The program is not to have what there is: what the interpreter is told. */
export function nj_unread(fd: number): number {
  const nj = nj_of(fd);
  return nj && nj.nj_unsent ? nj_end(fd, nj, -nj.nj_unsent) : 0;
}

/**
 * No data will come any more. At the peer's FIN a program that sends may go on until it pauses, and one that has just got
 * the connection has a turn: to the interpreter this is the end of both directions. Who serves its request, if there is one whole,
 * has a while to end his answer.
 */
function nj_end(fd: number, nj: Nj, error: number): number {
  if (error) {
    nj_fail(fd, nj, networkjs_error(-error));
    return -nj.nj_error;
  }
  if (nj.nj_sent) {
    nj.nj_sent = false;
    return 0;
  }
  nj.nj_error = -SOCKET_ERR_CLOSED;
  if (nj.nj_type !== (ST_HTTP | ST_ACCEPTED)) return SOCKET_ERR_CLOSED;
  nj.nj_timer = nj.nj_rtime = nj.nj_stime = NJ_ENDTIME;
  return NJ_ENDED;
}

/** May be sent on it? 0, or what the interpreter is told instead; or NJ_DGRAM. 1: it is told that it has to wait. */
export function nj_send(fd: number): number {
  const nj = nj_of(fd);
  if (!nj) return fd > NJ_REFUSED ? NJ_REFUSED - fd : SOCKET_ERR_CLOSED;
  if (nj.nj_odd & NJ_UDP) return NJ_DGRAM;
  if (!INET_TCP || nj.nj_odd) return nj.nj_error ? -nj.nj_error : 1;
  nj.nj_sent = true;
  return 0;
}

/**
 * So many bytes went, or that was the answer: what the interpreter is told. When it could not be sent, what has been received comes
 * first; then the reason is told where data is asked for, or when a program is not to have more until what it has said is sent.
 */
export function nj_sent(fd: number, n: number): number {
  const nj = nj_of(fd);
  if (!nj) return SOCKET_ERR_MEM;
  if (n === -EAGAIN || n === -ENOBUFS) return 0;
  if (n < 0) {
    nj.nj_sent = false;
    if (!nj.nj_unsent) nj.nj_unsent = -n;
    njready[fd] = 1;
    return nj.nj_error ? SOCKET_ERR_RESET : 0;
  }
  if (nj.nj_timer) nj.nj_timer = nj.nj_stime;
  nj.nj_since = njseconds;
  return n;
}

/** The interpreter has done with it. A connection that stands ends in good order: we wait for the peer's FIN. */
export function nj_close(fd: number): void {
  const nj = nj_of(fd);
  if (!nj) return;
  if (!INET_TCP || nj.nj_odd || nj.nj_error || shutdown(fd, SHUT_WR)) {
    nj_release(fd);
    return;
  }
  nj.nj_odd = NJ_LINGERS;
  nj.nj_timer = NJ_LINGER;
  nj.nj_keep = 0;
  nj_drain(fd);
}

/** Whatever comes after the end is thrown away; with the peer's FIN it is over. */
function nj_drain(fd: number): void {
  const so = getsock(fd);
  let n = 0;
  if (so)
    do {
      n = soreceive(so, null, njuio, EVERYTHING, 0);
      if (n > 0) soreceived(so, njuio, n, 0);
    } while (n > 0);
  if (n !== -EAGAIN) nj_release(fd);
}
