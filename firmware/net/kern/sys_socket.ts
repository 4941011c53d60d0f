/**
 * Sockets as files. BSD: kern/sys_socket.c, and getsock of kern/uipc_syscalls.c; Stevens sections 15.5, 15.15. Called by
 * the system calls.
 */
import { SO_POLL } from "../../config";
import { DTYPE_SOCKET, type File, type Fileops, falloc, fd_ofiles, fdclose, getf } from "./descrip";
import { EBADF, ENOTSOCK } from "./errno";
import { soclose, sopoll } from "./socket";
import { SB_PRIV, type Socket } from "./socketvar";

function soo_close(fp: File): number {
  return soclose(fp.f_data as Socket);
}

function soo_poll(fp: File, events: number): number {
  return sopoll(fp.f_data as Socket, events);
}

/** The operations of a file of type DTYPE_SOCKET. */
const socketops: Fileops = { fo_close: soo_close, fo_poll: SO_POLL ? soo_poll : null };

/** The socket of a descriptor, or null: `notsock` says why. */
export function getsock(fd: number): Socket | null {
  const fp = fd_ofiles[fd];
  return fp && fp.f_type === DTYPE_SOCKET ? (fp.f_data as Socket) : null;
}

/** What a system call answers when a descriptor is no socket. */
export function notsock(fd: number): number {
  return getf(fd) ? -ENOTSOCK : -EBADF;
}

/** A descriptor for a socket that is still to come (`sockfile`), or -errno. */
export function sockalloc(): number {
  return falloc(DTYPE_SOCKET, socketops);
}

/** Puts the socket behind the descriptor, and answers that; an errno in its place closes the descriptor. */
export function sockfile(fd: number, so: Socket | number): number {
  if (typeof so === "number") {
    fdclose(fd);
    return 0 - so;
  }
  getf(fd)!.f_data = so;
  return fd;
}

/** What goes by this socket of the stack's own is not held up by what programs hold. */
export function sockpriv(fd: number): void {
  const so = getsock(fd)!;
  so.so_snd.sb_flags |= SB_PRIV;
  so.so_rcv.sb_flags |= SB_PRIV;
}
