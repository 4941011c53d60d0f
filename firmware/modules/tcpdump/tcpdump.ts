/**
 * Packets as lines, as they go by: what tcpdump -nS prints. The module `tcpdump` of a board's Storage (boot-tcpdump.ts), on nothing but the
 * packet tap of the interface that it is given. BSD: tcpdump(1).
 */
import type { SocketsApi } from "../../lib/sockets";
import { printf, timeout } from "../../machdep";
import {
  type Tap,
  type TapOptions,
  tap_caplen,
  tap_close,
  tap_data,
  tap_next,
  tap_open,
  tap_read,
  tap_when,
} from "../tap";
import { ether_line, ip_line } from "./tcpdump_line";

export interface TcpdumpOptions extends TapOptions {
  /** ends after so many packets */
  count?: number;
  /** takes the lines, in place of the console */
  print?: (line: string) => void;
}

export interface Tcpdump {
  /** Listens no more. */
  end(): void;
  /** How many packets have gone by, and how many of those that were wanted have been lost for want of room. */
  stats(): { received: number; dropped: number };
}

interface Dump {
  td_tap: Tap;
  td_print: (line: string) => void;
  td_left: number;
  td_counts: { received: number; dropped: number };
}

/** Of each packet, unless the program wants more: all headers. */
const SNAPLEN = 96;
/** Bytes that are read at once: a few packets, or the longest that there is. */
const READ = 512;
const DAY = 86400;

/** Prints packets; throws an Error that says what is wrong with the options. */
export function tcpdump_start(eth: { net: SocketsApi }, options?: TcpdumpOptions): Tcpdump {
  const wishes: TcpdumpOptions = options || {};
  const snaplen = wishes.snaplen === undefined ? SNAPLEN : wishes.snaplen;
  const tap = tap_open(
    "tcpdump",
    eth.net,
    { interface: wishes.interface, filter: wishes.filter, promiscuous: wishes.promiscuous, snaplen: snaplen },
    [],
  );
  const td: Dump = {
    td_tap: tap,
    td_print: wishes.print || printf,
    td_left: wishes.count || -1,
    td_counts: { received: 0, dropped: 0 },
  };
  const len = snaplen + 20 > READ ? snaplen + 20 : READ;
  tap.tap_net.setupcall(tap.tap_fd, () => tcpdump_input(td, len));
  return {
    end: () => tcpdump_end(td),
    stats: () => tcpdump_stats(td),
  };
}

function tcpdump_end(td: Dump): void {
  tcpdump_stats(td);
  tap_close(td.td_tap);
}

function tcpdump_stats(td: Dump): { received: number; dropped: number } {
  const tap = td.td_tap;
  if (tap.tap_fd >= 0) {
    td.td_counts.received = tap.tap_net.ioctl(tap.tap_fd, tap.tap_net.BIOCGSTATS, 0);
    td.td_counts.dropped = tap.tap_net.ioctl(tap.tap_fd, tap.tap_net.BIOCGSTATS, 1);
  }
  return td.td_counts;
}

/** Upcall: packets have gone by, or the interface is no more. A few are printed, and the others in a turn of their own. */
function tcpdump_input(td: Dump, len: number): void {
  const text = tap_read(td.td_tap, len);
  if (text === -11) return;
  if (typeof text === "number") {
    tcpdump_end(td);
    return;
  }
  for (let at = 0; at < text.length && td.td_left; at = tap_next(text, at)) {
    const from = tap_data(at);
    const packet = text.substr(from, tap_caplen(text, at));
    const time = tcpdump_time(tap_when(td.td_tap, text, at));
    const length = (text.charCodeAt(at + 10) << 8) | text.charCodeAt(at + 11);
    td.td_print(time + " " + (td.td_tap.tap_link === 1 ? ether_line(packet, length) : ip_line(packet, 0)));
    td.td_left--;
  }
  if (td.td_left) timeout(() => tcpdump_input(td, len), 0);
  else tcpdump_end(td);
}

/** 13:05:09.250, by the board's clock. */
function tcpdump_time(time: number): string {
  const s = time % DAY;
  return (
    tcpdump_two(s / 3600) +
    ":" +
    tcpdump_two((s / 60) % 60) +
    ":" +
    tcpdump_two(s % 60) +
    "." +
    (1000 + ((s * 1000) % 1000)).toString().substr(1, 3)
  );
}

function tcpdump_two(n: number): string {
  return (100 + (n | 0)).toString().substr(1);
}
