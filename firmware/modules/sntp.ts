/**
 * The time from a server: RFC 4330, RFC 5905 14. BSD has a daemon for this (ntpd); the module `sntp` of a board's Storage
 * (boot-sntp.ts) sets the clock, on nothing but the sockets of the interface that it is given.
 *
 * What a server is told is no time of ours but 64 random bits, which it must return (RFC 5905 calls them origin): so
 * nobody who has not seen the question can answer it.
 */

import type { SocketsApi } from "../lib/sockets";
import { now, random32, settime, type Timeout, timeout, untimeout } from "../machdep";
import type { SockaddrIn } from "../net/inet/in_var";

export interface SntpResult {
  server: string;
  /** how far the clock was behind, and how long the question took there and back (s) */
  offset: number;
  delay: number;
  stratum: number;
  /** seconds since 1970, now */
  time: number;
}

export interface SntpOptions {
  /** a name or an address; or several, in order of preference */
  server: string | string[];
  /** seconds between questions; default 3600, at least 15 */
  interval?: number;
  /** is called after each answer, and with an error when no server has answered */
  callback?: (error: string | null, result?: SntpResult) => void;
  /** sets the clock, in place of Espruino's setTime */
  setTime?: (seconds: number) => void;
}

export interface Sntp {
  /** Asks no more. */
  end(): void;
}

interface SntpClient {
  st_net: SocketsApi;
  st_options: SntpOptions;
  st_servers: string[];
  /** of st_servers the one that is asked; how many have been in vain, in a row */
  st_server: number;
  st_failed: number;
  /** seconds to the next question, when no server answers, and when a server wants to be left alone */
  st_retry: number;
  st_interval: number;
  st_fd: number;
  st_cookie: string;
  /** when it was sent, by the clock */
  st_sent: number;
  st_timer: Timeout | null;
  st_ended: boolean;
}

const NTP_PORT = 123;
const NTP_LENGTH = 48;
/** Version 4, client. */
const NTP_HEAD = "\x23";
const MODE_SERVER = 4;
const LI_ALARM = 3;
/** 1900 to 1970, and 2^32 (s): after February 2036 the seconds begin anew. */
const EPOCH = 2208988800;
const ERA = 4294967296;
/** How long an answer may take (ms); a clock is not set by one that took longer. */
const ANSWER_TIME = 3000;
/** Least time between questions (RFC 4330 10), and the first and the longest after failures (s). */
const LEAST_INTERVAL = 15;
const INTERVAL = 3600;

/** Asks the servers, now and then; throws an Error that says what is wrong with the options. */
export function sntp_start(eth: { net: SocketsApi }, options: SntpOptions): Sntp {
  const servers = typeof options.server === "string" ? [options.server] : options.server;
  const interval = options.interval === undefined ? INTERVAL : options.interval;
  if (!servers || !servers.length) throw new Error("sntp: a server is needed");
  if (!(interval >= LEAST_INTERVAL)) throw new Error("sntp: interval: at least 15 s");
  const st: SntpClient = {
    st_net: eth.net,
    st_options: options,
    st_servers: servers.slice(),
    st_server: 0,
    st_failed: 0,
    st_retry: LEAST_INTERVAL,
    st_interval: interval,
    st_fd: -1,
    st_cookie: "",
    st_sent: 0,
    st_timer: null,
    st_ended: false,
  };
  sntp_ask(st);
  return {
    end: () => {
      st.st_ended = true;
      sntp_close(st);
    },
  };
}

/** Asks a server. */
function sntp_ask(st: SntpClient): void {
  sntp_close(st);
  st.st_net.gethostbyname(st.st_servers[st.st_server], (addr, herror) => {
    if (st.st_ended) return;
    if (herror) sntp_failed(st);
    else sntp_send(st, addr);
  });
}

function sntp_send(st: SntpClient, addr: number): void {
  const net = st.st_net;
  const to: SockaddrIn = { sin_family: net.AF_INET, sin_addr: addr, sin_port: NTP_PORT };
  st.st_fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  st.st_cookie = sntp_random() + sntp_random();
  let packet = NTP_HEAD;
  while (packet.length < NTP_LENGTH - 8) packet += "\0";
  net.setupcall(st.st_fd, () => sntp_input(st));
  st.st_sent = now();
  if (net.connect(st.st_fd, to) || net.send(st.st_fd, packet + st.st_cookie, 0) < 0) sntp_failed(st);
  else st.st_timer = timeout(() => sntp_failed(st), ANSWER_TIME);
}

