/**
 * Initial sequence numbers (RFC 6528) and SYN cookies (RFC 4987 3.6). BSD: tcp_iss of netinet/tcp_var.h, and its
 * successors' tcp_syncache.c.
 *
 * A cookie is an initial sequence number that says all that a listener must know of a SYN that it has forgotten: 5 bits
 * of a clock that ticks every 65 s, 3 bits for the MSS, 24 bits of hash over them, the endpoints and the peer's own
 * sequence number. Whoever acknowledges it has received it, hence has the address that it says.
 */
import { in_hash, in_hash_init } from "../in_hash";
import { tcp_now, ti } from "./tcp_var";

/** The steps in which a cookie knows the MSS. */
const cookie_mss = [216, 536, 768, 996, 1200, 1300, 1400, 1460];
/** The clock of cookies ticks every 2^16 ms, so that it goes on evenly when the uptime wraps. */
const COOKIE_SHIFT = 16;
/** How long after it was given a cookie may still be good (ms). */
const COOKIE_LIFE = 2 << COOKIE_SHIFT;
/** Distance of a connection from its predecessor. */
const ISSINCR = 128 * 1024;

/** When the last one was given; 0: none yet. */
let cookie_time: number;
/** What the next connection has to begin behind, where one like it was before. */
let behind: number;
let reuse: boolean;

export function tcp_iss_init(): void {
  in_hash_init();
  cookie_time = 0;
  reuse = false;
}

/** The number that a connection begins with: a clock of 4 us, plus a hash of the endpoints (RFC 9293 3.4.1). */
export function tcp_newiss(laddr: number, lport: number, faddr: number, fport: number): number {
  const iss = (in_hash(laddr, faddr, (lport << 16) | fport, 0) + tcp_now * 250) | 0;
  if (!reuse) return iss;
  reuse = false;
  return ((iss - behind) | 0) > 0 ? iss : (behind + ISSINCR) | 0;
}

/** The next connection is the successor of one that sent up to `seq` (RFC 9293 3.6.1, MAY-2). */
export function tcp_reuseiss(seq: number): void {
  behind = seq;
  reuse = true;
}

/** What the clock of cookies shows. */
function cookie_clock(): number {
  return (tcp_now >>> COOKIE_SHIFT) & 31;
}

/** The cookie for the endpoints of `ti`, as of `tick`, without its hash when `seq` is the peer's SYN. */
function cookie_hash(seq: number, head: number): number {
  return in_hash(ti.ti_src, ti.ti_dst, (ti.ti_sport << 16) | ti.ti_dport, seq ^ head) & 0xffffff;
}

/** A cookie for the SYN in `ti`. */
export function tcp_cookie(): number {
  let i = 7;
  while (i && cookie_mss[i] > (ti.ti_mss || 536)) i--;
  const head = (cookie_clock() << 27) | (i << 24);
  cookie_time = tcp_now;
  return head | cookie_hash(ti.ti_seq, head);
}

/** Is the ACK in `ti` the answer to a cookie of late? Answers the MSS that it stands for, 0 if it is none. */
export function tcp_cookiecheck(): number {
  const cookie = (ti.ti_ack - 1) | 0;
  const age = (cookie_clock() - (cookie >>> 27)) & 31;
  if (!cookie_time || (tcp_now - cookie_time) >>> 0 > COOKIE_LIFE || age > 1) return 0;
  const good = (cookie & 0xffffff) === cookie_hash((ti.ti_seq - 1) | 0, cookie & -0x1000000);
  return good ? cookie_mss[(cookie >> 24) & 7] : 0;
}
