/**
 * What a program can say of address translation: `eth.setNAT`, `eth.forwardPort`. Called by ethernet.ts, where config.ts says INET_NAT.
 */
import type { Arpcom } from "../../net/if/ether";
import { IFF_NAT, if_setflags } from "../../net/if/ifnet";
import { nat_rule } from "../../net/inet/nat/nat_rule";
import { EADDRINUSE, ENETUNREACH, ENOBUFS } from "../../net/kern/errno";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../net/wire/ip";
import { INADDR_NONE, inet_addr } from "../inet";

export interface ForwardOptions {
  /** "tcp" (the default) or "udp" */
  protocol?: string;
  /** of the address that is shared */
  port: number;
  /** an address behind it; to "add" */
  to?: string;
  /** there; default: the same */
  toPort?: number;
}

/** Do those behind the other interfaces share the address of this one? Both forward: `setForwarding`. */
export function ethernet_shares(ac: Arpcom, on: boolean): void {
  turn_leave(turn_enter(), if_setflags(ac, on ? IFF_NAT : 0, on ? 0 : IFF_NAT));
}

/** "add"s or "delete"s a rule. Throws an Error that says what is wrong. */
export function ethernet_forwardport(request: string, options: ForwardOptions): void {
  const protocol = options.protocol || "tcp";
  const p = protocol === "tcp" ? IPPROTO_TCP : protocol === "udp" ? IPPROTO_UDP : 0;
  const add = request === "add";
  const to = add ? inet_addr(options.to || "") : 0;
  const port = options.port;
  const toPort = add ? options.toPort || port : 0;
  if (!add && request !== "delete") throw new Error("forwardPort: add or delete, not " + request);
  if (!p) throw new Error("forwardPort: protocol: tcp or udp, not " + protocol);
  if (!ethernet_isport(port) || (add && !ethernet_isport(toPort))) throw new Error("forwardPort: port: 1 to 65535");
  if (to === INADDR_NONE) throw new Error("forwardPort: to is no address: " + options.to);
  const error = turn_leave(turn_enter(), nat_rule(p, port, to, toPort));
  if (error) throw new Error("forwardPort: " + ethernet_rulefault(error) + ": " + protocol + " " + port);
}

function ethernet_isport(port: number): boolean {
  return port > 0 && port < 65536 && port === Math.floor(port);
}

function ethernet_rulefault(error: number): string {
  if (error === EADDRINUSE) return "another rule has this port, or leads there";
  if (error === ENOBUFS) return "there is no room for more rules";
  return error === ENETUNREACH ? "there is none" : "to is no host's address, or one of this board";
}
