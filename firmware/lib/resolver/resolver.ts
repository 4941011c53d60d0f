/**
 * Host names: RFC 1034, 1035, 2308, 5452; names in .local by multicast (RFC 6762 5.1). BSD: lib/libc/net/gethostnamadr.c,
 * lib/libc/resolv/res_send.c. Called by programs (by `eth.net`), and by the libraries that take a name where an address
 * would do.
 *
 * A question has a socket of its own, so the port is a random one. It is connected with the first server that is asked, which
 * is heard of at once when it does not listen; with none once others are asked too: whoever of them answers first is believed.
 *
 * Differs: nothing waits. The answer comes by callback, in a turn of its own, never from within the call. There is a
 * cache; questions for one name are one question; a stub has no use for what BSD's res_query asks besides addresses.
 */
import {
  INET_DNS,
  RES_MAXNS,
  RES_MAXWAIT,
  RES_NCACHE,
  RES_NEXT,
  RES_NQUERY,
  RES_PACKETSZ,
  RES_RETRANS,
  RES_RETRY,
} from "../../config";
import { hrtime, random32, timeout } from "../../machdep";
import { INADDR_LOOPBACK, type SockaddrIn } from "../../net/inet/in_var";
import { type Callout, callout_new, callout_pending, callout_reset, callout_stop } from "../../net/kern/callout";
import { EAGAIN } from "../../net/kern/errno";
import { AF_INET, SOCK_DGRAM } from "../../net/kern/socketvar";
import { getsock, sockpriv } from "../../net/kern/sys_socket";
import { close, connect, recvstring, sendto, setupcall, socket } from "../../net/kern/syscalls";
import { turn_begin, turn_end, turn_upcall } from "../../net/kern/turn";
import { INADDR_NONE, inet_addr } from "../inet";
import {
  getanswer,
  HOST_NOT_FOUND,
  NO_DATA,
  NO_RECOVERY,
  type Rescache,
  res_isanswer,
  res_mkquery,
  TRY_AGAIN,
} from "./resolver_msg";

export { HOST_NOT_FOUND, NO_DATA, NO_RECOVERY, TRY_AGAIN };

/** Gets the address (int32), or 0 and why there is none. */
export type HostCallback = (addr: number, herror: number) => void;

/** A question that is being asked, and who waits for the answer. */
interface Resquery {
  rq_name: string;
  rq_msg: string;
  rq_fd: number;
  /** asked of the group of RFC 6762 */
  rq_local: boolean;
  /** how often it was sent */
  rq_sent: number;
  /** what is said when nobody knows more */
  rq_herror: number;
  rq_waiting: HostCallback[];
  rq_callout: Callout;
}

const NAMESERVER_PORT = 53;
const MDNS_PORT = 5353;
const MDNS_GROUP = -0x1fffff05; // 224.0.0.251

/* Counters */
export const RESS_QUERIES = 0; // questions sent, again or for the first time
export const RESS_ANSWERS = 1; // replies that told something
export const RESS_BADREPLY = 2; // what was no answer to the question
export const RESS_CANTREAD = 3; // answers that were garbled, or cut short and useless
export const RESS_TIMEOUTS = 4; // names that nobody has told anything of
export const RESS_REFUSED = 5; // no more questions, or more who wait for one, at a time
export const RESS_NCOUNT = 6;
export const resstat = new Uint32Array(RESS_NCOUNT);

let res_nsaddr: number[] = [];
let res_domain = "";
let res_queries: Resquery[] = [];
let res_cache: Rescache[] = [];

/** Forgets everything: the stack has been brought up anew. */
export function res_init(): void {
  res_queries = [];
  res_setdomain("");
  res_setservers([]);
}

/** The name servers from now on (int32), by hand or by DHCP (RFC 2132 3.8); of more than RES_MAXNS the first. */
export function res_setservers(addrs: number[]): void {
  res_nsaddr = addrs.slice(0, RES_MAXNS);
  res_cache = [];
}

