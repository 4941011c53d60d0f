/**
 * The system calls: all that a program can do with sockets. BSD: kern/uipc_syscalls.c; Stevens sections 15.6 to 15.14,
 * 16.6, 16.8. Called by programs and by the library functions that are built on them (lib/).
 *
 * Every call returns at once. Its answer is a descriptor, a count or 0; or the data that was asked for; or a negative
 * errno, as POSIX has it for a non-blocking socket. What cannot be done now is told EAGAIN or EINPROGRESS, and the
 * upcall of the socket (setupcall) comes when it is worth trying again.
 *
 * Addresses are objects of their family's shape: {sin_family, sin_addr, sin_port}, {sun_family, sun_path}. Where a call
 * answers with one, the program passes an object to be filled in.
 */
import { fd_ofiles, fdclose, fdspare, getf } from "./descrip";
import { EAGAIN, EALREADY, EBADF, ECONNABORTED, EINPROGRESS, EINVAL, EMFILE, ENOTCONN } from "./errno";
import { PRU_PEERADDR, PRU_SOCKADDR, type Sockaddr } from "./protosw";
import { soaccept, sobind, soconnect, soconnect2, socreate, soerror, solisten, soreadable, soshutdown } from "./socket";
import { sonoupcall, soqremque, sorwakeup, sosetupcall, sowakeup } from "./socket2";
import { SO_ACCEPTCONN, SOCK_DGRAM, type Socket, SS_CANTRCVMORE, SS_ISCONNECTED, SS_ISCONNECTING } from "./socketvar";
import { sogetopt, sosetopt } from "./sockopt";
import { soreceive } from "./soreceive";
import { sosend } from "./sosend";
import { getsock, notsock, sockalloc, sockfile } from "./sys_socket";
import { type Data, UIO_ARRAY, UIO_STRING } from "./uio";

/** A listener has met EMFILE. */
let fdshort = false;

/** A new socket; `protocol` 0 is the usual one of that type. Answers its descriptor. */
export function socket(domain: number, type: number, protocol: number): number {
  const fd = sockalloc();
  return fd < 0 ? fd : sockfile(fd, socreate(domain, type, protocol));
}

/** Two sockets connected with each other; their descriptors are put into `sv`. */
export function socketpair(domain: number, type: number, protocol: number, sv: number[]): number {
  const fd1 = socket(domain, type, protocol);
  if (fd1 < 0) return fd1;
  const fd2 = socket(domain, type, protocol);
  const error = fd2 < 0 ? -fd2 : socketpair1(getsock(fd1)!, getsock(fd2)!, type);
  if (!error) {
    sv[0] = fd1;
    sv[1] = fd2;
    return 0;
  }
  fdclose(fd1);
  if (fd2 >= 0) fdclose(fd2);
  return 0 - error;
}

/** Datagram sockets are connected one way at a time. */
function socketpair1(so1: Socket, so2: Socket, type: number): number {
  return soconnect2(so1, so2) || (type === SOCK_DGRAM ? soconnect2(so2, so1) : 0);
}

/** Gives the socket an address of its own. */
export function bind(fd: number, name: Sockaddr): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  return name ? 0 - sobind(so, name) : -EINVAL;
}

/** Makes the socket accept connections, of which `backlog` may wait. */
export function listen(fd: number, backlog: number): number {
  const so = getsock(fd);
  return so ? 0 - solisten(so, backlog) : notsock(fd);
}

/** The connection that has waited longest, as a descriptor; `name`, if not null, is filled with the peer's address. */
export function accept(fd: number, name: Sockaddr | null): number {
  const head = getsock(fd);
  if (!head) return notsock(fd);
  if (!(head.so_options & SO_ACCEPTCONN)) return -EINVAL;
  const so = head.so_q;
  if (!so) return accept_none(head);
  const newfd = fdspare() ? sockalloc() : -EMFILE;
  if (newfd < 0) return accept_later(newfd);
  soqremque(so, 1);
  const error = soaccept(so, name);
  sockfile(newfd, so);
  if (!error) return newfd;
  fdclose(newfd);
  return -error;
}

/** Without a descriptor for it the connection waits; the listener's upcall comes again when one is given back. */
function accept_later(error: number): number {
  fdshort = true;
  return error;
}

/** A descriptor was given back: whoever had none for a connection may have one now. */
function accept_again(): void {
  fdshort = false;
  for (let fd = 0; fd < fd_ofiles.length; fd++) {
    const so = getsock(fd);
    if (so && so.so_qlen) sorwakeup(so);
  }
}

