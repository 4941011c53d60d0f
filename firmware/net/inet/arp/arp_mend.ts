/**
 * ARP's table put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.
 */
import { ARPT_RETRY } from "../../../config";
import { uptime } from "../../../machdep";
import { m_keep } from "../../kern/mbuf_mend";
import { arpschedule } from "./arp";
import { ATF_PERM, arptab } from "./arptab";

/** Keeps the frames that wait, and sees to it that the timer runs, also for what has no time yet. */
export function arp_mend(): void {
  const due = (uptime() + ARPT_RETRY) | 0;
  for (let at = arptab; at; at = at.at_next) {
    if (!m_keep(at.at_hold)) at.at_hold = null;
    if (!at.at_due && !(at.at_flags & ATF_PERM)) at.at_due = due;
  }
  arpschedule();
}
