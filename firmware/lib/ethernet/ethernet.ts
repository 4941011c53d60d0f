/**
 * The object that a program gets from `connect`: an interface with an address, in the shape of Espruino's own Ethernet
 * class (WIZnet). Called by the composition roots.
 *
 * Events: "connected" (address) when there are cable and address, or another address; "disconnected" when they are there
 * no more; "error" (message: no chip, no server, an address that others have); "recovered" (what went wrong with the
 * chip, in a word; once an hour for each). Callbacks run in turns of their own.
 */
import { INET_DHCP, INET_DOMAIN, INET_FORWARD, INET_NAT, INET_ROUTE, LIB_SYSCALLS } from "../../config";
import { arena, emit, timeout } from "../../machdep";
import type { Arpcom } from "../../net/if/ether";
import { IFF_LINK, IFF_UP, if_setflags } from "../../net/if/ifnet";
import { arp_announce } from "../../net/inet/arp/arp_output";
import { acd_taken } from "../../net/inet/dhcp/acd";
import { dhcp_conflict, dhcp_get, dhcp_link, dhcp_start, dhcp_stop } from "../../net/inet/dhcp/dhcp";
import { dhcp_getdomain } from "../../net/inet/dhcp/dhcp_names";
import { DHF_NOANSWER, DHS_BOUND, DHV_STATE, DR_DNS, DR_LIST } from "../../net/inet/dhcp/dhcp_var";
import { in_ifscrub } from "../../net/inet/in";
import { in_ifaddr_of } from "../../net/inet/in_var";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import { ether_ntoa, inet_ntoa } from "../inet";
import { type PingCallback, type PingOptions, ping } from "../ping";
import { res_setdomain, res_setservers } from "../resolver/resolver";
import { type SocketsApi, sockets_api } from "../sockets";
import { type NatSessionInfo, natsessions, natstats, type Stats, stats } from "../stats";
import { ethernet_configure, type IpOptions } from "./ethernet_config";
import { ethernet_forwardport, ethernet_shares, type ForwardOptions } from "./ethernet_nat";
import { ethernet_forwards, ethernet_route, type RouteOptions } from "./ethernet_route";
import { type EthernetStatus, ethernet_info, ethernet_status, type IpInfo } from "./ethernet_status";
import type { ErrorCallback, Ethersoftc } from "./ethernet_var";
import { hostname, sethostname } from "./hostname";
import { if_getflags } from "./ifdata";

export interface Ethernet {
  /**
   * An address from a DHCP server; or, with options, one by hand. Never waits: `callback(error)` comes when there is an
   * address, or why there is none (the search goes on). True unless something is wrong with the options; what that is
   * goes to the callback, or is thrown as an Error where there is none.
   */
  setIP(options?: IpOptions | ErrorCallback | null, callback?: ErrorCallback): boolean;
  /** The address in force; "0.0.0.0" while there is none. */
  getIP(callback?: (error: null, info: IpInfo) => void): IpInfo;
  /** How things stand, for finding out what is wrong. */
  getStatus(callback?: (error: null, status: EthernetStatus) => void): EthernetStatus;
  /** Counters and tables, as numbers (stats.ts); `require("netstat")` prints them. */
  stats(): Stats;
  /** The name that DHCP servers are told; to be set before `setIP`. */
  setHostname(name: string, callback?: ErrorCallback): boolean;
  getHostname(callback?: (error: null, name: string) => void): string;
  /** Asks a host for an echo: `callback(error, {host, ip, seq, ttl, ms})` (ping.ts). */
  ping(host: string, options?: PingOptions | PingCallback | null, callback?: PingCallback): void;
  /** Gives a leased address back, takes the interface down and lets go of the chip. */
  end(): void;
  /** Adds, deletes or changes a route (ethernet_route.ts); throws an Error that says what is wrong. In builds with INET_ROUTE. */
  route?(request: string, options: RouteOptions): void;
  /** Are packets for others to come and go by this interface? In builds with INET_FORWARD. */
  setForwarding?(on: boolean): void;
  /** Is this interface's address shared by those behind the others? In builds with INET_NAT. */
  setNAT?(on: boolean): void;
  /** Leads what comes to a port of the shared address to somebody behind it (ethernet_nat.ts), or no more. In builds with INET_NAT. */
  forwardPort?(request: string, options: ForwardOptions): void;
  /** Counters of address translation, by the numbers of nat_var.ts. In builds with INET_NAT. */
  natStats?(): Uint32Array | null;
  /** What is translated now. In builds with INET_NAT. */
  natSessions?(): NatSessionInfo[];
  /** The sockets API: Net/3's system calls, none of which waits. */
  readonly net: SocketsApi;
}

