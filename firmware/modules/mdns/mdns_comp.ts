/**
 * Reading a DNS message: RFC 1035 4.1. BSD: lib/libc/resolv/res_comp.c. Called by the rest of the module.
 *
 * A message is a string that anybody may have written. It is read at one cursor, which may run past its end; then what
 * is read means nothing, and dn_good() says so. So that no message costs more than its length is worth (names that point
 * at names that point at names), it has as many labels to spend as it has bytes, pointers included.
 *
 * Differs: an expanded name is not text but what it is on the wire, in lower case: labels with their lengths, and the
 * root. Two names are the same if these are, whatever dots their labels have in them.
 */

/** Length of a header; the longest name (RFC 1035 2.3.4). */
export const HFIXEDSZ = 12;
const MAXCDNAME = 255;

let dn_msg: string;
let dn_at: number;
let dn_left: number;

/** Begins to read at offset `at` of `msg`. */
export function dn_begin(msg: string, at: number): void {
  dn_msg = msg;
  dn_at = at;
  dn_left = msg.length;
}

/** Has all that was read been there? */
export function dn_good(): boolean {
  return dn_left > 0 && dn_at <= dn_msg.length;
}

/** Where the cursor is. */
export function dn_tell(): number {
  return dn_at;
}

export function dn_seek(at: number): void {
  dn_at = at;
}

export function dn_get16(): number {
  dn_at += 2;
  return (dn_msg.charCodeAt(dn_at - 2) << 8) | dn_msg.charCodeAt(dn_at - 1);
}

export function dn_get32(): number {
  return (dn_get16() << 16) | dn_get16();
}

/** The next `length` bytes. */
export function dn_bytes(length: number): string {
  dn_at += length;
  return dn_msg.substr(dn_at - length, length);
}

/** The name at the cursor; a bad one spends all that is left. */
export function dn_expand(): string {
  let name = "";
  let behind = 0;
  dn_left--; // even the root's name
  for (let n = dn_msg.charCodeAt(dn_at); n; n = dn_msg.charCodeAt(dn_at)) {
    if (--dn_left <= 0 || name.length > MAXCDNAME || (n & 192) % 192) return dn_bad();
    if (n & 192) {
      if (!behind) behind = dn_at + 2;
      dn_at = dn_get16() & 0x3fff;
    } else {
      name += dn_msg.substr(dn_at, n + 1);
      dn_at += n + 1;
    }
  }
  dn_at = behind || dn_at + 1;
  return name.toLowerCase() + "\0"; // lengths are below "A"
}

function dn_bad(): string {
  dn_left = 0;
  return "";
}
