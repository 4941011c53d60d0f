/**
 * SYNs that wait until the interpreter has memory for a connection, in builds without SYN cookies. Whoever is not answered asks
 * again after 1, 3, 7, 15 seconds (RFC 6298), while a page takes half of one: of eight that come at once the last would wait
 * for a board that has nothing to do. So a few SYNs are kept as they came, and come again every half second.
 *
 * A SYN lives as long as its time to live says, which counts down with each try, as RFC 791 has it where packets are kept.
 */
import { arena, get16, get32 } from "../../../machdep";
import type { Embedded } from "../../../types";
import { type Callout, callout_new, callout_pending, callout_reset } from "../../kern/callout";
import type { Mbuf } from "../../kern/mbuf";
import { IP_SRC, IP_TTL, IP_VHL } from "../../wire/ip";
import { TH_SPORT } from "../../wire/tcp";
import { ti } from "./tcp_var";

/** So many are kept at most, one mbuf each; and how often they try (ms). */
const MAXSYNS = 4;
const AGAIN = 500;

/** Those that wait: the first has waited longest. */
let synq: Mbuf | null;
let syncallout: Embedded<Callout>;
let syninput: (m: Mbuf, iphlen: number) => void;

/** `input` takes segments from below. */
export function tcp_hold_init(input: (m: Mbuf, iphlen: number) => void): void {
  synq = null;
  syncallout = callout_new();
  syninput = input;
}

/** Keeps the SYN in `ti`, whose mbuf is m, unless there are too many, or this one has been kept too long: false. */
export function tcp_hold(m: Mbuf): boolean {
  const ip = m.m_data - ti.ti_off;
  if (m.m_next || !arena[ip + IP_TTL]) return false;
  let last: Mbuf | null = null;
  let n = 0;
  for (let syn = synq; syn; syn = syn.m_nextpkt, n++) {
    if (hold_is(syn)) return false; // it has asked again
    last = syn;
  }
  if (n >= MAXSYNS) return false;
  m.m_data -= ti.ti_off;
  m.m_len += ti.ti_off;
  m.m_pktlen += ti.ti_off;
  m.m_nextpkt = null;
  if (last) last.m_nextpkt = m;
  else synq = m;
  if (!callout_pending(syncallout)) callout_reset(syncallout, AGAIN, hold_again, null);
  return true;
}

/** Is it from where the SYN in `ti` is from? */
function hold_is(syn: Mbuf): boolean {
  const ip = syn.m_data;
  return get32(ip + IP_SRC) === ti.ti_src && get16(ip + hold_iphlen(syn) + TH_SPORT) === ti.ti_sport;
}

/** The one that has waited longest tries again, and waits behind the others if there still is no room. */
function hold_again(): void {
  const m = synq;
  if (!m) return;
  synq = m.m_nextpkt;
  m.m_nextpkt = null;
  if (synq) callout_reset(syncallout, AGAIN, hold_again, null);
  arena[m.m_data + IP_TTL]--;
  syninput(m, hold_iphlen(m));
}

function hold_iphlen(syn: Mbuf): number {
  return (arena[syn.m_data + IP_VHL] & 15) << 2;
}

/** Gives all of them up: a turn has broken off (tcp_mend.ts). */
export function tcp_hold_mend(): void {
  synq = null;
}
