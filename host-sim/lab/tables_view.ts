/**
 * Interfaces, neighbours, routes, counters and timers of a stack, as netstat(1) and arp(8) tell of them.
 */
import { hex } from "../decode/reader";
import type { ArpView, InterfaceView, Parts, RouteView, TimerView } from "./records";
import { socketName } from "./socket_view";
import { type Arptab, dotted, IF_COUNTERS, type Ifnet, type Inpcb, listed, type Stack, type Tcpcb } from "./structures";

/** if_flags, by bit. */
const FLAGS: [number, string][] = [
  [0x1, "UP"],
  [0x2, "BROADCAST"],
  [0x8, "LOOPBACK"],
  [0x40, "RUNNING"],
  [0x80, "NOARP"],
  [0x100, "PROMISC"],
  [0x200, "ALLMULTI"],
  [0x400, "OACTIVE"],
  [0x800, "SIMPLEX"],
  [0x8000, "MULTICAST"],
  [0x10000, "LINK"],
];
const TCP_TIMERS = ["REXMT", "PERSIST", "KEEP", "2MSL", "DELACK", "REO", "PMTU"];
const ROUTE_FLAGS: [number, string][] = [
  [0x1, "U"],
  [0x2, "G"],
  [0x4, "H"],
  [0x8, "R"],
  [0x10, "D"],
  [0x800, "S"],
];
/** ns */
const MS = 1e6;

function ether(bytes: Uint8Array): string {
  return Array.from(bytes, hex).join(":");
}

/** How long a network's prefix is. */
function prefix(mask: number): number {
  let n = 0;
  for (let left = mask; left; left <<= 1) n++;
  return n;
}

export function interfaceViews(stack: Stack): InterfaceView[] {
  return listed(stack.ifnet, (ifp) => ifp.if_next).map((ifp) => {
    const address = ifp.if_addrlist;
    return {
      name: ifp.if_name,
      flags: FLAGS.flatMap(([bit, name]) => (ifp.if_flags & bit ? [name] : [])),
      mtu: ifp.if_mtu,
      mac: ifp.ac_enaddr ? ether(ifp.ac_enaddr) : "",
      address: address ? `${dotted(address.ia_addr)}/${prefix(address.ia_subnetmask)}` : "",
      counters: Object.fromEntries(Object.entries(IF_COUNTERS).map(([name, field]) => [name, ifp[field]])),
      queue: ifp.if_snd.ifq_len,
    };
  });
}

export function arpViews(stack: Stack): ArpView[] {
  return listed(stack.arptab, (at) => at.at_next).map((at) => ({
    ip: dotted(at.at_iaddr),
    mac: at.at_flags & 2 ? ether(at.at_enaddr) : "(incomplete)",
    state: arpState(at),
    held: listed(at.at_hold, (m) => m.m_nextpkt).length,
    asked: at.at_asked,
  }));
}

function arpState({ at_flags: flags }: Arptab): string {
  if (flags & 4) return "permanent";
  if (flags & 16) return "down";
  if (!(flags & 2)) return "asking";
  return flags & 32 ? "stale" : "complete";
}

export function routeViews(stack: Stack): RouteView[] {
  return listed(stack.rt_first(), (rt) => rt.rt_next).map((rt) => ({
    destination: rt.rt_mask ? `${dotted(rt.rt_dst)}/${prefix(rt.rt_mask)}` : "default",
    gateway: rt.rt_flags & 2 ? dotted(rt.rt_gateway) : "",
    flags: ROUTE_FLAGS.flatMap(([bit, letter]) => (rt.rt_flags & bit ? [letter] : [])).join(""),
    interface: rt.rt_ifp.if_name,
    mtu: rt.rt_mtu,
  }));
}

/** The counters of a protocol or chip, with what netstat calls them. */
export interface Counted {
  name: string;
  values: ArrayLike<number>;
  words: string[];
}

export function counted(stack: Stack): Counted[] {
  const { counter_names: names } = stack;
  const one = (name: string, values: ArrayLike<number>, words: string) => ({ name, values, words: words.split(",") });
  const chips = listed(stack.ifnet, (ifp) => ifp.if_next).flatMap((ifp: Ifnet) =>
    ifp.if_chipstat ? [one(ifp.if_name, ifp.if_chipstat, names.CHIPS)] : [],
  );
  return [
    one("ip", stack.ipstat, names.IPS),
    one("icmp", stack.icmpstat, names.ICPS),
    one("udp", stack.udpstat, names.UDPS),
    one("tcp", stack.tcpstat, names.TCPSTATS),
    one("arp", stack.arpstat, names.ARPS),
    ...chips,
  ];
}

export function counterViews(stack: Stack): Parts["counters"] {
  return Object.fromEntries(
    counted(stack).map(({ name, values, words }) => [
      name,
      Object.fromEntries(words.flatMap((word, i) => (values[i] ? [[word, values[i]]] : []))),
    ]),
  );
}

/** The stack's callouts, and TCP's timers one by one. `now` in ns. */
export function timerViews(stack: Stack, now: number): TimerView[] {
  const uptime = stack.uptime();
  const due = (ms: number) => Math.round((now + ((ms - uptime) | 0) * MS) / MS) * MS;
  const callouts = listed(stack.calltodo, (c) => c.c_next).map((c) => ({
    due: due(c.c_time),
    name: (c.c_func?.name ?? "").replace(/\d+$/, ""),
    of: ownerOf(c.c_arg),
    kind: "callout" as const,
  }));
  const tcp = listed(stack.tcb?.inp_first ?? null, (inp) => inp.inp_next).flatMap((inp) =>
    Array.from((inp.inp_ppcb as Tcpcb).t_timer).flatMap((time, i) =>
      time
        ? [{ due: due(time), name: `TCPT_${TCP_TIMERS[i] ?? i}`, of: socketName("tcp", inp), kind: "tcp" as const }]
        : [],
    ),
  );
  return [...callouts, ...tcp].sort((a, b) => a.due - b.due);
}

/** Whom a callout serves, by what it is given. */
function ownerOf(arg: unknown): string {
  const { t_inpcb, if_name, at_iaddr } = (arg ?? {}) as { t_inpcb?: Inpcb; if_name?: string; at_iaddr?: number };
  if (t_inpcb) return socketName("tcp", t_inpcb);
  return if_name ?? (at_iaddr === undefined ? "" : dotted(at_iaddr));
}
