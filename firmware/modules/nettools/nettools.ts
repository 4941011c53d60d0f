/**
 * The tools that a Unix has at its console: ifconfig(8), arp(8), route(8), netstat(1), and what netstat -m and -a print as mbstat()
 * and sockets(). Each prints lines as BSD's does and answers what it printed as objects. BSD: sbin/ifconfig, usr.sbin/arp,
 * sbin/route, usr.bin/netstat. Of the stack they know what `eth.stats()` gives, by the layouts of netstat (netstat_layouts.ts), and
 * `eth.route` where there is one: so they are the same whether the stack is JavaScript or machine code.
 */
import { ether_ntoa, inet_addr, inet_ntoa } from "../../lib/inet";
import type { Stats } from "../../lib/stats";
import { printf } from "../../machdep";
import { console_commands } from "../../machdep_board";
import {
  ATF_COM,
  bits,
  type Fields,
  fields,
  first,
  interface_fields,
  LAYOUTS,
  left,
  right,
  route_flags,
  STATES,
} from "../netstat/netstat_layouts";
import {
  type Connection,
  each,
  type InterfaceInfo,
  interface_info,
  laid,
  type MemoryInfo,
  type Neighbour,
  type Route,
  route_on,
  routes_of,
  type ToolsInterface,
} from "./nettools_stats";

/* if_flags that BSD has too */
const BSD_FLAGS = 0xffff;
const ATF_PERM = 4;

type Tools = ReturnType<typeof tools>;

function hex(n: number, width: number): string {
  return ("0000000" + (n >>> 0).toString(16)).substr(-width);
}

function print_interface(info: InterfaceInfo, flags: number): void {
  printf(info.name + ": flags=" + (flags & BSD_FLAGS).toString(16) + "<" + info.flags.join(",") + "> mtu " + info.mtu);
  if (info.ether) printf("        ether " + info.ether);
  if (info.inet)
    printf(
      "        inet " +
        info.inet +
        (info.netmask ? " netmask 0x" + hex(inet_addr(info.netmask), 8) : "") +
        (info.broadcast ? " broadcast " + info.broadcast : ""),
    );
  if (info.status) printf("        status: " + info.status);
}

function ifconfig(eth: ToolsInterface, name?: string): InterfaceInfo[] {
  const stats = eth.stats();
  const found: InterfaceInfo[] = [];
  each(stats.interfaces, interface_fields, (f) => {
    if (name && f["name"] !== name) return;
    const info = interface_info(stats, f);
    print_interface(info, f["flags"]);
    found.push(info);
  });
  if (name && !found.length) throw new Error("ifconfig: there is no interface " + name);
  return found;
}

/** Throws where the stack has no such requests: the profiles that are shipped. */
function request(eth: ToolsInterface, tool: string, what: string, to: string, gateway?: string, metric?: number): void {
  if (!eth.route) throw new Error(tool + ": this stack changes nothing: it is none of a router");
  const options: { to: string; gateway?: string; metric?: number } = { to: to };
  if (gateway) options.gateway = gateway;
  if (metric) options.metric = metric;
  eth.route(what, options);
}

function arp(eth: ToolsInterface, option?: string, ip?: string): Neighbour[] {
  if (option === "-d") {
    if (!ip || inet_addr("" + ip) === -1) throw new Error("arp: -d and a host's address");
    request(eth, "arp", "delete", ip);
    printf(ip + " deleted");
  } else if (option && option !== "-a") throw new Error("arp: no option " + option + "; there are -a -d");
  return option === "-d" ? [] : neighbours(eth.stats());
}

function neighbours(stats: Stats): Neighbour[] {
  const found: Neighbour[] = [];
  each(stats.neighbours, laid(LAYOUTS.arptab), (f) => {
    const rt = route_on(stats, f["addr"]);
    const one: Neighbour = {
      ip: inet_ntoa(f["addr"]),
      mac: f["flags"] & ATF_COM ? ether_ntoa(f["enaddr"], 0) : null,
      interface: rt ? interface_fields(rt["ifp"])["name"] : "",
      permanent: (f["flags"] & ATF_PERM) !== 0,
    };
    printf(
      "? (" +
        one.ip +
        ") at " +
        (one.mac || "(incomplete)") +
        (one.interface ? " on " + one.interface : "") +
        (one.permanent ? " permanent" : ""),
    );
    found.push(one);
  });
  return found;
}

