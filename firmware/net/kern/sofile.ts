/**
 * Sockets as files among others: all their operations. BSD: kern/sys_socket.c (soo_read, soo_write, soo_ioctl ...); Stevens section
 * 15.5. Called through f_ops, where there are other files than sockets (KERN_FILES).
 */
import { SO_CONTROL } from "../../config";
import type { Embedded } from "../../types";
import type { File } from "./descrip";
import { EINVAL } from "./errno";
import { FIOGETOWN, FIONREAD, FIOSETOWN, type Fileuio, type Rwfileops } from "./file";
import { type Mbuf, m_freem } from "./mbuf";
import { PR_RIGHTS } from "./protosw";
import { soclose, sopoll, soreadable } from "./socket";
import { sonoupcall, sosetupcall, sowakeup } from "./socket2";
import type { RightsDomain, Socket } from "./socketvar";
import { soreceive, soreceived } from "./soreceive";
import { sosend, sosendable, sosendallatonce, sosendhow } from "./sosend";

function sofile_close(fp: File): number {
  return soclose(fp.f_data as Socket);
}

function sofile_poll(fp: File, events: number): number {
  return sopoll(fp.f_data as Socket, events);
}

function sofile_read(fp: File, uio: Fileuio, len: number): number {
  const so = fp.f_data as Socket;
  uio.uio_buf = null;
  const n = soreceive(so, null, uio, len, 0);
  if (SO_CONTROL && uio.uio_control) sofile_nocontrol(so, uio);
  return n;
}

/** A read has no room for control that came along. */
function sofile_nocontrol(so: Socket, uio: Fileuio): void {
  const pr = so.so_proto;
  if (pr.pr_flags & PR_RIGHTS) (pr.pr_domain as RightsDomain).dom_dispose(uio.uio_control);
  m_freem(uio.uio_control);
  uio.uio_control = null;
}

function sofile_readdone(fp: File, uio: Fileuio, n: number): void {
  soreceived(fp.f_data as Socket, uio, n, 0);
}

function sofile_space(fp: File, uio: Fileuio, len: number): number {
  const so = fp.f_data as Socket;
  const n = sosendable(so, null, len, 0, 0);
  uio.uio_atomic = sosendallatonce(so);
  if (n >= 0) uio.uio_how = sosendhow(so, n, len);
  return n;
}

function sofile_write(fp: File, m: Mbuf): number {
  return sosend(fp.f_data as Socket, null, m, null, 0);
}

function sofile_ioctl(fp: File, cmd: number, value: number): number {
  const so = fp.f_data as Socket;
  if (cmd === FIONREAD) return so.so_rcv.sb_cc;
  if (cmd === FIOGETOWN) return so.so_upcall;
  if (cmd !== FIOSETOWN) return -EINVAL;
  if (!value) sonoupcall(so);
  else {
    sosetupcall(so, value);
    if (soreadable(so)) sowakeup(so);
  }
  return 0;
}

/** The operations of a socket's file where files are more than sockets. */
const socketrwops: Embedded<Rwfileops> = {
  fo_close: sofile_close,
  fo_poll: sofile_poll,
  fo_read: sofile_read,
  fo_readdone: sofile_readdone,
  fo_space: sofile_space,
  fo_write: sofile_write,
  fo_ioctl: sofile_ioctl,
};

export function socket_ops(): Rwfileops {
  return socketrwops;
}
