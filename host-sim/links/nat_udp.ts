/**
 * Datagrams on their way out of the `user` link: one socket of the host for each pair of ends, which lives until nothing has
 * passed for a minute. Where nobody listens the board is told so, by ICMP, as it would be on a real network.
 */
import { createSocket, type Socket } from "node:dgram";
import { IPPORT_BOOTPS } from "../../firmware/net/wire/bootp";
import { ETHER_SHOST, ETHER_TYPE, ETHERMTU } from "../../firmware/net/wire/ether";
import { ICMP_UNREACH_PORT } from "../../firmware/net/wire/icmp";
import { IP_HDR_LEN } from "../../firmware/net/wire/ip";
import { UH_LEN } from "../../firmware/net/wire/udp";
import { type ClockEvent, SECOND } from "../clock";
import { isSound, type Segment, turned, udpFrame, unreachable } from "./frames";
import type { Outlet } from "./outlet";

const MAX_FLOWS = 64;
/** ns */
const IDLE = 60 * SECOND;

interface Flow {
  socket: Socket;
  /** The last that the board has sent. */
  sent: Segment;
  /** ns of virtual time */
  lastUsed: number;
}

export class NatUdp {
  /** What was thrown away: damaged on the cable, or longer than a frame, since the board takes no fragments. */
  readonly counters = { damaged: 0, tooLong: 0 };
  private readonly flows = new Map<string, Flow>();
  private readonly own = new Set([IPPORT_BOOTPS]);
  private sweep: ClockEvent | undefined;

  constructor(private readonly outlet: Outlet) {}

  get size(): number {
    return this.flows.size;
  }

  /** The gateway's stack has sent from this port: what comes for it is the gateway's. */
  isOfGateway(port: number): void {
    this.own.add(port);
  }

  /** Takes a datagram of the board's; false when it is the gateway's. */
  goesOut(segment: Segment): boolean {
    if (segment.dst === this.outlet.address && this.own.has(segment.dport)) return false;
    if (!isSound(segment)) {
      this.counters.damaged++;
      return true;
    }
    const key = `${segment.src}:${segment.sport} ${segment.dst}:${segment.dport}`;
    const flow = this.flows.get(key) ?? this.open(key, segment);
    flow.sent = segment;
    flow.lastUsed = this.now;
    const { host, port } = this.outlet.destination(segment.dst, segment.dport);
    const data = segment.frame.subarray(segment.at + UH_LEN, segment.end);
    this.outlet.context.realTime.outward(() => {
      if (this.flows.get(key) === flow) flow.socket.send(data, port, host, (error) => error && this.failed(flow));
    });
    return true;
  }

  close(): void {
    this.outlet.context.segment.clock.cancel(this.sweep);
    for (const key of this.flows.keys()) this.forget(key);
  }

  private get now(): number {
    return this.outlet.context.segment.clock.now();
  }

  private open(key: string, segment: Segment): Flow {
    if (this.flows.size >= MAX_FLOWS) this.forget(this.longestSilent());
    const flow: Flow = { socket: createSocket("udp4"), sent: segment, lastUsed: this.now };
    const { host, port } = this.outlet.destination(segment.dst, segment.dport);
    flow.socket.on("message", (data, from) => {
      if (from.address === host && from.port === port) this.comesIn(flow, data);
    });
    flow.socket.on("error", () => this.failed(flow));
    this.flows.set(key, flow);
    this.sweepLater();
    return flow;
  }

  private comesIn(flow: Flow, data: Uint8Array): void {
    if (IP_HDR_LEN + UH_LEN + data.length > ETHERMTU) {
      this.counters.tooLong++;
      return;
    }
    const macs = { from: this.outlet.mac, to: flow.sent.frame.subarray(ETHER_SHOST, ETHER_TYPE) };
    this.outlet.context.realTime.inject(() => {
      flow.lastUsed = this.now;
      this.outlet.toBoard(udpFrame(macs, turned(flow.sent), data));
    });
  }

  private failed({ sent }: Flow): void {
    this.outlet.context.realTime.inject(() => {
      this.outlet.toBoard(unreachable(sent, ICMP_UNREACH_PORT, sent.dst));
    });
  }

  private longestSilent(): string {
    return [...this.flows].reduce((oldest, each) => (each[1].lastUsed < oldest[1].lastUsed ? each : oldest))[0];
  }

  private forget(key: string): void {
    this.flows.get(key)?.socket.close();
    this.flows.delete(key);
  }

  private sweepLater(): void {
    if (this.sweep?.run) return;
    this.sweep = this.outlet.context.segment.clock.after(IDLE, () => {
      for (const [key, { lastUsed }] of this.flows) if (this.now - lastUsed >= IDLE) this.forget(key);
      if (this.flows.size) this.sweepLater();
    });
  }
}
