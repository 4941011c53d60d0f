/**
 * What a Unix's tools show, as objects, from what `eth.stats()` gives (netstat_layouts.ts has the order of its fields). For nettools.ts.
 */
import { ether_ntoa, inet_ntoa } from "../../lib/inet";
import type { Stats } from "../../lib/stats";
import { type Fields, fields, LAYOUTS } from "../netstat/netstat_layouts";

/** What of an interface object the tools use. */
export interface ToolsInterface {
  stats(): Stats;
  route?(request: string, options: { to: string; gateway?: string; metric?: number }): void;
}

export interface InterfaceInfo {
  name: string;
  /** those of if_flags that BSD has */
  flags: string[];
  mtu: number;
  ether?: string;
  inet?: string;
  netmask?: string;
  broadcast?: string;
  status?: "active" | "no carrier";
  ipackets: number;
  ierrors: number;
  opackets: number;
  oerrors: number;
  collisions: number;
}

export interface Neighbour {
  ip: string;
  /** null while it is asked for */
  mac: string | null;
  interface: string;
  permanent: boolean;
}

export interface Route {
  /** "10.0.0.0/24", or "default" */
  destination: string;
  /** null: on the interface's own net */
  gateway: string | null;
  flags: string;
  interface: string;
}

export interface Connection {
  proto: string;
  recvQ: number;
  sendQ: number;
  /** "10.0.0.1.80", "*.80" */
  local: string;
  foreign: string;
  /** of a TCP */
  state: string;
}

export interface MemoryInfo {
  mbufs: number;
  mbufsInUse: number;
  clusters: number;
  clustersInUse: number;
  denied: number;
}

/* if_flags, by bit; what lies beyond them, BSD has not */
const FLAGS = "UP BROADCAST  LOOPBACK   RUNNING NOARP PROMISC ALLMULTI OACTIVE SIMPLEX    MULTICAST".split(" ");
const IFF_LOOPBACK = 8;
const IFF_LINK = 0x10000;

/** The fields of each item of a list, whose `next` leads on. */
export function each(list: unknown, fieldsOf: (item: object) => Fields, work: (f: Fields) => void): void {
  let item = list as object | null;
  while (item) {
    const f = fieldsOf(item);
    work(f);
    item = f["next"];
  }
}

export function laid(layout: string): (item: object) => Fields {
  return (item) => fields(item, layout);
}

/** All routes, most specific first. */
export function routes_of(stats: Stats): Fields[] {
  const found: Fields[] = [];
  each(stats.routes, laid(LAYOUTS.rtentry), (f) => {
    found.push(f);
  });
  return found;
}

/** The route to the net on whose cable `addr` is; undefined where there is none. */
export function route_on(stats: Stats, addr: number): Fields | undefined {
  return routes_of(stats).filter((f) => !f["gateway"] && f["mask"] !== -1 && (addr & f["mask"]) === f["dst"])[0];
}

function flag_names(flags: number): string[] {
  return FLAGS.filter((name, bit) => name !== "" && (flags & (1 << bit)) !== 0);
}

export function interface_info(stats: Stats, f: Fields): InterfaceInfo {
  const flags: number = f["flags"];
  const info: InterfaceInfo = {
    name: f["name"],
    flags: flag_names(flags),
    mtu: f["mtu"],
    ipackets: f["ip"],
    ierrors: f["ie"],
    opackets: f["op"],
    oerrors: f["oe"],
    collisions: f["coll"],
  };
  if (f["enaddr"]) info.ether = ether_ntoa(f["enaddr"], 0);
  if (f["addr"]) interface_address(stats, info, fields(f["addr"], LAYOUTS.ifaddr)["addr"], flags);
  if (!(flags & IFF_LOOPBACK)) info.status = flags & IFF_LINK ? "active" : "no carrier";
  return info;
}

/** With the mask, which is that of the route to the interface's own net. */
function interface_address(stats: Stats, info: InterfaceInfo, addr: number, flags: number): void {
  const rt = route_on(stats, addr);
  info.inet = inet_ntoa(addr);
  if (!rt) return;
  info.netmask = inet_ntoa(rt["mask"]);
  if (!(flags & IFF_LOOPBACK)) info.broadcast = inet_ntoa(addr | ~rt["mask"]);
}