/** The domain of names without a dot (RFC 2132 3.17); "" for none. */
export function res_setdomain(domain: string): void {
  res_domain = domain;
}

/** Finds the address of `name`: dotted quad, "localhost", or a name that the servers know. */
export function gethostbyname(name: string, callback: HostCallback): void {
  const host = ("" + name).toLowerCase();
  const addr = host === "localhost" ? INADDR_LOOPBACK : inet_addr(host);
  if (addr !== INADDR_NONE || host === "255.255.255.255") res_tell(callback, addr, 0);
  else if (INET_DNS) gethostbydns(res_fullname(host), callback);
  else res_tell(callback, 0, HOST_NOT_FOUND);
}

/** A name that ends in a dot is as it is. */
function res_fullname(host: string): string {
  const dot = host.indexOf(".");
  if (dot >= 0 && dot === host.length - 1) return host.substr(0, dot);
  if (dot < 0 && res_domain) return host + "." + res_domain;
  return host.substr(-1) === "." ? host.substr(0, host.length - 1) : host;
}

function gethostbydns(host: string, callback: HostCallback): void {
  const rc = res_known(host);
  const msg = rc ? "" : res_mkquery(host, random32());
  const rq = msg ? res_asking(host) || res_ask(host, msg) : null;
  if (rc) res_tell(callback, rc.rc_addr, rc.rc_herror);
  else if (!msg) res_tell(callback, 0, HOST_NOT_FOUND);
  else if (rq && rq.rq_waiting.length < RES_MAXWAIT) rq.rq_waiting.push(callback);
  else {
    resstat[RESS_REFUSED]++;
    res_tell(callback, 0, TRY_AGAIN);
  }
}

/** What the cache has of a name, unless it is too old. */
function res_known(host: string): Rescache | null {
  const now = hrtime();
  for (let i = 0; i < res_cache.length; i++)
    if (res_cache[i].rc_name === host && res_cache[i].rc_time > now) return res_cache[i];
  return null;
}

/** The answer comes from a turn of its own. */
function res_tell(callback: HostCallback, addr: number, herror: number): void {
  timeout(() => {
    turn_begin();
    turn_upcall(callback, addr, herror);
    turn_end();
  }, 0);
}

function res_asking(host: string): Resquery | null {
  for (let i = 0; i < res_queries.length; i++) if (res_queries[i].rq_name === host) return res_queries[i];
  return null;
}

/** Asks for the first time; null when there is nobody to ask, or no more can be asked at a time. */
function res_ask(host: string, msg: string): Resquery | null {
  const local = host.substr(-6) === ".local";
  if (res_queries.length >= RES_NQUERY || !(local || res_nsaddr.length)) return null;
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return null;
  sockpriv(fd);
  const rq: Resquery = {
    rq_name: host,
    rq_msg: msg,
    rq_fd: fd,
    rq_local: local,
    rq_sent: 0,
    rq_herror: local ? HOST_NOT_FOUND : TRY_AGAIN,
    rq_waiting: [],
    rq_callout: callout_new(),
  };
  res_queries.push(rq);
  setupcall(fd, res_input);
  res_send(rq);
  return rq;
}

/** Asks the next server as well, and after the last the first again, more patiently in each round; in the end, gives up. */
function res_send(rq: Resquery): void {
  const servers = rq.rq_local ? 1 : res_nsaddr.length;
  const round = (rq.rq_sent / servers) | 0;
  if (!servers || round >= RES_RETRY) {
    resstat[RESS_TIMEOUTS]++;
    res_done(rq, 0, rq.rq_herror);
    return;
  }
  const many = rq.rq_local || (servers > 1 && rq.rq_sent > 0); // may answer
  const to: SockaddrIn = {
    sin_family: AF_INET,
    sin_addr: rq.rq_local ? MDNS_GROUP : res_nsaddr[rq.rq_sent % servers],
    sin_port: rq.rq_local ? MDNS_PORT : NAMESERVER_PORT,
  };
  if (!rq.rq_local) connect(rq.rq_fd, many ? { sin_family: AF_INET, sin_addr: 0, sin_port: 0 } : to);
  sendto(rq.rq_fd, rq.rq_msg, 0, many ? to : null); // what does not go now is sent again like what is lost
  rq.rq_sent++;
  resstat[RESS_QUERIES]++;
  const wait = rq.rq_sent % servers ? RES_NEXT : (RES_RETRANS << round) - RES_NEXT * (servers - 1);
  callout_reset(rq.rq_callout, wait, res_send, rq);
}

