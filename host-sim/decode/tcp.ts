/**
 * A segment of TCP as tcpdump(1) has it; sequence numbers count from the SYN of each direction, behind the SYN's answer.
 */
import {
  TCPOPT_EOL,
  TCPOPT_MAXSEG,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERMITTED,
  TCPOPT_TIMESTAMP,
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
  TH_SYN,
  TH_URG,
  TH_WIN,
} from "../../firmware/net/wire/tcp";
import { firstLine, type Reader } from "./reader";

/** In tcpdump's order. */
const FLAGS: [number, string][] = [
  [TH_FIN, "F"],
  [TH_SYN, "S"],
  [TH_RST, "R"],
  [TH_PUSH, "P"],
  [TH_ACK, "."],
  [TH_URG, "U"],
  [TH_ECE, "E"],
  [TH_CWR, "W"],
];
const HTTP = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) .* HTTP\/|^HTTP\/\d/;
/** Streams whose beginning is remembered. */
const MAX_STREAMS = 1000;

export class TcpDecoder {
  private readonly begins = new Map<string, number>();

  text({ src, dst }: { src: string; dst: string }, tcp: Reader): string {
    const [from, to] = [`${src}.${tcp.u16(TH_SPORT)}`, `${dst}.${tcp.u16(TH_DPORT)}`];
    const flags = tcp.u8(TH_FLAGS);
    const head = (tcp.u8(TH_OFF) >> 4) * 4;
    if (tcp.length < TH_LEN || head < TH_LEN) return `${from} > ${to}: tcp [bad hdr length ${head}]`;
    const length = Math.max(0, tcp.length - head);
    if (flags & TH_SYN) this.remember(`${from} ${to}`, tcp.u32(TH_SEQ));
    const letters = FLAGS.flatMap(([bit, letter]) => (flags & bit ? [letter] : [])).join("");
    const parts = [`Flags [${letters || "none"}]`];
    const seq = this.since(`${from} ${to}`, tcp.u32(TH_SEQ), flags);
    if (length || flags & (TH_SYN | TH_FIN | TH_RST)) parts.push(length ? `seq ${seq}:${seq + length}` : `seq ${seq}`);
    if (flags & TH_ACK) parts.push(`ack ${this.acknowledged(from, to, tcp.u32(TH_ACKNO), flags)}`);
    parts.push(`win ${tcp.u16(TH_WIN)}`);
    const options = optionsText(tcp.from(TH_LEN, head));
    if (options) parts.push(`options [${options}]`);
    const line = firstLine(tcp.text(head, tcp.length));
    return `${from} > ${to}: ${parts.join(", ")}, length ${length}${HTTP.test(line) ? `: HTTP: ${line}` : ""}`;
  }

  private remember(stream: string, seq: number): void {
    if (this.begins.size >= MAX_STREAMS) this.begins.delete(this.begins.keys().next().value ?? "");
    this.begins.delete(stream);
    this.begins.set(stream, seq);
  }

  /** Told as it is in the answer to a SYN, whether that is a SYN or a RST. */
  private acknowledged(from: string, to: string, ack: number, flags: number): number {
    const isAnswered = !(flags & TH_SYN) && this.begins.has(`${from} ${to}`);
    return isAnswered ? this.since(`${to} ${from}`, ack, flags) : ack;
  }

  /** A SYN's own number is told as it is. */
  private since(stream: string, seq: number, flags: number): number {
    const begin = this.begins.get(stream);
    return begin === undefined || flags & TH_SYN ? seq : (seq - begin) >>> 0;
  }
}

function optionsText(options: Reader): string {
  const texts: string[] = [];
  for (let at = 0; at < options.length; ) {
    const kind = options.u8(at);
    const length = kind === TCPOPT_NOP || kind === TCPOPT_EOL ? 1 : options.u8(at + 1);
    if (length < 1 || (kind > TCPOPT_NOP && length < 2)) return [...texts, "bad"].join(",");
    texts.push(optionText(kind, options.from(at, at + length)));
    at = kind === TCPOPT_EOL ? options.length : at + length;
  }
  return texts.join(",");
}

function optionText(kind: number, option: Reader): string {
  if (kind === TCPOPT_EOL) return "eol";
  if (kind === TCPOPT_NOP) return "nop";
  if (kind === TCPOPT_MAXSEG) return `mss ${option.u16(2)}`;
  if (kind === TCPOPT_WINDOW) return `wscale ${option.u8(2)}`;
  if (kind === TCPOPT_SACK_PERMITTED) return "sackOK";
  if (kind === TCPOPT_TIMESTAMP) return `TS val ${option.u32(2)} ecr ${option.u32(6)}`;
  if (kind !== TCPOPT_SACK) return `unknown-${kind}`;
  const blocks: string[] = [];
  for (let at = 2; at + 8 <= option.length; at += 8) blocks.push(`{${option.u32(at)}:${option.u32(at + 4)}}`);
  return `sack ${blocks.length} ${blocks.join("")}`;
}
