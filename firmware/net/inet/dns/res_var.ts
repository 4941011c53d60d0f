/**
 * What the resolver keeps: questions that are being asked, servers, counters. BSD: resolv.h, arpa/nameser.h.
 */
import { RES_MAXNS, RES_NQUERY } from "../../../config";
import type { Embedded, Table, u8, u16, Words } from "../../../types";
import { type Callout, callout_new } from "../../kern/callout";
import type { Mbuf } from "../../kern/mbuf";

/* rq_state */
export const RQ_FREE = 0;
export const RQ_ASKING = 1;
export const RQ_DONE = 2; // nobody has taken the answer yet

export interface Resquery {
  rq_state: u8;
  /** why there is no address (wire/dns.ts); while it is asked, what is said when nobody knows more */
  rq_herror: u8;
  /** the group of RFC 6762 is asked */
  rq_local: boolean;
  /** ours: nobody else knows it (RFC 5452 9.2) */
  rq_port: u16;
  /** how often it was sent */
  rq_sent: number;
  /** the message that asks, null when it is no more asked */
  rq_msg: Mbuf | null;
  rq_callout: Embedded<Callout>;
  /** the answer, and how long it may be believed (s) */
  rq_addr: number;
  rq_ttl: number;
}

/* Counters */
export const RESS_QUERIES = 0; // questions sent, again or for the first time
export const RESS_ANSWERS = 1; // replies that told something
export const RESS_BADREPLY = 2; // what was no answer to the question
export const RESS_CANTREAD = 3; // answers that were garbled, or cut short and useless
export const RESS_TIMEOUTS = 4; // names that nobody has told anything of
export const RESS_REFUSED = 5; // nobody to be asked, or no more questions at a time
export const RESS_NCOUNT = 6;
export let resstat: Words<typeof RESS_NCOUNT>;

/** Questions, by number. */
export let resquery: Table<Embedded<Resquery>, typeof RES_NQUERY>;
/** The servers, one after the other; 0: no more. */
export let res_nsaddr: Table<number, typeof RES_MAXNS>;

export function res_var_init(): void {
  resstat = new Uint32Array(RESS_NCOUNT);
  res_nsaddr = [];
  resquery = [];
  for (let no = 0; no < RES_NQUERY; no++) resquery[no] = resquery_new();
}

function resquery_new(): Resquery {
  return {
    rq_state: RQ_FREE,
    rq_herror: 0,
    rq_local: false,
    rq_port: 0,
    rq_sent: 0,
    rq_msg: null,
    rq_callout: callout_new(),
    rq_addr: 0,
    rq_ttl: 0,
  };
}

/** The servers from now on, by number. */
export function res_setserver(which: number, addr: number): void {
  res_nsaddr[which] = addr;
}

export function res_nscount(): number {
  let n = 0;
  while (n < RES_MAXNS && res_nsaddr[n]) n++;
  return n;
}
