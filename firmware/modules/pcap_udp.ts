/**
 * Captured frames to another machine, each in a datagram of its own, as TZSP, which Wireshark takes apart by itself: nobody need listen
 * there, a capture on its UDP port shows them. Of the module `pcap` (pcap.ts). TZSP 1.0: version, type, protocol, tags, frame.
 *
 * What is lost on the way is lost. Its own datagrams are not captured; so that they never come in pieces, which no filter knows, they
 * are as short as a frame takes.
 */
import type { Insn } from "../lib/files";
import type { SocketsApi } from "../lib/sockets";
import { timeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";
import { type Tap, type TapOptions, tap_caplen, tap_close, tap_data, tap_next, tap_open, tap_read } from "./tap";

export interface PcapOptions extends TapOptions {
  /** default 2002, or 37008 with `to` */
  port?: number;
  /** an address: frames go there in datagrams, and nobody can connect */
  to?: string;
}

export interface Pcap {
  /** Ends the stream, and listens no more. */
  end(): void;
  /** Of the stream that there is, or was last: how many packets have gone by, and how many were lost for want of room. */
  stats(): { received: number; dropped: number };
}

/** Version 1, a frame that was received, Ethernet, no more tags. */
const TZSP = "\x01\0\0\x01\x01";
const PORT = 37008;
/** Bytes of a frame at most: an IP packet without a UDP header and the above. */
const SNAPLEN = 1500 - 28 - TZSP.length;
const READ = 1480;
const ROUNDS = 4;
const ECONNREFUSED = -111;
/** How long nothing is sent to a machine that says that its port is closed: each such word would be a packet to be sent (ms). */
const REFUSED_DELAY = 1000;

interface PcapSender {
  pc_net: SocketsApi;
  pc_fd: number;
  pc_tap: Tap;
  /** frames that could not be sent */
  pc_lost: number;
  pc_isPaused: boolean;
}

/** Sends from now on; `own` makes the instructions that refuse the datagrams. Throws an Error that says what is wrong with the options. */
export function udp_start(
  eth: { net: SocketsApi },
  options: PcapOptions,
  own: (us: number, port: number, peer: number) => Insn[],
): Pcap {
  const net = eth.net;
  const addr = net.inet_addr("" + options.to);
  const snaplen = options.snaplen === undefined ? SNAPLEN : options.snaplen;
  if (addr === -1) throw new Error("pcap: to is no address: " + options.to);
  if (options.interface === "lo0") throw new Error("pcap: lo0 has no frames: only by TCP");
  if (!(snaplen > 0 && snaplen <= SNAPLEN)) throw new Error("pcap: snaplen: 1 to " + SNAPLEN + " to an address");
  const us: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  const error =
    fd < 0 ? fd : net.connect(fd, { sin_family: net.AF_INET, sin_addr: addr, sin_port: options.port || PORT });
  if (error < 0) {
    if (fd >= 0) net.close(fd);
    throw new Error("pcap: nothing can be sent there, error " + -error);
  }
  net.getsockname(fd, us);
  const wishes = {
    interface: options.interface,
    filter: options.filter,
    promiscuous: options.promiscuous,
    snaplen: snaplen,
  };
  return udp_open(net, fd, wishes, own(us.sin_addr, us.sin_port, addr));
}

function udp_open(net: SocketsApi, fd: number, wishes: PcapOptions, own: Insn[]): Pcap {
  let tap: Tap;
  try {
    tap = tap_open("pcap", net, wishes, own);
  } catch (error) {
    net.close(fd);
    throw error;
  }
  const pc: PcapSender = { pc_net: net, pc_fd: fd, pc_tap: tap, pc_lost: 0, pc_isPaused: false };
  net.setupcall(tap.tap_fd, () => udp_step(pc));
  const counts = { received: 0, dropped: 0 };
  const stats = () => {
    const files = tap.tap_net;
    if (tap.tap_fd >= 0) {
      counts.received = files.ioctl(tap.tap_fd, files.BIOCGSTATS, 0);
      counts.dropped = files.ioctl(tap.tap_fd, files.BIOCGSTATS, 1) + pc.pc_lost;
    }
    return counts;
  };
  return {
    end: () => {
      stats();
      tap_close(tap);
      if (pc.pc_fd >= 0) net.close(pc.pc_fd);
      pc.pc_fd = -1;
    },
    stats: stats,
  };
}

/** Packets have gone by. */
function udp_step(pc: PcapSender): void {
  for (let round = 0; round < ROUNDS; round++) {
    if (pc.pc_fd < 0 || pc.pc_isPaused) return;
    const text = tap_read(pc.pc_tap, READ + 32);
    if (typeof text === "number") return;
    for (let at = 0; at < text.length && !pc.pc_isPaused; at = tap_next(text, at)) udp_send(pc, text, at);
  }
  timeout(() => udp_step(pc), 0);
}

function udp_send(pc: PcapSender, text: string, at: number): void {
  const n = pc.pc_net.send(pc.pc_fd, TZSP + text.substr(tap_data(at), tap_caplen(text, at)), 0);
  if (n < 0) pc.pc_lost++;
  if (n !== ECONNREFUSED) return;
  pc.pc_isPaused = true;
  timeout(() => udp_resume(pc), REFUSED_DELAY);
}

/** What has gone by meanwhile is of the past. */
function udp_resume(pc: PcapSender): void {
  const files = pc.pc_tap.tap_net;
  pc.pc_isPaused = false;
  if (pc.pc_fd >= 0)
    while (typeof tap_read(pc.pc_tap, files.ioctl(pc.pc_tap.tap_fd, files.BIOCGBLEN)) === "string") pc.pc_lost++;
}
