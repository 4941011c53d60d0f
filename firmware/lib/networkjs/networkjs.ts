/**
 * NetworkJS: Espruino's own net, http, dgram and tls over this stack. Espruino: libs/network/js/network_js.c, which calls
 * the five functions of a driver from its idle loop, for each socket once a round. Called by boot-*.ts.
 *
 * What breaks off in one of them (kern/turn.ts) the interpreter takes for an answer, too: an accept, or a socket made, for 0,
 * which is no socket of ours and told so; data received for the end. So a connection is lost, at most.
 *
 * They return at once, never throw (the interpreter would take that for an answer, without a word), and call no program:
 * one that used the network in its turn would pull the ground from under the interpreter's TLS.
 */
import { INET_TCP, LIB_NETWORKJS, NJ_CHUNK } from "../../config";
import { printf } from "../../machdep";
import { network_create } from "../../machdep_network";
import { netisr_rescue } from "../../net/if/netisr";
import { callout_rescue } from "../../net/kern/callout";
import { sorescue } from "../../net/kern/socket_mend";
import { turn_enter, turn_leave } from "../../net/kern/turn";
import {
  NJ_REFUSED,
  NJ_UDP,
  networkjs_init,
  networkjs_release,
  networkjs_room,
  njready,
  njtab,
  SOCKET_ERR_BAD_ARG,
  SOCKET_ERR_CLOSED,
  SOCKET_ERR_MAX_SOCK,
  SOCKET_ERR_NO_CONN,
  SOCKET_ERR_UNKNOWN,
  ST_TLS,
  ST_TYPE_MASK,
  ST_UDP,
} from "./networkjs_sock";
import {
  type ConnectionOptions,
  networkjs_accept1,
  networkjs_connect,
  networkjs_listen,
  networkjs_tcpclose,
  networkjs_tcprecv,
  networkjs_tcpsend,
} from "./networkjs_tcp";
import {
  networkjs_dgram,
  networkjs_join,
  networkjs_udpinit,
  networkjs_udprecv,
  networkjs_udpsend,
} from "./networkjs_udp";

/** How often the interpreter has asked for connections. */
let njpolls = 0;

/** Makes this stack the interpreter's network, if it can have one and this build can be it. */
export function networkjs_attach(): void {
  if (LIB_NETWORKJS) networkjs_attach1();
}

function networkjs_attach1(): void {
  networkjs_init(networkjs_join);
  networkjs_udpinit();
  const driver = {
    recv: networkjs_recv,
    send: networkjs_send,
    accept: networkjs_accept,
    create: networkjs_create,
    close: networkjs_close,
  };
  if (!network_create(driver, NJ_CHUNK))
    printf("This Espruino has no NetworkJS: eth.net works, net, http and dgram do not");
}

/** A new socket's number, or SOCKET_ERR_; `host` is undefined for one that listens. */
function networkjs_create(host: string | undefined, port: number, type: number, options: unknown): number {
  let sckt = SOCKET_ERR_UNKNOWN;
  try {
    sckt = turn_leave(turn_enter(), networkjs_create1(host, port, type, options));
  } catch (error) {
    printf("NetworkJS: " + error);
  }
  return sckt < 0 && host !== undefined ? NJ_REFUSED - sckt : sckt;
}

function networkjs_create1(host: string | undefined, port: number, type: number, options: unknown): number {
  if (!networkjs_room()) return SOCKET_ERR_MAX_SOCK;
  if ((type & ST_TYPE_MASK) === ST_UDP) return networkjs_dgram(host === undefined ? port : 0, options as object);
  if (!INET_TCP) return SOCKET_ERR_BAD_ARG;
  return host === undefined
    ? networkjs_listen(port, type, options as ConnectionOptions | null)
    : networkjs_connect(host, port, type, options as ConnectionOptions);
}

/** The interpreter has done with the socket; no call names it again. */
function networkjs_close(sckt: number): void {
  turn_leave(turn_enter(), networkjs_close1(sckt));
}

function networkjs_close1(sckt: number): void {
  const nj = njtab[sckt];
  if (!nj) return;
  if (INET_TCP && !(nj.nj_odd & NJ_UDP)) networkjs_tcpclose(sckt, nj);
  else networkjs_release(sckt);
}

/**
 * The number of a new connection, or -1. The interpreter asks for ever, whatever it has broken off: should a machine timer
 * have been lost, it is found here.
 */
function networkjs_accept(sckt: number): number {
  if (!(++njpolls & 511)) turn_leave(turn_enter(), networkjs_rescue());
  return INET_TCP && njready[sckt] ? turn_leave(turn_enter(), networkjs_accept1(sckt)) : -1;
}

/** Machine timers that came when there was no memory even to call their functions. */
function networkjs_rescue(): void {
  callout_rescue();
  sorescue();
  netisr_rescue();
}

/** Data, at most `len` bytes of it; "": none; SOCKET_ERR_: nor will there be. */
function networkjs_recv(sckt: number, len: number): string | number {
  return njready[sckt] === 0 ? "" : turn_leave(turn_enter(), networkjs_recv1(sckt, len));
}

function networkjs_recv1(sckt: number, len: number): string | number {
  const nj = njtab[sckt];
  if (!nj) return sckt > NJ_REFUSED ? NJ_REFUSED - sckt : SOCKET_ERR_CLOSED;
  if (nj.nj_error) return nj.nj_error;
  if (INET_TCP && !nj.nj_odd) return networkjs_tcprecv(sckt, nj, len);
  if (nj.nj_odd & NJ_UDP) return networkjs_udprecv(sckt, len);
  return nj.nj_type & ST_TLS ? "" : SOCKET_ERR_NO_CONN;
}

/** How many bytes of `data` were taken, 0 when none can be now, or SOCKET_ERR_. */
function networkjs_send(sckt: number, data: string): number {
  return turn_leave(turn_enter(), networkjs_send1(sckt, data));
}

function networkjs_send1(sckt: number, data: string): number {
  const nj = njtab[sckt];
  if (!nj) return networkjs_recv1(sckt, 0) as number;
  if (INET_TCP && !nj.nj_odd) return networkjs_tcpsend(sckt, nj, data);
  return nj.nj_odd & NJ_UDP ? networkjs_udpsend(sckt, data) : nj.nj_error;
}
