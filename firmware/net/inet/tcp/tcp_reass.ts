/**
 * Data that came: RFC 9293 3.10.7.4 seventh; 3.8.6.3; RFC 5681 4.2. BSD: netinet/tcp_input.c (tcp_reass); Stevens sections
 * 27.9, 28.7.
 *
 * What is out of order waits in t_segq, a list of packets (m_nextpkt) in order and without overlap. The first mbuf of each
 * lies in the arena and has room in front, where the headers were: sequence number and flags are kept there, as BSD
 * keeps its tcpiphdr; m_pktlen is the length of the data.
 *
 * The pool bounds all of it: while it is down to its reserve nothing is kept out of order, and what is must go when data
 * in order finds no room. Of short segments no queue holds more than its share of the pool (m_fair). But data in order, which
 * our window has asked for, may have of the reserve, as the first data of an empty send buffer may (M_FIRST); and at last
 * what is there is copied together (sbcollapse).
 */
import { TCP_DELACKTIME } from "../../../config";
import { arena, get32, put32 } from "../../../machdep";
import { M_EXT, type Mbuf, MPLENTY, m_freem, m_spare, m_sparefirst, m_sparein } from "../../kern/mbuf";
import { m_adj, m_fair } from "../../kern/mbuf_chain";
import { sbabsorb, sbcollapse } from "../../kern/sbcollapse";
import { sbappend } from "../../kern/sockbuf";
import { sorwakeup } from "../../kern/socket2";
import { SB_LOCK, type Socket, SS_CANTRCVMORE } from "../../kern/socketvar";
import { TH_FIN } from "../../wire/tcp";
import { tcp_timerset } from "./tcp_callout";
import { tcp_outack } from "./tcp_output";
import {
  TCPSTAT_RCVBYTE,
  TCPSTAT_RCVDUPPACK,
  TCPSTAT_RCVMEMDROP,
  TCPSTAT_RCVOODROP,
  TCPSTAT_RCVOOPACK,
  TCPSTAT_RCVPACK,
  tcpstat,
} from "./tcp_stat";
import { tcp_drain } from "./tcp_subr";
import { SEG_FLAGS, TCPT_DELACK, type Tcpcb, TF_ACKNOW, TF_ACKSOON, TF_DELACK, ti } from "./tcp_var";

/** After trouble this many segments are acknowledged one by one: the sender's window may be small. */
const QUICKACKS = 16;
/** An acknowledgement that is due waits this long (ms) for the program to read, so that one tells of data and room. */
const ACKSOON = 1;

/** Does a segment lie in a cluster, but for its header? */
export function tcp_hascluster(m: Mbuf): boolean {
  const next = m.m_next;
  return ((m.m_flags | (next ? next.m_flags : 0)) & M_EXT) !== 0;
}

/** Is there plenty of room in the pool for what came? */
function tcp_roomfor(m: Mbuf): boolean {
  return m_spare(MPLENTY) && (!tcp_hascluster(m) || m_sparein(true));
}

/**
 * There is not: can it be kept all the same? For what is in order what is not must go, crumbs are put together, and those that are
 * left may have of the reserve: the window has asked for them.
 */
function tcp_scarce(so: Socket, q: Mbuf | null, m: Mbuf, inorder: boolean): boolean {
  const large = tcp_hascluster(m);
  if (tcp_mayhave(so, q, large, inorder)) return true;
  if (!inorder) return false;
  if (tcp_drain() && tcp_mayhave(so, q, large, true)) return true;
  so.so_rcv.sb_flags |= SB_LOCK; // until tcp_append has it, or what was put together lies in order
  if ((sbcollapse(so.so_rcv) && tcp_mayhave(so, q, large, true)) || sbabsorb(so.so_rcv, m)) return true;
  if (!large && m_sparefirst(false)) return true;
  so.so_rcv.sb_flags &= ~SB_LOCK;
  return false;
}

