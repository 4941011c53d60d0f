/**
 * Connections on their way out of the `user` link. The gateway's own stack is the other end of the board's TCP: what comes
 * for some address and port is readdressed to the gateway's port 1, and from there spliced to a socket of the host.
 *
 * A SYN waits until the host's socket is connected. So the board sees what it would on a real network: where nobody listens it
 * is refused, where nobody is it is told so, and nothing is accepted in somebody else's name.
 */
import { createConnection, type Socket } from "node:net";
import { ICMP_UNREACH_HOST } from "../../firmware/net/wire/icmp";
import { TH_ACK, TH_FLAGS, TH_SYN } from "../../firmware/net/wire/tcp";
import { type ClockEvent, SECOND } from "../clock";
import { AF_INET, SOCK_STREAM, type SockaddrIn } from "../net_calls";
import type { Gateway } from "./forward";
import { type Ends, isSound, readdressed, refusal, type Segment, turned, unreachable } from "./frames";
import type { Outlet } from "./outlet";
import { Splice } from "./splice";

/** Where the gateway takes them; each has a port of its own as its sender's, from the first one on. */
const PORT = 1;
const FIRST = 1024;
const BACKLOG = 8;
const MAX_FLOWS = 16;
/** A connection that is over is remembered for late segments, ns. */
const LINGER = 60 * SECOND;

interface Flow {
  key: string;
  /** As the board has it. */
  ends: Ends;
  /** As the gateway has it. */
  inside: Ends;
  socket: Socket;
  splice: Splice | undefined;
  state: "connecting" | "open" | "over";
  end: ClockEvent | undefined;
}

export class NatTcp {
  private readonly flows = new Map<string, Flow>();
  private readonly byPort = new Map<number, Flow>();
  private lastPort = FIRST - 1;

  constructor(
    private readonly outlet: Outlet,
    private readonly gateway: Gateway,
  ) {
    gateway.call(() => this.listen());
  }

  get size(): number {
    return this.flows.size;
  }

  /** Takes a segment of the board's; false when it belongs to a connection of the gateway's own. */
  goesOut(segment: Segment): boolean {
    const key = `${segment.src}:${segment.sport} ${segment.dst}:${segment.dport}`;
    const isSyn = (segment.frame[segment.at + TH_FLAGS] & (TH_SYN | TH_ACK)) === TH_SYN;
    const known = this.flows.get(key);
    if (known?.state === "over" && isSyn) this.forget(known);
    const flow = this.flows.get(key);
    if (flow?.state === "connecting") return true;
    if (flow) this.outlet.toGateway(readdressed(segment, flow.inside));
    else if (isSyn && isSound(segment)) this.open(key, segment);
    return flow !== undefined || isSyn;
  }

  /** A segment of the gateway's as the board is to see it; undefined when it is none of these. */
  comesIn(segment: Segment): Buffer | undefined {
    const flow = segment.sport === PORT ? this.byPort.get(segment.dport) : undefined;
    return flow && readdressed(segment, turned(flow.ends));
  }

  close(): void {
    for (const flow of this.flows.values()) this.forget(flow);
  }

  private open(key: string, segment: Segment): void {
    if (this.flows.size >= MAX_FLOWS) {
      this.outlet.toBoard(refusal(segment));
      return;
    }
    const { host, port } = this.outlet.destination(segment.dst, segment.dport);
    const { src, dst, sport, dport } = segment;
    const inside = { src, sport: this.nextPort(), dst: this.outlet.address, dport: PORT };
    const socket = createConnection({ host, port, allowHalfOpen: true });
    const ends = { src, dst, sport, dport };
    const flow: Flow = { key, ends, inside, socket, splice: undefined, state: "connecting", end: undefined };
    this.flows.set(key, flow);
    this.byPort.set(inside.sport, flow);
    const { realTime } = this.outlet.context;
    socket.once("connect", () => {
      flow.state = "open";
      realTime.inject(() => this.outlet.toGateway(readdressed(segment, inside)));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (flow.state !== "connecting") return;
      this.forget(flow);
      realTime.inject(() => this.outlet.toBoard(this.failure(segment, error)));
    });
  }

  private failure(segment: Segment, { code }: NodeJS.ErrnoException): Buffer {
    if (code === "ECONNREFUSED") return refusal(segment);
    return unreachable(segment, ICMP_UNREACH_HOST, this.outlet.address);
  }

  private nextPort(): number {
    do this.lastPort = this.lastPort < 65535 ? this.lastPort + 1 : FIRST;
    while (this.byPort.has(this.lastPort));
    return this.lastPort;
  }

  private listen(): void {
    const { net } = this.gateway;
    const fd = net.socket(AF_INET, SOCK_STREAM, 0);
    net.bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: PORT });
    net.listen(fd, BACKLOG);
    net.setupcall(fd, () => {
      const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
      for (let accepted = net.accept(fd, from); accepted >= 0; accepted = net.accept(fd, from))
        this.accepted(accepted, from.sin_port);
    });
  }

  private accepted(fd: number, port: number): void {
    const flow = this.byPort.get(port);
    if (!flow || flow.socket.destroyed) {
      this.gateway.net.close(fd);
      return;
    }
    flow.splice = new Splice(flow.socket, this.outlet.context, this.gateway, () => this.over(flow));
    flow.splice.join(fd);
  }

  private over(flow: Flow): void {
    flow.state = "over";
    flow.end = this.outlet.context.segment.clock.after(LINGER, () => this.forget(flow));
  }

  private forget(flow: Flow): void {
    this.outlet.context.segment.clock.cancel(flow.end);
    if (this.flows.get(flow.key) === flow) this.flows.delete(flow.key);
    this.byPort.delete(flow.inside.sport);
    flow.state = "over";
    flow.splice?.abort();
    flow.socket.destroy();
  }
}
