/**
 * Queues of packets put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.
 */
import { m_keep } from "../kern/mbuf_mend";
import type { Ifqueue } from "./ifnet";
import { netisr_queues, netisr_reset, netisr_schedule } from "./netisr";

/** A turn has broken off: how many packets wait in the queue. */
export function if_qmend(q: Ifqueue): number {
  if (!m_keep(q.ifq_head)) q.ifq_head = null;
  q.ifq_tail = null;
  q.ifq_len = 0;
  for (let m = q.ifq_head; m; m = m.m_nextpkt) {
    q.ifq_tail = m;
    q.ifq_len++;
  }
  return q.ifq_len;
}

/** What waits to be taken in goes on in a turn to come. */
export function netisr_mend(): void {
  netisr_reset();
  for (let isr = 0; isr < netisr_queues.length; isr++) if (if_qmend(netisr_queues[isr])) netisr_schedule();
}
