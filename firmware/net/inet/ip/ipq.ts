/**
 * The datagrams that are being put together. BSD: netinet/ip_input.c (the second half of ip_reass, ip_freef, ip_slowtimo, ip_drain),
 * struct ipq of netinet/ip_var.h; Stevens chapter 10; RFC 1122 3.3.2. Called by ip_reass.ts.
 *
 * Differs: their number is bounded by IPQ_MAX and by the pool. When there is no room the source that has most of it gives way, so
 * that nobody who sends fragments keeps others from having theirs put together.
 */
import { IPFRAGTTL, IPQ_MAX } from "../../../config";
import { arena, get16, get32, uptime } from "../../../machdep";
import type { Embedded, u8, u16 } from "../../../types";
import { type Callout, callout_new, callout_pending, callout_reset, callout_stop } from "../../kern/callout";
import { free } from "../../kern/kern_malloc";
import { type Mbuf, m_freem } from "../../kern/mbuf";
import { m_count } from "../../kern/mbuf_chain";
import { ICMP_TIMXCEED, ICMP_TIMXCEED_REASS } from "../../wire/icmp";
import { IP_DST, IP_ID, IP_OFF, IP_OFFMASK, IP_P, IP_SRC, IP_VHL } from "../../wire/ip";
import { icmp_error } from "../icmp/icmp_error";
import { IPS_FRAGDROPPED, IPS_FRAGTIMEOUT, ipstat } from "./ip_var";

/** A datagram that is being put together. BSD: struct ipq. */
export interface Ipq {
  ipq_next: Ipq | null;
  ipq_src: number;
  ipq_dst: number;
  ipq_id: u16;
  ipq_p: u8;
  /** its fragments contradict each other: those that come yet are dropped (RFC 5722) */
  ipq_dead: boolean;
  /** fragments by place (m_nextpkt) */
  ipq_frags: Mbuf | null;
  /** bytes that are there, and those of the whole, 0 until the last fragment has come; without the header */
  ipq_have: number;
  ipq_len: number;
  /** when it is given up (ms of uptime) */
  ipq_due: number;
}

/** Whichever was heard of last is last. */
let ipq: Ipq | null;
let nipq: number;
let ipq_timer: Embedded<Callout>;

export function ipq_init(): void {
  ipq = null;
  nipq = 0;
  ipq_timer = callout_new();
}

/** Bytes in the header at `ip`. */
export function ip_hlen(ip: number): number {
  return (arena[ip + IP_VHL] & 15) << 2;
}

/** The place in the datagram of the first byte of data of a fragment. */
export function frag_off(m: Mbuf): number {
  return (get16(m.m_data + IP_OFF) & IP_OFFMASK) << 3;
}

/** Counts a cause and frees the fragment. */
export function ip_fragdrop(m: Mbuf, cause: number): null {
  ipstat[cause]++;
  m_freem(m);
  return null;
}

/** The datagram that the fragment whose header is at `ip` belongs to (RFC 791 3.2: source, destination, protocol, identification). */
export function ip_findq(ip: number): Ipq | null {
  const src = get32(ip + IP_SRC);
  const dst = get32(ip + IP_DST);
  const id = get16(ip + IP_ID);
  const p = arena[ip + IP_P];
  let fp = ipq;
  while (fp && (fp.ipq_id !== id || fp.ipq_src !== src || fp.ipq_dst !== dst || fp.ipq_p !== p)) fp = fp.ipq_next;
  return fp;
}

/** The first fragment of a datagram has come. Its time is the same whatever comes later (RFC 1122 3.3.2). */
export function ip_newq(ip: number): Ipq | null {
  if (nipq >= IPQ_MAX) ip_giveway(false);
  const fp: Ipq | null = {
    ipq_next: null,
    ipq_src: get32(ip + IP_SRC),
    ipq_dst: get32(ip + IP_DST),
    ipq_id: get16(ip + IP_ID),
    ipq_p: arena[ip + IP_P],
    ipq_dead: false,
    ipq_frags: null,
    ipq_have: 0,
    ipq_len: 0,
    ipq_due: (uptime() + IPFRAGTTL) | 0,
  };
  if (!fp) return null;
  nipq++;
  ipq_append(fp);
  if (!callout_pending(ipq_timer)) callout_reset(ipq_timer, IPFRAGTTL, ip_slowtimo, null);
  return fp;
}