/** Wraps an interface for programs; `detach` lets go of its chip. */
export function ethernet(ac: Arpcom, detach: () => void): Ethernet {
  const es: Ethersoftc = {
    es_ac: ac,
    es_eth: null,
    es_dhcp: null,
    es_dns: [],
    es_nameserver: 0,
    es_told: 0,
    es_conflict: 0,
    es_callback: null,
    es_detach: detach,
  };
  const eth: Ethernet = {
    setIP: (options, callback) => {
      const fault = turn_leave(turn_enter(), ethernet_setip(es, options, callback));
      return fault === null || ethernet_set(typeof options === "function" ? options : callback, fault);
    },
    getIP: (callback) => ethernet_answer(callback, ethernet_info(es)),
    getStatus: (callback) => ethernet_answer(callback, ethernet_status(es)),
    setHostname: INET_DHCP
      ? (name, callback) =>
          ethernet_set(
            callback,
            sethostname(name) ? "" : "hostname: letters, digits and inner hyphens, 63 at most: " + name,
          )
      : (undefined as never),
    getHostname: INET_DHCP ? (callback) => ethernet_answer(callback, hostname) : (undefined as never),
    stats: LIB_SYSCALLS ? () => stats() : (undefined as never),
    ping: LIB_SYSCALLS ? (host, options, callback) => ping(host, options, callback) : (undefined as never),
    end: () => turn_leave(turn_enter(), ethernet_end(es)),
    get net() {
      return LIB_SYSCALLS ? sockets_api() : (undefined as never);
    },
  };
  if (INET_ROUTE) eth.route = (request, options) => ethernet_route(ac, request, options);
  if (INET_FORWARD) eth.setForwarding = (on) => ethernet_forwards(ac, on);
  if (INET_NAT) {
    eth.setNAT = (on) => ethernet_shares(ac, on);
    eth.forwardPort = (request, options) => ethernet_forwardport(request, options);
    eth.natStats = () => natstats();
    eth.natSessions = () => natsessions();
  }
  es.es_eth = eth;
  if (INET_DHCP) sethostname(hostname || "espruino-" + ether_ntoa(ac.ac_enaddr, 0).substr(9).split(":").join(""));
  ac.if_linkstate = () => ethernet_link(es);
  ac.ac_onconflict = (_ac, sha, addr) => ethernet_conflict(es, sha, addr);
  return eth;
}

/** Gives a result by callback as well, in a turn of its own. */
function ethernet_answer<T>(callback: ((error: null, result: T) => void) | undefined, result: T): T {
  if (callback) timeout(() => callback(null, result), 0);
  return result;
}

/** Tells how a setting went: by callback, in a turn of its own, or by throwing what is wrong. */
function ethernet_set(callback: ErrorCallback | null | undefined, fault: string): boolean {
  if (callback) timeout(() => callback(fault || null), 0);
  else if (fault) throw new Error(fault);
  return !fault;
}

/** Answers the setIP that still waits for an address. */
function ethernet_settled(es: Ethersoftc, fault: string): void {
  const callback = es.es_callback;
  es.es_callback = null;
  if (callback) ethernet_set(callback, fault);
}

/** What is wrong, or "": the callback can be told. Null: it will be. */
function ethernet_setip(
  es: Ethersoftc,
  options?: IpOptions | ErrorCallback | null,
  callback?: ErrorCallback,
): string | null {
  if (!es.es_detach) return "end() was called: connect() again";
  if (options && typeof options !== "function") {
    const fault = ethernet_configure(es, options);
    if (INET_DHCP && !fault && options.ip) ethernet_settled(es, "setIP was called again");
    ethernet_tell(es);
    return fault;
  }
  if (!INET_DHCP) return "DHCP is not in this bundle: setIP({ip, subnet, gateway})";
  ethernet_settled(es, "setIP was called again");
  es.es_callback = options || callback || null;
  es.es_nameserver = 0;
  in_ifscrub(es.es_ac);
  ethernet_dhcp(es);
  ethernet_tell(es);
  return null;
}

