/**
 * The way to a host, router by router: RFC 792, 1122 3.2.2.4, 1393 1. BSD: usr.sbin/traceroute, with echo requests in
 * place of datagrams. The module `traceroute` of a board's Storage (boot-traceroute.ts), on nothing but the raw sockets
 * of the interface that it is given.
 */

import type { SocketsApi } from "../lib/sockets";
import { now, random32, type Timeout, timeout, untimeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";

export interface Hop {
  hop: number;
  /** of who answered; "" for nobody */
  ip: string;
  /** there and back */
  ms: number;
  /** no more will come: it is the host, or somebody who says that there is no way to it, or we have gone far enough */
  last: boolean;
}

export interface TracerouteOptions {
  /** the most routers, at most 255; default 30 */
  hops?: number;
  /** how long to wait for each (ms); default 1000 */
  timeout?: number;
}

export type TracerouteCallback = (error: string | null, hop?: Hop) => void;

interface Trace {
  tr_net: SocketsApi;
  tr_callback: TracerouteCallback;
  tr_hops: number;
  tr_timeout: number;
  tr_fd: number;
  tr_ttl: number;
  /** id and sequence number of what was sent last, as in its header, and when (s) */
  tr_tag: string;
  tr_sent: number;
  tr_timer: Timeout | null;
}

const ICMP_ECHOREPLY = 0;
const ICMP_UNREACH = 3;
const ICMP_ECHO = 8;
const ICMP_TIMXCEED = 11;
/** A received packet: header with options, ICMP, a returned header with options, and 8 bytes. */
const MAXPACKET = 136;

/** Calls `callback(null, {hop, ip, ms, last})` for each router on the way, and for the host. */
export function traceroute_start(
  eth: { net: SocketsApi },
  host: string,
  options: TracerouteOptions | TracerouteCallback,
  callback?: TracerouteCallback,
): { end(): void } {
  const wishes: TracerouteOptions = typeof options === "function" || !options ? {} : options;
  const tr: Trace = {
    tr_net: eth.net,
    tr_callback: callback || (options as TracerouteCallback),
    tr_hops: wishes.hops || 30,
    tr_timeout: wishes.timeout || 1000,
    tr_fd: -1,
    tr_ttl: 0,
    tr_tag: "",
    tr_sent: 0,
    tr_timer: null,
  };
  if (typeof tr.tr_callback !== "function") throw new Error("traceroute: a callback is needed");
  if (!(tr.tr_hops > 0 && tr.tr_hops < 256)) throw new Error("traceroute: hops: 1 to 255");
  let ended = false;
  eth.net.gethostbyname(host, (addr, herror) => {
    if (ended) return;
    if (herror) tr.tr_callback("host not found: " + host);
    else tr_open(tr, addr);
  });
  return {
    end: () => {
      ended = true;
      tr_close(tr);
    },
  };
}

function tr_open(tr: Trace, addr: number): void {
  const net = tr.tr_net;
  tr.tr_fd = net.socket(net.AF_INET, net.SOCK_RAW, net.IPPROTO_ICMP);
  if (tr.tr_fd < 0) {
    tr.tr_callback("no raw socket");
    return;
  }
  const to: SockaddrIn = { sin_family: net.AF_INET, sin_addr: addr, sin_port: 0 };
  net.setupcall(tr.tr_fd, () => tr_input(tr, to));
  tr_probe(tr, to);
}

function tr_close(tr: Trace): void {
  if (tr.tr_timer !== null) untimeout(tr.tr_timer);
  tr.tr_timer = null;
  if (tr.tr_fd >= 0) tr.tr_net.close(tr.tr_fd);
  tr.tr_fd = -1;
}

/** Asks who is one step farther. */
function tr_probe(tr: Trace, to: SockaddrIn): void {
  const net = tr.tr_net;
  const id = random32() & 65535;
  const sum = 65535 - (((ICMP_ECHO << 8) + id + ++tr.tr_ttl) % 65535);
  tr.tr_tag = tr_word(id) + tr_word(tr.tr_ttl);
  tr.tr_sent = now();
  net.setsockopt(tr.tr_fd, net.IPPROTO_IP, net.IP_TTL, tr.tr_ttl);
  tr.tr_timer = timeout(() => tr_found(tr, to, "", false), tr.tr_timeout);
  if (net.sendto(tr.tr_fd, "\x08\0" + tr_word(sum) + tr.tr_tag, 0, to) > 0) return;
  tr_close(tr);
  tr.tr_callback("no way there");
}

function tr_word(n: number): string {
  return String.fromCharCode((n >> 8) & 255, n & 255);
}

/** Upcall: somebody answers, or a packet that is of no interest to us has come. */
function tr_input(tr: Trace, to: SockaddrIn): void {
  const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  while (tr.tr_fd >= 0) {
    const packet = tr.tr_net.recvstring(tr.tr_fd, MAXPACKET, 0, from);
    if (typeof packet === "number") return;
    const icmp = (packet.charCodeAt(0) & 15) << 2;
    const type = packet.charCodeAt(icmp);
    const error = type === ICMP_TIMXCEED || type === ICMP_UNREACH;
    const returned = error ? icmp + 8 + ((packet.charCodeAt(icmp + 8) & 15) << 2) : icmp; // our own header, in an error
    if ((error || type === ICMP_ECHOREPLY) && packet.substr(returned + 4, 4) === tr.tr_tag)
      tr_found(tr, to, tr.tr_net.inet_ntoa(from.sin_addr), type !== ICMP_TIMXCEED);
  }
}

/** Tells of a step, and takes the next one unless it was the last. */
function tr_found(tr: Trace, to: SockaddrIn, ip: string, there: boolean): void {
  const last = there || tr.tr_ttl >= tr.tr_hops;
  const callback = tr.tr_callback;
  const hop: Hop = { hop: tr.tr_ttl, ip: ip, ms: (now() - tr.tr_sent) * 1000, last: last };
  if (tr.tr_timer !== null) untimeout(tr.tr_timer);
  tr.tr_timer = null;
  if (last) tr_close(tr);
  else tr_probe(tr, to);
  timeout(() => callback(null, hop), 0);
}
