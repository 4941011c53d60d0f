/**
 * The object that a program gets from `connect`: an interface with an address, in the shape of Espruino's own Ethernet
 * class (WIZnet). Events: "connected" (address), "disconnected", "error" (message: the chip cannot be brought up), "recovered"
 * (what went wrong with it, in a word; once an hour for each).
 */
import { emit, serial_number } from "../machdep";
import type { Arpcom } from "../net/if/ether";
import { IFF_LINK, IFF_RUNNING, IFF_UP, type Ifnet, if_setflags } from "../net/if/ifnet";
import { rtlookup } from "../net/if/route";
import { arp_announce } from "../net/inet/arp_output";
import { in_ifinit, in_ifscrub, in_setgateway } from "../net/inet/in";
import { type InIfaddr, in_ifaddr_of } from "../net/inet/in_var";
import { ether_ntoa, INADDR_NONE, inet_addr, inet_ntoa } from "./inet";
import { res_init } from "./resolver";
import { type SocketsApi, sockets_api } from "./sockets";
import { type Stats, stats } from "./stats";

/** What `setIP` takes: dotted quads. */
export interface IpOptions {
  ip: string;
  subnet?: string;
  gateway?: string;
}

/** What `getIP` gives. */
export interface IpInfo {
  ip: string;
  subnet: string;
  gateway: string;
  mac: string;
}

export interface Ethernet {
  /** Sets the address by hand; throws an Error that says what is wrong, or gives it to `callback(error)`. */
  setIP(options: IpOptions, callback?: (error: string | null) => void): void;
  /** The address in force; "0.0.0.0" while there is none. */
  getIP(callback?: (error: null, info: IpInfo) => void): IpInfo;
  /** "connected" when cable and address are there, "disconnected", or "off" while the chip does not answer. */
  getStatus(callback?: (status: string) => void): string;
  /** Counters and tables, as numbers (stats.ts); `require("netstat")` prints them. */
  stats(): Stats;
  /** Takes the interface down and lets go of the chip. */
  end(): void;
  /** The sockets API: Net/3's system calls, none of which waits. */
  net: SocketsApi;
}

/** Subnet mask where none is given. */
const DEFAULT_MASK = -256;

/** Wraps an interface for programs; `detach` lets go of its chip. */
export function ethernet(ac: Arpcom, detach: () => void): Ethernet {
  const eth: Ethernet = {
    setIP: (options, callback) => ethernet_setip(ac, options, callback),
    getIP: (callback) => {
      const info = ethernet_info(ac);
      if (callback) callback(null, info);
      return info;
    },
    getStatus: (callback) => {
      const status = ethernet_status(ac);
      if (callback) callback(status);
      return status;
    },
    stats: stats,
    end: () => {
      in_ifscrub(ac);
      if_setflags(ac, 0, IFF_UP);
      detach();
    },
    net: sockets_api(),
  };
  res_init();
  ac.if_linkstate = (ifp: Ifnet) => ethernet_link(eth, ifp as Arpcom);
  return eth;
}

/** The cable was plugged in, or pulled. A new neighbourhood is told who we are (RFC 5227 2.3). */
function ethernet_link(eth: Ethernet, ac: Arpcom): void {
  const ia = in_ifaddr_of(ac);
  if (!(ac.if_flags & IFF_LINK)) emit(eth, "disconnected");
  else if (ia) {
    arp_announce(ac, ia);
    emit(eth, "connected", inet_ntoa(ia.ia_addr));
  }
}

function ethernet_setip(ac: Arpcom, options: IpOptions, callback?: (error: string | null) => void): void {
  const fault = ethernet_configure(ac, options);
  if (callback) callback(fault || null);
  else if (fault) throw new Error(fault);
}

/** Sets address, mask and default route; what is wrong with them, or "". */
function ethernet_configure(ac: Arpcom, options: IpOptions): string {
  const addr = inet_addr(options.ip);
  const mask = options.subnet ? inet_addr(options.subnet) : DEFAULT_MASK;
  const gateway = options.gateway ? inet_addr(options.gateway) : 0;
  if (addr === INADDR_NONE) return "ip: not an address: " + options.ip;
  if (gateway === INADDR_NONE) return "gateway: not an address: " + options.gateway;
  if (in_ifinit(ac, addr, mask)) return "ip " + options.ip + " cannot be a host's in subnet " + inet_ntoa(mask);
  if (in_setgateway(gateway)) return "gateway " + options.gateway + " is not in the subnet";
  return "";
}

function ethernet_info(ac: Arpcom): IpInfo {
  const ia: InIfaddr | null = in_ifaddr_of(ac);
  const route = rtlookup(0);
  return {
    ip: inet_ntoa(ia ? ia.ia_addr : 0),
    subnet: inet_ntoa(ia ? ia.ia_subnetmask : 0),
    gateway: inet_ntoa(route && ia ? route.rt_gateway : 0),
    mac: ether_ntoa(ac.ac_enaddr),
  };
}

function ethernet_status(ac: Arpcom): string {
  if (!(ac.if_flags & IFF_RUNNING)) return "off";
  return ac.if_flags & IFF_LINK && in_ifaddr_of(ac) ? "connected" : "disconnected";
}

/** A hardware address for a chip that has none: locally administered, made of the board's serial number (FNV-1a). */
export function ether_default(): string {
  const serial = serial_number();
  let hash = -2128831035;
  let enaddr = "\x02";
  for (let i = 0; i < serial.length; i++) hash = fnv(hash ^ serial.charCodeAt(i));
  for (let i = 0; i < 5; i++) {
    hash = fnv(hash ^ i);
    enaddr += String.fromCharCode(hash >>> 24); // the lowest bits depend on none but themselves
  }
  return enaddr;
}

/** hash * 16777619 modulo 2^32, in parts that doubles hold exactly. */
function fnv(hash: number): number {
  return ((hash & 0xffff) * 16777619 + (((hash >>> 16) * 403) << 16)) | 0;
}
