/**
 * What name servers answer: RFC 1034, 1035 4, 2308, 5452. BSD: lib/libc/net/gethostnamadr.c (getanswer). Called by res_send.ts
 * with the message at ns_parse.ts's cursor.
 */
import { RES_MAXTTL } from "../../../config";
import { m_byteat } from "../../kern/mbuf_chain";
import {
  C_IN,
  HD_ANCOUNT,
  HD_FLAGS,
  HD_ID,
  HF_OPCODE,
  HF_QR,
  HF_RCODE,
  HF_TC,
  HFIXEDSZ,
  HOST_NOT_FOUND,
  NO_DATA,
  NO_RECOVERY,
  RCODE_NXDOMAIN,
  RCODE_SERVFAIL,
  T_A,
  T_CNAME,
  T_SOA,
  TRY_AGAIN,
} from "../../wire/dns";
import { ns_byte, ns_get16, ns_get32, ns_good, ns_lower, ns_samename, ns_seek, ns_skipname, ns_tell } from "./ns_parse";
import type { Resquery } from "./res_var";

/** Does the message answer `rq`: a response, the same ID, the same one question (RFC 5452 9.1), in whatever case (RFC 4343)? */
export function res_isanswer(rq: Resquery): boolean {
  const len = rq.rq_msg!.m_pktlen;
  ns_seek(HD_FLAGS);
  if ((ns_get16() & (HF_QR | HF_OPCODE)) !== HF_QR || ns_get16() !== 1) return false;
  for (let at = HD_ID; at < len; at = at + 1 === HD_FLAGS ? HFIXEDSZ : at + 1)
    if (ns_lower(ns_byte(at)) !== ns_lower(m_byteat(rq.rq_msg!, at))) return false;
  return true;
}

/** Reads what it says into `rq`; why there is no address, 0 when there is, or -1: it is garbled, or part of what there would be to say. */
export function getanswer(rq: Resquery): number {
  let name = HFIXEDSZ; // as the question has it
  let before: number;
  rq.rq_addr = 0;
  rq.rq_ttl = RES_MAXTTL;
  do {
    before = name; // aliases need not be in order
    name = getanswer1(rq, before);
  } while (name !== before && !rq.rq_addr && ns_good());
  const isGood = ns_good();
  ns_seek(HD_FLAGS);
  const flags = ns_get16();
  const rcode = flags & HF_RCODE;
  if (rcode) rq.rq_addr = 0;
  if (rq.rq_addr) return 0;
  if (!isGood || flags & HF_TC) return -1;
  if (!rcode) return NO_DATA;
  if (rcode === RCODE_NXDOMAIN) return HOST_NOT_FOUND;
  return rcode === RCODE_SERVFAIL ? TRY_AGAIN : NO_RECOVERY;
}

/** One pass over answers and authorities: finds the address of `name0`, or of the last of its aliases, which it answers. */
function getanswer1(rq: Resquery, name0: number): number {
  let name = name0;
  let negative = 0; // how long one may believe that there is nothing (RFC 2308 5): the SOA tells
  ns_seek(HD_ANCOUNT);
  let n = ns_get16();
  n += ns_get16();
  ns_seek(rq.rq_msg!.m_pktlen); // behind the question
  for (; n > 0 && ns_good() && !rq.rq_addr; n--) {
    const owner = ns_tell();
    ns_skipname();
    const type = ns_get16();
    const isInet = (ns_get16() & 0x7fff) === C_IN && ns_samename(owner, name); // the upper bit is mDNS's (RFC 6762 10.2)
    const ttl = ns_get32();
    const len = ns_get16();
    const at = ns_tell();
    if (type === T_SOA) {
      ns_seek(at + len - 4);
      negative = res_least(ttl, ns_get32());
    } else if (isInet && type === T_CNAME) name = at;
    else if (isInet && type === T_A && len === 4) rq.rq_addr = res_address();
    if (isInet) rq.rq_ttl = res_least(ttl, rq.rq_ttl);
    ns_seek(at + len);
  }
  if (!rq.rq_addr) rq.rq_ttl = res_least(negative, rq.rq_ttl);
  return name;
}

/** The address at the cursor, if it is all there. */
function res_address(): number {
  const addr = ns_get32();
  return ns_good() ? addr : 0;
}

/** The shorter time; one with its highest bit set is none (RFC 2181 8). */
function res_least(a: number, b: number): number {
  if (a < 0 || b < 0) return 0;
  return a < b ? a : b;
}