/** Of large segments the window bounds the number; of short ones the connection gets its share. In order they may have of the reserve. */
function tcp_mayhave(so: Socket, q: Mbuf | null, large: boolean, inorder: boolean): boolean {
  if (m_sparein(large)) return large || m_fair(so.so_rcv.sb_mb, q);
  return inorder && (large || !so.so_rcv.sb_cc) && m_sparefirst(large);
}

/**
 * The data of the segment in `ti`, which `m` holds and nothing else, up to FIN (consumed). Answers TH_FIN when the peer's
 * FIN has come, with all before it.
 */
export function tcp_reass(tp: Tcpcb, so: Socket, m: Mbuf): number {
  if (ti.ti_seq !== tp.rcv_nxt) {
    tcp_reassqueue(tp, so, m);
    return 0;
  }
  if (ti.ti_len && !tcp_roomfor(m) && !tcp_scarce(so, null, m, true)) {
    tcpstat[TCPSTAT_RCVMEMDROP]++;
    m_freem(m);
    return 0;
  }
  const fin = ti.ti_flags & TH_FIN;
  tcp_append(tp, so, m, ti.ti_len);
  if (tp.t_segq) return tcp_reassnext(tp, so) | fin;
  if (!fin) tcp_acklater(tp, so); // a FIN is acknowledged at once, and all with it
  return fin;
}

/** Data in order, `len` bytes: to the program; or nowhere, if it does not want any more. */
export function tcp_append(tp: Tcpcb, so: Socket, m: Mbuf, len: number): void {
  tcpstat[TCPSTAT_RCVPACK]++;
  tcpstat[TCPSTAT_RCVBYTE] += len;
  m.m_nextpkt = null;
  so.so_rcv.sb_flags |= SB_LOCK;
  tp.rcv_nxt = (tp.rcv_nxt + len) | 0;
  if (so.so_state & SS_CANTRCVMORE) m_freem(m);
  else sbappend(so.so_rcv, m);
  so.so_rcv.sb_flags &= ~SB_LOCK;
  sorwakeup(so);
}

/**
 * In-order data is acknowledged at once after trouble, and when it is more than a full segment (RFC 5681 4.2, SHLD-18). If
 * it has taken a part of the window the program is waited for to read, so that one acknowledgement tells of data and room.
 * Else it waits for another reason to send, unless so little of the window is left that the sender may wait for more.
 */
export function tcp_acklater(tp: Tcpcb, so: Socket): void {
  const owed = (tp.rcv_nxt - tp.rcv_acked) | 0;
  const left = (tp.rcv_adv - tp.rcv_nxt) | 0;
  const hiwat = so.so_rcv.sb_hiwat;
  if (tp.rcv_quick) {
    tp.rcv_quick--;
    tcp_outack(tp);
  } else if (owed > tp.t_maxseg && left > hiwat - (hiwat >> 2)) tcp_outack(tp);
  else if (owed > tp.t_maxseg || left < 2 * tp.t_maxseg || left << 1 < hiwat) tcp_acksoon(tp);
  else if (!(tp.t_flags & TF_DELACK)) {
    tp.t_flags |= TF_DELACK;
    tcp_timerset(tp, TCPT_DELACK, TCP_DELACKTIME);
  }
}

/** An acknowledgement goes as soon as the program has read, or has had the time to. */
export function tcp_acksoon(tp: Tcpcb): void {
  tp.t_flags |= TF_DELACK | TF_ACKSOON;
  tcp_timerset(tp, TCPT_DELACK, ACKSOON);
}

