/**
 * Who is at the other end of the cable: a healthy TCP (the stack without a chip, behind a port of the segment), and a prober that pings and sends datagrams in packets of the naive formats and notes what comes back.
 */

import type { Ifnet } from "../../firmware/net/if/ifnet";
import { MS, type VirtualClock } from "../../host-sim/clock";
import type { Segment, SegmentPort } from "../../host-sim/segment";
import { arpcom } from "../lib/arpcom";
import type { Net } from "../lib/kernel";
import * as packets from "../lib/packets";
import { bootStack, deliver } from "../lib/tcp_line";

export const BOARD = { mac: "02:00:00:00:00:01", ip: "10.0.0.1" };
export const PEER = { mac: "02:00:00:00:00:02", ip: "10.0.0.2" };
export const PROBER = { mac: "02:00:00:00:00:03", ip: "10.0.0.3" };

/** What streams consist of: position n is char n modulo its length. */
export const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-";
export const STREAM = ALPHABET.repeat(25);

export function streamAt(position: number, length: number): string {
  return STREAM.substr(position % ALPHABET.length, length);
}

/** A host with the stack's own TCP. */
export class Peer {
  readonly net: Net;
  readonly sys: Net["net"];
  readonly printed: string[];

  constructor(clock: VirtualClock, segment: Segment, seed: number) {
    const { net, printed } = bootStack(clock, seed, {});
    this.net = net;
    this.sys = net.net;
    this.printed = printed;
    net.netinit(null as never);
    const ac = arpcom(net, "en0", packets.enaddr(PEER.mac));
    ac.if_flags |= net.IFF_LINK;
    ac.if_ioctl = (ifp: Ifnet) => {
      if (ifp.if_flags & net.IFF_UP) ifp.if_flags |= net.IFF_RUNNING;
      return 0;
    };
    const port = segment.attach("peer", (frame) => {
      // a longer one, from a chip gone wrong, an adapter does not take
      if (frame.length <= packets.LONGEST) clock.defer(() => deliver(net, ac, frame));
    });
    ac.if_start = (ifp: Ifnet) => {
      for (let m = net.IF_DEQUEUE(ifp.if_snd); m; m = net.IF_DEQUEUE(ifp.if_snd)) {
        const frame = new Uint8Array(m.m_pktlen);
        net.m_copydata(m, 0, m.m_pktlen, frame, 0);
        net.m_freem(m);
        port.send(padded(frame));
      }
    };
    net.ether_ifattach(ac);
    net.in_ifinit(ac, net.inet_addr(PEER.ip), net.inet_addr("255.255.255.0"));
  }
}

/** A frame as a chip would send it: no shorter than 60 bytes. */
function padded(frame: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.max(packets.SHORTEST, frame.length));
  whole.set(frame);
  return whole;
}

/** One thing that was sent and what became of it. */
export interface Probe {
  /** ns */
  sent: number;
  answered: number | undefined;
}

/** Answers later than this are none (ns). */
const PATIENCE = 400 * MS;

export class Prober {
  readonly pings: Probe[] = [];
  readonly datagrams: Probe[] = [];
  /** datagrams that came back with other bytes in them, frames that were not what a format says */
  wrong = 0;
  garbled = 0;
  /** answers to what was asked more than a minute ago */
  replayed = 0;
  readonly port: SegmentPort;
  private forgotten = [0, 0];

  constructor(
    private readonly clock: VirtualClock,
    segment: Segment,
  ) {
    this.port = segment.attach("prober", (frame) => this.hear(frame));
  }

  ping(): void {
    this.pings.push({ sent: this.clock.now(), answered: undefined });
    const echo = packets.echo(packets.ECHO_REQUEST, this.pings.length >> 16, this.pings.length & 0xffff, [1, 2, 3, 4]);
    this.send(packets.ICMP, echo);
  }

  /** A datagram of 4 bytes of number and as many more. */
  datagram(length: number): void {
    this.datagrams.push({ sent: this.clock.now(), answered: undefined });
    const number = packets.long(this.datagrams.length);
    const payload = [...number, ...packets.pattern(length, length)];
    this.send(packets.UDP, packets.udp({ from: PROBER.ip, to: BOARD.ip, fromPort: 5000, toPort: 7, payload }));
  }

  /** Of what was sent and has had time to be answered, how many were not. */
  lost(): number {
    const due = [...this.pings, ...this.datagrams].filter(({ sent }) => this.clock.now() - sent > PATIENCE);
    return due.filter(({ answered }) => answered === undefined).length;
  }

  /** Lets go of what is older than a minute; the numbers go on. */
  forget(): void {
    const old = this.clock.now() - 60_000 * MS;
    this.forgotten = [this.pings, this.datagrams].map((probes, which) => {
      let i = this.forgotten[which];
      while (i < probes.length && probes[i].sent < old) delete probes[i++];
      return i;
    });
  }

  private send(protocol: number, payload: number[]): void {
    const ip = packets.ipv4({ from: PROBER.ip, to: BOARD.ip, protocol, payload });
    this.port.send(padded(packets.ethernet({ to: BOARD.mac, from: PROBER.mac, type: packets.TYPE_IP, payload: ip })));
  }

  private hear(frame: Uint8Array): void {
    const packet = this.understood(frame);
    if (packet?.arp?.op === packets.ARP_REQUEST && packet.arp.targetIp === PROBER.ip) this.answerArp();
    if (packet?.ip?.to !== PROBER.ip) return;
    if (packet.icmp?.type === packets.ECHO_REPLY) {
      const { rest } = packet.icmp;
      this.note(this.pings, packets.wordAt(rest, 0) * 65536 + packets.wordAt(rest, 2) - 1);
    }
    if (packet.udp) this.hearDatagram(packet.udp.payload);
  }

  private hearDatagram(payload: packets.Bytes): void {
    const length = payload.length - 4;
    const expected = packets.pattern(length, length);
    if (expected.some((byte, i) => payload[4 + i] !== byte)) this.wrong++;
    else this.note(this.datagrams, packets.longAt(payload, 0) - 1);
  }

  /** An answer to probe `index`. One from long ago is a frame that the chip has brought up once more: whole, but late. */
  private note(probes: Probe[], index: number): void {
    const probe = probes[index];
    if (index >= probes.length) this.wrong++;
    else if (!probe) this.replayed++;
    else if (this.clock.now() - probe.sent <= PATIENCE) probe.answered ??= this.clock.now();
  }

  /** The chip pads; the naive parsers do not look behind a packet. */
  private understood(frame: Uint8Array): packets.Packet | undefined {
    const isIp = packets.wordAt(frame, 12) === packets.TYPE_IP;
    try {
      return packets.decode(isIp ? frame.subarray(0, 14 + packets.wordAt(frame, 16)) : frame);
    } catch {
      this.garbled++;
      return undefined;
    }
  }

  private answerArp(): void {
    const arp = packets.arp({
      op: packets.ARP_REPLY,
      senderMac: PROBER.mac,
      senderIp: PROBER.ip,
      targetMac: BOARD.mac,
      targetIp: BOARD.ip,
    });
    const frame = packets.ethernet({ to: BOARD.mac, from: PROBER.mac, type: packets.TYPE_ARP, payload: arp });
    this.port.send(padded(frame));
  }
}
