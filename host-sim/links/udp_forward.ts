/**
 * A UDP port of the host that leads to the board. Each of the host's peers has a socket of its own on the gateway, so that
 * answers find their way back.
 */
import { createSocket, type Socket } from "node:dgram";
import { type ClockEvent, SECOND } from "../clock";
import { AF_INET, type NetCalls, SOCK_DGRAM, type SockaddrIn } from "../net_calls";
import { type BoardAddress, describe, type Forward, type Gateway, HOST, type OpenForward, refusal } from "./forward";
import type { LinkContext } from "./link";

/** Host peers that one forward serves at a time; a further one takes the place of the longest silent. */
const MAX_PEERS = 16;
/** A peer that was silent for so long is forgotten, ns. */
const IDLE = 60 * SECOND;
const MAX_DATAGRAM = 65507;

interface Peer {
  /** The gateway's socket for it. */
  fd: number;
  address: string;
  port: number;
  /** ns of virtual time */
  lastUsed: number;
}

export class UdpForward implements OpenForward {
  readonly description: string;
  private readonly host: Socket = createSocket("udp4");
  private readonly peers = new Map<string, Peer>();
  private sweep: ClockEvent | undefined;

  private constructor(
    private readonly context: LinkContext,
    private readonly gateway: Gateway,
    private readonly board: BoardAddress,
    readonly forward: Forward,
  ) {
    this.description = describe(forward);
  }

  static open(context: LinkContext, gateway: Gateway, board: BoardAddress, forward: Forward): Promise<UdpForward> {
    const opened = new UdpForward(context, gateway, board, forward);
    const { host } = opened;
    return new Promise((resolve, reject) => {
      host.once("error", (error: NodeJS.ErrnoException) => {
        host.close();
        reject(refusal(forward, error));
      });
      host.bind({ address: HOST, port: forward.hostPort, exclusive: true }, () => {
        host.removeAllListeners("error");
        opened.listen();
        resolve(opened);
      });
    });
  }

  close(): Promise<void> {
    this.context.segment.clock.cancel(this.sweep);
    return new Promise((resolve) => this.host.close(() => resolve()));
  }

  private get net(): NetCalls {
    return this.gateway.net;
  }

  private get now(): number {
    return this.context.segment.clock.now();
  }

  private listen(): void {
    this.host.on("error", (error) => this.context.report(`${this.description}: ${error.message}`));
    this.host.on("message", (data, { address, port }) => {
      this.context.realTime.inject(() => this.gateway.call(() => this.toBoard(data, address, port)));
    });
  }

  /** A datagram that the gateway cannot send is lost, as it may be on any network. */
  private toBoard(data: Uint8Array, address: string, port: number): void {
    const peer = this.peers.get(`${address}:${port}`) ?? this.newPeer(address, port);
    if (!peer) return;
    peer.lastUsed = this.now;
    this.net.sendto(peer.fd, this.gateway.bytes(data), 0, {
      sin_family: AF_INET,
      sin_addr: this.net.inet_addr(this.board()),
      sin_port: this.forward.boardPort,
    });
  }

  private newPeer(address: string, port: number): Peer | undefined {
    if (this.peers.size >= MAX_PEERS) this.forget(this.longestSilent());
    const fd = this.net.socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) {
      this.context.report(`${this.description}: the gateway has no socket for it (${fd})`);
      return undefined;
    }
    const peer: Peer = { fd, address, port, lastUsed: this.now };
    this.peers.set(`${address}:${port}`, peer);
    this.net.bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: 0 });
    this.net.setupcall(fd, () => this.fromBoard(peer));
    this.sweepLater();
    return peer;
  }

  private fromBoard(peer: Peer): void {
    const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
    const board = this.net.inet_addr(this.board());
    for (;;) {
      const data = this.net.recvfrom(peer.fd, MAX_DATAGRAM, 0, from);
      if (typeof data === "number") return;
      if (from.sin_addr !== board || from.sin_port !== this.forward.boardPort) continue;
      peer.lastUsed = this.now;
      this.host.send(
        typeof data === "string" ? Buffer.from(data, "latin1") : Buffer.from(data),
        peer.port,
        peer.address,
      );
    }
  }

  private longestSilent(): Peer {
    return [...this.peers.values()].reduce((oldest, peer) => (peer.lastUsed < oldest.lastUsed ? peer : oldest));
  }

  private forget(peer: Peer): void {
    this.peers.delete(`${peer.address}:${peer.port}`);
    this.net.close(peer.fd);
  }

  private sweepLater(): void {
    if (this.sweep?.run) return;
    this.sweep = this.context.segment.clock.after(IDLE, () => this.gateway.call(() => this.forgetSilent()));
  }

  private forgetSilent(): void {
    const silent = [...this.peers.values()].filter((peer) => this.now - peer.lastUsed >= IDLE);
    for (const peer of silent) this.forget(peer);
    if (this.peers.size) this.sweepLater();
  }
}
