/**
 * NTP messages without authentication (RFC 5905 7.3), as plainly as can be.
 */
import { type Bytes, long, longAt } from "./bytes";

export const CLIENT = 3;
export const SERVER = 4;

/** Seconds from 1900 to 1970. */
const EPOCH = 2208988800;

export interface Ntp {
  leap: number;
  version: number;
  mode: number;
  stratum: number;
  /** four bytes: of a server of stratum 0 a word that says why */
  reference: Bytes;
  /** 8 bytes: what the asker had as transmit time stamp */
  origin: Bytes;
  /** seconds since 1970 */
  receive: number;
  transmit: number;
}

export function ntp(fields: Partial<Ntp>): number[] {
  return [
    ((fields.leap ?? 0) << 6) | ((fields.version ?? 4) << 3) | (fields.mode ?? SERVER),
    fields.stratum ?? 2,
    ...[6, 0xec],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...(fields.reference ?? [192, 0, 2, 99]),
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...(fields.origin ?? [0, 0, 0, 0, 0, 0, 0, 0]),
    ...timestamp(fields.receive),
    ...timestamp(fields.transmit),
  ];
}

/** 32 bits of seconds since 1900, which begin anew in 2036, and 32 bits of fraction. */
function timestamp(seconds: number | undefined): number[] {
  if (seconds === undefined) return new Array(8).fill(0);
  const whole = Math.floor(seconds);
  return [...long(whole + EPOCH), ...long((seconds - whole) * 2 ** 32)];
}

/** A request as it was sent. */
export function parseNtpRequest(bytes: Bytes): { version: number; mode: number; transmit: Bytes; rest: number } {
  if (bytes.length !== 48) throw new Error(`an NTP request of ${bytes.length} bytes`);
  let rest = 0;
  for (let at = 4; at < 40; at += 4) rest += longAt(bytes, at);
  return { version: (bytes[0] >> 3) & 7, mode: bytes[0] & 7, transmit: Array.from(bytes).slice(40), rest };
}
