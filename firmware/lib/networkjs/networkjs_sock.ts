/**
 * The sockets that Espruino's own net, http and dgram hold of us: what networkjs.ts knows of each, and their clock. Espruino:
 * libs/network/socketserver.c, libs/network/js/network_js.c, which asks for every socket in every round of its idle loop.
 *
 * A socket's number is its descriptor. `njready` says whether asking may be worth while: an idle round costs no more
 * than a look at it. The socket's upcall sets it; who finds nothing more to do clears it.
 */
import {
  NJ_ENDTIME,
  NJ_KEEPCNT,
  NJ_KEEPIDLE,
  NJ_KEEPINTVL,
  NJ_MAXSOCK,
  NJ_OWN,
  NJ_YIELDTIME,
  NOFILE,
} from "../../config";
import { type NetObject, net_object, net_socket } from "../../machdep_network";
import { TCP_KEEPCNT_OPT, TCP_KEEPIDLE_OPT, TCP_KEEPINTVL_OPT } from "../../net/inet/tcp/tcp_sockopt";
import { type Callout, callout_new, callout_reset, callout_stop } from "../../net/kern/callout";
import { fdspare } from "../../net/kern/descrip";
import { SO_KEEPALIVE, SOL_SOCKET } from "../../net/kern/socketvar";
import { getsock } from "../../net/kern/sys_socket";
import { close, setsockopt } from "../../net/kern/syscalls";
import { IPPROTO_TCP } from "../../net/wire/ip";

/* Espruino's socket types */
export const ST_NORMAL = 0;
export const ST_HTTP = 1;
export const ST_UDP = 2;
export const ST_TYPE_MASK = 3;
export const ST_TLS = 4;
/** ... and ours: a connection that a server of ours has accepted. */
export const ST_ACCEPTED = 8;

/* Espruino's error numbers (socketerrors.h) */
export const SOCKET_ERR_CLOSED = -1;
export const SOCKET_ERR_MEM = -2;
export const SOCKET_ERR_TIMEOUT = -3;
export const SOCKET_ERR_NO_ROUTE = -4;
export const SOCKET_ERR_BUSY = -5;
export const SOCKET_ERR_NOT_FOUND = -6;
export const SOCKET_ERR_MAX_SOCK = -7;
export const SOCKET_ERR_RESET = -9;
export const SOCKET_ERR_UNKNOWN = -10;
export const SOCKET_ERR_NO_CONN = -11;
export const SOCKET_ERR_BAD_ARG = -12;

/**
 * The number of a socket that could not be made is this and its error: asked for data it tells that. So a program gets
 * the event "error" with a reason, where a negative number would be an exception without one.
 */
export const NJ_REFUSED = 256;

/* nj_odd: why sending is not just that */
export const NJ_UDP = 1; // it takes datagrams
export const NJ_CONNECTING = 2; // the connection does not stand yet
export const NJ_FAILED = 4; // nor will it ever again
export const NJ_LINGERS = 8; // Espruino has closed it, the peer has not

/** So many seconds (and one) are between two looks at whether the interpreter still knows its sockets. */
const NJ_LOOK = 63;

/** One of the interpreter's sockets, by descriptor. Seconds are counted down to 1; 0 means never. */
export interface Nj {
  nj_odd: number;
  /** what the interpreter is told from now on when it asks for data (SOCKET_ERR_), or 0 */
  nj_error: number;
  /** it was sent on since data was last asked for in vain, or the program has not had its turn yet */
  nj_sent: boolean;
  /** why nothing can be sent on it any more (-errno), or 0 */
  nj_unsent: number;
  /** seconds until something has lasted too long, and what they start from when data has come or gone */
  nj_timer: number;
  nj_rtime: number;
  nj_stime: number;
  /** when data last came or went (njseconds) */
  nj_since: number;
  /** seconds until the peer's life is worth asking after */
  nj_keep: number;
  nj_type: number;
  /** the interpreter's own object for a connection, once it is needed */
  nj_object: NetObject | null;
  /** of a datagram socket, what the program has set, and the group that was joined for it */
  nj_options: DgramOptions | null;
  nj_group: string | null;
}

/** What a program may have set for a datagram socket; addMembership writes into it. */
export interface DgramOptions {
  reuseAddr?: boolean;
  multicastGroup?: string;
}

/** Of each descriptor: 0 when there is nothing to be told. Undefined and 1: it must be looked at. */
export let njready: Uint8Array;
export let njtab: (Nj | null)[];
let njcount: number;
export let njseconds = 0;
let njtimer: Callout;
let njjoin: (fd: number, nj: Nj) => void;

/** No sockets: at boot. `join` joins the group that a datagram socket's program has named since. */
export function networkjs_init(join: (fd: number, nj: Nj) => void): void {
  if (njtimer) callout_stop(njtimer);
  njready = new Uint8Array(NOFILE + 1).fill(1);
  njtab = [];
  njcount = 0;
  njtimer = callout_new();
  njjoin = join;
}

/** May there be one more? One that only lingers has to go for it. */
export function networkjs_room(): boolean {
  for (let fd = 0; !networkjs_spare(0) && fd < njtab.length; fd++) {
    const nj = njtab[fd];
    if (nj && nj.nj_odd & NJ_LINGERS) networkjs_release(fd);
  }
  return networkjs_spare(0);
}

/** Are there sockets, `own` of them left to what is not asked for now? */
function networkjs_spare(own: number): boolean {
  return njcount + own < NJ_MAXSOCK && fdspare();
}

