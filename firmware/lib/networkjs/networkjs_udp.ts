/**
 * Datagrams for Espruino's own dgram. Called by the five callbacks (networkjs.ts).
 *
 * Espruino puts 8 bytes in front of a datagram: the other side's address in the order in which it is read, its port and
 * the length, both little-endian (network.h, JsNetUDPPacketHeader).
 */
import { string_bytes } from "../../machdep";
import { net_name } from "../../machdep_network";
import { INADDR_BROADCAST, type SockaddrIn } from "../../net/inet/in_var";
import { IPPROTO_IP } from "../../net/inet/ip/ip_ctloutput";
import { EAGAIN, EMSGSIZE, ENOBUFS } from "../../net/kern/errno";
import { AF_INET, SO_BROADCAST, SO_REUSEPORT, SOCK_DGRAM, SOL_SOCKET } from "../../net/kern/socketvar";
import { bind, close, recvstring, sendto, setsockopt, setupcall, socket } from "../../net/kern/syscalls";
import { inet_addr } from "../inet";
import { gethostbyname } from "../resolver/resolver";
import { networkjs_error, networkjs_nohost, networkjs_notbound } from "./networkjs_error";
import {
  type DgramOptions,
  NJ_UDP,
  type Nj,
  networkjs_open,
  networkjs_ready,
  njready,
  njtab,
  SOCKET_ERR_BAD_ARG,
  ST_UDP,
} from "./networkjs_sock";

const HEADER = 8;
const IP_ADD_MEMBERSHIP = 35;

/** The other side of a datagram: one for all, read at once. */
let njpeer: SockaddrIn;

export function networkjs_udpinit(): void {
  njpeer = { sin_family: AF_INET, sin_addr: 0, sin_port: 0 };
}

/** A socket, bound to `port` unless that is 0, or SOCKET_ERR_. Everybody on the cable may be written to. */
export function networkjs_dgram(port: number, options: DgramOptions | null): number {
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
  if (options && options.reuseAddr) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  const error = port ? bind(fd, { sin_family: AF_INET, sin_addr: 0, sin_port: port }) : 0;
  if (error) {
    close(fd);
    return networkjs_notbound(port, -error);
  }
  const nj = networkjs_open(fd, ST_UDP, NJ_UDP);
  nj.nj_options = options;
  setupcall(fd, networkjs_ready);
  networkjs_join(fd, nj);
  return fd;
}

/** Joins the group that the program has named, if any; it may name one after binding, too. */
export function networkjs_join(fd: number, nj: Nj): void {
  const group = nj.nj_options && nj.nj_options.multicastGroup;
  nj.nj_group = group || null;
  if (group) setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_addr(group));
}

/** One datagram with its header, "" when there is none. What does not fit is cut off, and the header says so. */
export function networkjs_udprecv(fd: number, len: number): string {
  const data = recvstring(fd, len - HEADER, 0, njpeer);
  if (typeof data === "number") {
    if (data === -EAGAIN) njready[fd] = 0;
    return "";
  }
  const addr = njpeer.sin_addr;
  const port = njpeer.sin_port;
  const n = data.length;
  return (
    String.fromCharCode(addr >>> 24, (addr >> 16) & 255, (addr >> 8) & 255, addr & 255) +
    String.fromCharCode(port & 255, port >> 8, n & 255, n >> 8) +
    data
  );
}

/** Sends the first of the datagrams in `data`; answers how long it was, header and all. 0: later. */
export function networkjs_udpsend(fd: number, data: string): number {
  const head = string_bytes(data);
  const len = head[6] | (head[7] << 8);
  const payload = data.substr(HEADER, len);
  njpeer.sin_addr = (head[0] << 24) | (head[1] << 16) | (head[2] << 8) | head[3];
  njpeer.sin_port = head[4] | (head[5] << 8);
  const name = njpeer.sin_addr === INADDR_BROADCAST ? net_name() : "";
  if (name) networkjs_udpname(fd, njtab[fd]!, payload, name, njpeer.sin_port);
  else {
    const error = sendto(fd, payload, 0, njpeer);
    if (error === -EAGAIN || error === -ENOBUFS) return 0;
    if (error === -EMSGSIZE) return SOCKET_ERR_BAD_ARG;
  }
  return HEADER + len; // a datagram may get lost
}

/** To a host's name: Espruino has put everybody's address in the header (net_js_gethostbyname). */
function networkjs_udpname(fd: number, nj: Nj, payload: string, name: string, port: number): void {
  gethostbyname(name, (addr, herror) => {
    networkjs_nohost(name, herror);
    if (addr && njtab[fd] === nj) sendto(fd, payload, 0, { sin_family: AF_INET, sin_addr: addr, sin_port: port });
  });
}
