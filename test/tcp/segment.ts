/**
 * Segments in packetdrill's notation: `S. 0:0(0) ack 1 win 5840 <mss 1460>`: flags, sequence numbers of the first byte and
 * of the one behind the last, bytes of data; then what else is said of it. Numbers are relative to the first of the
 * connection; `=0:0(0)` is one as it stands on the wire.
 *
 * Of a segment that is to be sent, only what is written is compared; but options that are not written must not be there,
 * unless `<...>` stands for them.
 */
import type { Packet } from "../lib/packets";
import { type Bases, formatOptions, optionsAsWritten, parseOptions, type WrittenOption } from "./options";

export interface Segment {
  /** the peer's port, and with it the connection */
  port: number;
  /** letters of FSRP.UEW in that order, or "-" for none */
  flags: string;
  seq: number;
  /** seq is no relative number */
  absolute: boolean;
  length: number;
  ack?: number;
  win?: number;
  urg?: number;
  /** undefined: any */
  options?: WrittenOption[];
  /** what is said of it besides: words, some with a value */
  words: { [word: string]: string };
}

/** The peer's port where none is written. */
export const PEER_PORT = 2000;

const LETTERS = "FSRP.UEW";
/** Words that say more of a segment, and whether a value follows. */
const WORDS: { [word: string]: boolean } = {
  badsum: false, // the checksum is wrong
  doff: true, // the data offset field, in words
  from: true, // source address
  to: true, // destination address
  ipoptions: true, // bytes of IP options
  ttl: true,
  tos: true,
  df: true, // don't fragment, 0 or 1
};

export function parseSegment(text: string): Segment {
  const match = /^(?::(\d+) )?([FSRP.UEW]+|-) (=?)(-?\d+):(-?\d+)\((\d+)\)([^<]*)(?:<(.*)>)?\s*(.*)$/.exec(text);
  if (!match) throw new Error(`no segment: ${text}`);
  const [, port, flags, absolute, seq, end, length, fields, options, rest] = match;
  if (Number(end) - Number(seq) !== Number(length)) throw new Error(`${seq}:${end} is not of ${length} bytes`);
  const segment: Segment = {
    port: port ? Number(port) : PEER_PORT,
    flags: Array.from(LETTERS)
      .filter((letter) => flags.includes(letter))
      .join(""),
    seq: Number(seq),
    absolute: absolute !== "",
    length: Number(length),
    options: options === "..." ? undefined : parseOptions(options ?? ""),
    words: {},
  };
  parseFields(segment, `${fields} ${rest}`.trim().split(/\s+/).filter(Boolean));
  return segment;
}

function parseFields(segment: Segment, words: string[]): void {
  while (words.length) {
    const word = words.shift() as string;
    if (word === "ack" || word === "win" || word === "urg") segment[word] = Number(words.shift());
    else if (word in WORDS) segment.words[word] = WORDS[word] ? (words.shift() as string) : "";
    else throw new Error(`what is "${word}"?`);
  }
}

/** How it is written in a message. */
export function formatSegment(segment: Segment): string {
  const { flags, seq, length, ack, win, urg, options, words } = segment;
  const numbers = `${segment.absolute ? "=" : ""}${seq}:${seq + length}(${length})`;
  const parts = [segment.port === PEER_PORT ? "" : `:${segment.port}`, flags || "-", numbers];
  if (ack !== undefined) parts.push(`ack ${ack}`);
  if (win !== undefined) parts.push(`win ${win}`);
  if (urg !== undefined) parts.push(`urg ${urg}`);
  parts.push(options ? formatOptions(options) : "<...>");
  for (const word of Object.keys(words)) parts.push(`${word} ${words[word]}`.trim());
  return parts.filter(Boolean).join(" ");
}

/** Where the numbers of a connection begin, as seen in a segment of ours. */
export interface SentBases extends Bases {
  seq: number;
  ack: number;
}

/** A segment that was sent, in the words of what was expected; in all words if nothing was. */
export function writtenAs(packet: Packet, bases: SentBases, expected?: Segment): Segment {
  const tcp = packet.tcp!;
  const base = expected?.absolute ? 0 : bases.seq;
  const sent: Segment = {
    port: tcp.toPort,
    flags: tcp.flags,
    seq: (tcp.seq - base) | 0,
    absolute: expected?.absolute ?? false,
    length: tcp.payload.length,
    words: ipWords(packet, expected?.words ?? {}),
  };
  if (tcp.flags.includes(".")) sent.ack = (tcp.ack - bases.ack) | 0;
  if (!expected || expected.win !== undefined) sent.win = tcp.window;
  if (tcp.flags.includes("U") || expected?.urg !== undefined) sent.urg = tcp.urgent;
  if (!expected || expected.options) sent.options = optionsAsWritten(tcp.options, bases, expected?.options);
  return sent;
}

/** What IP's header says of the words that are asked for. */
function ipWords({ ip }: Packet, asked: Segment["words"]): Segment["words"] {
  const words: Segment["words"] = {};
  for (const word of Object.keys(asked)) {
    if (word === "ttl") words.ttl = `${ip!.ttl}`;
    if (word === "tos") words.tos = `${ip!.tos}`;
    if (word === "df") words.df = ip!.dontFragment ? "1" : "0";
    if (word === "from") words.from = ip!.from;
    if (word === "to") words.to = ip!.to;
    if (word === "ipoptions") words.ipoptions = Buffer.from(ip!.options).toString("hex") || "none";
  }
  return words;
}
