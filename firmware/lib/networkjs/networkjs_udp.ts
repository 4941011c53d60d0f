/**
 * Datagrams for Espruino's own dgram. Called by the five callbacks (networkjs.ts).
 *
 * Espruino puts 8 bytes in front of a datagram: the other side's address in the order in which it is read, its port and
 * the length, both little-endian (network.h, JsNetUDPPacketHeader).
 */
import { INET_MULTICAST } from "../../config";
import { string_bytes } from "../../machdep";
import { net_name, net_socket } from "../../machdep_network";
import { INADDR_BROADCAST, type SockaddrIn } from "../../net/inet/in_var";
import { type Callout, callout_new, callout_reset } from "../../net/kern/callout";
import { EAGAIN, EMSGSIZE, ENOBUFS } from "../../net/kern/errno";
import { AF_INET } from "../../net/kern/socketvar";
import { recvstring, sendto } from "../../net/kern/syscalls";
import { nj_recv } from "../../net/njs/nj_tcp";
import { nj_dgram, nj_empty, nj_join } from "../../net/njs/nj_udp";
import { NJ_DGRAM, SOCKET_ERR_BAD_ARG } from "../../net/njs/nj_var";
import { inet_addr } from "../inet";
import { gethostbyname } from "../resolver/resolver";
import { networkjs_nohost } from "./networkjs_error";

const HEADER = 8;

/** What a program may have set for a datagram socket; addMembership writes into it. */
export interface DgramOptions {
  reuseAddr?: boolean;
  multicastGroup?: string;
}

/** A socket whose program may want to be in a group, and which it is in. */
interface Dgram {
  options: DgramOptions | null;
  group: string | undefined;
}

/** The other side of a datagram: one for all, read at once. */
let njpeer: SockaddrIn;
/** By descriptor. */
let njdgrams: (Dgram | null)[];
let njgroups: Callout;

export function networkjs_udpinit(): void {
  njpeer = { sin_family: AF_INET, sin_addr: 0, sin_port: 0 };
  njdgrams = [];
  if (INET_MULTICAST) njgroups = callout_new();
}

/** A socket, bound to `port` unless that is 0, or SOCKET_ERR_. Everybody on the cable may be written to. */
export function networkjs_dgram(port: number, options: DgramOptions | null): number {
  const fd = nj_dgram(port, !!(options && options.reuseAddr));
  if (fd < 0) return fd;
  njdgrams[fd] = { options: options, group: undefined };
  if (INET_MULTICAST) networkjs_groups();
  return fd;
}

/** Joins the groups that programs have named; they may name one after binding, too, so this comes again once a second. */
function networkjs_groups(): void {
  let count = 0;
  for (let fd = 0; fd < njdgrams.length; fd++) if (networkjs_group(fd)) count++;
  if (count) callout_reset(njgroups, 1000, networkjs_groupturn, null);
}

function networkjs_groupturn(): void {
  for (let fd = 0; fd < njdgrams.length; fd++) if (njdgrams[fd] && !net_socket(fd)) njdgrams[fd] = null;
  networkjs_groups();
}

/** Is there a socket that may want to be in a group? */
function networkjs_group(fd: number): boolean {
  const dgram = njdgrams[fd];
  if (!dgram || !dgram.options) return false;
  const group = dgram.options.multicastGroup;
  if (group !== dgram.group) {
    dgram.group = group;
    if (group) nj_join(fd, inet_addr(group));
  }
  return true;
}

/** One datagram with its header, "" when there is none. What does not fit is cut off, and the header says so. */
export function networkjs_udprecv(fd: number, len: number): string {
  const data = recvstring(fd, len - HEADER, 0, njpeer);
  if (typeof data === "number") {
    if (data === -EAGAIN) nj_empty(fd);
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
  if (name) networkjs_udpname(fd, njdgrams[fd]!, payload, name, njpeer.sin_port);
  else {
    const error = sendto(fd, payload, 0, njpeer);
    if (error === -EAGAIN || error === -ENOBUFS) return 0;
    if (error === -EMSGSIZE) return SOCKET_ERR_BAD_ARG;
  }
  return HEADER + len; // a datagram may get lost
}

/** To a host's name: Espruino has put everybody's address in the header (net_js_gethostbyname). */
function networkjs_udpname(fd: number, dgram: Dgram, payload: string, name: string, port: number): void {
  gethostbyname(name, (addr, herror) => {
    networkjs_nohost(name, herror);
    if (addr && njdgrams[fd] === dgram && nj_recv(fd, 0) === NJ_DGRAM)
      sendto(fd, payload, 0, { sin_family: AF_INET, sin_addr: addr, sin_port: port });
  });
}
