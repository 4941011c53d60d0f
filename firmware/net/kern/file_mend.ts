/**
 * Files that are no sockets put in order after a turn that was broken off (turn.ts): nobody's upcall is on its way, and those of pipes come
 * again. Called by net_mend, behind fd_mend.
 */
import { DTYPE_PIPE, DTYPE_VNODE, type File, filetable } from "./descrip";
import { type Selinfo, selinit, selwakeup } from "./selinfo";
import type { Pipe } from "./sys_pipe";
import type { Vnode } from "./vnode";

/** `turn`: that of the upcalls. */
export function file_mend(turn: () => void): void {
  selinit(turn);
  for (let no = 0; no < filetable.length; no++) {
    const fp: File | null = filetable[no];
    if (fp && fp.f_type === DTYPE_VNODE) sel_mend((fp.f_data as Vnode).v_sel);
    if (!fp || fp.f_type !== DTYPE_PIPE) continue;
    sel_mend((fp.f_data as Pipe).pp_rsel);
    sel_mend((fp.f_data as Pipe).pp_wsel);
  }
}

/** Whoever may have missed an upcall gets it. */
export function sel_mend(si: Selinfo): void {
  si.si_queued = false;
  si.si_next = null;
  selwakeup(si);
}
