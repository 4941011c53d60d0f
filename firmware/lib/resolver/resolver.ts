/**
 * Host names. BSD: lib/libc/net/gethostnamadr.c. Called by programs (by `eth.net`), and by the libraries that take a name where an
 * address would do. Servers are asked by net/inet/dns.
 *
 * Differs: nothing waits. The answer comes by callback, in a turn of its own, never from within the call. There is a
 * cache; questions for one name are one question; a stub has no use for what BSD's res_query asks besides addresses.
 */
import { INET_DNS, INET_DOMAIN, INET_MULTICAST, RES_MAXNS, RES_MAXWAIT, RES_NCACHE } from "../../config";
import { hrtime, random32, timeout } from "../../machdep";
import { res_ask, res_taken } from "../../net/inet/dns/res_ask";
import { res_tells } from "../../net/inet/dns/res_send";
import { res_setserver } from "../../net/inet/dns/res_var";
import { INADDR_LOOPBACK } from "../../net/inet/in_var";
import { turn_begin, turn_end, turn_upcall } from "../../net/kern/turn";
import { HOST_NOT_FOUND, TRY_AGAIN } from "../../net/wire/dns";
import { INADDR_NONE, inet_addr } from "../inet";

/** Gets the address (int32), or 0 and why there is none (net/wire/dns.ts). */
export type HostCallback = (addr: number, herror: number) => void;

/** A name that is being asked for, and who waits for the answer. */
interface Reswait {
  rw_name: string;
  rw_callbacks: HostCallback[];
}

/** What is known of a name: its address, or why it has none, until when (ms of uptime). */
interface Rescache {
  rc_name: string;
  rc_addr: number;
  rc_herror: number;
  rc_time: number;
}

/** Bytes of a name at most, as it is sent (RFC 1035 2.3.4). */
const MAXCDNAME = 255;

let res_domain = "";
/** By the number of the question. */
let res_waits: (Reswait | null)[] = [];
let res_cache: Rescache[] = [];

/** Forgets everything: the stack has been brought up anew. */
export function res_init(): void {
  if (!INET_DNS) return;
  res_waits = [];
  res_setdomain("");
  res_setservers([]);
  res_tells(res_answers);
}

/** The name servers from now on (int32), by hand or by DHCP (RFC 2132 3.8); of more than RES_MAXNS the first. */
export function res_setservers(addrs: number[]): void {
  if (!INET_DNS) return;
  for (let i = 0; i < RES_MAXNS; i++) res_setserver(i, addrs[i] | 0);
  if (RES_NCACHE) res_cache = [];
}

/** The domain of names without a dot (RFC 2132 3.17); "" for none. */
export function res_setdomain(domain: string): void {
  if (INET_DOMAIN) res_domain = domain;
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
  if (INET_DOMAIN && dot < 0 && res_domain) return host + "." + res_domain;
  return host.substr(-1) === "." ? host.substr(0, host.length - 1) : host;
}

function gethostbydns(host: string, callback: HostCallback): void {
  const rc = RES_NCACHE ? res_known(host) : null;
  const msg = rc ? "" : res_mkquery(host);
  if (rc) res_tell(callback, rc.rc_addr, rc.rc_herror);
  else if (!msg) res_tell(callback, 0, HOST_NOT_FOUND);
  else if (!res_wait(host, msg, callback)) res_tell(callback, 0, TRY_AGAIN);
}

/** The question for the address of `name`, recursion desired; "" when that is no name: a label too long, or empty, or all too long together. */
function res_mkquery(name: string): string {
  const id = random32();
  const labels = name.split(".");
  let wire = "";
  for (let i = 0; i < labels.length; i++) {
    const n = labels[i].length;
    if (!n || n > 63) return "";
    wire += String.fromCharCode(n) + labels[i];
  }
  if (wire.length >= MAXCDNAME) return "";
  return String.fromCharCode((id >> 8) & 255, id & 255) + "\x01\0\0\x01\0\0\0\0\0\0" + wire + "\0\0\x01\0\x01";
}

/** What the cache has of a name, unless it is too old. */
function res_known(host: string): Rescache | null {
  const now = hrtime();
  for (let i = 0; i < res_cache.length; i++)
    if (res_cache[i].rc_name === host && res_cache[i].rc_time > now) return res_cache[i];
  return null;
}

/** `callback` waits for what is asked, or is asked now; false when that cannot be, or too many wait. */
function res_wait(host: string, msg: string, callback: HostCallback): boolean {
  const rw = res_asking(host) || res_asks(host, msg);
  if (!rw || rw.rw_callbacks.length >= RES_MAXWAIT) return false;
  rw.rw_callbacks.push(callback);
  return true;
}

function res_asking(host: string): Reswait | null {
  for (let i = 0; i < res_waits.length; i++) {
    const rw = res_waits[i];
    if (rw && rw.rw_name === host) return rw;
  }
  return null;
}

/** Names in .local are those of hosts on the cable (RFC 6762). */
function res_asks(host: string, msg: string): Reswait | null {
  const no = res_ask(msg, INET_MULTICAST && host.substr(-6) === ".local");
  if (no < 0) return null;
  const rw: Reswait = { rw_name: host, rw_callbacks: [] };
  res_waits[no] = rw;
  return rw;
}

/** Answers have come. */
function res_answers(): void {
  res_taken(res_answered);
}

function res_answered(no: number, addr: number, herror: number, ttl: number): void {
  const rw = res_waits[no];
  res_waits[no] = null;
  if (!rw) return;
  if (RES_NCACHE && ttl) res_remember(rw.rw_name, addr, herror, ttl);
  for (let i = 0; i < rw.rw_callbacks.length; i++) res_tell(rw.rw_callbacks[i], addr, herror);
}

/** Puts what is known in the cache, in the place of what would be forgotten soonest. */
function res_remember(name: string, addr: number, herror: number, ttl: number): void {
  let slot = 0;
  for (let i = 1; i < res_cache.length; i++) if (res_cache[i].rc_time < res_cache[slot].rc_time) slot = i;
  res_cache[res_cache.length < RES_NCACHE ? res_cache.length : slot] = {
    rc_name: name,
    rc_addr: addr,
    rc_herror: herror,
    rc_time: hrtime() + ttl * 1000,
  };
}

/** The answer comes from a turn of its own. */
function res_tell(callback: HostCallback, addr: number, herror: number): void {
  timeout(() => {
    turn_begin();
    turn_upcall(callback, addr, herror);
    turn_end();
  }, 0);
}
