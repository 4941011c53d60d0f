/**
 * DNS messages: RFC 1035 4. BSD: lib/libc/resolv (res_mkquery.c, res_comp.c), lib/libc/net/gethostnamadr.c (getanswer).
 * Called by the resolver.
 *
 * A reply is a string that anybody may have written. It is read at one cursor which may run past its end, where zeros
 * are read: whoever reads looks afterwards. So that no reply costs more than its length is worth (names that point at
 * names that point at names), each has DN_LABELS labels to spend, pointers included.
 */
import { RES_MAXTTL } from "../config";

/* h_errno (BSD: netdb.h) */
export const HOST_NOT_FOUND = 1; // there is no such host
export const TRY_AGAIN = 2; // no server has answered
export const NO_RECOVERY = 3; // the servers cannot or will not
export const NO_DATA = 4; // the name has no address

/** Length of a header; the longest name, as text (RFC 1035 2.3.4). */
const HFIXEDSZ = 12;
const MAXDNAME = 253;
const T_A = 1;
const T_CNAME = 5;
const T_SOA = 6;
const C_IN = 1;
const RCODE_NXDOMAIN = 3;
const RCODE_SERVFAIL = 2;
const DN_LABELS = 300;

/** What is known of a name: its address, or why it has none; `rc_time` is for how long (s), in the cache until when (ms of uptime). */
export interface Rescache {
  rc_name: string;
  rc_addr: number;
  rc_herror: number;
  rc_time: number;
}

let dn_msg: string;
let dn_at: number;
let dn_left: number;

/** The question for the address of `name`; "" when that is no name (RFC 1035 2.3.4). */
export function res_mkquery(name: string, id: number): string {
  const labels = name.split(".");
  let msg = String.fromCharCode((id >> 8) & 255, id & 255) + "\x01\0\0\x01\0\0\0\0\0\0"; // RD, one question
  for (let i = 0; i < labels.length; i++) {
    const n = labels[i].length;
    if (!n || n > 63) return "";
    msg += String.fromCharCode(n) + labels[i];
  }
  return name.length > MAXDNAME ? "" : msg + "\0\0\x01\0\x01";
}

/** Does `msg` answer `query`: a response, the same ID, the same one question (RFC 5452 9.1)? */
export function res_isanswer(msg: string, query: string): boolean {
  const question = query.length - HFIXEDSZ;
  return (
    (msg.charCodeAt(2) & 0xf8) === 0x80 &&
    msg.substr(0, 2) === query.substr(0, 2) &&
    msg.substr(4, 2) === "\0\x01" &&
    msg.substr(HFIXEDSZ, question) === query.substr(HFIXEDSZ)
  );
}

/** What the answer `msg` to `query` says of `name`; null when it is garbled, or a part of what there would be to say. */
export function getanswer(msg: string, query: string, name: string): Rescache | null {
  const rc: Rescache = { rc_name: name, rc_addr: 0, rc_herror: NO_DATA, rc_time: RES_MAXTTL };
  let alias = name;
  dn_msg = msg;
  dn_left = DN_LABELS;
  do {
    name = alias; // aliases need not be in order
    dn_at = query.length;
    alias = getanswer1(rc, name);
  } while (alias !== name && rc.rc_herror && dn_left > 0);
  const rcode = msg.charCodeAt(3) & 15;
  if (rcode === RCODE_NXDOMAIN) rc.rc_herror = HOST_NOT_FOUND;
  else if (rcode) rc.rc_herror = rcode === RCODE_SERVFAIL ? TRY_AGAIN : NO_RECOVERY;
  if (!rc.rc_herror) return rc;
  return dn_left > 0 && !(msg.charCodeAt(2) & 2) ? rc : null; // TC
}

/** One pass over answers and authorities: finds the address of `name`, or of the last of its aliases, which it answers. */
function getanswer1(rc: Rescache, name: string): string {
  let n = res_word(6) + res_word(8);
  let negative = 0; // how long one may believe that there is nothing (RFC 2308 5): the SOA tells
  while (n-- && dn_left > 0 && rc.rc_herror) {
    const owner = dn_expand();
    const type = res_word(dn_at);
    const inet = (res_word(dn_at + 2) & 0x7fff) === C_IN; // the upper bit is mDNS's (RFC 6762 10.2)
    const ttl = res_long(dn_at + 4);
    const end = dn_at + 10 + res_word(dn_at + 8);
    dn_at += 10;
    if (end > dn_msg.length) dn_left = 0;
    else if (type === T_SOA) negative = res_least(ttl, res_long(end - 4));
    else if (inet && owner === name) {
      if (type === T_CNAME) name = dn_expand();
      else if (type === T_A && end === dn_at + 4) {
        rc.rc_addr = res_long(dn_at);
        rc.rc_herror = rc.rc_addr ? 0 : NO_DATA;
      }
      rc.rc_time = res_least(ttl, rc.rc_time);
    }
    dn_at = end;
  }
  if (rc.rc_herror) rc.rc_time = res_least(negative, rc.rc_time);
  return name;
}

/** The name at the cursor, in lower case, and the cursor behind it. A bad one spends all that is left. */
function dn_expand(): string {
  let name = "";
  let behind = 0;
  dn_left--; // even the root's name
  for (let n = dn_msg.charCodeAt(dn_at++); n; n = dn_msg.charCodeAt(dn_at++)) {
    if (--dn_left <= 0 || name.length > MAXDNAME || (n & 192) % 192) return dn_bad();
    if (n & 192) {
      if (!behind) behind = dn_at + 1;
      dn_at = res_word(dn_at - 1) & 0x3fff;
    } else {
      name += (name && ".") + dn_msg.substr(dn_at, n);
      dn_at += n;
    }
  }
  if (behind) dn_at = behind;
  return name.toLowerCase();
}

function dn_bad(): string {
  dn_left = 0;
  return "";
}

function res_word(at: number): number {
  return (dn_msg.charCodeAt(at) << 8) | dn_msg.charCodeAt(at + 1);
}

function res_long(at: number): number {
  return (res_word(at) << 16) | res_word(at + 2);
}

/** The shorter time; one with its highest bit set is none (RFC 2181 8). */
function res_least(a: number, b: number): number {
  if (a < 0 || b < 0) return 0;
  return a < b ? a : b;
}
