/**
 * IGMP (RFC 2236 2): type, time for an answer in tenths of a second, checksum, group.
 */
import { type Bytes, internetChecksum, ipBytes, ipText, sumsUp, word } from "./bytes";

export const IGMP_QUERY = 0x11;
export const IGMP_REPORT_V1 = 0x12;
export const IGMP_REPORT = 0x16;
export const IGMP_LEAVE = 0x17;

export interface Igmp {
  type: number;
  /** tenths of a second */
  time: number;
  group: string;
}

/** A message; `rest` is what later versions put behind it. */
export function igmp(fields: { type: number } & Partial<Igmp & { checksum: number; rest: Bytes }>): number[] {
  const group = ipBytes(fields.group ?? "0.0.0.0");
  const message = [fields.type, fields.time ?? 0, 0, 0, ...group, ...(fields.rest ?? [])];
  const sum = word(fields.checksum ?? internetChecksum(message));
  message[2] = sum[0];
  message[3] = sum[1];
  return message;
}

export function parseIgmp(bytes: Uint8Array): Igmp {
  if (bytes.length !== 8) throw new Error(`an IGMP message of ${bytes.length} bytes`);
  if (!sumsUp(bytes)) throw new Error("bad IGMP checksum");
  return { type: bytes[0], time: bytes[1], group: ipText(bytes.subarray(4, 8)) };
}
