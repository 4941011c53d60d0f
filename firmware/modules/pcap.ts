/**
 * Packets to another machine, as a file of libpcap that has no end: whoever connects gets what goes by from then on, say
 * `nc ADDRESS 2002 | wireshark -k -i -`. The module `pcap` of a board's Storage (boot-pcap.ts), on nothing but the packet tap and the
 * sockets of the interface that it is given. draft-ietf-opsawg-pcap.
 *
 * What it sends itself would be packets to be sent: its own connection is not captured, whatever the filter says.
 */
import type { Insn } from "../lib/files";
import type { SocketsApi } from "../lib/sockets";
import { timeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";
import { listener_open } from "./listener";
import { type Pcap, type PcapOptions, udp_start } from "./pcap_udp";
import {
  type Tap,
  type TapNet,
  type TapOptions,
  tap_caplen,
  tap_close,
  tap_data,
  tap_next,
  tap_open,
  tap_read,
  tap_when,
} from "./tap";

interface PcapServer {
  pc_net: SocketsApi;
  pc_options: TapOptions;
  pc_snaplen: number;
  pc_listener: number;
  /** the connection, -1 without one, its tap, and what of the stream has not gone yet */
  pc_fd: number;
  pc_tap: Tap | null;
  pc_out: string;
  pc_counts: { received: number; dropped: number };
}

const PORT = 2002;
const SNAPLEN = 1600;
const MAGIC = "\xa1\xb2\xc3\xd4\0\x02\0\x04\0\0\0\0\0\0\0\0";
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_RAW = 101;
/** Bytes that are read at once at least, and reads in a turn. */
const READ = 1480;
const ROUNDS = 4;
const EAGAIN = -11;
const ENOBUFS = -105;
/** When to try again after memory was short (ms). */
const NOBUFS_DELAY = 50;

/** Serves one connection after the other; throws an Error that says what is wrong with the options, or why the port cannot be had. */
export function pcap_start(eth: { net: SocketsApi }, options?: PcapOptions): Pcap {
  const wishes: PcapOptions = options || {};
  if (wishes.to) return udp_start(eth, wishes, (us, port, addr) => pcap_own(17, us, port, addr));
  const snaplen = wishes.snaplen === undefined ? SNAPLEN : wishes.snaplen;
  const pc: PcapServer = {
    pc_net: eth.net,
    pc_options: {
      interface: wishes.interface,
      filter: wishes.filter,
      promiscuous: wishes.promiscuous,
      snaplen: snaplen,
    },
    pc_snaplen: snaplen,
    pc_listener: -1,
    pc_fd: -1,
    pc_tap: null,
    pc_out: "",
    pc_counts: { received: 0, dropped: 0 },
  };
  tap_close(tap_open("pcap", eth.net, pc.pc_options, pcap_own(6, 0, 0, 0))); // what is wrong is told now
  pc.pc_listener = listener_open(eth.net, wishes.port || PORT, () => pcap_accept(pc));
  return {
    end: () => {
      pcap_close(pc);
      eth.net.close(pc.pc_listener);
    },
    stats: () => pcap_stats(pc),
  };
}

/** Somebody has connected: one is served, others are sent away. */
function pcap_accept(pc: PcapServer): void {
  const net = pc.pc_net;
  const peer: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  for (let fd = net.accept(pc.pc_listener, peer); fd >= 0; fd = net.accept(pc.pc_listener, peer))
    if (pc.pc_fd >= 0 || !pcap_open(pc, fd, peer)) net.close(fd);
}

/** False: there is no tap to be had, or no interface any more. */
function pcap_open(pc: PcapServer, fd: number, peer: SockaddrIn): boolean {
  const net = pc.pc_net;
  const us: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  net.getsockname(fd, us);
  const isLoop = pc.pc_options.interface === "lo0";
  const own = isLoop ? [] : pcap_own(6, us.sin_addr, us.sin_port, peer.sin_addr);
  try {
    pc.pc_tap = tap_open("pcap", net, pc.pc_options, own);
  } catch (_error) {
    return false;
  }
  pc.pc_fd = fd;
  pc.pc_out = MAGIC + pcap_word(pc.pc_snaplen) + pcap_word(isLoop ? LINKTYPE_RAW : LINKTYPE_ETHERNET);
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_KEEPALIVE, 1);
  net.setupcall(fd, () => pcap_step(pc));
  net.setupcall(pc.pc_tap.tap_fd, () => pcap_step(pc));
  pcap_step(pc);
  return true;
}

