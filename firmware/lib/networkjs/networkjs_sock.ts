/**
 * The interpreter's own objects for its sockets: what is to be done with them, and how much their programs may be given.
 */
import { INET_TCP, INET_UDP, NJ_HTTPMAX, NJ_READ, NJ_UNSENT } from "../../config";
import { type NetObject, net_object, net_socket } from "../../machdep_network";
import { send } from "../../net/kern/syscalls";
import { nj_release, nj_wanted } from "../../net/njs/nj_sock";
import { nj_take } from "../../net/njs/nj_take";
import { nj_unread } from "../../net/njs/nj_tcp";
import {
  NJ_ASK,
  NJ_DGRAM,
  NJ_ENDED,
  NJ_HANGUP,
  NJ_KNOWN,
  NJ_STREAMMAX,
  NJ_TYPE_SHIFT,
  NJ_WANTS_SHIFT,
  SOCKET_ERR_CLOSED,
  ST_ACCEPTED,
  ST_HTTP,
} from "../../net/njs/nj_var";
import { networkjs_udprecv } from "./networkjs_udp";

/** Does what waits to be done with the interpreter's objects. */
export function networkjs_told(): void {
  for (let wanted = nj_wanted(); wanted; wanted = nj_wanted()) {
    const fd = wanted & 255;
    if ((wanted >> NJ_WANTS_SHIFT) & NJ_HANGUP) networkjs_hangup(networkjs_object(fd, (wanted >> NJ_TYPE_SHIFT) & 255));
    if ((wanted >> NJ_WANTS_SHIFT) & NJ_KNOWN && !net_socket(fd)) nj_release(fd);
  }
}

/** The connection ends in the interpreter's next round; its program gets the event "close". */
function networkjs_hangup(object: NetObject | null): void {
  if (object) object.clsNow = true;
}

/** The interpreter's own object for a connection of that type. */
function networkjs_object(fd: number, type: number): NetObject | null {
  return net_object(type === (ST_HTTP | ST_ACCEPTED) ? "HttpSC" : "HttpCC", fd);
}

/** What the interpreter gets where nj_recv has left it to us. */
export function networkjs_slowrecv(fd: number, answer: number, len: number): string | number {
  if (INET_UDP && answer === NJ_DGRAM) return networkjs_udprecv(fd, len);
  if (!INET_TCP) return "";
  if (answer === NJ_ENDED) return networkjs_ended(fd);
  const type = NJ_ASK - answer;
  const n = networkjs_unread(fd, type, networkjs_object(fd, type), len < NJ_READ ? len : NJ_READ);
  const data = n < 1 ? nj_unread(fd) : nj_take(fd, n);
  return data === NJ_ENDED ? networkjs_ended(fd) : data || "";
}

/** The peer of an HTTP server's connection will send no more: without a request there is nothing to be done. */
function networkjs_ended(fd: number): number {
  const object = networkjs_object(fd, ST_HTTP | ST_ACCEPTED);
  if (object && !object.hdrs) networkjs_hangup(object);
  return SOCKET_ERR_CLOSED;
}

/**
 * How much of `len` the interpreter may have. A stream that nobody reads gets no more than its buffer takes: the interpreter
 * keeps what is more, but hands it out again and again, and out of order. And a program that answers what it reads, faster
 * than it can be sent, would fill the memory with it.
 */
function networkjs_unread(fd: number, type: number, object: NetObject | null, len: number): number {
  if (!object) return len;
  if (type & ST_HTTP) return networkjs_httpunread(fd, type, object, len);
  if (object.dSnd && object.dSnd.length > NJ_UNSENT) return 0;
  if (object["#ondata"]) return len;
  const room = NJ_STREAMMAX - object.available();
  return room < len ? room : len;
}

/**
 * The same for HTTP. What comes with the headers is kept for a program that has not been called yet; were it more than the
 * buffer takes, the interpreter would lose chunks (Transfer-Encoding: chunked) and take data for their lengths.
 */
function networkjs_httpunread(fd: number, type: number, object: NetObject, len: number): number {
  if (type & ST_ACCEPTED && object.res && object.res.cls && !object["#ondata"]) {
    if (!object.res.dSnd) networkjs_hangup(object); // answered without having been read to its end: over, once the answer has gone
    return 0;
  }
  if (object.dRcv && object.dRcv.length > NJ_HTTPMAX) return object.hdrs ? 0 : networkjs_toolarge(fd, type, object);
  return object.hdrs || (object.res && object.res.hdrs) || len < NJ_STREAMMAX ? len : NJ_STREAMMAX;
}

/** Headers without an end, longer than the interpreter can hold (RFC 6585 5). A client of ours has no more to say. */
function networkjs_toolarge(fd: number, type: number, object: NetObject): number {
  if (type & ST_ACCEPTED) send(fd, "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n", 0);
  networkjs_hangup(object);
  return 0;
}
