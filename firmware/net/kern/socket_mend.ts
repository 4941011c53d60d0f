/**
 * Sockets put in order after a turn that was broken off (turn.ts). Called by net_mend.
 */
import { timeout } from "../../machdep";
import { type Callout, callout_new, callout_reset } from "./callout";
import { soreset, sowakeup, upcallsdue } from "./socket2";
import { type Socket, SS_UPCALL } from "./socketvar";
import { sowakeall } from "./sys_socket";
import { upcall_turn } from "./upcalls";

/** Sockets whose upcall a broken turn may have missed get one after so long (ms). */
const WAKE_AGAIN = 1000;

let wakec: Callout;

export function so_mendinit(): void {
  wakec = callout_new();
}

/** Counts anew who waits on the listener `head`, and adds them to `sos`. */
export function soqmend(head: Socket, sos: Socket[]): void {
  head.so_q0len = head.so_qlen = 0;
  for (let q = 0; q < 2; q++)
    for (let so = q ? head.so_q : head.so_q0; so && sos.indexOf(so) < 0; so = so.so_qnext) {
      so.so_head = head;
      sos.push(so);
      if (q) head.so_qlen++;
      else head.so_q0len++;
    }
}

/**
 * `sos` are all sockets that there are. Those whose upcall was on its way get it. If the turn was `broken` by the machine the
 * others get one too, after a while.
 */
export function so_mend(sos: Socket[], broken: boolean): void {
  soreset(sos.length);
  for (let i = 0; i < sos.length; i++) sos[i].so_upnext = null;
  for (let i = 0; i < sos.length; i++)
    if (sos[i].so_state & SS_UPCALL) {
      sos[i].so_state &= ~SS_UPCALL;
      sowakeup(sos[i]);
    }
  if (broken) callout_reset(wakec, WAKE_AGAIN, sowakeall, null);
}

/** The turn of the upcalls may have been lost (callout.ts: callout_rescue). */
export function sorescue(): void {
  if (upcallsdue) timeout(upcall_turn, 0);
}
