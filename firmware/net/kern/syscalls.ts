/**
 * The system calls as programs know them, and the library functions that are built on them (lib/): what moves data is here, what
 * needs nothing but numbers in uipc_syscalls.ts. BSD: kern/uipc_syscalls.c (sendit, recvit); Stevens sections 16.6, 16.8.
 *
 * Every call returns at once. Its answer is a descriptor, a count or 0; or the data that was asked for; or a negative
 * errno, as POSIX has it for a non-blocking socket. What cannot be done now is told EAGAIN or EINPROGRESS, and the
 * upcall of the socket (setupcall) comes when it is worth trying again.
 *
 * Addresses are objects of their family's shape: {sin_family, sin_addr, sin_port}, {sun_family, sun_path}. Where a call
 * answers with one, the program passes an object to be filled in.
 */
import { INET_FRAG, SO_CONTROL } from "../../config";
import { get32 } from "../../machdep";
import { EINVAL, ENOBUFS } from "./errno";
import { type Mbuf, MT_CONTROL, MT_RIGHTS, m_freem } from "./mbuf";
import { m_reclaim } from "./mbuf_reclaim";
import { PR_RIGHTS, type Sockaddr } from "./protosw";
import { MSG_CTRUNC, MSG_PEEK, type RightsDomain, type Socket } from "./socketvar";
import { soreceive, soreceived, type Uio } from "./soreceive";
import { sosend, sosendable, sosendallatonce, sosendhow } from "./sosend";
import { getsock, notsock } from "./sys_socket";
import { type Data, m_mbuftouio, m_uiotombuf, UIO_ARRAY, UIO_PEEK, UIO_STRING, uio_none } from "./uio";

export {
  accept,
  bind,
  connect,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  poll,
  setsockopt,
  shutdown,
  socket,
} from "./uipc_syscalls";
export { close, setupcall } from "./upcalls";

/** What the receive that is going on has found, where nobody asks for more than the data. */
const found: Uio = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };

/** Sends `data`, to `nam` if it is not null, with `control`, which is consumed. Answers how many bytes went, or -errno. */
export function sendit(so: Socket, nam: Sockaddr | null, data: Data, control: Mbuf | null, flags: number): number {
  const resid = data ? data.length : 0;
  const len = sosendable(so, nam, resid, control ? control.m_len : 0, flags);
  const atomic = sosendallatonce(so);
  if (len < 0 || (!len && !atomic)) return control ? sendit_not(len, control) : len;
  let top = m_uiotombuf(data, len, atomic, sosendhow(so, len, resid));
  if (INET_FRAG) while (!top && m_reclaim()) top = m_uiotombuf(data, len, atomic, sosendhow(so, len, resid));
  return top ? sosend(so, nam, top, control, flags) : sendit_not(-ENOBUFS, control);
}

/** Control goes with data only. */
function sendit_not(error: number, control: Mbuf | null): number {
  m_freem(control);
  return error || -EINVAL;
}

/**
 * Takes at most `len` bytes, as a string (`how` UIO_STRING) or as an array of the program's own (UIO_ARRAY), or answers
 * -errno. No bytes: the end of a stream, or an empty message. `nam`, if not null, is filled with the sender's address where there
 * is one; descriptors that come along are appended to `fds`, or closed when it is null. What there is to tell besides is in `uio`.
 */
export function recvit(
  so: Socket,
  nam: Sockaddr | null,
  uio: Uio,
  fds: number[] | null,
  len: number,
  flags: number,
  how: number,
): Data | number {
  const n = soreceive(so, nam, uio, len, flags);
  if (SO_CONTROL) cmsg_dstaddr = 0;
  if (SO_CONTROL && uio.uio_control) recvit_control(so, uio, fds);
  if (n < 0) return n;
  const data = n ? m_mbuftouio(uio.uio_m!, uio.uio_off, n, flags & MSG_PEEK ? how | UIO_PEEK : how) : uio_none(how);
  soreceived(so, uio, n, flags);
  return data;
}

/** Where the datagram of the last receive went to, on a socket with SO_RECVDSTADDR; else 0. Where bundles have control (SO_CONTROL). */
export let cmsg_dstaddr = 0;

/** Gives the descriptors that came to the program, and lets go of what it does not take. */
function recvit_control(so: Socket, uio: Uio, fds: number[] | null): void {
  const pr = so.so_proto;
  if (uio.uio_control!.m_type === MT_CONTROL) cmsg_dstaddr = get32(uio.uio_control!.m_data);
  if (pr.pr_flags & PR_RIGHTS) {
    const dom = pr.pr_domain as RightsDomain;
    for (let m = uio.uio_control; fds && m; m = m.m_next)
      if (m.m_type === MT_RIGHTS && dom.dom_externalize(m, fds)) uio.uio_flags |= MSG_CTRUNC;
    dom.dom_dispose(uio.uio_control);
  }
  m_freem(uio.uio_control);
}

/** Sends `data` on a connected socket; answers how many bytes went. */
export function send(fd: number, data: Data, flags: number): number {
  const so = getsock(fd);
  return so ? sendit(so, null, data, null, flags) : notsock(fd);
}

/** Sends `data` to `name`; answers how many bytes went. A string's chars are bytes. A message goes whole or not at all. */
export function sendto(fd: number, data: Data, flags: number, name: Sockaddr | null): number {
  const so = getsock(fd);
  return so ? sendit(so, name, data, null, flags) : notsock(fd);
}

/** Receives at most `len` bytes on a connected socket: see `recvfrom`. */
export function recv(fd: number, len: number, flags: number): Uint8Array | number {
  const so = getsock(fd);
  return so ? (recvit(so, null, found, null, len, flags, UIO_ARRAY) as Uint8Array | number) : notsock(fd);
}

/**
 * Receives at most `len` bytes; of a message, what is more is lost. `from`, if not null, is filled with the address of a
 * message's sender. Answers an array, the program's own, or -errno. An array of length 0 is the end of a stream, or an
 * empty message.
 */
export function recvfrom(fd: number, len: number, flags: number, from: Sockaddr | null): Uint8Array | number {
  const so = getsock(fd);
  return so ? (recvit(so, from, found, null, len, flags, UIO_ARRAY) as Uint8Array | number) : notsock(fd);
}

/** As `recvfrom`, but answers a string (chars 0..255); "" is the end of a stream, or an empty message. */
export function recvstring(fd: number, len: number, flags: number, from: Sockaddr | null): string | number {
  const so = getsock(fd);
  return so ? (recvit(so, from, found, null, len, flags, UIO_STRING) as string | number) : notsock(fd);
}