function route(eth: ToolsInterface, what?: string, to?: string, gateway?: string, metric?: number): Route[] {
  if (what) {
    if (!to) throw new Error("route: add, delete or change, and where to");
    request(eth, "route", what, to, gateway, metric);
    printf(what + " " + to + (gateway ? ": gateway " + gateway : ""));
    return [];
  }
  printf("Destination        Gateway            Flags  Netif");
  return routes_of(eth.stats()).map((f) => {
    const one: Route = {
      destination: f["mask"] ? inet_ntoa(f["dst"]) + (f["mask"] === -1 ? "" : "/" + bits(f["mask"])) : "default",
      gateway: f["gateway"] ? inet_ntoa(f["gateway"]) : null,
      flags: route_flags(f["flags"]),
      interface: interface_fields(f["ifp"])["name"],
    };
    printf(left(one.destination, 18) + left(one.gateway || "link", 18) + left(one.flags, 6) + one.interface);
    return one;
  });
}

function endpoint(addr: number, port: number): string {
  return (addr ? inet_ntoa(addr) : "*") + "." + (port || "*");
}

/** `all`: those too that have no address of ours yet, as servers have not. */
function connections(eth: ToolsInterface, all: boolean): Connection[] {
  const found: Connection[] = [];
  printf("Active Internet connections" + (all ? " (including servers)" : ""));
  printf("Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)");
  eth.stats().sockets.forEach((head, p) => {
    const proto = ["tcp4", "udp4", "icm4"][p];
    each(head ? first(head, 1)[0] : null, laid(LAYOUTS.inpcb), (f) => {
      if (!all && !f["laddr"]) return;
      const one = connection(proto, f, p);
      printf(
        left(proto, 5) +
          right(one.recvQ, 6) +
          right(one.sendQ, 6) +
          " " +
          left(one.local, 22) +
          left(one.foreign, 22) +
          one.state,
      );
      found.push(one);
    });
  });
  return found;
}

/** A raw PCB's port is its protocol's number. */
function connection(proto: string, f: Fields, p: number): Connection {
  const so = f["socket"] ? fields(f["socket"], LAYOUTS.socket) : null;
  return {
    proto: proto,
    recvQ: so ? first(so["rcv"], 1)[0] : 0,
    sendQ: so ? first(so["snd"], 1)[0] : 0,
    local: endpoint(f["laddr"], f["lport"]),
    foreign: endpoint(f["faddr"], p === 2 ? 0 : f["fport"]),
    state: p ? "" : STATES.split(" ")[first(f["ppcb"], 1)[0]],
  };
}

function mbstat(eth: ToolsInterface): MemoryInfo {
  const m = first(eth.stats().mbuf, 5) as number[];
  const info: MemoryInfo = {
    mbufs: m[0],
    mbufsInUse: m[0] - m[1],
    clusters: m[2],
    clustersInUse: m[2] - m[3],
    denied: m[4],
  };
  printf(info.mbufsInUse + "/" + info.mbufs + " mbufs in use");
  printf(info.clustersInUse + "/" + info.clusters + " mbuf clusters in use (current/max)");
  printf(info.denied + " requests for memory denied");
  return info;
}

/** The tools, of an interface's stack. */
export function tools(eth: ToolsInterface) {
  return {
    ifconfig: (name?: string) => ifconfig(eth, name),
    arp: (option?: string, ip?: string) => arp(eth, option, ip),
    route: (what?: string, to?: string, gateway?: string, metric?: number) => route(eth, what, to, gateway, metric),
    netstat: () => connections(eth, false),
    mbstat: () => mbstat(eth),
    sockets: () => connections(eth, true),
  };
}

/** Makes the tools functions of the console. */
export function install(eth: ToolsInterface): Tools {
  const all = tools(eth);
  console_commands(all);
  return all;
}
