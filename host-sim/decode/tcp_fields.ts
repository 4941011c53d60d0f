/**
 * A segment of TCP taken apart, for fields.ts; and what a plot of a connection needs of it.
 */
import { ETHER_HDR_LEN, ETHER_TYPE, ETHERTYPE_IP } from "../../firmware/net/wire/ether";
import { IP_DST, IP_LEN, IP_MF, IP_OFF, IP_OFFMASK, IP_P, IP_SRC, IPPROTO_TCP } from "../../firmware/net/wire/ip";
import {
  TCPOPT_EOL,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_WINDOW,
  TH_ACK,
  TH_ACKNO,
  TH_CWR,
  TH_DPORT,
  TH_ECE,
  TH_FIN,
  TH_FLAGS,
  TH_LEN,
  TH_OFF,
  TH_PUSH,
  TH_RST,
  TH_SEQ,
  TH_SPORT,
  TH_SUM,
  TH_SYN,
  TH_URG,
  TH_URP,
  TH_WIN,
} from "../../firmware/net/wire/tcp";
import type { Layer, LayerFields } from "./layer";
import { Reader } from "./reader";

const FLAG_NAMES: [number, string][] = [
  [TH_CWR, "CWR"],
  [TH_ECE, "ECE"],
  [TH_URG, "URG"],
  [TH_ACK, "ACK"],
  [TH_PUSH, "PSH"],
  [TH_RST, "RST"],
  [TH_SYN, "SYN"],
  [TH_FIN, "FIN"],
];
const OPTION_NAMES = ["end", "no-op", "maximum segment size", "window scale", "SACK permitted", "SACK"];
const TIMESTAMPS = 8;

export function flagNames(flags: number): string {
  return FLAG_NAMES.flatMap(([bit, name]) => (flags & bit ? [name] : [])).join(" ") || "none";
}

export function tcpLayer(tcp: LayerFields): Layer {
  const { reader } = tcp;
  const head = (reader.u8(TH_OFF) >> 4) * 4;
  tcp.u16("source port", TH_SPORT);
  tcp.u16("destination port", TH_DPORT);
  tcp.u32("sequence number", TH_SEQ);
  tcp.u32("acknowledgement number", TH_ACKNO);
  tcp.add("header length", TH_OFF, 1, `${head} bytes`);
  tcp.add("flags", TH_FLAGS, 1, flagNames(reader.u8(TH_FLAGS)));
  tcp.u16("window", TH_WIN);
  tcp.hex16("checksum", TH_SUM);
  tcp.u16("urgent pointer", TH_URP);
  for (const { kind, at, length } of options(reader))
    if (kind > TCPOPT_NOP) tcp.add(`option: ${optionName(kind)}`, at, length, optionValue(reader, kind, at, length));
  return tcp.layer("TCP", flagNames(reader.u8(TH_FLAGS)), Math.max(TH_LEN, Math.min(head, reader.length)));
}

function optionName(kind: number): string {
  return kind === TIMESTAMPS ? "timestamps" : (OPTION_NAMES[kind] ?? String(kind));
}

function optionValue(reader: Reader, kind: number, at: number, length: number): string {
  if (kind === TIMESTAMPS) return `${reader.u32(at + 2)}, echo ${reader.u32(at + 6)}`;
  if (kind === TCPOPT_SACK)
    return sackBlocks(reader, at, length)
      .map(([start, end]) => `${start}–${end}`)
      .join(", ");
  if (length === 4) return String(reader.u16(at + 2));
  return length === 3 ? String(reader.u8(at + 2)) : "";
}

interface Option {
  kind: number;
  at: number;
  length: number;
}

/** The options of a header, up to the first that is none. */
function options(tcp: Reader): Option[] {
  const found: Option[] = [];
  const end = Math.min(tcp.length, (tcp.u8(TH_OFF) >> 4) * 4);
  for (let at = TH_LEN; at < end; ) {
    const kind = tcp.u8(at);
    const length = kind <= TCPOPT_NOP ? 1 : tcp.u8(at + 1);
    if (kind === TCPOPT_EOL || length < 1 || (kind > TCPOPT_NOP && length < 2) || at + length > end) break;
    found.push({ kind, at, length });
    at += length;
  }
  return found;
}

function sackBlocks(tcp: Reader, at: number, length: number): [number, number][] {
  const blocks: [number, number][] = [];
  for (let i = at + 2; i + 8 <= at + length; i += 8) blocks.push([tcp.u32(i), tcp.u32(i + 4)]);
  return blocks;
}

/** A segment as a plot has it. Numbers are those of the wire. */
export interface Segment {
  /** "10.0.2.15:80" */
  from: string;
  to: string;
  seq: number;
  length: number;
  /** undefined without the flag ACK */
  ack: number | undefined;
  /** as it is in the header, and the shift that a SYN asks for */
  win: number;
  shift: number | undefined;
  flags: number;
  sack: [number, number][];
}

/** The segment in a frame; undefined when there is none, or but a part of it. */
export function segmentOf(frame: Uint8Array): Segment | undefined {
  const packet = new Reader(frame);
  if (packet.u16(ETHER_TYPE) !== ETHERTYPE_IP) return undefined;
  const ip = packet.from(ETHER_HDR_LEN);
  if (ip.u8(IP_P) !== IPPROTO_TCP || ip.u16(IP_OFF) & (IP_MF | IP_OFFMASK)) return undefined;
  const tcp = ip.from((ip.u8(0) & 15) * 4, ip.u16(IP_LEN));
  const head = (tcp.u8(TH_OFF) >> 4) * 4;
  if (head < TH_LEN || tcp.length < head) return undefined;
  const flags = tcp.u8(TH_FLAGS);
  const all = options(tcp);
  const scale = all.find(({ kind }) => kind === TCPOPT_WINDOW);
  return {
    from: `${ip.ip(IP_SRC)}:${tcp.u16(TH_SPORT)}`,
    to: `${ip.ip(IP_DST)}:${tcp.u16(TH_DPORT)}`,
    seq: tcp.u32(TH_SEQ),
    length: tcp.length - head,
    ack: flags & TH_ACK ? tcp.u32(TH_ACKNO) : undefined,
    win: tcp.u16(TH_WIN),
    shift: scale && tcp.u8(scale.at + 2),
    flags,
    sack: all.filter(({ kind }) => kind === TCPOPT_SACK).flatMap(({ at, length }) => sackBlocks(tcp, at, length)),
  };
}