/** Nothing waits to be accepted: why? */
function accept_none(head: Socket): number {
  const error = soerror(head);
  if (error) return -error;
  return head.so_state & SS_CANTRCVMORE ? -ECONNABORTED : -EAGAIN;
}

/** Connects to `name`. EINPROGRESS: the upcall comes when SO_ERROR tells how it went. */
export function connect(fd: number, name: Sockaddr): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  if (so.so_state & SS_ISCONNECTING) return -EALREADY;
  const error = name ? soconnect(so, name) : EINVAL;
  if (error) return -error;
  return so.so_state & SS_ISCONNECTING ? -EINPROGRESS : 0 - soerror(so);
}

/** Sends `data` on a connected socket; answers how many bytes went. */
export function send(fd: number, data: Data, flags: number): number {
  const so = getsock(fd);
  return so ? sosend(so, null, data, null, flags) : notsock(fd);
}

/** Sends `data` to `name`; answers how many bytes went. A string's chars are bytes. A message goes whole or not at all. */
export function sendto(fd: number, data: Data, flags: number, name: Sockaddr | null): number {
  const so = getsock(fd);
  return so ? sosend(so, name, data, null, flags) : notsock(fd);
}

/** Receives at most `len` bytes on a connected socket: see `recvfrom`. */
export function recv(fd: number, len: number, flags: number): Uint8Array | number {
  const so = getsock(fd);
  return so ? (soreceive(so, null, null, len, flags, UIO_ARRAY) as Uint8Array | number) : notsock(fd);
}

/**
 * Receives at most `len` bytes; of a message, what is more is lost. `from`, if not null, is filled with the address of a
 * message's sender. Answers an array, the program's own, or -errno. An array of length 0 is the end of a stream, or an
 * empty message.
 */
export function recvfrom(fd: number, len: number, flags: number, from: Sockaddr | null): Uint8Array | number {
  const so = getsock(fd);
  return so ? (soreceive(so, from, null, len, flags, UIO_ARRAY) as Uint8Array | number) : notsock(fd);
}

/** As `recvfrom`, but answers a string (chars 0..255); "" is the end of a stream, or an empty message. */
export function recvstring(fd: number, len: number, flags: number, from: Sockaddr | null): string | number {
  const so = getsock(fd);
  return so ? (soreceive(so, from, null, len, flags, UIO_STRING) as string | number) : notsock(fd);
}

/** Ends receiving (how 0), sending (1) or both (2). */
export function shutdown(fd: number, how: number): number {
  const so = getsock(fd);
  return so ? 0 - soshutdown(so, how) : notsock(fd);
}

/** Gives the descriptor back. What was sent is still delivered. */
export function close(fd: number): number {
  const error = fdclose(fd);
  if (fdshort) accept_again();
  return 0 - error;
}

/** Fills `name` with the socket's own address. */
export function getsockname(fd: number, name: Sockaddr): number {
  const so = getsock(fd);
  return so ? 0 - so.so_proto.pr_usrreq(so, PRU_SOCKADDR, null, name, null) : notsock(fd);
}

/** Fills `name` with the peer's address. */
export function getpeername(fd: number, name: Sockaddr): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  if (!(so.so_state & SS_ISCONNECTED)) return -ENOTCONN;
  return 0 - so.so_proto.pr_usrreq(so, PRU_PEERADDR, null, name, null);
}

/** Sets an option; SO_LINGER takes seconds, or -1 for not lingering. */
export function setsockopt(fd: number, level: number, name: number, value: number): number {
  const so = getsock(fd);
  return so ? 0 - sosetopt(so, level, name, value) : notsock(fd);
}

/** The value of an option, or -errno; SO_LINGER's may be -1, which is no error. */
export function getsockopt(fd: number, level: number, name: number): number {
  const so = getsock(fd);
  return so ? sogetopt(so, level, name) : notsock(fd);
}

/** Which of `events` (POLLIN, POLLOUT) hold now, with POLLERR and POLLHUP. */
export function poll(fd: number, events: number): number {
  const fp = getf(fd);
  return fp ? fp.f_ops.fo_poll!(fp, events) : -EBADF;
}

/**
 * Has `func(fd)` called after each change of the socket (data, connection, room, end, error), from a turn of its own;
 * soon, if there is something to be read already. Several changes may make one call. Null: no more calls.
 */
export function setupcall(fd: number, func: ((fd: number) => void) | null): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  if (func) {
    sosetupcall(so, func, fd);
    if (soreadable(so)) sowakeup(so);
  } else sonoupcall(so);
  return 0;
}
