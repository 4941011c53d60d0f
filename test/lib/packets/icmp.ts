/**
 * ICMP (RFC 792): type, code, checksum, four bytes that each type uses in its own way, and the rest.
 */
import { type Bytes, internetChecksum, sumsUp, word } from "./bytes";

export const ECHO_REPLY = 0;
export const UNREACHABLE = 3;
export const SOURCE_QUENCH = 4;
export const REDIRECT = 5;
export const ECHO_REQUEST = 8;
export const TIME_EXCEEDED = 11;
export const PARAMETER_PROBLEM = 12;
export const TIMESTAMP = 13;
export const TIMESTAMP_REPLY = 14;
export const MASK_REQUEST = 17;

/* codes of UNREACHABLE */
export const NET_UNREACHABLE = 0;
export const HOST_UNREACHABLE = 1;
export const PROTOCOL_UNREACHABLE = 2;
export const PORT_UNREACHABLE = 3;
export const NEEDS_FRAGMENTATION = 4;
export const SOURCE_ROUTE_FAILED = 5;

export interface Icmp {
  type: number;
  code: number;
  /** the four bytes behind the checksum */
  rest: Bytes;
  payload: Bytes;
}

export function icmp(fields: { type: number } & Partial<Icmp & { checksum: number }>): number[] {
  const message = [fields.type, fields.code ?? 0, 0, 0, ...(fields.rest ?? [0, 0, 0, 0]), ...(fields.payload ?? [])];
  const sum = word(fields.checksum ?? internetChecksum(message));
  message[2] = sum[0];
  message[3] = sum[1];
  return message;
}

/** An echo request, or a reply to one. */
export function echo(type: number, id: number, sequence: number, payload: Bytes = []): number[] {
  return icmp({ type, rest: [...word(id), ...word(sequence)], payload });
}

export function parseIcmp(bytes: Uint8Array): Icmp {
  if (bytes.length < 8) throw new Error(`an ICMP message of ${bytes.length} bytes`);
  if (!sumsUp(bytes)) throw new Error("bad ICMP checksum");
  return { type: bytes[0], code: bytes[1], rest: bytes.subarray(4, 8), payload: bytes.subarray(8) };
}
