/**
 * The packet tap as the modules tcpdump and pcap want it: opened with a program's wishes, read packet by packet, its stamps as times. On
 * nothing but the system calls of the interface that it is given.
 */
import type { FilesApi, Insn } from "../lib/files";
import type { SocketsApi } from "../lib/sockets";
import { now } from "../machdep";

export type TapNet = SocketsApi & FilesApi;

export interface TapOptions {
  /** en0 (the default), en1 ..., lo0 */
  interface?: string;
  /** what `tcpdump -dd EXPRESSION` prints, or -ddd; or the instructions, each [code, jt, jf, k]; default: every packet */
  filter?: string | Insn[];
  /** bytes of each packet at most */
  snaplen?: number;
  /** also what is for others */
  promiscuous?: boolean;
}

export interface Tap {
  tap_net: TapNet;
  tap_fd: number;
  /** 1: frames of Ethernet, 12: IP packets (lo0) */
  tap_link: number;
  /** the last stamp (ms of uptime), and its time (s since 1970) */
  tap_stamp: number;
  tap_time: number;
}

/** What stands before each packet: firmware/net/if/bpf.ts. */
const HDRLEN = 16;
/** ret #65535 */
const RET_ALL: Insn = [6, 0, 0, 65535];

/** Opens the tap; `own` stands before the filter. Throws an Error that says what is wrong. */
export function tap_open(who: string, net: SocketsApi, options: TapOptions, own: Insn[]): Tap {
  if (!net.open) throw new Error(who + ": this bundle has no packet tap");
  const files = net as TapNet;
  const filter = tap_filter(who, options.filter);
  const insns = own.length && !filter.length ? own.concat([RET_ALL]) : own.concat(filter);
  const fd = files.open("/dev/bpf");
  if (fd < 0) throw new Error(who + ": no descriptor, error " + -fd);
  const tap: Tap = { tap_net: files, tap_fd: fd, tap_link: 0, tap_stamp: 0, tap_time: now() };
  const fault = tap_tell(tap, options, insns);
  if (!fault) return tap;
  files.close(fd);
  throw new Error(who + ": " + fault);
}

/** Tells the tap what is wanted; what is wrong with it, or "". */
function tap_tell(tap: Tap, options: TapOptions, insns: Insn[]): string {
  const net = tap.tap_net;
  const fd = tap.tap_fd;
  const name = options.interface || "en0";
  if (options.snaplen !== undefined && net.ioctl(fd, net.BIOCSSNAP, options.snaplen)) return "snaplen: 1 to 65535";
  if (insns.length && net.ioctl(fd, net.BIOCSETF, insns)) return "filter: no program, or too long";
  if (net.ioctl(fd, net.BIOCSETIF, name)) return "interface: there is no " + name;
  if (options.promiscuous && net.ioctl(fd, net.BIOCPROMISC, 1)) return "promiscuous: the chip does not";
  tap.tap_link = net.ioctl(fd, net.BIOCGDLT);
  tap.tap_stamp = net.ioctl(fd, net.BIOCGUPTIME);
  return "";
}

export function tap_close(tap: Tap): void {
  if (tap.tap_fd >= 0) tap.tap_net.close(tap.tap_fd);
  tap.tap_fd = -1;
}

/** The instructions of a filter. */
function tap_filter(who: string, filter: string | Insn[] | undefined): Insn[] {
  if (!filter) return [];
  return typeof filter === "string" ? tap_parse(who, filter) : filter;
}

/** Of text numbers, four an instruction; what `tcpdump -ddd` prints begins with how many there are. */
function tap_parse(who: string, text: string): Insn[] {
  const numbers: number[] = [];
  let word = "";
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text[i] : "";
    if (c && ", {}\r\n\t".indexOf(c) < 0) word += c;
    else if (word) {
      numbers.push(+word);
      if (!(+word >= 0)) throw new Error(who + ": filter: not what tcpdump -dd prints: " + word);
      word = "";
    }
  }
  const insns: Insn[] = [];
  for (let i = numbers.length & 3; i < numbers.length; i += 4) insns.push(numbers.slice(i, i + 4));
  if ((numbers.length & 3) > 1 || !insns.length) throw new Error(who + ": filter: not what tcpdump -dd prints");
  return insns;
}

/** Packets, one behind the other, at most `len` bytes, for tap_length and its like; or -errno. */
export function tap_read(tap: Tap, len: number): string | number {
  return tap.tap_fd < 0 ? -9 : tap.tap_net.readstring(tap.tap_fd, len);
}

/** Of a packet at `at`: how many bytes of it there are, where they begin, and where the next one does. */
export function tap_caplen(text: string, at: number): number {
  return tap_word(text, at + 4);
}

export function tap_data(at: number): number {
  return at + HDRLEN;
}

export function tap_next(text: string, at: number): number {
  return (at + HDRLEN + tap_caplen(text, at) + 3) & ~3;
}

/** When it went by (s since 1970): packets come one after the other. */
export function tap_when(tap: Tap, text: string, at: number): number {
  const stamp = tap_word(text, at);
  tap.tap_time += (((stamp - tap.tap_stamp) << 1) >> 1) / 1000; // what BIOCGUPTIME says has 31 bits
  tap.tap_stamp = stamp;
  return tap.tap_time;
}

/** A word of bytes, as int32; at most 16 and 8 bits of it. */
export function tap_word(text: string, at: number): number {
  return (tap_half(text, at) << 16) | tap_half(text, at + 2);
}

export function tap_half(text: string, at: number): number {
  return (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
}
