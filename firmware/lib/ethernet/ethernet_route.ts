/**
 * What a program can say of the ways that packets go: `eth.route`, `eth.setForwarding`. BSD: route(8), sysctl net.inet.ip.forwarding.
 * Called by ethernet.ts, where config.ts says INET_ROUTE and INET_FORWARD.
 */
import type { Arpcom } from "../../net/if/ether";
import { IFF_FORWARD, if_setflags } from "../../net/if/ifnet";
import { in_rtrequest, RTM_ADD, RTM_CHANGE, RTM_DELETE } from "../../net/inet/in_route";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { EEXIST, ENETUNREACH, ENOBUFS } from "../../net/kern/errno";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import { INADDR_NONE, inet_addr } from "../inet";

export interface RouteOptions {
  /** "10.1.0.0/16", "10.1.2.3", or "default" */
  to: string;
  /** a neighbour; without it the hosts are on the interface's own cable */
  gateway?: string;
  /** 0 (the default) to 15: the least is taken whose interface has its cable */
  metric?: number;
}

const REQUESTS = ["", "add", "delete", "change"];

/** Adds, deletes or changes a route. Throws an Error that says what is wrong. */
export function ethernet_route(ac: Arpcom, request: string, options: RouteOptions): void {
  const req = REQUESTS.indexOf(request);
  if (req < RTM_ADD || req > RTM_CHANGE) throw new Error("route: add, delete or change, not " + request);
  const to = (options.to === "default" ? "0.0.0.0/0" : options.to).split("/");
  const len = to.length > 1 ? +to[1] : 32;
  const dst = inet_addr(to[0]);
  const gateway = options.gateway ? inet_addr(options.gateway) : ethernet_own(ac);
  if (dst === INADDR_NONE || to.length > 2 || !(len >= 0 && len <= 32))
    throw new Error("route: to is no net and no host: " + options.to);
  if (gateway === INADDR_NONE) throw new Error("route: gateway is no address: " + options.gateway);
  const mask = len ? -1 << (32 - len) : 0;
  const error = turn_leave(turn_enter(), in_rtrequest(req, dst, mask, gateway, options.metric || 0));
  if (error) throw new Error("route: " + ethernet_routefault(req, error) + ": " + options.to);
}

/** The interface's own address; INADDR_NONE while it has none. */
function ethernet_own(ac: Arpcom): number {
  const ia = in_ifaddr_of(ac);
  return ia ? ia.ia_addr : INADDR_NONE;
}

function ethernet_routefault(req: number, error: number): string {
  if (error === EEXIST) return "there is one with this metric";
  if (error === ENOBUFS) return "the table is full";
  if (error !== ENETUNREACH) return "bits beyond the mask, or metric not 0 to 15";
  return req === RTM_DELETE ? "there is none" : "the gateway is no neighbour, or there is none to change";
}

/** Are packets for others to come and go by the interface? Between those that it is said of they are taken on. */
export function ethernet_forwards(ac: Arpcom, on: boolean): void {
  turn_leave(turn_enter(), if_setflags(ac, on ? IFF_FORWARD : 0, on ? 0 : IFF_FORWARD));
}
