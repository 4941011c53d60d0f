/**
 * What a server's answer says: RFC 2131 2 and table 3, RFC 2132. Called by dhcp.ts.
 *
 * A message is read byte by byte where it lies, and what is of use of it goes into `dhcp_reply`.
 */
import { INET_DOMAIN } from "../../../config";
import type { Bytes, Table } from "../../../types";
import type { Mbuf } from "../../kern/mbuf";
import { m_byteat } from "../../kern/mbuf_chain";
import {
  BOOTP_MAGIC,
  BOOTREPLY,
  BP_CHADDR,
  BP_FILE,
  BP_MAGIC,
  BP_OP,
  BP_OPTIONS,
  BP_SNAME,
  BP_XID,
  BP_YIADDR,
  DHCPACK,
  DHCPNAK,
  DHCPOFFER,
  DHO_DNS,
  DHO_DOMAIN,
  DHO_END,
  DHO_LEASE,
  DHO_OVERLOAD,
  DHO_PAD,
  DHO_ROUTER,
  DHO_SERVER,
  DHO_SUBNETMASK,
  DHO_T1,
  DHO_T2,
  DHO_TYPE,
} from "../../wire/bootp";
import { ETHER_ADDR_LEN } from "../../wire/ether";
import { in_validaddr } from "../in";
import { in_canhost } from "../in_var";
import {
  DHCP_DOMAINLEN,
  DR_ADDR,
  DR_COUNT,
  DR_DNS,
  DR_LEASE,
  DR_LIST,
  DR_MASK,
  DR_NCODES,
  DR_NSINGLE,
  DR_OVERLOAD,
  DR_ROUTER,
  DR_SERVER,
  DR_T1,
  DR_T2,
  DR_TYPE,
} from "./dhcp_var";

/** The options that are read; their order is that of DR_. */
const DHCP_CODES = [DHO_SUBNETMASK, DHO_LEASE, DHO_OVERLOAD, DHO_TYPE, DHO_T1, DHO_T2, DHO_SERVER, DHO_ROUTER, DHO_DNS];
/** A lease of less is no good, one of more is for ever (s). */
const LEASE_MIN = 10;
const LEASE_MAX = 0x7fffffff;
/** Mask where a server gives none. */
const DEFAULT_MASK = -256;

/** What the message that was read last says, by DR_. */
export let dhcp_reply: Table<number, typeof DR_COUNT>;
/** The domain that it gives to us, and its bytes. */
export let dhcp_domain: Bytes<typeof DHCP_DOMAINLEN>;
export let dhcp_domainlen: number;

/** The message, where in its chain it begins, and how long it is. */
let dhm: Mbuf;
let dhm_off: number;
let dhm_len: number;
/** Of each option of DHCP_CODES: how many bytes have come (of 201, 101), and the last four of them. */
let seen: Bytes<typeof DR_NCODES>;
let last: Table<number, typeof DR_NCODES>;

/** Byte `at` of the message; 0 behind its end. */
function dhcp_byte(at: number): number {
  return at < dhm_len ? m_byteat(dhm, dhm_off + at) : 0;
}

function dhcp_long(at: number): number {
  return (dhcp_byte(at) << 24) | (dhcp_byte(at + 1) << 16) | (dhcp_byte(at + 2) << 8) | dhcp_byte(at + 3);
}

/** Is it, in `m` from `off` on, `len` bytes, an answer to message `xid` of `enaddr`? It stays for `dhcp_parse`. */
export function dhcp_isours(m: Mbuf, off: number, len: number, enaddr: Uint8Array, xid: number): boolean {
  dhm = m;
  dhm_off = off;
  dhm_len = len;
  for (let i = 0; i < ETHER_ADDR_LEN; i++) if (dhcp_byte(BP_CHADDR + i) !== enaddr[i]) return false;
  return dhcp_byte(BP_OP) === BOOTREPLY && dhcp_long(BP_XID) === xid;
}

