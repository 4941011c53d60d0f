/**
 * One echo request and its reply: RFC 792, 1122 3.2.2.6. BSD: sbin/ping, of which this is the heart. Called by programs
 * as `eth.ping`.
 *
 * What is sent behind the header is zeros, which a checksum does not notice.
 */
import { INET_RAW } from "../config";
import { hrtime, random32, timeout, untimeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";
import { AF_INET, SOCK_RAW } from "../net/kern/socketvar";
import { close, connect, recvstring, send, setupcall, socket } from "../net/kern/syscalls";
import { turn_enter, turn_leave } from "../net/kern/turn";
import { ICMP_ECHO, ICMP_ECHOREPLY, ICMP_MINLEN } from "../net/wire/icmp";
import { IP_TTL, IPPROTO_ICMP } from "../net/wire/ip";
import { inet_ntoa } from "./inet";
import { gethostbyname } from "./resolver/resolver";

export interface PingOptions {
  /** how long to wait (ms); default 2000 */
  timeout?: number;
  /** bytes of data, at most 1472; default 56 */
  size?: number;
}

export interface PingResult {
  host: string;
  ip: string;
  seq: number;
  /** of the packet that came */
  ttl: number;
  /** there and back */
  ms: number;
}

export type PingCallback = (error: string | null, result?: PingResult) => void;

const PING_TIMEOUT = 2000;
const PING_SIZE = 56;
const PING_MAXSIZE = 1472;

let ping_seq = 0;

/** Asks a host for an echo; the answer, or why there is none, comes to `callback(error, {host, ip, seq, ttl, ms})`. */
export function ping(host: string, options?: PingOptions | PingCallback | null, callback?: PingCallback): void {
  const done = callback || (options as PingCallback);
  const wishes: PingOptions = (callback && (options as PingOptions)) || {};
  if (typeof done !== "function") throw new Error("ping(host, options, callback): a callback is needed");
  turn_leave(
    turn_enter(),
    gethostbyname(host, (addr, herror) => {
      if (herror) done("host not found: " + host);
      else if (INET_RAW) ping_send(host, addr, wishes, done);
      else done("cannot ping " + host);
    }),
  );
}

function ping_send(host: string, addr: number, options: PingOptions, done: PingCallback): void {
  const size = options.size === undefined ? PING_SIZE : options.size;
  const fd = size >= 0 && size <= PING_MAXSIZE ? socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) : -1;
  ping_seq = (ping_seq + 1) & 65535;
  const seq = ping_seq;
  const packet = ping_packet(size, random32() & 65535, seq);
  const began = hrtime();
  const to: SockaddrIn = { sin_family: AF_INET, sin_addr: addr, sin_port: 0 };
  const timer = timeout(() => end("no answer from " + host), options.timeout || PING_TIMEOUT);
  const end = (error: string | null, ttl?: number): void => {
    untimeout(timer);
    turn_leave(turn_enter(), close(fd));
    if (error) done(error);
    else done(null, { host: host, ip: inet_ntoa(addr), seq: seq, ttl: ttl!, ms: hrtime() - began });
  };
  setupcall(fd, () => {
    const ttl = ping_receive(fd, packet);
    if (ttl) end(null, ttl);
  });
  if (connect(fd, to) || send(fd, packet, 0) < 0) end("cannot ping " + host);
}

/** An echo request. */
function ping_packet(size: number, id: number, seq: number): Uint8Array {
  const packet = new Uint8Array(ICMP_MINLEN + size);
  const sum = 65535 - (((ICMP_ECHO << 8) + id + seq) % 65535);
  const words = [ICMP_ECHO << 8, sum, id, seq];
  for (let i = 0; i < 4; i++) {
    packet[2 * i] = words[i] >> 8;
    packet[2 * i + 1] = words[i];
  }
  return packet;
}

/** The time to live of the reply to `packet`, if it has come; 0 else. */
function ping_receive(fd: number, packet: Uint8Array): number {
  for (;;) {
    const reply = recvstring(fd, PING_MAXSIZE, 0, null); // IP header first
    if (typeof reply === "number") return 0;
    const icmp = (reply.charCodeAt(0) & 15) << 2;
    let same = reply.charCodeAt(icmp) === ICMP_ECHOREPLY;
    for (let i = 4; i < ICMP_MINLEN; i++) if (reply.charCodeAt(icmp + i) !== packet[i]) same = false;
    if (same) return reply.charCodeAt(IP_TTL);
  }
}
