/**
 * NetworkJS: Espruino's own net, http, dgram and tls over this stack. Espruino: libs/network/js/network_js.c, which calls
 * the five functions of a driver from its idle loop, for each socket once a round. Called by boot-*.ts.
 *
 * What breaks off in one of them (kern/turn.ts) the interpreter takes for an answer, too: an accept, or a socket made, for 0,
 * which is no socket of ours and told so; data received for the end. So a connection is lost, at most. Nothing here calls a
 * program: one that used the network in its turn would pull the ground from under the interpreter's TLS.
 */
import { INET_TCP, INET_UDP, LIB_NETWORKJS, LIB_SYSCALLS, NJ_CHUNK } from "../../config";
import { printf } from "../../machdep";
import { net_name, network_create } from "../../machdep_network";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import { nj_init, nj_room } from "../../net/njs/nj_sock";
import { nj_client, nj_connect, nj_listen } from "../../net/njs/nj_tcp";
import {
  NJ_CONNECTS,
  NJ_REFUSED,
  SOCKET_ERR_BAD_ARG,
  SOCKET_ERR_BUSY,
  SOCKET_ERR_MAX_SOCK,
  SOCKET_ERR_UNKNOWN,
  ST_TYPE_MASK,
  ST_UDP,
} from "../../net/njs/nj_var";
import { gethostbyname } from "../resolver/resolver";
import { networkjs_driver } from "./networkjs_driver";
import { networkjs_nohost } from "./networkjs_error";
import { networkjs_slowrecv, networkjs_told } from "./networkjs_sock";
import { networkjs_dgram, networkjs_udpinit, networkjs_udpsend } from "./networkjs_udp";

/** What a program may say of a connection. */
export interface ConnectionOptions {
  host?: string;
  /** ms without data either way after which the connection ends; 0: none */
  timeout?: number;
}

/** Whose peer is being looked for, by descriptor: the descriptor may serve another meanwhile. */
let njlookups: object[];

/** Makes this stack the interpreter's network, if it can have one and this build can be it. */
export function networkjs_attach(): void {
  if (LIB_NETWORKJS) networkjs_attach1();
}

function networkjs_attach1(): void {
  nj_init(networkjs_told);
  if (INET_UDP) networkjs_udpinit();
  if (NJ_CONNECTS) njlookups = [];
  const udpsend = INET_UDP ? networkjs_udpsend : networkjs_nodgram;
  if (!network_create(networkjs_driver(networkjs_create, networkjs_slowrecv, udpsend), NJ_CHUNK))
    printf("This Espruino has no NetworkJS" + (LIB_SYSCALLS ? ": eth.net works, net, http and dgram do not" : ""));
}

/** A new socket's number, or SOCKET_ERR_; `host` is undefined for one that listens. */
function networkjs_create(host: string | undefined, port: number, type: number, options: unknown): number {
  let sckt = SOCKET_ERR_UNKNOWN;
  try {
    sckt = turn_leave(turn_enter(), networkjs_create1(host, port, type, options));
  } catch (error) {
    printf("NetworkJS: " + error);
  }
  if (sckt === SOCKET_ERR_BUSY) printf("NetworkJS: port in use: " + port);
  return sckt < 0 && host !== undefined ? NJ_REFUSED - sckt : sckt;
}

function networkjs_create1(host: string | undefined, port: number, type: number, options: unknown): number {
  if (!nj_room()) return SOCKET_ERR_MAX_SOCK;
  if ((type & ST_TYPE_MASK) === ST_UDP)
    return INET_UDP ? networkjs_dgram(host === undefined ? port : 0, options as object) : networkjs_nodgram();
  if (!INET_TCP) return SOCKET_ERR_BAD_ARG;
  if (host !== undefined)
    return NJ_CONNECTS ? networkjs_connect(host, port, type, options as ConnectionOptions) : networkjs_noclient();
  return networkjs_listen(port, type, options as ConnectionOptions | null);
}

function networkjs_nodgram(): number {
  printf("NetworkJS: dgram is not in this bundle");
  return SOCKET_ERR_BAD_ARG;
}

function networkjs_noclient(): number {
  printf("NetworkJS: connections to others are not in this bundle");
  return SOCKET_ERR_BAD_ARG;
}

/** A client: its number comes at once. `name` is what the interpreter makes of the host. */
function networkjs_connect(name: string, port: number, type: number, options: ConnectionOptions | null): number {
  const host = (options && options.host) || name;
  net_name(); // it was for this call
  if (!port) {
    printf("NetworkJS: no port given: " + host);
    return SOCKET_ERR_BAD_ARG;
  }
  const fd = nj_client(type, networkjs_idle(options, 0));
  if (fd < 0) return fd;
  const lookup = (njlookups[fd] = {});
  gethostbyname(host, (addr, herror) => {
    networkjs_nohost(host, herror);
    if (njlookups[fd] === lookup) nj_connect(fd, addr, port);
  });
  return fd;
}

/** Seconds of silence that a program has named, or `otherwise`. */
function networkjs_idle(options: ConnectionOptions | null, otherwise: number): number {
  return options && options.timeout! >= 0 ? Math.ceil(options.timeout! / 1000) : otherwise;
}

/**
 * A server. Its program is told by an exception that it cannot be. `options`: what the program has put into its server's
 * field `opt`.
 */
function networkjs_listen(port: number, type: number, options: ConnectionOptions | null): number {
  return nj_listen(port, type, networkjs_idle(options, -1));
}