/** Puts a segment into the queue, cut to what is new in it; acknowledged at once (RFC 5681 4.2, SHLD-19). */
function tcp_reassqueue(tp: Tcpcb, so: Socket, m: Mbuf): void {
  tp.t_flags |= TF_ACKNOW;
  tp.rcv_quick = QUICKACKS;
  if (!tcp_roomfor(m) && !tcp_scarce(so, tp.t_segq, m, false)) {
    tcpstat[TCPSTAT_RCVOODROP]++;
    m_freem(m);
    return;
  }
  let before: Mbuf | null = null;
  let next = tp.t_segq;
  while (next && ((get32(next.m_dat) - ti.ti_seq) | 0) <= 0) {
    before = next;
    next = next.m_nextpkt;
  }
  if (before && !tcp_reasshead(tp, before, m)) return;
  next = tcp_reasstail(tp, before, next, m);
  tcpstat[TCPSTAT_RCVOOPACK]++;
  put32(m.m_dat, ti.ti_seq);
  arena[m.m_dat + SEG_FLAGS] = ti.ti_flags;
  tp.rcv_last = ti.ti_seq;
  m.m_nextpkt = next;
  if (before) before.m_nextpkt = m;
  else tp.t_segq = m;
}

/** Cuts off what its predecessor has. False when that is all: m is freed. */
function tcp_reasshead(tp: Tcpcb, before: Mbuf, m: Mbuf): boolean {
  const over = (get32(before.m_dat) + before.m_pktlen - ti.ti_seq) | 0;
  if (over < 0 || (!over && ti.ti_len)) return true;
  const fin = ti.ti_flags & TH_FIN & ~arena[before.m_dat + SEG_FLAGS];
  if (over >= ti.ti_len && !(fin && over === ti.ti_len)) {
    tcpstat[TCPSTAT_RCVDUPPACK]++;
    tp.rcv_last = ti.ti_seq;
    tp.rcv_dup = ti.ti_seq;
    tp.rcv_dupend = (ti.ti_seq + ti.ti_len) | 0;
    m_freem(m);
    return false;
  }
  m_adj(m, over);
  ti.ti_seq = (ti.ti_seq + over) | 0;
  ti.ti_len -= over;
  return true;
}

/** Drops successors that are covered, cuts `m` where the next one begins, and answers that. */
function tcp_reasstail(tp: Tcpcb, before: Mbuf | null, next0: Mbuf | null, m: Mbuf): Mbuf | null {
  let next = next0;
  while (next) {
    const over = (ti.ti_seq + ti.ti_len - get32(next.m_dat)) | 0;
    if (over <= 0) break;
    if (over < next.m_pktlen) {
      m_adj(m, -over);
      ti.ti_len -= over;
      ti.ti_flags &= ~TH_FIN;
      break;
    }
    const after: Mbuf | null = next.m_nextpkt;
    ti.ti_flags |= arena[next.m_dat + SEG_FLAGS] & TH_FIN;
    m_freem(next);
    next = after;
    if (before) before.m_nextpkt = next;
    else tp.t_segq = next;
  }
  return next;
}

/** A gap was filled: what follows in the queue goes to the program; acknowledged at once (RFC 5681 4.2). */
function tcp_reassnext(tp: Tcpcb, so: Socket): number {
  let fin = 0;
  let m = tp.t_segq;
  while (m && ((get32(m.m_dat) - tp.rcv_nxt) | 0) <= 0) {
    const next: Mbuf | null = m.m_nextpkt;
    const over = (tp.rcv_nxt - get32(m.m_dat)) | 0;
    tp.t_segq = next;
    if (over > m.m_pktlen) m_freem(m);
    else {
      fin |= arena[m.m_dat + SEG_FLAGS] & TH_FIN;
      if (over) m_adj(m, over);
      tcp_append(tp, so, m, m.m_pktlen);
    }
    m = next;
  }
  tp.t_flags |= TF_ACKNOW;
  return fin;
}

/** Old data came again: the sender may have missed an acknowledgement. The next one tells what, once (RFC 2883). */
export function tcp_duplicate(tp: Tcpcb, start: number, len: number): void {
  tp.rcv_dup = start;
  tp.rcv_dupend = (start + len) | 0;
  tp.rcv_quick = QUICKACKS;
}