function ethernet_dhcp(es: Ethersoftc): void {
  const notify = (_ac: Arpcom, fault: number, server: number) => ethernet_changed(es, fault, server);
  es.es_dhcp = notify;
  dhcp_start(es.es_ac, notify);
}

/** What is wrong, by DHF_; some of it with a server. */
function ethernet_fault(fault: number, server: number): string {
  const faults =
    ",no cable,no DHCP server answers,does not answer a request,refuses what it offers,gives what others use";
  const text = faults.split(",")[fault];
  return fault < DHF_NOANSWER ? text : "DHCP server " + inet_ntoa(server) + " " + text;
}

/** DHCP has an address or none any more, or something to complain of. */
function ethernet_changed(es: Ethersoftc, fault: number, server: number): void {
  const ac = es.es_ac;
  const isBound = dhcp_get(ac, DHV_STATE) >= DHS_BOUND;
  if (fault && es.es_callback) ethernet_settled(es, ethernet_fault(fault, server));
  else if (fault) emit(es.es_eth!, "error", ethernet_fault(fault, server));
  else {
    es.es_dns = [];
    if (es.es_nameserver) es.es_dns.push(es.es_nameserver);
    else if (isBound) ethernet_servers(es);
    res_setservers(es.es_dns);
    if (INET_DOMAIN) res_setdomain(isBound ? dhcp_getdomain().split("\0")[0] : "");
    ethernet_tell(es);
  }
}

/** Takes over the name servers of the lease. */
function ethernet_servers(es: Ethersoftc): void {
  for (let i = DR_DNS; i < DR_DNS + DR_LIST; i++) {
    const addr = dhcp_get(es.es_ac, i);
    if (addr) es.es_dns.push(addr);
  }
}

/** Tells of an address, another one, or none, once each; there is none without a cable. */
function ethernet_tell(es: Ethersoftc): void {
  const ac = es.es_ac;
  const ia = in_ifaddr_of(ac);
  const addr = if_getflags(ac) & IFF_LINK && ia ? ia.ia_addr : 0;
  if (INET_DHCP && addr) ethernet_settled(es, "");
  if (addr === es.es_told) return;
  es.es_told = addr;
  es.es_conflict = 0;
  if (addr) emit(es.es_eth!, "connected", inet_ntoa(addr));
  else emit(es.es_eth!, "disconnected");
}

/** The cable was plugged in, or pulled. A new neighbourhood is told who we are (RFC 5227 2.3). */
function ethernet_link(es: Ethersoftc): void {
  const ac = es.es_ac;
  const ia = in_ifaddr_of(ac);
  if (INET_DHCP && es.es_dhcp) dhcp_link(ac);
  else if (ia && if_getflags(ac) & IFF_LINK) arp_announce(ia);
  ethernet_tell(es);
}

/** Another host, whose hardware address is at arena offset `sha`, uses `addr`, which is ours, or about to be. */
function ethernet_conflict(es: Ethersoftc, sha: number, addr: number): void {
  if (INET_DHCP && acd_taken(addr)) return;
  if (es.es_conflict !== addr)
    emit(es.es_eth!, "error", inet_ntoa(addr) + " is also used by " + ether_ntoa(arena, sha));
  es.es_conflict = addr;
  if (INET_DHCP) dhcp_conflict(es.es_ac);
}

function ethernet_end(es: Ethersoftc): void {
  const detach = es.es_detach;
  if (!detach) return;
  es.es_detach = null;
  if (INET_DHCP) dhcp_stop(es.es_ac);
  if (INET_DHCP) es.es_dhcp = null;
  in_ifscrub(es.es_ac);
  if_setflags(es.es_ac, 0, IFF_UP);
  es.es_ac.if_linkstate = null;
  es.es_ac.ac_onconflict = null;
  if (INET_DHCP) ethernet_settled(es, "end() was called");
  ethernet_tell(es);
  detach();
}
