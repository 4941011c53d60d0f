/**
 * TCP (RFC 9293 3.1) with options (window scale and time stamps: RFC 7323; selective acknowledgement: RFC 2018).
 */
import { type Bytes, internetChecksum, long, longAt, sumsUp, word, wordAt } from "./bytes";
import { pseudoHeader, TCP } from "./ipv4";

/** The flags, lowest bit first, by the letters that tcpdump and packetdrill write. */
const FLAGS = "FSRP.UEW";

export interface Tcp {
  fromPort: number;
  toPort: number;
  seq: number;
  ack: number;
  /** letters of FSRP.UEW, "." being ACK, in that order */
  flags: string;
  window: number;
  urgent: number;
  options: TcpOption[];
  payload: Bytes;
}

export type TcpOption =
  | { kind: "mss"; mss: number }
  | { kind: "wscale"; shift: number }
  | { kind: "sackOK" }
  | { kind: "sack"; blocks: [number, number][] }
  | { kind: "timestamp"; value: number; echo: number }
  | { kind: "nop" }
  | { kind: "other"; number: number; data: Bytes };

/** Fields that follow from the others, unless a test wants them wrong. */
interface Derived {
  checksum: number;
  headerWords: number;
  /** in place of `options` */
  rawOptions: Bytes;
}

export type TcpFields = { from: string; to: string; fromPort: number; toPort: number } & Partial<Tcp & Derived>;

export function tcp(fields: TcpFields): number[] {
  const options = [...(fields.rawOptions ?? (fields.options ?? []).flatMap(optionBytes))];
  while (options.length % 4) options.push(0);
  const flags = Array.from(fields.flags ?? "").reduce((bits, letter) => bits | (1 << FLAGS.indexOf(letter)), 0);
  const segment = [
    ...word(fields.fromPort),
    ...word(fields.toPort),
    ...long(fields.seq ?? 0),
    ...long(fields.ack ?? 0),
    (fields.headerWords ?? 5 + options.length / 4) << 4,
    flags,
    ...word(fields.window ?? 65535),
    0,
    0,
    ...word(fields.urgent ?? 0),
    ...options,
    ...(fields.payload ?? []),
  ];
  const sum = word(
    fields.checksum ?? internetChecksum([...pseudoHeader(fields.from, fields.to, TCP, segment.length), ...segment]),
  );
  segment[16] = sum[0];
  segment[17] = sum[1];
  return segment;
}

function optionBytes(option: TcpOption): number[] {
  switch (option.kind) {
    case "mss":
      return [2, 4, ...word(option.mss)];
    case "wscale":
      return [3, 3, option.shift];
    case "sackOK":
      return [4, 2];
    case "sack":
      return [5, 2 + 8 * option.blocks.length, ...option.blocks.flat().flatMap(long)];
    case "timestamp":
      return [8, 10, ...long(option.value), ...long(option.echo)];
    case "nop":
      return [1];
    case "other":
      return [option.number, 2 + option.data.length, ...option.data];
  }
}

export function parseTcp(from: string, to: string, bytes: Uint8Array): Tcp {
  if (bytes.length < 20) throw new Error(`a TCP segment of ${bytes.length} bytes`);
  const header = (bytes[12] >> 4) * 4;
  if (header < 20 || header > bytes.length) throw new Error(`TCP header of ${header} bytes in ${bytes.length}`);
  if (!sumsUp([...pseudoHeader(from, to, TCP, bytes.length), ...bytes])) throw new Error("bad TCP checksum");
  return {
    fromPort: wordAt(bytes, 0),
    toPort: wordAt(bytes, 2),
    seq: longAt(bytes, 4),
    ack: longAt(bytes, 8),
    flags: Array.from(FLAGS)
      .filter((_, bit) => bytes[13] & (1 << bit))
      .join(""),
    window: wordAt(bytes, 14),
    urgent: wordAt(bytes, 18),
    options: parseOptions(bytes.subarray(20, header)),
    payload: bytes.subarray(header),
  };
}

/** The options up to end-of-options, behind which there must be nothing but zeros. */
function parseOptions(bytes: Uint8Array): TcpOption[] {
  const options: TcpOption[] = [];
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const length = bytes[at] === 1 ? 1 : bytes[at + 1];
    if (!(length >= (bytes[at] === 1 ? 1 : 2)) || at + length > bytes.length) throw new Error("bad TCP option length");
    options.push(parseOption(bytes[at], bytes.subarray(at + 2, at + length)));
    at += length;
  }
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new Error("TCP options behind the end of options");
  return options;
}

function parseOption(number: number, data: Uint8Array): TcpOption {
  if (number === 1) return { kind: "nop" };
  if (number === 2 && data.length === 2) return { kind: "mss", mss: wordAt(data, 0) };
  if (number === 3 && data.length === 1) return { kind: "wscale", shift: data[0] };
  if (number === 4 && data.length === 0) return { kind: "sackOK" };
  if (number === 5 && data.length > 0 && data.length % 8 === 0) return { kind: "sack", blocks: parseBlocks(data) };
  if (number === 8 && data.length === 8) return { kind: "timestamp", value: longAt(data, 0), echo: longAt(data, 4) };
  return { kind: "other", number, data };
}

function parseBlocks(data: Uint8Array): [number, number][] {
  const blocks: [number, number][] = [];
  for (let at = 0; at < data.length; at += 8) blocks.push([longAt(data, at), longAt(data, at + 4)]);
  return blocks;
}
