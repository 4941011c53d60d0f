/**
 * Streams for Espruino's own net and http. Called by the five callbacks (networkjs.ts). Nothing here calls a program.
 *
 * What the interpreter lacks is here: a name is looked up and a connection made while it is told "not yet"; what takes
 * too long ends; data that its program does not read stays in our receive buffer, whose window closes; closing waits
 * for the peer, so that data which crosses the FIN does not reset what we have sent.
 */
import {
  NJ_CONNTIME,
  NJ_HTTPMAX,
  NJ_HTTPTIME,
  NJ_IDLETIME,
  NJ_KEEPIDLE,
  NJ_LINGER,
  NJ_READ,
  NJ_UNSENT,
  SOMAXCONN,
} from "../../config";
import { printf } from "../../machdep";
import { type NetObject, net_name } from "../../machdep_network";
import { EAGAIN, EINPROGRESS, ENOBUFS } from "../../net/kern/errno";
import { AF_INET, SHUT_WR, SO_ERROR, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "../../net/kern/socketvar";
import {
  accept,
  bind,
  close,
  connect,
  getpeername,
  getsockopt,
  listen,
  recvstring,
  send,
  setsockopt,
  setupcall,
  shutdown,
  socket,
} from "../../net/kern/syscalls";
import { gethostbyname } from "../resolver/resolver";
import { networkjs_error, networkjs_nohost, networkjs_notbound } from "./networkjs_error";
import {
  NJ_CONNECTING,
  NJ_LINGERS,
  type Nj,
  networkjs_ended,
  networkjs_fail,
  networkjs_hangup,
  networkjs_object,
  networkjs_open,
  networkjs_ready,
  networkjs_release,
  networkjs_roomin,
  njready,
  njseconds,
  njtab,
  SOCKET_ERR_BAD_ARG,
  SOCKET_ERR_NOT_FOUND,
  SOCKET_ERR_RESET,
  ST_ACCEPTED,
  ST_HTTP,
  ST_TLS,
} from "./networkjs_sock";

/** Bytes that the interpreter keeps of a stream that nobody reads (STREAM_MAX_BUFFER_SIZE). */
const STREAM_MAX = 512;

/** What a program may say of a connection. */
export interface ConnectionOptions {
  host?: string;
  /** ms without data either way after which the connection ends; 0: none */
  timeout?: number;
}

/** A client: its number comes at once. `name` is what the interpreter makes of the host. */
export function networkjs_connect(name: string, port: number, type: number, options: ConnectionOptions | null): number {
  const host = (options && options.host) || name;
  const idle = networkjs_idle(options, 0);
  net_name(); // it was for this call
  if (!port) {
    printf("NetworkJS: no port given: " + host);
    return SOCKET_ERR_BAD_ARG;
  }
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  const nj = networkjs_open(fd, type, NJ_CONNECTING);
  nj.nj_timer = NJ_CONNTIME;
  nj.nj_rtime = nj.nj_stime = idle;
  gethostbyname(host, (addr, herror) => {
    networkjs_nohost(host, herror);
    networkjs_resolved(fd, nj, addr, port);
  });
  return fd;
}

/** The name has an address, or none (0). Meanwhile the socket may have gone, and its descriptor serve another. */
function networkjs_resolved(fd: number, nj: Nj, addr: number, port: number): void {
  if (njtab[fd] !== nj || nj.nj_error) return;
  if (!addr) {
    networkjs_fail(fd, nj, SOCKET_ERR_NOT_FOUND);
    return;
  }
  const error = connect(fd, { sin_family: AF_INET, sin_addr: addr, sin_port: port });
  setupcall(fd, networkjs_connected);
  if (error && error !== -EINPROGRESS) networkjs_fail(fd, nj, networkjs_error(-error));
  else networkjs_connected(fd);
}

/** Something has happened to a connection that is being made: does it stand? */
function networkjs_connected(fd: number): void {
  const nj = njtab[fd]!;
  const error = getsockopt(fd, SOL_SOCKET, SO_ERROR);
  if (error) networkjs_fail(fd, nj, networkjs_error(error));
  else if (!getpeername(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: 0 })) {
    nj.nj_odd = 0;
    nj.nj_timer = nj.nj_rtime;
    nj.nj_keep = NJ_KEEPIDLE;
    setupcall(fd, networkjs_ready);
  }
}

/** Seconds of silence that a program has named, or `otherwise`. */
function networkjs_idle(options: ConnectionOptions | null, otherwise: number): number {
  return options && options.timeout! >= 0 ? Math.ceil(options.timeout! / 1000) : otherwise;
}

/**
 * A server. Its program is told by an exception that it cannot be. `options`: what the program has put into its server's
 * field `opt`.
 */
export function networkjs_listen(port: number, type: number, options: ConnectionOptions | null): number {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const error = bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: port }) || listen(fd, SOMAXCONN);
  if (error) {
    close(fd);
    return networkjs_notbound(port, -error);
  }
  networkjs_open(fd, type, 0).nj_rtime = networkjs_idle(options, type === ST_HTTP ? NJ_HTTPTIME : NJ_IDLETIME);
  setupcall(fd, networkjs_ready);
  return fd;
}

