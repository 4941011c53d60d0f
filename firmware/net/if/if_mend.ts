/**
 * A queue of packets put in order after a turn that was broken off (kern/turn.ts). Called by whoever mends what has one.
 */
import { m_keep } from "../kern/mbuf_mend";
import type { Ifqueue } from "./ifnet";

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
