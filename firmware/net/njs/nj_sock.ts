/**
 * The sockets that Espruino's own net, http and dgram hold of us: what is known of each, and their clock. Espruino:
 * libs/network/socketserver.c, libs/network/js/network_js.c, which asks for every socket in every round of its idle loop.
 *
 * A socket's number is its descriptor. `njready` says whether asking may be worth while: an idle round costs no more
 * than a look at it. The socket's upcall sets it; who finds nothing more to do clears it. What is to be done with the
 * interpreter's own objects waits (nj_wants) until the library asks for it.
 */
import {
  INET_TCP,
  NJ_KEEPCNT,
  NJ_KEEPIDLE,
  NJ_KEEPINTVL,
  NJ_MAXSOCK,
  NJ_OWN,
  NJ_YIELDTIME,
  NOFILE,
} from "../../config";
import type { Bytes, Embedded, Table } from "../../types";
import { TCP_KEEPCNT_OPT, TCP_KEEPIDLE_OPT, TCP_KEEPINTVL_OPT, TCP_SETSKEEP } from "../inet/tcp/tcp_sockopt";
import { type Callout, callout_new, callout_reset } from "../kern/callout";
import { fdspare } from "../kern/descrip";
import { free } from "../kern/kern_malloc";
import { SO_KEEPALIVE, SOL_SOCKET } from "../kern/socketvar";
import { getsock } from "../kern/sys_socket";
import { kern_close, setsockopt } from "../kern/uipc_syscalls";
import { IPPROTO_TCP } from "../wire/ip";
import {
  NJ_FAILED,
  NJ_HANGUP,
  NJ_KNOWN,
  NJ_LINGERS,
  NJ_TYPE_SHIFT,
  NJ_WANTS_SHIFT,
  type Nj,
  SOCKET_ERR_TIMEOUT,
  ST_ACCEPTED,
  ST_HTTP,
} from "./nj_var";

/** So many seconds (and one) are between two looks at whether the interpreter still knows its sockets. */
const NJ_LOOK = 63;

const NDESC = NOFILE + 1;

/** Of each descriptor: 0 when there is nothing to be told. 1: it must be looked at. */
export let njready: Bytes<typeof NDESC>;
let njtab: Table<Nj | null, typeof NDESC>;
let njcount: number;
export let njseconds: number;
let njtimer: Embedded<Callout>;
let njtell: () => void;

/** No sockets: at boot. `tell` is called when something waits for nj_wanted. */
export function nj_init(tell: () => void): void {
  njready = new Uint8Array(NDESC);
  njtab = [];
  njcount = 0;
  njseconds = 0;
  njtimer = callout_new();
  njtell = tell;
}

/** What is known of a descriptor; null: it is no socket of the interpreter's. */
export function nj_of(fd: number): Nj | null {
  return fd > 0 && fd <= NOFILE ? njtab[fd] || null : null;
}

/** Is it not worth while to ask? */
export function nj_idle(fd: number): boolean {
  return nj_of(fd) !== null && !njready[fd];
}

/** May there be one more? One that only lingers has to go for it. */
export function nj_room(): boolean {
  for (let fd = 1; !nj_spare(0) && fd <= NOFILE; fd++) {
    const nj = njtab[fd];
    if (nj && nj.nj_odd & NJ_LINGERS) nj_release(fd);
  }
  return nj_spare(0);
}

/** Are there sockets, `own` of them left to what is not asked for now? */
function nj_spare(own: number): boolean {
  return njcount + own < NJ_MAXSOCK && fdspare();
}

/**
 * May a server have one more connection, and the program still some of its own? One that only lingers has to go for it, and
 * else the one that has been silent longest, should that be long.
 */
export function nj_roomin(): boolean {
  let oldest = 0;
  let silence = NJ_YIELDTIME;
  for (let fd = 1; !nj_spare(NJ_OWN) && fd <= NOFILE; fd++) {
    const nj = njtab[fd];
    const silent = nj && nj.nj_type & ST_ACCEPTED && nj.nj_rtime ? njseconds - nj.nj_since : 0;
    if (nj && nj.nj_odd & NJ_LINGERS) nj_release(fd);
    else if (silent >= silence) {
      silence = silent;
      oldest = fd;
    }
  }
  if (nj_spare(NJ_OWN)) return true;
  const nj = nj_of(oldest);
  if (nj) nj_expired(oldest, nj);
  return false;
}