/** The next connection of a server, or -1. Without room for it, it waits. */
export function networkjs_accept1(sckt: number): number {
  const head = njtab[sckt];
  if (!head || !networkjs_roomin()) return -1;
  const fd = accept(sckt, null);
  if (fd === -EAGAIN) njready[sckt] = 0;
  if (fd < 0) return -1;
  const nj = networkjs_open(fd, head.nj_type | ST_ACCEPTED, 0);
  nj.nj_sent = true;
  nj.nj_keep = NJ_KEEPIDLE;
  nj.nj_timer = nj.nj_rtime = head.nj_rtime;
  if (head.nj_type !== ST_HTTP) nj.nj_stime = head.nj_rtime; // an answer may take its time
  setupcall(fd, networkjs_ready);
  return fd;
}

/** Data of a connection, "" when there is none, or SOCKET_ERR_. */
export function networkjs_tcprecv(fd: number, nj: Nj, len: number): string | number {
  const n = networkjs_unread(fd, nj, len < NJ_READ ? len : NJ_READ);
  if (n < 1) return nj.nj_unsent ? networkjs_tcpend(fd, nj, nj.nj_unsent) : "";
  const data = recvstring(fd, n, 0, null);
  if (data === -EAGAIN) {
    njready[fd] = 0;
    return "";
  }
  if (!data || typeof data === "number") return networkjs_tcpend(fd, nj, data as number);
  if (nj.nj_timer) nj.nj_timer = nj.nj_rtime;
  nj.nj_since = njseconds;
  return data;
}

/**
 * How much of `len` the interpreter may have. A stream that nobody reads gets no more than its buffer takes: the interpreter
 * keeps what is more, but hands it out again and again, and out of order. And a program that answers what it reads, faster
 * than it can be sent, would fill the memory with it.
 */
function networkjs_unread(fd: number, nj: Nj, len: number): number {
  const object = nj.nj_object || networkjs_object(fd, nj);
  if (!object || nj.nj_type & ST_TLS) return len;
  if (nj.nj_type & ST_HTTP) return networkjs_httpunread(fd, nj, object, len);
  if (object.dSnd && object.dSnd.length > NJ_UNSENT) return 0;
  if (object["#ondata"]) return len;
  const room = STREAM_MAX - object.available();
  return room < len ? room : len;
}

/**
 * The same for HTTP. What comes with the headers is kept for a program that has not been called yet; were it more than the
 * buffer takes, the interpreter would lose chunks (Transfer-Encoding: chunked) and take data for their lengths.
 */
function networkjs_httpunread(fd: number, nj: Nj, object: NetObject, len: number): number {
  if (nj.nj_type & ST_ACCEPTED && object.res && object.res.cls && !object["#ondata"])
    return networkjs_answered(fd, nj, object.res);
  if (object.dRcv && object.dRcv.length > NJ_HTTPMAX) return object.hdrs ? 0 : networkjs_toolarge(fd, nj);
  return object.hdrs || (object.res && object.res.hdrs) || len < STREAM_MAX ? len : STREAM_MAX;
}

/** The request was answered without having been read to its end: once the answer has gone, it is over. */
function networkjs_answered(fd: number, nj: Nj, res: NetObject): number {
  if (!res.dSnd) networkjs_hangup(fd, nj);
  return 0;
}

/** Headers without an end, longer than the interpreter can hold (RFC 6585 5). A client of ours has no more to say. */
function networkjs_toolarge(fd: number, nj: Nj): number {
  if (nj.nj_type & ST_ACCEPTED)
    send(fd, "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n", 0);
  networkjs_hangup(fd, nj);
  return 0;
}

/**
 * No data will come any more. At the peer's FIN a program that sends may go on until it pauses, and one that has just got
 * the connection has a turn: to the interpreter this is the end of both directions.
 */
function networkjs_tcpend(fd: number, nj: Nj, error: number): string | number {
  if (error) {
    networkjs_fail(fd, nj, networkjs_error(-error));
    return nj.nj_error;
  }
  if (!nj.nj_sent) return networkjs_ended(fd, nj);
  nj.nj_sent = false;
  return "";
}

/**
 * It could not be sent. What has been received comes first; then the reason is told where data is asked for, or when a program
 * is not to have more until what it has said is sent.
 */
export function networkjs_tcpunsent(fd: number, nj: Nj, error: number): number {
  if (error === -EAGAIN || error === -ENOBUFS) return 0;
  nj.nj_sent = false;
  if (!nj.nj_unsent) nj.nj_unsent = error;
  njready[fd] = 1;
  return nj.nj_error ? SOCKET_ERR_RESET : 0;
}

/** The interpreter has done with it. A connection that stands ends in good order: we wait for the peer's FIN. */
export function networkjs_tcpclose(fd: number, nj: Nj): void {
  nj.nj_object = null;
  if (nj.nj_odd || nj.nj_error || shutdown(fd, SHUT_WR)) {
    networkjs_release(fd);
    return;
  }
  nj.nj_odd = NJ_LINGERS;
  nj.nj_timer = NJ_LINGER;
  nj.nj_keep = 0;
  setupcall(fd, networkjs_drain);
  networkjs_drain(fd);
}

/** Whatever comes after the end is thrown away; with the peer's FIN it is over. */
function networkjs_drain(fd: number): void {
  let data: string | number;
  do data = recvstring(fd, 32768, 0, null);
  while (data && typeof data === "string");
  if (data !== -EAGAIN) networkjs_release(fd);
}

/** Sends on a connection that stands. */
export function networkjs_tcpsend(fd: number, nj: Nj, data: string): number {
  nj.nj_sent = true;
  const n = send(fd, data, 0);
  if (n < 0) return networkjs_tcpunsent(fd, nj, n);
  if (nj.nj_timer) nj.nj_timer = nj.nj_stime;
  nj.nj_since = njseconds;
  return n;
}