/**
 * May a server have one more connection, and the program still some of its own? One that only lingers has to go for it, and
 * else the one that has been silent longest, should that be long.
 */
export function networkjs_roomin(): boolean {
  if (networkjs_spare(NJ_OWN)) return true;
  let oldest = 0;
  let silence = NJ_YIELDTIME;
  for (let fd = 0; !networkjs_spare(NJ_OWN) && fd < njtab.length; fd++) {
    const nj = njtab[fd];
    const silent = nj && nj.nj_type & ST_ACCEPTED && nj.nj_rtime ? njseconds - nj.nj_since : 0;
    if (nj && nj.nj_odd & NJ_LINGERS) networkjs_release(fd);
    else if (silent >= silence) {
      silence = silent;
      oldest = fd;
    }
  }
  if (networkjs_spare(NJ_OWN)) return true;
  if (oldest) networkjs_expired(oldest, njtab[oldest]!);
  return false;
}

/** The interpreter has a new socket: descriptor `fd`, of that type. */
export function networkjs_open(fd: number, type: number, odd: number): Nj {
  const nj: Nj = {
    nj_odd: odd,
    nj_error: 0,
    nj_sent: false,
    nj_unsent: 0,
    nj_timer: 0,
    nj_rtime: 0,
    nj_stime: 0,
    nj_since: njseconds,
    nj_keep: 0,
    nj_type: type,
    nj_object: null,
    nj_options: null,
    nj_group: null,
  };
  njtab[fd] = nj;
  njready[fd] = 1;
  njcount++;
  if (!njtimer.c_func) callout_reset(njtimer, 1000, networkjs_slowtimo, null);
  return nj;
}

/** The descriptor is given back. */
export function networkjs_release(fd: number): void {
  close(fd); // first: should we break off here, networkjs_mend finds the rest
  njtab[fd] = null;
  njready[fd] = 1;
  njcount--;
}

/** Something has happened to the socket: its upcall. */
export function networkjs_ready(fd: number): void {
  njready[fd] = 1;
}

/**
 * From now on the interpreter is told `error`. Of its HTTP server's connections it does not listen to that, except while
 * it sends (socketServerConnectionsIdle overwrites the answer): those are ended by their own mark.
 */
export function networkjs_fail(fd: number, nj: Nj, error: number): void {
  nj.nj_error = error;
  nj.nj_odd |= NJ_FAILED;
  njready[fd] = 1;
  if (nj.nj_type === (ST_HTTP | ST_ACCEPTED)) networkjs_hangup(fd, nj);
}

/** The HTTP server's connection ends in the interpreter's next round; its program gets the event "close". */
export function networkjs_hangup(fd: number, nj: Nj): void {
  const object = networkjs_object(fd, nj);
  if (object) object.clsNow = true;
}

/** The interpreter's own object for a connection. */
export function networkjs_object(fd: number, nj: Nj): NetObject | null {
  if (!nj.nj_object) nj.nj_object = net_object(nj.nj_type === (ST_HTTP | ST_ACCEPTED) ? "HttpSC" : "HttpCC", fd);
  return nj.nj_object;
}

/** Once a second, while there are sockets: counts down. */
function networkjs_slowtimo(): void {
  if (njcount) callout_reset(njtimer, 1000, networkjs_slowtimo, null);
  if (!(++njseconds & NJ_LOOK)) networkjs_mend();
  for (let fd = 0; fd < njtab.length; fd++) {
    const nj = njtab[fd];
    if (!nj) continue;
    if (nj.nj_timer && !--nj.nj_timer) networkjs_expired(fd, nj);
    else if (nj.nj_keep && !--nj.nj_keep) networkjs_keepalive(fd);
    else if (nj.nj_options && nj.nj_options.multicastGroup !== nj.nj_group) njjoin(fd, nj);
  }
}

/**
 * A turn has broken off (kern/turn.ts), or the interpreter has, without asking us: what it does not know of goes.
 */
export function networkjs_mend(): void {
  njcount = 0;
  for (let fd = 0; fd < njtab.length; fd++) {
    const nj = njtab[fd];
    if (!nj) continue;
    njcount++;
    njready[fd] = 1;
    if (!getsock(fd) || !(nj.nj_odd & NJ_LINGERS || net_socket(fd))) networkjs_release(fd);
  }
  if (njcount && !njtimer.c_func) callout_reset(njtimer, 1000, networkjs_slowtimo, null);
}

function networkjs_expired(fd: number, nj: Nj): void {
  if (nj.nj_odd & NJ_LINGERS) networkjs_release(fd);
  else if (nj.nj_error) networkjs_hangup(fd, nj);
  else networkjs_fail(fd, nj, SOCKET_ERR_TIMEOUT);
}

/** A connection that has lasted a while: should its peer be gone, we want to know. */
function networkjs_keepalive(fd: number): void {
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE_OPT, NJ_KEEPIDLE);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL_OPT, NJ_KEEPINTVL);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT_OPT, NJ_KEEPCNT);
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

/** The peer will send no more. Who serves its request, if there is one whole, has a while to end his answer. */
export function networkjs_ended(fd: number, nj: Nj): number {
  nj.nj_error = SOCKET_ERR_CLOSED;
  if (nj.nj_type === (ST_HTTP | ST_ACCEPTED)) {
    nj.nj_timer = nj.nj_rtime = nj.nj_stime = NJ_ENDTIME;
    if (!networkjs_object(fd, nj)!.hdrs) networkjs_hangup(fd, nj);
  }
  return SOCKET_ERR_CLOSED;
}
