/**
 * A segment of TCP as tcpdump(1) has it. Called by tcpdump_line.ts.
 */
import { tap_half as half, tap_word } from "../tap";

/** FIN, SYN, RST ... as tcpdump orders them: by bit. */
const FLAGS = "FSRP.UEW";
const TH_FIN_SYN_RST = 7;
const TH_ACK = 16;
const TH_URG = 32;

/** `tcp`: as much of the segment as there is; `length`: how much there was. */
export function tcp_line(tcp: string, length: number): string {
  if (tcp.length < 20) return "[|tcp]";
  const flags = tcp.charCodeAt(13);
  const head = (tcp.charCodeAt(12) >> 4) << 2;
  const n = length - head;
  if (head < 20 || n < 0) return "tcp [bad hdr length " + head + "]";
  let text = "Flags [" + tcp_flags(flags) + "]";
  const seq = word(tcp, 4);
  if (n || flags & TH_FIN_SYN_RST) text += ", seq " + seq + (n ? ":" + ((seq + n) % 4294967296) : "");
  if (flags & TH_ACK) text += ", ack " + word(tcp, 8);
  text += ", win " + half(tcp, 14);
  if (flags & TH_URG) text += ", urg " + half(tcp, 18);
  if (head > 20) text += ", options [" + tcp_options(tcp.substr(20, head - 20), head - 20) + "]";
  return text + ", length " + n;
}

function tcp_flags(flags: number): string {
  let text = "";
  for (let i = 0; i < 8; i++) if (flags & (1 << i)) text += FLAGS[i];
  return text || "none";
}

function tcp_options(options: string, length: number): string {
  let text = "";
  for (let at = 0; at < length; ) {
    const kind = options.charCodeAt(at);
    const len = kind < 2 ? 1 : options.charCodeAt(at + 1);
    text += at ? "," : "";
    if (!(at + len <= options.length)) return text + "[|tcp]";
    if (len < 1 || (kind > 1 && len < 2)) return text + "bad opt";
    text += tcp_option(options, at, kind, len);
    if (!kind) break;
    at += len;
  }
  return text;
}

function tcp_option(options: string, at: number, kind: number, len: number): string {
  if (kind === 0) return "eol";
  if (kind === 1) return "nop";
  if (kind === 2 && len === 4) return "mss " + half(options, at + 2);
  if (kind === 3 && len === 3) return "wscale " + options.charCodeAt(at + 2);
  if (kind === 4) return "sackOK";
  if (kind === 5) return tcp_sack(options, at, len);
  if (kind === 8 && len === 10) return "TS val " + word(options, at + 2) + " ecr " + word(options, at + 6);
  return "unknown-" + kind;
}

function tcp_sack(options: string, at: number, len: number): string {
  let text = "sack " + ((len - 2) >> 3) + " ";
  for (let i = 2; i + 8 <= len; i += 8) text += "{" + word(options, at + i) + ":" + word(options, at + i + 4) + "}";
  return text;
}

/** A word without a sign. */
function word(text: string, at: number): number {
  const n = tap_word(text, at);
  return n < 0 ? n + 4294967296 : n;
}
