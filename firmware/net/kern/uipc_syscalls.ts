/**
 * The system calls, but for a program's data and functions (syscalls.ts): numbers and addresses in, a number out. BSD:
 * kern/uipc_syscalls.c; Stevens sections 15.6 to 15.14.
 *
 * Every call returns at once. Its answer is a descriptor, a count or 0; or a negative errno, as POSIX has it for a non-blocking
 * socket. What cannot be done now is told EAGAIN or EINPROGRESS, and the upcall of the socket comes when it is worth trying
 * again.
 */
import { KERN_FILES, NOFILE } from "../../config";
import { fdclose, fdspare, getf } from "./descrip";
import { EAGAIN, EALREADY, EBADF, ECONNABORTED, EINPROGRESS, EINVAL, EMFILE, ENOTCONN, EOPNOTSUPP } from "./errno";
import { FIOSETOWN } from "./file";
import { kern_disown, kern_file, kern_ioctl } from "./kern_descrip";
import { PRU_PEERADDR, PRU_SOCKADDR, type Sockaddr } from "./protosw";
import { soaccept, sobind, soconnect, socreate, soerror, solisten, soreadable, soshutdown } from "./socket";
import { sonoupcall, soqremque, sorwakeup, sosetupcall, sowakeup } from "./socket2";
import { SO_ACCEPTCONN, type Socket, SS_CANTRCVMORE, SS_ISCONNECTED, SS_ISCONNECTING } from "./socketvar";
import { sogetopt, sosetopt } from "./sockopt";
import { getsock, notsock, sockalloc } from "./sys_socket";

/** A listener has met EMFILE. */
let fdshort: boolean;

/** A new socket; `protocol` 0 is the usual one of that type. Answers its descriptor. */
export function socket(domain: number, type: number, protocol: number): number {
  const fd = sockalloc();
  if (fd < 0) return fd;
  const error = socreate(getf(fd)!, domain, type, protocol);
  if (!error) return fd;
  fdclose(fd);
  return -error;
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
  getf(newfd)!.f_data = so;
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
  for (let fd = 1; fd <= NOFILE; fd++) {
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

/** Ends receiving (how 0), sending (1) or both (2). */
export function shutdown(fd: number, how: number): number {
  const so = getsock(fd);
  return so ? 0 - soshutdown(so, how) : notsock(fd);
}

/** Gives the descriptor back. */
export function kern_close(fd: number): number {
  if (KERN_FILES) kern_disown(fd);
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
  if (!fp) return -EBADF;
  const fo_poll = fp.f_ops.fo_poll;
  return fo_poll ? fo_poll(fp, events) : -EOPNOTSUPP;
}

/** From now on the upcall of `fd` comes after each change, and soon, if there is something to be read already; or it does not. */
export function kern_setupcall(fd: number, on: boolean): number {
  const so = getsock(fd);
  if (!so) return KERN_FILES && kern_file(fd) ? kern_ioctl(fd, FIOSETOWN, on ? fd : 0) : notsock(fd);
  if (!on) sonoupcall(so);
  else {
    sosetupcall(so, fd);
    if (soreadable(so)) sowakeup(so);
  }
  return 0;
}
