/**
 * What forwards of ports to the board have in common, over UDP and TCP.
 */
import type { Machine } from "../machine";
import { LinkError } from "./link";

/** A port of 127.0.0.1 that leads to a port of the board. */
export interface Forward {
  proto: "udp" | "tcp";
  hostPort: number;
  boardPort: number;
}

/** The part of a machine that forwarding needs. */
export type Gateway = Pick<Machine, "net" | "call" | "bytes" | "run" | "stop">;

/** "10.0.2.15": the board's address as it is now, however it came by it. */
export type BoardAddress = () => string;

/** A forward at work. */
export interface OpenForward {
  readonly forward: Forward;
  readonly description: string;
  close(): Promise<void>;
}

/** The loopback address that forwards listen at: nobody else on the host's networks reaches the board. */
export const HOST = "127.0.0.1";

export function describe({ proto, hostPort, boardPort }: Forward): string {
  return `${proto.toUpperCase()} ${HOST}:${hostPort} leads to port ${boardPort} of the board`;
}

/** Why the host's port cannot be had. */
export function refusal({ proto, hostPort }: Forward, error: NodeJS.ErrnoException): LinkError {
  const why = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${error.message})`;
  const refused = new LinkError(`${proto.toUpperCase()} port ${HOST}:${hostPort} ${why}`);
  refused.isTaken = error.code === "EADDRINUSE";
  return refused;
}
