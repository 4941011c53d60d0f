/**
 * What the protocols of the way out (nat_tcp.ts, nat_udp.ts) have of it.
 */
import type { LinkContext } from "./link";

/** An address and a port as Node's sockets have them. */
export interface Destination {
  host: string;
  port: number;
}

/** What TCP and UDP have of the gateway. */
export interface Outlet {
  readonly context: LinkContext;
  /** The gateway's addresses. */
  readonly mac: Uint8Array;
  readonly address: number;
  /** Puts a frame on the board's cable. */
  toBoard(frame: Uint8Array): void;
  /** Gives a frame to the gateway's own stack. */
  toGateway(frame: Uint8Array): void;
  /** Where a packet for that address and port goes. */
  destination(address: number, port: number): Destination;
}
