/**
 * Questions to name servers, and their answers: RFC 1035 4. BSD: lib/libc/resolv/res_mkquery.c, lib/libc/net/gethostnamadr.c
 * (getanswer). Called by the resolver.
 */
import { RES_MAXTTL } from "../../config";
import { dn_begin, dn_comp, dn_expand, dn_get16, dn_get32, dn_good, dn_seek, dn_tell, HFIXEDSZ } from "./resolver_comp";

/* h_errno (BSD: netdb.h) */
export const HOST_NOT_FOUND = 1; // there is no such host
export const TRY_AGAIN = 2; // no server has answered
export const NO_RECOVERY = 3; // the servers cannot or will not
export const NO_DATA = 4; // the name has no address

const T_A = 1;
const T_CNAME = 5;
const T_SOA = 6;
const C_IN = 1;
const RCODE_NXDOMAIN = 3;
const RCODE_SERVFAIL = 2;

/** What is known of a name: its address, or why it has none; `rc_time` is for how long (s), in the cache until when (ms of uptime). */
export interface Rescache {
  rc_name: string;
  rc_addr: number;
  rc_herror: number;
  rc_time: number;
}

/** The question for the address of `name`; "" when that is no name. */
export function res_mkquery(name: string, id: number): string {
  const wire = dn_comp(name);
  if (!wire) return "";
  return String.fromCharCode((id >> 8) & 255, id & 255) + "\x01\0\0\x01\0\0\0\0\0\0" + wire + "\0\x01\0\x01"; // RD
}

/** Does `msg` answer `query`: a response, the same ID, the same one question (RFC 5452 9.1), in whatever case (RFC 4343)? */
export function res_isanswer(msg: string, query: string): boolean {
  return (
    (msg.charCodeAt(2) & 0xf8) === 0x80 &&
    msg.substr(0, 2) === query.substr(0, 2) &&
    msg.substr(4, 2) === "\0\x01" &&
    msg.substr(HFIXEDSZ, query.length - HFIXEDSZ).toLowerCase() === query.substr(HFIXEDSZ)
  );
}

/** What the answer `msg` to `query` says of `name`; null when it is garbled, or a part of what there would be to say. */
export function getanswer(msg: string, query: string, name: string): Rescache | null {
  const rc: Rescache = { rc_name: name, rc_addr: 0, rc_herror: NO_DATA, rc_time: RES_MAXTTL };
  let alias = query.substr(HFIXEDSZ, query.length - HFIXEDSZ - 4);
  let owner: string;
  dn_begin(msg, HFIXEDSZ);
  do {
    owner = alias; // aliases need not be in order
    alias = getanswer1(rc, owner, query.length);
  } while (alias !== owner && rc.rc_herror && dn_good());
  const rcode = msg.charCodeAt(3) & 15;
  if (rcode === RCODE_NXDOMAIN) rc.rc_herror = HOST_NOT_FOUND;
  else if (rcode) rc.rc_herror = rcode === RCODE_SERVFAIL ? TRY_AGAIN : NO_RECOVERY;
  if (!rc.rc_herror) return rc;
  return dn_good() && !(msg.charCodeAt(2) & 2) ? rc : null; // TC
}

/** One pass over answers and authorities: finds the address of `name`, or of the last of its aliases, which it answers. */
function getanswer1(rc: Rescache, name: string, at: number): string {
  dn_seek(6);
  let n = dn_get16() + dn_get16();
  let negative = 0; // how long one may believe that there is nothing (RFC 2308 5): the SOA tells
  dn_seek(at);
  while (n-- && dn_good() && rc.rc_herror) {
    const owner = dn_expand();
    const type = dn_get16();
    const inet = (dn_get16() & 0x7fff) === C_IN && owner === name; // the upper bit is mDNS's (RFC 6762 10.2)
    const ttl = dn_get32();
    const len = dn_get16();
    const end = dn_tell() + len;
    if (type === T_SOA) {
      dn_seek(end - 4);
      negative = res_least(ttl, dn_get32());
    } else if (inet && type === T_CNAME) name = dn_expand();
    else if (inet && type === T_A && len === 4) {
      rc.rc_addr = dn_get32();
      if (rc.rc_addr && dn_good()) rc.rc_herror = 0;
    }
    if (inet) rc.rc_time = res_least(ttl, rc.rc_time);
    dn_seek(end);
  }
  if (rc.rc_herror) rc.rc_time = res_least(negative, rc.rc_time);
  return name;
}

/** The shorter time; one with its highest bit set is none (RFC 2181 8). */
function res_least(a: number, b: number): number {
  if (a < 0 || b < 0) return 0;
  return a < b ? a : b;
}