/** Reads it into `dhcp_reply`; false when it is malformed or lacks what one of its type must have (RFC 2131 table 3). */
export function dhcp_parse(): boolean {
  const r = dhcp_reply;
  for (let i = 0; i < DR_COUNT; i++) r[i] = 0;
  for (let i = 0; i < DR_NCODES; i++) seen[i] = last[i] = 0;
  dhcp_domainlen = 0;
  if (dhcp_long(BP_MAGIC) !== BOOTP_MAGIC || !dhcp_options()) return false;
  const type = r[DR_TYPE];
  r[DR_ADDR] = dhcp_long(BP_YIADDR);
  if (!r[DR_MASK]) r[DR_MASK] = DEFAULT_MASK;
  if (!r[DR_SERVER] || (type !== DHCPOFFER && type !== DHCPACK && type !== DHCPNAK)) return false;
  const lease = dhcp_seconds(DR_LEASE);
  const t1 = dhcp_seconds(DR_T1);
  const t2 = dhcp_seconds(DR_T2);
  if (!(t1 > 0 && t1 <= t2 && t2 <= lease)) {
    r[DR_T1] = lease >> 1; // RFC 2131 4.4.5
    r[DR_T2] = lease - (lease >> 3);
  }
  r[DR_ROUTER] = dhcp_router(r[DR_ADDR], r[DR_MASK]);
  if (type === DHCPNAK) return true;
  // an ACK without a lease time, which it should have, gives as much as before
  return (lease >= LEASE_MIN || (type === DHCPACK && !seen[DR_LEASE])) && in_validaddr(r[DR_ADDR], r[DR_MASK]);
}

/** All options that we know, those in `file` and `sname` included (RFC 2132 9.3); false when one of them does not end. */
function dhcp_options(): boolean {
  if (!dhcp_field(BP_OPTIONS, dhm_len)) return false;
  const overload = dhcp_reply[DR_OVERLOAD];
  return (!(overload & 1) || dhcp_field(BP_FILE, BP_MAGIC)) && (!(overload & 2) || dhcp_field(BP_SNAME, BP_FILE));
}

/** Takes the options from `from` to `end`; one that comes in pieces is put together (RFC 3396). False when one does not end. */
function dhcp_field(from: number, end: number): boolean {
  let at = from;
  while (at < end) {
    const code = dhcp_byte(at++);
    if (code === DHO_END) return true;
    if (code === DHO_PAD) continue;
    const len = at < end ? dhcp_byte(at++) : end;
    if (at + len > end) return false;
    dhcp_option(code, at, at + len);
    at += len;
  }
  return true;
}

function dhcp_option(code: number, from: number, end: number): void {
  let which = DR_NCODES - 1;
  while (which >= 0 && DHCP_CODES[which] !== code) which--;
  for (let at = from; at < end; at++) {
    if (which >= 0) dhcp_value(which, dhcp_byte(at));
    else if (INET_DOMAIN && code === DHO_DOMAIN) dhcp_domainbyte(dhcp_byte(at));
  }
}

/** One more byte of option `which`; four of them are a word, of which as many are kept as there is room for. */
function dhcp_value(which: number, byte: number): void {
  const r = dhcp_reply;
  const count = seen[which] < 200 ? seen[which] + 1 : 101; // of a byte, and as many of a word
  const word = (last[which] << 8) | byte;
  seen[which] = count;
  last[which] = word;
  if (which === DR_TYPE || which === DR_OVERLOAD) {
    if (count === 1) r[which] = byte;
  } else if (!(count & 3) && (which < DR_SERVER || in_canhost(word))) {
    // some servers fill a list of hosts up with 0.0.0.0
    let at = which <= DR_NSINGLE ? which : DR_DNS;
    const end = which < DR_NSINGLE ? at + 1 : at + DR_LIST;
    while (at < end && r[at]) at++;
    if (at < end) r[at] = word;
  }
}

/** One more byte of the domain's name; some servers end it with a 0. */
function dhcp_domainbyte(byte: number): void {
  if (dhcp_domainlen < DHCP_DOMAINLEN) dhcp_domain[dhcp_domainlen++] = byte;
}

/** Of the routers, which come in the order of preference (RFC 2132 3.5), the first that is a neighbour; else the first. */
function dhcp_router(addr: number, mask: number): number {
  for (let i = DR_ROUTER; i < DR_ROUTER + DR_LIST; i++) {
    const router = dhcp_reply[i];
    if (router && !((router ^ addr) & mask)) return router;
  }
  return dhcp_reply[DR_ROUTER];
}

/** The time that an option holds, in seconds; 0 when there is none. */
function dhcp_seconds(which: number): number {
  const r = dhcp_reply;
  if (seen[which] !== 4) r[which] = 0;
  if (r[which] < 0) r[which] = LEASE_MAX;
  return r[which];
}

export function dhcp_message_init(): void {
  dhcp_reply = [];
  seen = new Uint8Array(DR_NCODES);
  last = [];
  dhcp_domain = new Uint8Array(DHCP_DOMAINLEN);
  dhcp_domainlen = 0;
}