function pcap_close(pc: PcapServer): void {
  if (pc.pc_fd < 0) return;
  pcap_stats(pc);
  tap_close(pc.pc_tap!);
  pc.pc_net.close(pc.pc_fd);
  pc.pc_fd = -1;
  pc.pc_out = "";
}

function pcap_stats(pc: PcapServer): { received: number; dropped: number } {
  if (pc.pc_fd >= 0) {
    const net: TapNet = pc.pc_tap!.tap_net;
    pc.pc_counts.received = net.ioctl(pc.pc_tap!.tap_fd, net.BIOCGSTATS, 0);
    pc.pc_counts.dropped = net.ioctl(pc.pc_tap!.tap_fd, net.BIOCGSTATS, 1);
  }
  return pc.pc_counts;
}

/** Packets have gone by, or there is room on the connection again, or its peer is gone. */
function pcap_step(pc: PcapServer): void {
  for (let round = 0; round < ROUNDS; round++) {
    if (pc.pc_fd < 0 || !pcap_flush(pc)) return;
    const text = tap_read(pc.pc_tap!, pc.pc_snaplen + 20 > READ ? pc.pc_snaplen + 20 : READ);
    if (text === EAGAIN) {
      pcap_hear(pc);
      return;
    }
    if (typeof text === "number") {
      pcap_close(pc);
      return;
    }
    pc.pc_out = pcap_records(pc.pc_tap!, text);
  }
  timeout(() => pcap_step(pc), 0);
}

/** A peer has nothing to say, but that it is gone. */
function pcap_hear(pc: PcapServer): void {
  const said = pc.pc_net.recvstring(pc.pc_fd, 64, 0, null);
  if (said === "" || (typeof said === "number" && said !== EAGAIN)) pcap_close(pc);
}

/** Sends what waits; true when all of it went. */
function pcap_flush(pc: PcapServer): boolean {
  while (pc.pc_out) {
    const n = pc.pc_net.send(pc.pc_fd, pc.pc_out, 0);
    if (n === ENOBUFS) timeout(() => pcap_step(pc), NOBUFS_DELAY);
    else if (n < 0 && n !== EAGAIN) pcap_close(pc);
    if (n <= 0) return false;
    pc.pc_out = pc.pc_out.substr(n);
  }
  return true;
}

/** What was captured as records of a file. */
function pcap_records(tap: Tap, text: string): string {
  let records = "";
  for (let at = 0; at < text.length; at = tap_next(text, at)) {
    const time = tap_when(tap, text, at);
    const seconds = Math.floor(time);
    records +=
      pcap_word(seconds) +
      pcap_word(Math.floor((time - seconds) * 1000000)) +
      text.substr(at + 4, 8) + // how many bytes there are, and were
      text.substr(tap_data(at), tap_caplen(text, at));
  }
  return records;
}

function pcap_word(n: number): string {
  return String.fromCharCode((n >>> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255);
}

/**
 * Instructions that refuse packets between `peer` and our address `us` and `port`, and lead on to those that follow: of the
 * protocol, no fragment but the first, from us to the peer or from it to us.
 */
function pcap_own(protocol: number, us: number, port: number, peer: number): Insn[] {
  const others = 19;
  const no = (i: number) => others - i - 1;
  return [
    [0x28, 0, 0, 12], // ldh [12]
    [0x15, 0, no(1), 0x800], // jeq #ETHERTYPE_IP
    [0x30, 0, 0, 23], // ldb [23]
    [0x15, 0, no(3), protocol], // jeq #IPPROTO_TCP, UDP
    [0x28, 0, 0, 20], // ldh [20]
    [0x45, no(5), 0, 0x1fff], // jset #IP_OFFMASK
    [0xb1, 0, 0, 14], // ldxb 4*([14]&0xf)
    [0x20, 0, 0, 26], // ld [26]: the sender
    [0x15, 0, 4, us], // jeq #us, or to 13
    [0x48, 0, 0, 14], // ldh [x+14]
    [0x15, 0, no(10), port], // jeq #port
    [0x20, 0, 0, 30], // ld [30]: the receiver
    [0x15, 5, no(12), peer], // jeq #peer, to 18
    [0x15, 0, no(13), peer], // jeq #peer
    [0x48, 0, 0, 16], // ldh [x+16]
    [0x15, 0, no(15), port], // jeq #port
    [0x20, 0, 0, 30], // ld [30]
    [0x15, 0, no(17), us], // jeq #us
    [0x06, 0, 0, 0], // ret #0
    [0x00, 0, 0, 0], // ld #0: the registers as a program finds them
    [0x07, 0, 0, 0], // tax
  ];
}
