/**
 * The way out of the `user` link: network address translation between the board's cable and the sockets of this process,
 * without privileges. It stands before the gateway, which is the board's router: what the board sends beyond, or to the
 * gateway itself, comes from a socket of this host. The gateway's own address is this host's 127.0.0.1, port 53 of it the
 * host's name server; a port that the gateway has opened itself, for a forward or for DHCP, stays the gateway's.
 *
 * UDP and TCP alone: other protocols end at the gateway, since the host would want privileges for them.
 */
import { getServers } from "node:dns";
import { ETHER_DHOST, ETHER_SHOST, ETHER_TYPE } from "../../firmware/net/wire/ether";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../firmware/net/wire/ip";
import { addressText } from "../ipv4";
import type { Segment as Cable, SegmentPort } from "../segment";
import type { Gateway } from "./forward";
import { type Segment, segmentIn } from "./frames";
import type { LinkContext } from "./link";
import { NatTcp } from "./nat_tcp";
import { NatUdp } from "./nat_udp";
import type { Destination, Outlet } from "./outlet";

const DOMAIN = 53;
const LOOPBACK = "127.0.0.1";

export class Nat implements Outlet {
  mac: Uint8Array = new Uint8Array(6);
  private readonly outside: SegmentPort;
  private readonly inside: SegmentPort;
  private readonly tcp: NatTcp;
  private readonly udp: NatUdp;

  /** `cable`: of the gateway alone; the board's is the context's. */
  constructor(
    readonly context: LinkContext,
    cable: Cable,
    gateway: Gateway,
    public address: number,
  ) {
    this.tcp = new NatTcp(this, gateway);
    this.udp = new NatUdp(this);
    this.outside = context.segment.attach("gateway", (frame) => this.fromBoard(frame));
    this.inside = cable.attach("nat", (frame) => this.fromGateway(frame));
  }

  toBoard(frame: Uint8Array): void {
    this.outside.send(frame);
  }

  toGateway(frame: Uint8Array): void {
    this.inside.send(frame);
  }

  destination(address: number, port: number): Destination {
    if (address !== this.address) return { host: addressText(address), port };
    return port === DOMAIN ? nameServer() : { host: LOOPBACK, port };
  }

  /** What is open, for tests: it ends at 0. */
  get flows(): number {
    return this.tcp.size + this.udp.size;
  }

  close(): void {
    this.tcp.close();
    this.udp.close();
    this.outside.detach();
    this.inside.detach();
  }

  private fromBoard(frame: Uint8Array): void {
    const segment = this.isForGateway(frame) ? segmentIn(frame) : undefined;
    if (!segment || !this.goesOut(segment)) this.toGateway(frame);
  }

  private isForGateway(frame: Uint8Array): boolean {
    return this.mac.every((byte, i) => frame[ETHER_DHOST + i] === byte);
  }

  private goesOut(segment: Segment): boolean {
    return segment.proto === IPPROTO_TCP ? this.tcp.goesOut(segment) : this.udp.goesOut(segment);
  }

  private fromGateway(frame: Uint8Array): void {
    this.mac = frame.slice(ETHER_SHOST, ETHER_TYPE);
    const segment = segmentIn(frame);
    if (segment?.proto === IPPROTO_UDP) this.udp.isOfGateway(segment.sport);
    this.toBoard((segment?.proto === IPPROTO_TCP && this.tcp.comesIn(segment)) || frame);
  }
}

/** The first of the host's own that is one of IPv4. */
function nameServer(): Destination {
  const found = getServers().find((text) => /^[\d.]+(:\d+)?$/.test(text)) ?? LOOPBACK;
  const [host, port] = found.split(":");
  return { host, port: Number(port ?? DOMAIN) };
}