function sntp_random(): string {
  const n = random32();
  return String.fromCharCode((n >> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255);
}

function sntp_close(st: SntpClient): void {
  if (st.st_timer !== null) untimeout(st.st_timer);
  st.st_timer = null;
  if (st.st_fd >= 0) st.st_net.close(st.st_fd);
  st.st_fd = -1;
}

/** Upcall: answers, or the news that nobody listens. */
function sntp_input(st: SntpClient): void {
  while (st.st_fd >= 0) {
    const msg = st.st_net.recvstring(st.st_fd, NTP_LENGTH, 0, null);
    if (msg === -11) return; // EAGAIN
    if (typeof msg === "number") sntp_failed(st);
    else if (sntp_answers(st, msg)) sntp_answer(st, msg);
  }
}

/** Is it an answer to our question (RFC 4330 5)? */
function sntp_answers(st: SntpClient, msg: string): boolean {
  return msg.length >= NTP_LENGTH && (msg.charCodeAt(0) & 7) === MODE_SERVER && msg.substr(24, 8) === st.st_cookie;
}

function sntp_answer(st: SntpClient, msg: string): void {
  const t4 = now();
  const stratum = msg.charCodeAt(1);
  const t2 = sntp_time(msg, 32);
  const t3 = sntp_time(msg, 40);
  const delay = t4 - st.st_sent - (t3 - t2);
  const offset = (t2 - st.st_sent + (t3 - t4)) / 2;
  if (!stratum) sntp_kissed(st, msg.substr(12, 4));
  else if (
    msg.charCodeAt(0) >> 6 === LI_ALARM || // has no time itself
    stratum > 15 ||
    msg.substr(40, 8) === "\0\0\0\0\0\0\0\0" ||
    t3 < t2 ||
    delay < -0.01 ||
    delay > ANSWER_TIME / 1000
  )
    sntp_failed(st);
  else sntp_set(st, offset, delay, stratum);
}

/** A time stamp as seconds since 1970. */
function sntp_time(msg: string, at: number): number {
  let seconds = 0;
  for (let i = 7; i >= 4; i--) seconds = (seconds + msg.charCodeAt(at + i)) / 256;
  for (let i = 0; i < 4; i++) seconds += msg.charCodeAt(at + i) * [16777216, 65536, 256, 1][i];
  return seconds - EPOCH + (msg.charCodeAt(at) < 128 ? ERA : 0);
}

function sntp_set(st: SntpClient, offset: number, delay: number, stratum: number): void {
  const time = now() + offset;
  const server = st.st_servers[st.st_server];
  (st.st_options.setTime || settime)(time);
  st.st_failed = 0;
  st.st_retry = LEAST_INTERVAL;
  sntp_later(st, st.st_interval);
  sntp_tell(st, null, { server: server, offset: offset, delay: delay, stratum: stratum, time: time });
}

/** A server wants to be asked less often, or never again (RFC 4330 8). */
function sntp_kissed(st: SntpClient, code: string): void {
  if (code === "RATE") st.st_interval *= st.st_interval < 43200 ? 2 : 1;
  else {
    st.st_servers.splice(st.st_server, 1);
    st.st_server--;
    st.st_failed--;
  }
  sntp_failed(st);
}

/** This server does not help: the next one is asked, and after the last, some time later, the first again. */
function sntp_failed(st: SntpClient): void {
  const servers = st.st_servers.length;
  sntp_close(st);
  st.st_failed++;
  st.st_server = servers ? (st.st_server + 1) % servers : 0;
  if (st.st_failed < servers) {
    sntp_ask(st);
    return;
  }
  st.st_failed = 0;
  if (servers) sntp_later(st, st.st_retry);
  if (st.st_retry < st.st_interval) st.st_retry *= 2;
  sntp_tell(st, servers ? "no time server has answered" : "no time server wants to be asked");
}

/** Asks again in `seconds`. */
function sntp_later(st: SntpClient, seconds: number): void {
  sntp_close(st);
  st.st_timer = timeout(() => sntp_ask(st), seconds * 1000);
}

/** A program's callback runs in a turn of its own. */
function sntp_tell(st: SntpClient, error: string | null, result?: SntpResult): void {
  const callback = st.st_options.callback;
  if (callback) timeout(() => callback(error, result), 0);
}
