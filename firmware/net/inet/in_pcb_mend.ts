/**
 * Lists of PCBs put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.
 */
import { m_keep } from "../kern/mbuf_mend";
import { SB_LOCK, type Socket, SS_NOFDREF } from "../kern/socketvar";
import { type InpcbHead, in_pcbdetach } from "./in_pcb";

/**
 * Adds to `sos` the sockets that have no descriptor, any more or yet, nor wait with a listener, and are known by their PCB alone:
 * SS_NOFDREF.
 */
export function in_pcbsockets(head: InpcbHead, sos: Socket[]): void {
  head.inp_last = null;
  for (let inp = head.inp_first; inp; inp = inp.inp_next) {
    const so = inp.inp_socket;
    if (!so || so.so_pcb !== inp || sos.indexOf(so) >= 0) continue;
    so.so_state |= SS_NOFDREF;
    so.so_head = null; // it was on its way from the listener's queue
    sos.push(so);
  }
}

/** Options of IP headers are kept (m_keep). */
export function in_pcbkeep(head: InpcbHead): void {
  for (let inp = head.inp_first; inp; inp = inp.inp_next) {
    if (!m_keep(inp.inp_options)) inp.inp_options = null;
    if (!m_keep(inp.inp_srcroute)) inp.inp_srcroute = null;
  }
}

/** Of a protocol of messages: a PCB whose socket is not among `sos` goes; what was lost of a buffer is lost. */
export function in_pcbmend(head: InpcbHead, sos: Socket[]): void {
  let inp = head.inp_first;
  head.inp_last = null;
  while (inp) {
    const next = inp.inp_next;
    const so = inp.inp_socket;
    if (so && so.so_pcb === inp && sos.indexOf(so) >= 0) so.so_rcv.sb_flags &= ~SB_LOCK;
    else in_pcbdetach(head, inp);
    inp = next;
  }
}