/** The interpreter has a new socket: descriptor `fd`, of that type. Null: there is no room for what is known of it. */
export function nj_open(fd: number, type: number, odd: number): Nj | null {
  const nj: Nj | null = {
    nj_type: type,
    nj_odd: odd,
    nj_error: 0,
    nj_unsent: 0,
    nj_sent: false,
    nj_given: 0,
    nj_wants: 0,
    nj_timer: 0,
    nj_rtime: 0,
    nj_stime: 0,
    nj_since: njseconds,
    nj_keep: 0,
  };
  if (!nj) return null;
  njtab[fd] = nj;
  njready[fd] = 1;
  njcount++;
  nj_tick();
  return nj;
}

/** The descriptor is given back. */
export function nj_release(fd: number): void {
  const nj = nj_of(fd);
  kern_close(fd); // first: should we break off here, nj_mend finds the rest
  if (!nj) return;
  njtab[fd] = null;
  njcount--;
  free(nj);
}

/**
 * From now on the interpreter is told `error`. Of its HTTP server's connections it does not listen to that, except while
 * it sends (socketServerConnectionsIdle overwrites the answer): those are ended by their own mark.
 */
export function nj_fail(fd: number, nj: Nj, error: number): void {
  nj.nj_error = -error;
  nj.nj_odd |= NJ_FAILED;
  njready[fd] = 1;
  if (nj.nj_type === (ST_HTTP | ST_ACCEPTED)) nj_want(nj, NJ_HANGUP);
}

function nj_want(nj: Nj, what: number): void {
  nj.nj_wants |= what;
  njtell();
}

/** What is to be done with an object of the interpreter's (NJ_WANTS_SHIFT); 0: nothing. */
export function nj_wanted(): number {
  for (let fd = 1; fd <= NOFILE; fd++) {
    const nj = njtab[fd];
    const wants = nj ? nj.nj_wants : 0;
    if (!nj || !wants) continue;
    nj.nj_wants = 0;
    return fd | (nj.nj_type << NJ_TYPE_SHIFT) | (wants << NJ_WANTS_SHIFT);
  }
  return 0;
}

/** The clock goes while there are sockets. */
function nj_tick(): void {
  if (njcount && !njtimer.c_func) callout_reset(njtimer, 1000, nj_slowtimo, null);
}

/** Once a second: counts down. */
function nj_slowtimo(): void {
  nj_tick();
  if (!(++njseconds & NJ_LOOK)) nj_mend();
  let left = njcount;
  for (let fd = 1; left > 0 && fd <= NOFILE; fd++) {
    const nj = njtab[fd];
    if (!nj) continue;
    left--;
    nj_second(fd, nj);
  }
}

function nj_second(fd: number, nj: Nj): void {
  if (INET_TCP && nj.nj_keep) {
    nj.nj_keep--;
    if (!nj.nj_keep) nj_keepalive(fd);
  }
  if (!nj.nj_timer) return;
  nj.nj_timer--;
  if (!nj.nj_timer) nj_expired(fd, nj);
}

/** A turn has broken off (kern/turn.ts), or the interpreter has, without asking us: what it does not know of goes. */
export function nj_mend(): void {
  njcount = 0;
  for (let fd = 1; fd <= NOFILE; fd++) {
    const nj = njtab[fd];
    if (!nj) continue;
    njcount++;
    njready[fd] = 1;
    if (!getsock(fd)) nj_release(fd);
    else if (!(nj.nj_odd & NJ_LINGERS)) nj_want(nj, NJ_KNOWN);
  }
  nj_tick();
}

function nj_expired(fd: number, nj: Nj): void {
  if (nj.nj_odd & NJ_LINGERS) nj_release(fd);
  else if (nj.nj_error) nj_want(nj, NJ_HANGUP);
  else nj_fail(fd, nj, SOCKET_ERR_TIMEOUT);
}

/** A connection that has lasted a while: should its peer be gone, we want to know. */
function nj_keepalive(fd: number): void {
  if (TCP_SETSKEEP) {
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE_OPT, NJ_KEEPIDLE);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL_OPT, NJ_KEEPINTVL);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT_OPT, NJ_KEEPCNT);
  }
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}
