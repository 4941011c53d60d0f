/**
 * Passing descriptors through PF_UNIX sockets. BSD: kern/uipc_usrreq.c (unp_internalize, unp_externalize, unp_dispose).
 * Called by unix_usrreq.ts, and by the socket layer through the domain.
 *
 * An MT_RIGHTS mbuf holds descriptors, a byte each, when a program gives it, and file numbers while it is on its way: so
 * the file lives on though its sender closes it, and its receiver has it under another number.
 *
 * Differs: a socket that can pass descriptors cannot be passed. Two such sockets, each on its way through the other,
 * would be garbage that only BSD's unp_gc finds; here there is none.
 */
import { arena } from "../../machdep";
import { closef, DTYPE_SOCKET, type File, fdopen, fileat, getf } from "../kern/descrip";
import { EBADF, EINVAL, EMFILE } from "../kern/errno";
import { type Mbuf, MT_RIGHTS } from "../kern/mbuf";
import { PR_RIGHTS } from "../kern/protosw";
import type { Socket } from "../kern/socketvar";

/** Turns the descriptors in `control` into references to their files; answers errno, and then none is held. */
export function unp_internalize(control: Mbuf): number {
  if (control.m_type !== MT_RIGHTS) return EINVAL;
  for (let i = 0; i < control.m_len; i++) {
    const fp = getf(arena[control.m_data + i]);
    if (!fp) return EBADF;
    if (unp_passes(fp)) return EINVAL;
  }
  for (let i = 0; i < control.m_len; i++) {
    const fp = getf(arena[control.m_data + i])!;
    arena[control.m_data + i] = fp.f_no;
    fp.f_count++;
  }
  return 0;
}

/** Is the file itself one through which descriptors go? */
function unp_passes(fp: File): boolean {
  return fp.f_type === DTYPE_SOCKET && ((fp.f_data as Socket).so_proto.pr_flags & PR_RIGHTS) !== 0;
}

/** Turns the files in `m` into descriptors, appended to `fds`. EMFILE: some were left in `m`. */
export function unp_externalize(m: Mbuf, fds: number[]): number {
  while (m.m_len) {
    const fd = fdopen(fileat(arena[m.m_data]));
    if (fd < 0) return EMFILE;
    fds.push(fd);
    m.m_data++;
    m.m_len--;
  }
  return 0;
}

/** Lets go of the files in the records from `m0` on. */
export function unp_dispose(m0: Mbuf | null): void {
  for (let record = m0; record; record = record.m_nextpkt)
    for (let m: Mbuf | null = record; m; m = m.m_next) if (m.m_type === MT_RIGHTS) unp_discard(m);
}

function unp_discard(m: Mbuf): void {
  for (let i = 0; i < m.m_len; i++) closef(fileat(arena[m.m_data + i]));
}
