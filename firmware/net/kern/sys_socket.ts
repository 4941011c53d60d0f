/**
 * Sockets as files. BSD: kern/sys_socket.c, and getsock of kern/uipc_syscalls.c; Stevens sections 15.5, 15.15. Called by
 * the system calls.
 */
import { KERN_FILES, NOFILE, SO_POLL } from "../../config";
import type { Embedded } from "../../types";
import { DTYPE_SOCKET, type File, type Fileops, falloc, getf } from "./descrip";
import { EBADF, ENOTSOCK } from "./errno";
import { soclose, sopoll } from "./socket";
import { sowakeup } from "./socket2";
import { SB_PRIV, type Socket } from "./socketvar";
import { socket_ops } from "./sofile";

function soo_close(fp: File): number {
  return soclose(fp.f_data as Socket);
}

function soo_poll(fp: File, events: number): number {
  return sopoll(fp.f_data as Socket, events);
}

/** The operations of a file of type DTYPE_SOCKET, where there are no other files. */
const socketops: Embedded<Fileops> = { fo_close: soo_close, fo_poll: SO_POLL ? soo_poll : null };

/** The socket of a descriptor, or null: `notsock` says why. */
export function getsock(fd: number): Socket | null {
  const fp = getf(fd);
  return fp && fp.f_type === DTYPE_SOCKET ? (fp.f_data as Socket | null) : null;
}

/** Each that has an upcall gets it: nobody knows who has missed one. */
export function sowakeall(): void {
  for (let fd = 1; fd <= NOFILE; fd++) {
    const so = getsock(fd);
    if (so && so.so_upcall) sowakeup(so);
  }
}

/** What a system call answers when a descriptor is no socket. */
export function notsock(fd: number): number {
  return getf(fd) ? -ENOTSOCK : -EBADF;
}

/** A descriptor for a socket that is still to come (f_data), or -errno. */
export function sockalloc(): number {
  return falloc(DTYPE_SOCKET, KERN_FILES ? socket_ops() : socketops);
}

/** What goes by this socket of the stack's own is not held up by what programs hold. */
export function sockpriv(fd: number): void {
  const so = getsock(fd)!;
  so.so_snd.sb_flags |= SB_PRIV;
  so.so_rcv.sb_flags |= SB_PRIV;
}
