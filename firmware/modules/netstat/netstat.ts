/**
 * netstat(1) for a board: counters, interfaces, sockets, neighbours and routes, printed from what `eth.stats()` gives.
 * BSD: usr.bin/netstat (main.c, if.c, inet.c, route.c), usr.sbin/arp.
 *
 * It reads the structures by the order of their fields (netstat_layouts.ts). So the texts, which are many, are here and not in the
 * stack: a module of its own, loaded when somebody wants to look.
 */

import { ether_ntoa, inet_ntoa } from "../../lib/inet";
import type { NatSessionInfo, Stats } from "../../lib/stats";
import { printf } from "../../machdep";
import {
  ATF_COM,
  bits,
  fields,
  first,
  interface_fields,
  LAYOUTS,
  left,
  right,
  route_flags,
  STATES,
} from "./netstat_layouts";
import { ARPS, CHIPS, ICPS, IPS, NATS, TCPSTATS, UDPS } from "./netstat_names";

type Print = (line: string) => void;

/** What it asks for; the last two are of a router's stack. */
interface Shown {
  stats(): Stats;
  natStats?(): Uint32Array | null;
  natSessions?(): NatSessionInfo[];
}

/** Prints the counters that have counted. `texts` has one for each; what is before the first blank of a text goes after the number. */
function counters(print: Print, title: string, values: ArrayLike<number> | null | undefined, texts: string): void {
  if (!values) return;
  const names = texts.split(",");
  print(title + ":");
  for (let i = 0; i < names.length; i++) if (values[i]) print("        " + values[i] + " " + names[i]);
}

/** ICMP's histograms lie behind its counters: received and sent, by type. */
function histograms(print: Print, values: ArrayLike<number>): void {
  const begin = ICPS.split(",").length;
  const types = (values.length - begin) / 2;
  for (let i = 0; i < 2 * types; i++)
    if (values[begin + i])
      print("        " + values[begin + i] + " of type " + (i % types) + (i < types ? " received" : " sent"));
}

/** netstat -s */
function show_stats(stats: Stats, print: Print, eth: Shown): void {
  counters(print, "ip", stats.ip, IPS);
  counters(print, "icmp", stats.icmp, ICPS);
  histograms(print, stats.icmp);
  counters(print, "udp", stats.udp, UDPS);
  counters(print, "tcp", stats.tcp, TCPSTATS);
  counters(print, "arp", stats.arp, ARPS);
  if (eth.natStats) counters(print, "nat", eth.natStats(), NATS);
  let ifp = stats.interfaces as object | null;
  while (ifp) {
    const f = interface_fields(ifp);
    counters(print, f["name"], f["chip"], CHIPS);
    ifp = f["next"];
  }
  show_memory(stats, print);
}

/** netstat -m */
function show_memory(stats: Stats, print: Print): void {
  const m = first(stats.mbuf, 5) as number[];
  print("memory:");
  print("        " + (m[0] - m[1]) + " of " + m[0] + " mbufs in use");
  print("        " + (m[2] - m[3]) + " of " + m[2] + " clusters in use");
  print("        " + m[4] + " requests refused");
}

/** netstat -i */
function show_interfaces(stats: Stats, print: Print): void {
  let ifp = stats.interfaces as object | null;
  print("Name   Mtu Address               Ipkts Ierrs Idrop    Opkts Oerrs Odrop  Coll");
  while (ifp) {
    const f = interface_fields(ifp);
    const addr = f["addr"] ? inet_ntoa(fields(f["addr"], LAYOUTS.ifaddr)["addr"]) : "none";
    const odrops = fields(f["snd"], LAYOUTS.ifqueue)["drops"];
    const line = left(f["name"], 4) + right(f["mtu"], 5) + left(addr, 17) + right(f["ip"], 9) + right(f["ie"], 5);
    print(line + right(f["iqd"], 5) + right(f["op"], 8) + right(f["oe"], 5) + right(odrops, 5) + right(f["coll"], 5));
    ifp = f["next"];
  }
}