function ipq_append(fp: Ipq): void {
  let last = ipq;
  while (last && last.ipq_next) last = last.ipq_next;
  fp.ipq_next = null;
  if (last) last.ipq_next = fp;
  else ipq = fp;
}

function ipq_remove(fp: Ipq): void {
  if (ipq === fp) ipq = fp.ipq_next;
  else for (let p = ipq; p; p = p.ipq_next) if (p.ipq_next === fp) p.ipq_next = fp.ipq_next;
}

/** A fragment of it has come: it gives way after those that are waited for in vain. */
export function ip_heard(fp: Ipq): void {
  ipq_remove(fp);
  ipq_append(fp);
}

/** Drops the fragments of a datagram, and those that come yet. BSD: ip_freef, which forgets it. */
export function ip_freef(fp: Ipq): void {
  let m = fp.ipq_frags;
  fp.ipq_frags = null;
  fp.ipq_dead = true;
  while (m) {
    const next: Mbuf | null = m.m_nextpkt;
    ip_fragdrop(m, IPS_FRAGDROPPED);
    m = next;
  }
}

/** Forgets a datagram. */
export function ip_forget(fp: Ipq): void {
  ip_freef(fp);
  ipq_remove(fp);
  nipq--;
  free(fp);
}

/**
 * There is no room: of the source that has most, of `memory` or of datagrams, the one goes that was heard of longest ago. False when
 * there is none that has any.
 */
export function ip_giveway(memory: boolean): boolean {
  let victim: Ipq | null = null;
  let most = 0;
  for (let fp = ipq; fp; fp = fp.ipq_next) {
    const share = ip_share(fp, memory);
    if (share > most) {
      victim = fp;
      most = share;
    }
  }
  if (victim) ip_forget(victim);
  return victim !== null;
}

/** What the source of a datagram has: mbufs, or datagrams. What is dead goes first, but it has no memory. */
function ip_share(one: Ipq, memory: boolean): number {
  if (one.ipq_dead) return memory ? 0 : IPQ_MAX + 1;
  let share = 0;
  for (let fp = ipq; fp; fp = fp.ipq_next) if (fp.ipq_src === one.ipq_src) share += memory ? m_count(fp.ipq_frags) : 1;
  return share;
}

/** Some may have waited too long. The timer is set for the next. */
function ip_slowtimo(): void {
  const now = uptime();
  let wait = 0;
  let fp = ipq;
  while (fp) {
    const next: Ipq | null = fp.ipq_next;
    const left = (fp.ipq_due - now) | 0;
    if (left <= 0) ip_timeout(fp);
    else if (!wait || left < wait) wait = left;
    fp = next;
  }
  if (wait) callout_reset(ipq_timer, wait, ip_slowtimo, null);
}

/** A datagram is given up: its sender is told, if we have the beginning of it (RFC 1122 3.3.2). */
function ip_timeout(fp: Ipq): void {
  const m = fp.ipq_frags;
  const first = m && !frag_off(m) ? m : null;
  ipstat[IPS_FRAGTIMEOUT]++;
  if (first) {
    fp.ipq_frags = first.m_nextpkt;
    first.m_nextpkt = null;
  }
  ip_forget(fp);
  if (first) icmp_error(first, ICMP_TIMXCEED, ICMP_TIMXCEED_REASS, 0);
}

/** A program's data needs room. */
export function ip_drainone(): boolean {
  return ip_giveway(true);
}

/** Drops all fragments: an interface goes, by which they may have come. BSD: ip_drain. */
export function ip_drain(): void {
  while (ipq) ip_forget(ipq);
  callout_stop(ipq_timer);
}

/** A turn has broken off: nobody holds fragments any more (net_mend.ts). */
export function ipq_mend(): void {
  ipq = null;
  nipq = 0;
}
