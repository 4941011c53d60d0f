/**
 * Options of the segments that we send: RFC 9293 3.2, 7323, 2018, 2883. BSD: netinet/tcp_output.c, the middle; Stevens
 * section 26.3.
 */
import { TCP_DO_SACK, TCP_DO_TSTAMP, TCP_DO_WSCALE } from "../../../config";
import { arena, get32, put16, put32 } from "../../../machdep";
import type { Mbuf } from "../../kern/mbuf";
import {
  TCPOLEN_MAXSEG,
  TCPOLEN_SACK,
  TCPOLEN_SACK_PERMITTED,
  TCPOLEN_TSTAMP_APPA,
  TCPOLEN_WINDOW,
  TCPOPT_MAXSEG,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERMITTED,
  TCPOPT_TSTAMP_HDR,
  TCPOPT_WINDOW,
  TH_ACK,
  TH_FIN,
} from "../../wire/tcp";
import { tcp_mssopt } from "./tcp_mss";
import { tcp_tsnow } from "./tcp_rtt";
import { SEG_FLAGS, type Tcpcb, TF_NOOPT, TF_RCVD_SCALE, TF_RCVD_TSTMP, TF_SACK_PERMIT } from "./tcp_var";

/** Bytes of options in a header at most. */
const MAX_TCPOPTLEN = 40;

/** How much data fits a segment now: less than usual while there is something to report by SACK. */
export function tcp_maxdata(tp: Tcpcb): number {
  if (!TCP_DO_SACK || !tcp_sacking(tp)) return tp.t_maxseg;
  return tp.t_maxopd - MAX_TCPOPTLEN;
}

/** Is there something to report by SACK? */
function tcp_sacking(tp: Tcpcb): boolean {
  return (tp.t_flags & TF_SACK_PERMIT) !== 0 && (tp.rcv_dup !== tp.rcv_dupend || !!tp.t_segq);
}

/** Writes the options of any segment but a SYN at an arena offset; answers their length. */
export function tcp_options(tp: Tcpcb, off: number): number {
  let len = 0;
  if (TCP_DO_TSTAMP && tp.t_flags & TF_RCVD_TSTMP) {
    put32(off, TCPOPT_TSTAMP_HDR);
    put32(off + 4, tcp_tsnow(tp));
    put32(off + 8, tp.t_tsrecent);
    len = TCPOLEN_TSTAMP_APPA;
  }
  return TCP_DO_SACK && tcp_sacking(tp) ? len + tcp_sackoption(tp, off + len, MAX_TCPOPTLEN - len) : len;
}

/** Writes the options of a SYN; one that answers has those that the peer's had (RFC 7323 1.3). */
export function tcp_synoptions(tp: Tcpcb, off: number, flags: number): number {
  const all = !(flags & TH_ACK) && !(tp.t_flags & TF_NOOPT);
  let end = off + TCPOLEN_MAXSEG;
  tcp_mssoption(off, tcp_mssopt(tp));
  if (TCP_DO_SACK && (all || tp.t_flags & TF_SACK_PERMIT)) {
    put16(end, (TCPOPT_NOP << 8) | TCPOPT_NOP);
    put16(end + 2, (TCPOPT_SACK_PERMITTED << 8) | TCPOLEN_SACK_PERMITTED);
    end += 4;
  }
  if (TCP_DO_TSTAMP && (all || tp.t_flags & TF_RCVD_TSTMP)) {
    put32(end, TCPOPT_TSTAMP_HDR);
    put32(end + 4, tcp_tsnow(tp));
    put32(end + 8, tp.t_tsrecent);
    end += TCPOLEN_TSTAMP_APPA;
  }
  if (TCP_DO_WSCALE && (all || tp.t_flags & TF_RCVD_SCALE)) {
    put32(end, (TCPOPT_NOP << 24) | (TCPOPT_WINDOW << 16) | (TCPOLEN_WINDOW << 8) | tp.rcv_scale);
    end += 4;
  }
  return end - off;
}

/** The MSS option (RFC 9293 3.7.1). */
export function tcp_mssoption(off: number, mss: number): void {
  put32(off, (TCPOPT_MAXSEG << 24) | (TCPOLEN_MAXSEG << 16) | mss);
}

/**
 * Reports what lies in the reassembly queue, first the block that the latest segment is in (RFC 2018 4); before all, once,
 * data that came twice (RFC 2883 4). `room` bytes at most.
 */
function tcp_sackoption(tp: Tcpcb, off: number, room: number): number {
  let n = 0;
  const most = ((room - 4) / TCPOLEN_SACK) | 0;
  const blocks = off + 4;
  if (tp.rcv_dup !== tp.rcv_dupend) {
    tcp_sackblock(blocks, 0, tp.rcv_dup, tp.rcv_dupend);
    tp.rcv_dup = tp.rcv_dupend;
    n = 1;
  }
  const first = n;
  let m = tp.t_segq;
  while (m) {
    const start = get32(m.m_dat);
    const last = tcp_sackrun(m);
    const fin = arena[last.m_dat + SEG_FLAGS] & TH_FIN ? 1 : 0; // it has a number
    const end = (get32(last.m_dat) + last.m_pktlen + fin) | 0;
    const latest = ((tp.rcv_last - start) | 0) >= 0 && ((tp.rcv_last - end) | 0) < 0;
    if (n < most || latest) {
      const i = n < most ? n++ : most - 1;
      tcp_sackblock(blocks, i, start, end);
      if (latest) tcp_sackfirst(blocks, first, i);
    }
    m = last.m_nextpkt;
  }
  put16(off, (TCPOPT_NOP << 8) | TCPOPT_NOP);
  arena[off + 2] = TCPOPT_SACK;
  arena[off + 3] = 2 + n * TCPOLEN_SACK;
  return 4 + n * TCPOLEN_SACK;
}

/** The last segment of the run that begins with `m`: each begins where the one before ends. */
function tcp_sackrun(m0: Mbuf): Mbuf {
  let m = m0;
  let next = m.m_nextpkt;
  while (next && ((get32(m.m_dat) + m.m_pktlen - get32(next.m_dat)) | 0) === 0) {
    m = next;
    next = m.m_nextpkt;
  }
  return m;
}

function tcp_sackblock(blocks: number, i: number, start: number, end: number): void {
  put32(blocks + i * TCPOLEN_SACK, start);
  put32(blocks + i * TCPOLEN_SACK + 4, end);
}

/** Exchanges blocks `i` and `j`. */
function tcp_sackfirst(blocks: number, i: number, j: number): void {
  const a = blocks + i * TCPOLEN_SACK;
  const b = blocks + j * TCPOLEN_SACK;
  const start = get32(a);
  const end = get32(a + 4);
  tcp_sackblock(blocks, i, get32(b), get32(b + 4));
  put32(b, start);
  put32(b + 4, end);
}
