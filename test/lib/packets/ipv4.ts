/**
 * IPv4 (RFC 791) with options. Whatever a builder is not told it fills in rightly; a parser throws on what is wrong.
 */
import { type Bytes, internetChecksum, ipBytes, ipText, sumsUp, word, wordAt } from "./bytes";

export const ICMP = 1;
export const IGMP = 2;
export const TCP = 6;
export const UDP = 17;

export interface Ipv4 {
  from: string;
  to: string;
  protocol: number;
  payload: Bytes;
  tos: number;
  id: number;
  dontFragment: boolean;
  moreFragments: boolean;
  /** of a fragment, in units of 8 bytes */
  offset: number;
  ttl: number;
  options: Bytes;
}

/** Fields that follow from the others, unless a test wants them wrong. */
interface Derived {
  version: number;
  headerWords: number;
  length: number;
  checksum: number;
}

export type Ipv4Fields = Pick<Ipv4, "from" | "to" | "protocol"> & Partial<Ipv4 & Derived>;

export function ipv4(fields: Ipv4Fields): number[] {
  const payload = fields.payload ?? [];
  const options = padded(fields.options ?? []);
  const words = fields.headerWords ?? 5 + options.length / 4;
  const flags = (fields.dontFragment ? 0x4000 : 0) | (fields.moreFragments ? 0x2000 : 0) | (fields.offset ?? 0);
  const header = [
    ((fields.version ?? 4) << 4) | words,
    fields.tos ?? 0,
    ...word(fields.length ?? 20 + options.length + payload.length),
    ...word(fields.id ?? 0x1234),
    ...word(flags),
    fields.ttl ?? 64,
    fields.protocol,
    0,
    0,
    ...ipBytes(fields.from),
    ...ipBytes(fields.to),
    ...options,
  ];
  const sum = word(fields.checksum ?? internetChecksum(header.slice(0, Math.max(words * 4, 20))));
  header[10] = sum[0];
  header[11] = sum[1];
  return [...header, ...payload];
}

/** Options fill words; the rest is end-of-options. */
function padded(options: Bytes): number[] {
  const bytes = [...options];
  while (bytes.length % 4) bytes.push(0);
  return bytes;
}

export function parseIpv4(bytes: Uint8Array): Ipv4 {
  const header = parseIpv4Header(bytes);
  const length = wordAt(bytes, 2);
  if (length !== bytes.length) throw new Error(`total length ${length} of an IP packet of ${bytes.length} bytes`);
  return header;
}

/** As `parseIpv4`, of a packet that may have been cut short: one that an ICMP error returns. */
export function parseIpv4Header(bytes: Uint8Array): Ipv4 {
  const length = (bytes[0] & 15) * 4;
  if (bytes[0] >> 4 !== 4) throw new Error(`IP version ${bytes[0] >> 4}`);
  if (length < 20 || length > bytes.length) throw new Error(`IP header of ${length} bytes in ${bytes.length}`);
  if (!sumsUp(bytes.subarray(0, length))) throw new Error("bad IP header checksum");
  const flags = wordAt(bytes, 6);
  return {
    from: ipText(bytes.subarray(12, 16)),
    to: ipText(bytes.subarray(16, 20)),
    protocol: bytes[9],
    payload: bytes.subarray(length),
    tos: bytes[1],
    id: wordAt(bytes, 4),
    dontFragment: (flags & 0x4000) !== 0,
    moreFragments: (flags & 0x2000) !== 0,
    offset: flags & 0x1fff,
    ttl: bytes[8],
    options: bytes.subarray(20, length),
  };
}

/** Where a packet goes in the end: where its source route ends, or where its header says. */
export function finalDestination({ to, options }: Ipv4): string {
  let off = 0;
  while (off < options.length && options[off]) {
    const kind = options[off];
    const length = kind === 1 ? 1 : options[off + 1];
    if ((kind === 131 || kind === 137) && options[off + 2] <= length && length > 3)
      return ipText(Uint8Array.from(options.slice(off + length - 4, off + length)));
    off += length;
  }
  return to;
}

/** What UDP and TCP put in front of themselves for their checksum (RFC 768). */
export function pseudoHeader(from: string, to: string, protocol: number, length: number): number[] {
  return [...ipBytes(from), ...ipBytes(to), 0, protocol, ...word(length)];
}
