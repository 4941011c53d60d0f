/**
 * Questions to name servers put in order after a turn that was broken off (kern/turn.ts). Called by net_mend.ts.
 */
import { RES_NQUERY, RES_RETRANS } from "../../../config";
import { callout_pending, callout_reset } from "../../kern/callout";
import { m_keep } from "../../kern/mbuf_mend";
import { TRY_AGAIN } from "../../wire/dns";
import { res_done, res_send } from "./res_send";
import { type Resquery, RQ_ASKING, RQ_DONE, resquery } from "./res_var";

/** Their messages are held. */
export function res_keep(): void {
  for (let no = 0; no < RES_NQUERY; no++) {
    const rq = resquery[no];
    if (rq.rq_state !== RQ_ASKING || !m_keep(rq.rq_msg)) rq.rq_msg = null;
  }
}

/** What is being asked goes on being asked, and what was answered is told. */
export function res_mend(): void {
  for (let no = 0; no < RES_NQUERY; no++) res_mend1(resquery[no]);
}

function res_mend1(rq: Resquery): void {
  if (rq.rq_state === RQ_DONE) res_done(rq, rq.rq_herror);
  else if (rq.rq_state !== RQ_ASKING) return;
  else if (!rq.rq_msg) res_done(rq, TRY_AGAIN);
  else if (!callout_pending(rq.rq_callout)) callout_reset(rq.rq_callout, RES_RETRANS, res_send, rq);
}
