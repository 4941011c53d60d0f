/**
 * A DHCP server: RFC 2131, for one network, without relays. The module `dhcpd` of a board's Storage (boot-dhcpd.ts), on nothing but the
 * system calls of the interface that it is given, whose address is one by hand.
 *
 * Its memory is bounded by the range of addresses; what is malformed is counted, and dropped.
 */
import type { SocketsApi } from "../../lib/sockets";
import { untimeout } from "../../machdep";
import { dhcpd_answer } from "./dhcpd_answer";
import { dhcpd_parse } from "./dhcpd_msg";
import { type Dhcpd, type DhcpdClient, type DhcpdCounts, type DhcpdOptions, DL_BOUND } from "./dhcpd_var";

export interface DhcpServer {
  /** Who has which address. */
  leases(): DhcpdClient[];
  readonly counts: DhcpdCounts;
  /** Answers no more. */
  end(): void;
}

/** What the server uses of the object that `connect` gave. */
export interface DhcpdInterface {
  net: SocketsApi;
  getIP(): { ip: string; subnet: string };
  ping: Dhcpd["dd_ping"];
  /** there where one stack has several interfaces that are not to be confused */
  setForwarding?: unknown;
}

const BOOTPS = 67;
const MAXMESSAGE = 1472;
const MAXRANGE = 64;
const RANGE = 16;
const LEASE = 3600;
const LEAST_LEASE = 60;
const INADDR_NONE = -1;

/** Serves; throws an Error that says what is wrong with the options, or why it cannot. */
export function dhcpd_start(eth: DhcpdInterface, options?: DhcpdOptions): DhcpServer {
  const dd = dhcpd_new(eth, options || {});
  dhcpd_range(dd);
  dhcpd_fixed(dd);
  dhcpd_open(dd, !eth.setForwarding);
  return {
    leases: () => dd.dd_leases.filter((dl) => dl.dl_state === DL_BOUND).map((dl) => dl.dl_client),
    counts: dd.dd_counts,
    end: () => dhcpd_end(dd),
  };
}

function dhcpd_new(eth: DhcpdInterface, options: DhcpdOptions): Dhcpd {
  const net = eth.net;
  const own = eth.getIP();
  const lease = options.lease === undefined ? LEASE : options.lease;
  const dns = options.dns || [];
  if (!(lease >= LEAST_LEASE)) throw new Error("dhcpd: lease: at least " + LEAST_LEASE + " s");
  if (!net.inet_addr(own.ip)) throw new Error("dhcpd: setIP({ ip: ... }) first: a server has an address by hand");
  return {
    dd_net: net,
    dd_ping: (host, wishes, callback) => eth.ping(host, wishes, callback),
    dd_options: options,
    dd_fd: -1,
    dd_allfd: -1,
    dd_addr: net.inet_addr(own.ip),
    dd_mask: net.inet_addr(own.subnet),
    dd_first: 0,
    dd_last: 0,
    dd_lease: lease | 0,
    dd_dns: typeof dns === "string" ? [dns] : dns,
    dd_leases: [],
    dd_fixed: {},
    dd_probes: 0,
    dd_counts: {
      received: 0,
      bad: 0,
      relayed: 0,
      others: 0,
      busy: 0,
      offers: 0,
      acks: 0,
      naks: 0,
      declines: 0,
      releases: 0,
      conflicts: 0,
      exhausted: 0,
    },
    dd_timer: null,
    dd_ended: false,
  };
}

/** The range, and whatever else is an address: of hosts in the subnet, but not ours. */
function dhcpd_range(dd: Dhcpd): void {
  const options = dd.dd_options;
  const lowest = (dd.dd_addr & dd.dd_mask) + 1;
  const highest = (dd.dd_addr | ~dd.dd_mask) - 1;
  dd.dd_first = options.first ? dhcpd_host(dd, "first", options.first) : Math.min(dd.dd_addr + 1, highest);
  dd.dd_last = options.last ? dhcpd_host(dd, "last", options.last) : Math.min(dd.dd_first + RANGE - 1, highest);
  if (dd.dd_first < lowest || dd.dd_last > highest || dd.dd_last < dd.dd_first)
    throw new Error("dhcpd: first, last: a range in the subnet of " + dd.dd_net.inet_ntoa(dd.dd_addr));
  if (dd.dd_last - dd.dd_first >= MAXRANGE) throw new Error("dhcpd: first, last: " + MAXRANGE + " addresses at most");
  if (options.router) dhcpd_host(dd, "router", options.router);
  if (options.next) dhcpd_host(dd, "next", options.next);
  for (let i = 0; i < dd.dd_dns.length; i++) dhcpd_host(dd, "dns", dd.dd_dns[i]);
  if (options.domain && options.domain.length > 64) throw new Error("dhcpd: domain: 64 characters at most");
}

function dhcpd_fixed(dd: Dhcpd): void {
  const fixed = dd.dd_options.fixed || {};
  for (const mac in fixed) {
    const addr = dhcpd_host(dd, "fixed", fixed[mac]);
    if ((addr ^ dd.dd_addr) & dd.dd_mask || addr === dd.dd_addr)
      throw new Error("dhcpd: fixed: not in the subnet: " + fixed[mac]);
    dd.dd_fixed[mac.toLowerCase()] = addr;
  }
}

function dhcpd_host(dd: Dhcpd, what: string, text: string): number {
  const addr = dd.dd_net.inet_addr(text);
  if (addr === INADDR_NONE || !addr) throw new Error("dhcpd: " + what + ": no address: " + text);
  return addr;
}

/**
 * Where one stack has interfaces that are told apart, the socket of our address hears what comes to all by that interface; elsewhere it
 * takes a second one (`all`).
 */
function dhcpd_open(dd: Dhcpd, all: boolean): void {
  dd.dd_fd = dhcpd_socket(dd, dd.dd_addr);
  if (all && dd.dd_fd >= 0) dd.dd_allfd = dhcpd_socket(dd, 0);
  if (dd.dd_fd >= 0 && (!all || dd.dd_allfd >= 0)) return;
  dhcpd_end(dd);
  throw new Error("dhcpd: no socket, or port " + BOOTPS + " is in use");
}

function dhcpd_socket(dd: Dhcpd, addr: number): number {
  const net = dd.dd_net;
  const fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  if (fd < 0) return fd;
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_REUSEADDR, 1);
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_BROADCAST, 1);
  const error = net.bind(fd, { sin_family: net.AF_INET, sin_addr: addr, sin_port: BOOTPS } as never);
  if (error) net.close(fd);
  else net.setupcall(fd, () => dhcpd_input(dd, fd));
  return error || fd;
}

/** Upcall. */
function dhcpd_input(dd: Dhcpd, fd: number): void {
  while (!dd.dd_ended) {
    const message = dd.dd_net.recvstring(fd, MAXMESSAGE, 0, null);
    if (typeof message === "number") return;
    dd.dd_counts.received++;
    const q = dhcpd_parse(message);
    if (q === "relay") dd.dd_counts.relayed++;
    else if (q) dhcpd_answer(dd, q);
    else dd.dd_counts.bad++;
  }
}

function dhcpd_end(dd: Dhcpd): void {
  dd.dd_ended = true;
  if (dd.dd_fd >= 0) dd.dd_net.close(dd.dd_fd);
  if (dd.dd_allfd >= 0) dd.dd_net.close(dd.dd_allfd);
  if (dd.dd_timer !== null) untimeout(dd.dd_timer);
  dd.dd_fd = dd.dd_allfd = -1;
  dd.dd_timer = null;
}
