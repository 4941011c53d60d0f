/**
 * Packet taps put in order after a turn that was broken off (kern/turn.ts): who listens is made anew of the files that there are. Called by
 * net_mend, behind file_mend.
 */
import { DTYPE_BPF, filetable } from "../kern/descrip";
import { sel_mend } from "../kern/file_mend";
import { type BpfD, bpf_init, bpf_insert } from "./bpf";
import { bpf_take } from "./bpf_ring";

export function bpf_mend(): void {
  bpf_init();
  for (let no = 0; no < filetable.length; no++) {
    const fp = filetable[no];
    if (fp && fp.f_type === DTYPE_BPF) bpf_mend1(fp.f_data as BpfD);
  }
}

/** Half of a read may have been done. */
function bpf_mend1(d: BpfD): void {
  bpf_take(d.bd_ring, 0);
  if (d.bd_ifp) bpf_insert(d);
  sel_mend(d.bd_sel);
}
