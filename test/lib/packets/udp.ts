/**
 * UDP (RFC 768). The addresses belong to IP, but the checksum is over them as well.
 */
import { type Bytes, internetChecksum, word, wordAt } from "./bytes";
import { pseudoHeader, UDP } from "./ipv4";

export interface Udp {
  fromPort: number;
  toPort: number;
  payload: Bytes;
  /** as it stands in the header; 0 when there is none */
  checksum: number;
}

export type UdpFields = { from: string; to: string; fromPort: number; toPort: number } & Partial<
  Udp & { length: number }
>;

export function udp(fields: UdpFields): number[] {
  const payload = fields.payload ?? [];
  const length = fields.length ?? 8 + payload.length;
  const datagram = [...word(fields.fromPort), ...word(fields.toPort), ...word(length), 0, 0, ...payload];
  const sum = word(fields.checksum ?? udpChecksum(fields.from, fields.to, datagram));
  datagram[6] = sum[0];
  datagram[7] = sum[1];
  return datagram;
}

/** The checksum to be sent, over a datagram that has zero in its place: 0 would mean that there is none. */
export function udpChecksum(from: string, to: string, datagram: Bytes): number {
  return internetChecksum([...pseudoHeader(from, to, UDP, datagram.length), ...datagram]) || 0xffff;
}

export function parseUdp(from: string, to: string, bytes: Uint8Array): Udp {
  if (bytes.length < 8) throw new Error(`a UDP datagram of ${bytes.length} bytes`);
  if (wordAt(bytes, 4) !== bytes.length) throw new Error(`UDP length ${wordAt(bytes, 4)} of ${bytes.length} bytes`);
  const checksum = wordAt(bytes, 6);
  const zeroed = [...bytes.subarray(0, 6), 0, 0, ...bytes.subarray(8)];
  if (checksum && checksum !== udpChecksum(from, to, zeroed)) throw new Error("bad UDP checksum");
  return { fromPort: wordAt(bytes, 0), toPort: wordAt(bytes, 2), payload: bytes.subarray(8), checksum };
}
