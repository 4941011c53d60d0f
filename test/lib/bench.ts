/**
 * A board on the bench: the shipped bundle on a simulated board with a network chip, and at the other end of the cable a
 * peer that is none of ours: it answers ARP and speaks in packets of the naive formats (packets.ts).
 */
import type { NetworkChip } from "../../host-sim/chips";
import type { Enc28j60 } from "../../host-sim/chips/enc28j60";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import { Segment, type SegmentPort } from "../../host-sim/segment";
import { bundleFor, CHIP } from "./chip";
import * as packets from "./packets";

export const BOARD = { mac: "02:00:00:00:00:01", ip: "10.0.0.1" };
export const PEER = { mac: "02:00:00:00:00:02", ip: "10.0.0.2" };

/** Echoes datagrams on port 7. */
const ECHO = `var net = eth.net, fd = net.socket(2, 2, 0);
net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 7 });
net.setupcall(fd, function () {
  var from = {}, data;
  while (typeof (data = net.recvfrom(fd, 1472, 0, from)) !== "number") net.sendto(fd, data, 0, from);
});`;

/** The chip pads to 60 bytes; the naive parsers do not look behind a packet. */
function withoutPadding(frame: Uint8Array): Uint8Array {
  return packets.wordAt(frame, 12) === packets.TYPE_IP ? frame.subarray(0, 14 + packets.wordAt(frame, 16)) : frame;
}

/** `Chip`: the model of the chip that the board has. */
export class Bench<Chip extends NetworkChip = Enc28j60> {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly machine: Machine;
  /** what the board's program printed */
  readonly printed: string[] = [];
  /** payloads of the datagrams that came back */
  readonly echoes: Buffer[] = [];
  /** sequence numbers of the echo replies that came */
  readonly pongs: number[] = [];
  /** frames that were not what a format says */
  garbled = 0;
  private readonly port: SegmentPort;
  private id = 0;

  constructor(options: Partial<MachineOptions> = {}) {
    const chip = (options.chip as string | undefined) ?? CHIP;
    this.port = this.segment.attach("peer", (frame) => this.hear(frame));
    this.machine = createMachine({
      clock: this.clock,
      segment: this.segment,
      chip,
      bundle: bundleFor(chip, "tok"),
      mac: BOARD.mac,
      ip: `${BOARD.ip}/24`,
      app: ECHO,
      print: (line) => this.printed.push(line),
      ...options,
    });
    this.clock.runFor(2.9 * SECOND); // past the announcements
    this.answers(); // the addresses are known
  }

  get chip(): Chip {
    return this.machine.chip as NetworkChip as Chip;
  }

  /** What the chip has heard although nobody said it, a wire being bad: one period of CS. */
  misheard(...bytes: number[]): void {
    this.chip.select();
    for (const byte of bytes) this.chip.transfer(byte);
    this.chip.deselect();
  }

  /** Sends a datagram of `length` bytes to the board's echo. */
  sendDatagram(length: number): void {
    const udp = packets.udp({
      from: PEER.ip,
      to: BOARD.ip,
      fromPort: 5000,
      toPort: 7,
      payload: packets.pattern(length, length),
    });
    this.send(packets.UDP, udp);
  }

  /** Sends datagrams of many lengths, one after another, `gap` ms apart; how many came back whole. */
  echoed(count: number, gap = 8): number {
    const before = this.echoes.length;
    for (let i = 0; i < count; i++) {
      this.sendDatagram((i * 97) % 1473);
      this.clock.runFor(gap * MS);
    }
    this.clock.runFor(SECOND);
    const isWhole = (echo: Buffer) => echo.equals(Buffer.from(packets.pattern(echo.length, echo.length)));
    return this.echoes.slice(before).filter(isWhole).length;
  }

  /** Sends an echo request; its answer's sequence number appears in `pongs`. */
  ping(length = 18): void {
    this.send(packets.ICMP, packets.echo(packets.ECHO_REQUEST, 1, ++this.id, packets.pattern(length)));
  }

  /** Pings and lets `ms` pass; was it answered? */
  answers(ms = 100): boolean {
    this.ping();
    this.clock.runFor(ms * MS);
    return this.pongs.includes(this.id);
  }

  /** Pings `count` times, one after another: after how many ms each was answered, 1000 when it was not. */
  pongTimes(count: number): number[] {
    return Array.from({ length: count }, () => {
      const begun = this.clock.now();
      this.ping();
      this.clock.runUntil(() => this.pongs.includes(this.id), SECOND);
      return (this.clock.now() - begun) / MS;
    });
  }

  send(protocol: number, payload: number[]): void {
    const ip = packets.ipv4({ from: PEER.ip, to: BOARD.ip, protocol, payload });
    this.port.send(packets.ethernet({ to: BOARD.mac, from: PEER.mac, type: packets.TYPE_IP, payload: ip }));
  }

  sendFrame(frame: Uint8Array): void {
    this.port.send(frame);
  }

  private hear(frame: Uint8Array): void {
    const packet = this.understand(frame);
    if (!packet) return;
    if (packet.arp?.op === packets.ARP_REQUEST && packet.arp.targetIp === PEER.ip) this.answerArp();
    if (packet.udp) this.echoes.push(Buffer.from(packet.udp.payload));
    if (packet.icmp?.type === packets.ECHO_REPLY) this.pongs.push(packets.wordAt(packet.icmp.rest, 2));
  }

  private understand(frame: Uint8Array): packets.Packet | undefined {
    try {
      return packets.decode(withoutPadding(frame));
    } catch {
      this.garbled++;
      return undefined;
    }
  }

  private answerArp(): void {
    const arp = packets.arp({
      op: packets.ARP_REPLY,
      senderMac: PEER.mac,
      senderIp: PEER.ip,
      targetMac: BOARD.mac,
      targetIp: BOARD.ip,
    });
    this.port.send(packets.ethernet({ to: BOARD.mac, from: PEER.mac, type: packets.TYPE_ARP, payload: arp }));
  }
}