/** A turn has broken off (kern/turn.ts): what is being asked goes on being asked. */
export function res_mend(): void {
  for (let i = res_queries.length; i--; ) {
    const rq = res_queries[i];
    if (!getsock(rq.rq_fd)) res_done(rq, 0, TRY_AGAIN);
    else if (!callout_pending(rq.rq_callout)) callout_reset(rq.rq_callout, RES_RETRANS, res_send, rq);
  }
}

/** Upcall: replies, or the news that a server does not listen. */
function res_input(fd: number): void {
  const from: SockaddrIn = { sin_family: 0, sin_addr: 0, sin_port: 0 };
  for (let i = 0; i < res_queries.length; i++) {
    const rq = res_queries[i];
    let msg: string | number = 0;
    while (rq.rq_fd === fd && (msg = recvstring(fd, RES_PACKETSZ, 0, from)) !== -EAGAIN) {
      if (typeof msg === "number") res_next(rq);
      else if (!res_isserver(rq, from)) resstat[RESS_BADREPLY]++;
      else res_reply(rq, msg);
    }
  }
}

/** Is it one whom we ask? */
function res_isserver(rq: Resquery, from: SockaddrIn): boolean {
  if (rq.rq_local) return from.sin_port === MDNS_PORT;
  return from.sin_port === NAMESERVER_PORT && res_nsaddr.indexOf(from.sin_addr) >= 0;
}

/** A reply from whom we have asked: an answer, or not. */
function res_reply(rq: Resquery, msg: string): void {
  if (!res_isanswer(msg, rq.rq_msg)) {
    resstat[RESS_BADREPLY]++;
    return;
  }
  const rc = getanswer(msg, rq.rq_msg, rq.rq_name);
  const herror = rc ? rc.rc_herror : TRY_AGAIN;
  if (!rc) resstat[RESS_CANTREAD]++;
  if (herror === TRY_AGAIN || herror === NO_RECOVERY) {
    rq.rq_herror = herror;
    res_next(rq);
  } else if (!rq.rq_local || !herror) {
    resstat[RESS_ANSWERS]++;
    res_remember(rc!);
    res_done(rq, rc!.rc_addr, herror);
  }
}

/** This server cannot help. The next one is asked at once, the first one again only when its time has come. */
function res_next(rq: Resquery): void {
  if (!rq.rq_local && rq.rq_sent % res_nsaddr.length) res_send(rq);
}

/** Puts what is known in the cache, in the place of what would be forgotten soonest. */
function res_remember(rc: Rescache): void {
  let slot = 0;
  rc.rc_time = hrtime() + rc.rc_time * 1000;
  for (let i = 1; i < res_cache.length; i++) if (res_cache[i].rc_time < res_cache[slot].rc_time) slot = i;
  res_cache[res_cache.length < RES_NCACHE ? res_cache.length : slot] = rc;
}

function res_done(rq: Resquery, addr: number, herror: number): void {
  callout_stop(rq.rq_callout);
  close(rq.rq_fd);
  rq.rq_fd = -1;
  res_queries.splice(res_queries.indexOf(rq), 1);
  for (let i = 0; i < rq.rq_waiting.length; i++) res_tell(rq.rq_waiting[i], addr, herror);
}