function endpoint(addr: number, port: number): string {
  return left((addr ? inet_ntoa(addr) : "*") + "." + (port || "*"), 21);
}

/** netstat -a */
function show_sockets(stats: Stats, print: Print): void {
  const protocols = ["tcp", "udp", "raw"];
  print("Proto Recv-Q Send-Q Local address         Foreign address       (state)");
  for (let p = 0; p < 3; p++) {
    let inp = stats.sockets[p] ? (first(stats.sockets[p]!, 1)[0] as object | null) : null;
    while (inp) {
      const f = fields(inp, LAYOUTS.inpcb);
      print(
        left(protocols[p], 5) +
          queues(f["socket"]) +
          endpoint(f["laddr"], f["lport"]) +
          endpoint(f["faddr"], f["fport"]) +
          (p ? "" : STATES.split(" ")[first(f["ppcb"], 1)[0]]),
      );
      inp = f["next"];
    }
  }
}

/** Bytes that wait to be read and to be acknowledged; a connection may have outlived its socket. */
function queues(so: object | null): string {
  if (!so) return right(0, 6) + right(0, 6);
  const f = fields(so, LAYOUTS.socket);
  return right(first(f["rcv"], 1)[0], 6) + right(first(f["snd"], 1)[0], 6);
}

/** netstat -r */
function show_routes(stats: Stats, print: Print): void {
  let rt = stats.routes as object | null;
  print("Destination        Gateway         Flags Interface");
  while (rt) {
    const f = fields(rt, LAYOUTS.rtentry);
    const dst = f["mask"] ? inet_ntoa(f["dst"]) + "/" + bits(f["mask"]) : "default";
    print(
      left(dst, 18) +
        left(f["gateway"] ? inet_ntoa(f["gateway"]) : "", 15) +
        left(route_flags(f["flags"]), 5) +
        interface_fields(f["ifp"])["name"],
    );
    rt = f["next"];
  }
}

/** arp -a */
function show_neighbours(stats: Stats, print: Print): void {
  let at = stats.neighbours as object | null;
  while (at) {
    const f = fields(at, LAYOUTS.arptab);
    const known = f["flags"] & ATF_COM;
    print(
      left(inet_ntoa(f["addr"]), 15) +
        "at " +
        (known ? ether_ntoa(f["enaddr"], 0) : "(incomplete)") +
        (f["flags"] & 4 ? " permanent" : ""),
    );
    at = f["next"];
  }
}

/** What is translated: as ipnat -l lists it. */
function show_sessions(_stats: Stats, print: Print, eth: Shown): void {
  const sessions = eth.natSessions ? eth.natSessions() : [];
  print("Proto Inside                Outside               Port  Seconds");
  for (let i = 0; i < sessions.length; i++) {
    const s = sessions[i];
    const name = s.protocol === 6 ? "tcp" : s.protocol === 17 ? "udp" : "icmp";
    const ends = endpoint(s.inside, s.insidePort) + endpoint(s.outside, s.outsidePort);
    print(left(name, 5) + ends + right(s.port, 5) + right(Math.round(s.ms / 1000), 7));
  }
}

/**
 * Prints what the letters of `options` ask for: s counters, m memory, i interfaces, a sockets, r routes, n neighbours (arp -a), x sessions of address translation;
 * all of it, of a router's stack x as well, when there are none. `print` takes the lines; without it they go to the console.
 */
export function netstat(eth: Shown, options?: string, print?: Print): void {
  const out = print || printf;
  const stats = eth.stats();
  const shows: { [letter: string]: (stats: Stats, print: Print, eth: Shown) => void } = {
    i: show_interfaces,
    a: show_sockets,
    r: show_routes,
    n: show_neighbours,
    s: show_stats,
    m: show_memory,
    x: show_sessions,
  };
  const letters = (options || (eth.natSessions ? "iarnsx" : "iarns")).split("");
  for (let i = 0; i < letters.length; i++) {
    const show = shows[letters[i]];
    if (show) show(stats, out, eth);
    else if (letters[i] !== "-") throw new Error("netstat: no option " + letters[i] + "; there are s m i a r n x");
  }
}
