/**
 * sendmsg and recvmsg, the system calls that carry more than data, and socketpair. BSD: kern/uipc_syscalls.c; Stevens sections
 * 16.5, 16.9. Called by programs that pass descriptors or want to know what was cut off.
 */
import { NOFILE } from "../../config";
import { arena } from "../../machdep";
import { fdclose } from "./descrip";
import { EBADF, EINVAL, ENOBUFS, EOPNOTSUPP } from "./errno";
import { M_WAIT, type Mbuf, MT_RIGHTS, m_get } from "./mbuf";
import { PR_RIGHTS, type Sockaddr } from "./protosw";
import { soconnect2 } from "./socket";
import { SOCK_DGRAM, type Socket } from "./socketvar";
import type { Uio } from "./soreceive";
import { getsock, notsock } from "./sys_socket";
import { recvit, sendit, socket } from "./syscalls";
import { type Data, UIO_ARRAY } from "./uio";

export interface Msghdr {
  /** where to; an object to be filled with where from; or null */
  msg_name: Sockaddr | null;
  msg_data: Data;
  /** descriptors that go along, or those that came (an array to append to; null: they are closed) */
  msg_rights: number[] | null;
  /** from recvmsg: MSG_TRUNC (data was lost), MSG_CTRUNC (descriptors were), MSG_EOR, MSG_OOB */
  msg_flags: number;
}

/** Sends msg_data and, on a PF_UNIX socket, msg_rights; answers how many bytes went. */
export function sendmsg(fd: number, msg: Msghdr, flags: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const fds = msg.msg_rights;
  if (!fds || !fds.length) return sendit(so, msg.msg_name, msg.msg_data, null, flags);
  if (!(so.so_proto.pr_flags & PR_RIGHTS)) return -EOPNOTSUPP;
  const error = badrights(fds);
  if (error) return -error;
  const control = rightsmbuf(fds);
  return control ? sendit(so, msg.msg_name, msg.msg_data, control, flags) : -ENOBUFS;
}

/** Receives at most `len` bytes into msg_data, and answers how many. */
export function recvmsg(fd: number, msg: Msghdr, len: number, flags: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const uio: Uio = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };
  const data = recvit(so, msg.msg_name, uio, msg.msg_rights, len, flags, UIO_ARRAY);
  if (typeof data === "number") return data;
  msg.msg_data = data;
  msg.msg_flags = uio.uio_flags;
  return data.length;
}

/** An errno for numbers that cannot be descriptors; those that are free are the protocol's to find out. */
function badrights(fds: number[]): number {
  if (fds.length > NOFILE) return EINVAL;
  for (let i = 0; i < fds.length; i++) if (!(fds[i] > 0 && fds[i] <= NOFILE)) return EBADF;
  return 0;
}

/** The descriptors as control, a byte each. */
function rightsmbuf(fds: number[]): Mbuf | null {
  const m = m_get(M_WAIT, MT_RIGHTS);
  if (!m) return null;
  for (let i = 0; i < fds.length; i++) arena[m.m_data + i] = fds[i];
  m.m_len = fds.length;
  return m;
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
