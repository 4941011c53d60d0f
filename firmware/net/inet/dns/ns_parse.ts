/**
 * Reading a DNS message: RFC 1035 4.1. BSD: lib/libc/nameser/ns_parse.c, ns_samedomain.c. Called by res_answer.ts.
 *
 * Anybody may have written it. It is read where it lies, at one cursor, which may run past its end; then what is read means
 * nothing, and ns_good() says so. So that no message costs more than its length is worth (names that point at names that point at
 * names), it has four labels to spend for each of its bytes, pointers included.
 *
 * A name is where it begins in the message: nothing is copied to compare two.
 */
import { RES_PACKETSZ } from "../../../config";
import type { Mbuf } from "../../kern/mbuf";
import { m_byteat } from "../../kern/mbuf_chain";
import { INDIR_MASK } from "../../wire/dns";

/** The message, where in its chain it begins, and how long it is. */
let ns_m: Mbuf;
let ns_off: number;
let ns_len: number;
/** The cursor, and how many labels may be looked at. */
let ns_at: number;
let ns_left: number;

/** Begins to read the message that is, but for the first `off` bytes, packet `m`. */
export function ns_begin(m: Mbuf, off: number): void {
  const len = m.m_pktlen - off;
  ns_m = m;
  ns_off = off;
  ns_len = len < RES_PACKETSZ ? len : RES_PACKETSZ;
  ns_left = 4 * ns_len;
  ns_at = 0;
}

/** Has all that was read been there? */
export function ns_good(): boolean {
  return ns_left > 0 && ns_at <= ns_len;
}

/** Where the cursor is. */
export function ns_tell(): number {
  return ns_at;
}

export function ns_seek(at: number): void {
  ns_at = at;
}

/** Byte `at`; 0 behind the end. */
export function ns_byte(at: number): number {
  return at < ns_len ? m_byteat(ns_m, ns_off + at) : 0;
}

export function ns_get16(): number {
  ns_at += 2;
  return (ns_byte(ns_at - 2) << 8) | ns_byte(ns_at - 1);
}

export function ns_get32(): number {
  const high = ns_get16();
  return (high << 16) | ns_get16();
}

/** Goes on behind the name at the cursor. What it points at is further ahead (RFC 1035 4.1.4), or it is no name. */
export function ns_skipname(): void {
  const start = ns_at;
  let n = ns_label(ns_at++);
  while (n && !(n & INDIR_MASK) && ns_good()) {
    ns_at += n;
    n = ns_label(ns_at++);
  }
  if (n & INDIR_MASK && ns_pointer(ns_at++ - 1) >= start) ns_left = 0;
}

/** Are the names at `a0` and `b0` the same, in whatever case (RFC 4343), wherever there are dots in their labels? */
export function ns_samename(a0: number, b0: number): boolean {
  let a = ns_follow(a0);
  let b = ns_follow(b0);
  let n = ns_byte(a);
  while (n && ns_left > 0 && ns_samelabel(a, b, n)) {
    a = ns_follow(a + n + 1);
    b = ns_follow(b + n + 1);
    n = ns_byte(a);
  }
  return !n && !ns_byte(b) && ns_left > 0;
}

/** The length at `at`, which is looked at; no length at all spends all that is left. */
function ns_label(at: number): number {
  const n = ns_byte(at);
  const bits = n & INDIR_MASK;
  ns_left--;
  if (bits && bits !== INDIR_MASK) ns_left = 0;
  return n;
}

/** The place of the label that is at `at0`, or where it points. */
function ns_follow(at0: number): number {
  let at = at0;
  while (ns_label(at) & INDIR_MASK && ns_left > 0) at = ns_pointer(at);
  return at;
}

function ns_pointer(at: number): number {
  return ((ns_byte(at) << 8) | ns_byte(at + 1)) & 0x3fff;
}

function ns_samelabel(a: number, b: number, n: number): boolean {
  let i = 0;
  while (i <= n && ns_lower(ns_byte(a + i)) === ns_lower(ns_byte(b + i))) i++; // lengths are below "A"
  return i > n;
}

export function ns_lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
