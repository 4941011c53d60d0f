/**
 * The table of neighbours' addresses, and the frames that wait for one: RFC 826, 1122 2.3.2. BSD: netinet/if_ether.c
 * (arptab, in Net/2); Stevens section 21.3. Called by arp.ts and arp_input.ts.
 */
import { ARP_MAXHOLD, ARPTAB_SIZE } from "../../../config";
import type { Bytes, u8 } from "../../../types";
import type { Arpcom } from "../../if/ether";
import { free } from "../../kern/kern_malloc";
import { M_WAIT, type Mbuf, m_clspare, m_freem, m_spare } from "../../kern/mbuf";
import { ARPS_DROPPED, arpstat } from "./arp_var";

/* at_flags */
export const ATF_COM = 2; // completed entry: at_enaddr is valid
export const ATF_PERM = 4; // permanent entry
export const ATF_USED = 8; // has served since it was last confirmed
export const ATF_DOWN = 16; // host did not answer
export const ATF_STALE = 32; // has not been heard for a while, and not been sent to

export interface Arptab {
  at_next: Arptab | null;
  at_iaddr: number;
  at_enaddr: Bytes<6>;
  at_flags: u8;
  /** uptime (ms) at which something is to be done about it, unless it is permanent */
  at_due: number;
  /** requests sent without an answer */
  at_asked: u8;
  /** the frames that wait for the address, linked by m_nextpkt, the oldest first */
  at_hold: Mbuf | null;
  at_ac: Arpcom;
}

/** The cache, newest first. */
export let arptab: Arptab | null;

export function arptab_init(): void {
  arptab = null;
}

export function arptab_look(addr: number): Arptab | null {
  let at = arptab;
  while (at && at.at_iaddr !== addr) at = at.at_next;
  return at;
}

/** A new entry, to be completed or asked for at once, in place of one that can be spared when the cache is full. */
export function arptnew(ac: Arpcom, addr: number): Arptab | null {
  let n = 0;
  for (let p = arptab; p; p = p.at_next) n++;
  if (n >= ARPTAB_SIZE) arptfree(arptspare());
  const at: Arptab | null = {
    at_next: arptab,
    at_iaddr: addr,
    at_flags: 0,
    at_enaddr: new Uint8Array(6),
    at_due: 0,
    at_asked: 0,
    at_hold: null,
    at_ac: ac,
  };
  if (!at) return null;
  arptab = at;
  return at;
}

/** The entry to give up: the oldest that nobody has used, else the oldest. Permanent ones only when there are no others. */
function arptspare(): Arptab {
  let oldest = arptab!;
  let spare: Arptab | null = null;
  for (let at = arptab; at; at = at.at_next)
    if (!(at.at_flags & ATF_PERM)) {
      oldest = at;
      if (!(at.at_flags & ATF_USED)) spare = at;
    }
  return spare || oldest;
}

/** Forgets an entry and drops what it holds. */
export function arptfree(at: Arptab): void {
  while (at.at_hold) arpdrop(at);
  if (arptab === at) arptab = at.at_next;
  else for (let p = arptab; p; p = p.at_next) if (p.at_next === at) p.at_next = at.at_next;
  free(at);
}

/** Adds a frame to those that wait; where there are many, or memory is scarce, the oldest goes. */
export function arpqueue(at: Arptab, m: Mbuf): void {
  let n = 1;
  let last = at.at_hold;
  m.m_nextpkt = null;
  for (; last && last.m_nextpkt; last = last.m_nextpkt) n++;
  if (last) last.m_nextpkt = m;
  else at.at_hold = m;
  if (last && (n >= ARP_MAXHOLD || !m_spare(2) || !m_clspare(M_WAIT))) arpdrop(at);
}

/** The frame that has waited longest, or null. */
export function arpdequeue(at: Arptab): Mbuf | null {
  const m = at.at_hold;
  if (m) {
    at.at_hold = m.m_nextpkt;
    m.m_nextpkt = null;
  }
  return m;
}

function arpdrop(at: Arptab): void {
  arpstat[ARPS_DROPPED]++;
  m_freem(arpdequeue(at));
}
