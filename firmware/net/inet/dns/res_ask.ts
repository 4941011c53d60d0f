/**
 * Questions and answers as the library has them: JavaScript alone. Behind a core's gate: core/gate_dns.ts.
 */
import { M_DONTWAIT } from "../../kern/mbuf";
import { m_uiotombuf } from "../../kern/uio";
import { res_query, res_take } from "./res_send";
import { RESS_REFUSED, resquery, resstat } from "./res_var";

/** What an answer is: `addr` 0 and why (wire/dns.ts), or an address; believed for `ttl` seconds. */
export type Answered = (no: number, addr: number, herror: number, ttl: number) => void;

/** Asks; the number of the question, or -1. */
export function res_ask(msg: string, local: boolean): number {
  const m = m_uiotombuf(msg, msg.length, true, M_DONTWAIT);
  if (m) return res_query(m, local);
  resstat[RESS_REFUSED]++;
  return -1;
}

/** Hands over the answers that wait. */
export function res_taken(answered: Answered): void {
  for (let no = res_take(); no >= 0; no = res_take()) {
    const rq = resquery[no];
    answered(no, rq.rq_addr, rq.rq_herror, rq.rq_ttl);
  }
}
