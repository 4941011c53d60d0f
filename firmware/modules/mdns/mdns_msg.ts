/**
 * Resource records of multicast DNS: RFC 1035 4.1.3, 3.3; RFC 6762 10, 18. Called by the responder.
 *
 * Names are as they are on the wire and never compressed when they are sent: the few records of a board fit a frame.
 */
import { dn_bytes, dn_expand, dn_get16, dn_get32, dn_good, dn_seek, dn_tell } from "./mdns_comp";

export const T_A = 1;
export const T_PTR = 12;
export const T_TXT = 16;
export const T_SRV = 33;
export const T_NSEC = 47;
export const T_ANY = 255;
export const C_IN = 1;
export const C_ANY = 255;
/** Of a question's class: the answer may come by unicast; of a record's: all others of its name and type are void. */
export const TOP_BIT = 0x8000;

/** Times to live (s): of what a host's name is in, and of all else (RFC 6762 10); of a reply by unicast at most (6.7). */
export const TTL_HOST = 120;
export const TTL_OTHER = 4500;
export const TTL_LEGACY = 10;

/** A record, ours or one that was heard; of the latter, names are in lower case. */
export interface Rr {
  rr_name: string;
  rr_type: number;
  rr_ttl: number;
  rr_data: string;
  /** nobody else may have one of this name */
  rr_unique: boolean;
  /** when it was last sent to all (s of the board's clock) */
  rr_time: number;
}

export function rr_new(name: string, type: number, ttl: number, unique: boolean, data: string): Rr {
  return { rr_name: name, rr_type: type, rr_ttl: ttl, rr_data: data, rr_unique: unique, rr_time: NEVER };
}

/** Longer ago than any time to live. */
const NEVER = -4000;

/** 16 bits as two chars. */
export function rr_word(n: number): string {
  return String.fromCharCode((n >> 8) & 255, n & 255);
}

/** A string of at most 255 chars with its length in front: a label, or a part of a TXT record. */
export function rr_string(text: string): string {
  return String.fromCharCode(text.length) + text;
}

/** A record as it is sent: to all, or, `plain`, to whom its uniqueness is nothing; it lives for `most` s at most. */
export function rr_bytes(rr: Rr, plain: boolean, most: number): string {
  const ttl = rr.rr_ttl < most ? rr.rr_ttl : most;
  const cls = rr.rr_unique && !plain ? C_IN | TOP_BIT : C_IN;
  const head = rr_word(rr.rr_type) + rr_word(cls) + "\0\0" + rr_word(ttl) + rr_word(rr.rr_data.length);
  return rr.rr_name + head + rr.rr_data;
}

/** The record at the cursor; null when there is none, or it is not the Internet's. */
export function rr_read(): Rr | null {
  const name = dn_expand();
  const type = dn_get16();
  const cls = dn_get16();
  const ttl = dn_get32();
  const length = dn_get16();
  const end = dn_tell() + length;
  let data = dn_bytes(type === T_PTR ? 0 : type === T_SRV ? 6 : length);
  if (type === T_PTR || type === T_SRV) data += dn_expand();
  dn_seek(end);
  return dn_good() && (cls & ~TOP_BIT) === C_IN ? rr_new(name, type, ttl, cls !== C_IN, data) : null;
}

/** Are both the same record? The name in a PTR's or SRV's data may be written in either case. */
export function rr_same(ours: Rr, heard: Rr): boolean {
  return rr_alike(ours, heard) && rr_canonical(ours) === heard.rr_data;
}

/** Have both the same name and type? */
export function rr_alike(ours: Rr, heard: Rr): boolean {
  return ours.rr_type === heard.rr_type && ours.rr_name.toLowerCase() === heard.rr_name;
}

/** Its data, as it is when it is heard. */
export function rr_canonical(rr: Rr): string {
  const data = rr.rr_data;
  if (rr.rr_type === T_PTR) return data.toLowerCase();
  return rr.rr_type === T_SRV ? data.substr(0, 6) + data.substr(6).toLowerCase() : data;
}

/** The name that a record leads to, in lower case; "" for none. */
export function rr_target(rr: Rr): string {
  if (rr.rr_type === T_PTR) return rr.rr_data.toLowerCase();
  return rr.rr_type === T_SRV ? rr.rr_data.substr(6).toLowerCase() : "";
}
