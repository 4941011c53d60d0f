/**
 * Options of a segment that came: RFC 9293 3.2, 7323, 2018. BSD: netinet/tcp_input.c (tcp_dooptions); Stevens section 28.4.
 *
 * What is unknown, or makes no sense, is passed over (RFC 9293 MUST-6, MUST-7); the segment is as good without it.
 */
import { TCP_DO_SACK, TCP_DO_TSTAMP, TCP_DO_WSCALE } from "../../../config";
import { arena, get16, get32 } from "../../../machdep";
import { NET_ACTIVE } from "../../kern/protosw";
import {
  TCP_MAX_WINSHIFT,
  TCPOLEN_MAXSEG,
  TCPOLEN_SACK,
  TCPOLEN_SACK_PERMITTED,
  TCPOLEN_TIMESTAMP,
  TCPOLEN_TSTAMP_APPA,
  TCPOLEN_WINDOW,
  TCPOPT_EOL,
  TCPOPT_MAXSEG,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERMITTED,
  TCPOPT_TIMESTAMP,
  TCPOPT_TSTAMP_HDR,
  TCPOPT_WINDOW,
  TH_ACK,
  TH_SYN,
} from "../../wire/tcp";
import { tcp_mss } from "./tcp_mss";
import { type Tcpcb, TF_NOOPT, TF_RCVD_SCALE, TF_RCVD_TSTMP, TF_SACK_PERMIT, tcp_now, ti } from "./tcp_var";

/* What a SYN said besides: until tcp_synoptionsin. */
let wscale: number;
let sackok: boolean;

/** Puts the options into `ti`. Timestamps alone, as they mostly come, are read without a loop (RFC 7323 appendix A). */
export function tcp_dooptions(): void {
  const opt = ti.ti_opt;
  const len = ti.ti_optlen;
  ti.ti_tspresent = false;
  ti.ti_nsack = 0;
  if (ti.ti_flags & TH_SYN) tcp_dosynoptions(opt, len);
  else if (len === TCPOLEN_TSTAMP_APPA && get32(opt) === TCPOPT_TSTAMP_HDR) tcp_dotimestamp(opt + 4);
  else if (len) tcp_dooptions1(opt, opt + len);
}

function tcp_dosynoptions(opt: number, len: number): void {
  ti.ti_mss = 0;
  wscale = -1;
  sackok = false;
  tcp_dooptions1(opt, opt + len);
}

function tcp_dotimestamp(value: number): void {
  if (!TCP_DO_TSTAMP) return;
  ti.ti_tspresent = true;
  ti.ti_tsval = get32(value);
  ti.ti_tsecr = get32(value + 4);
}

function tcp_dooptions1(opt0: number, end: number): void {
  let opt = opt0;
  while (opt < end) {
    const kind = arena[opt];
    if (kind === TCPOPT_EOL) return;
    if (kind === TCPOPT_NOP) opt++;
    else {
      const len = opt + 1 < end ? arena[opt + 1] : 0;
      if (len < 2 || opt + len > end) return;
      if (ti.ti_flags & TH_SYN) tcp_dosynoption(kind, len, opt);
      if (kind === TCPOPT_TIMESTAMP && len === TCPOLEN_TIMESTAMP) tcp_dotimestamp(opt + 2);
      else if (TCP_DO_SACK && kind === TCPOPT_SACK && len > 2 && (len - 2) % TCPOLEN_SACK === 0) {
        ti.ti_sack = opt + 2;
        ti.ti_nsack = ((len - 2) / TCPOLEN_SACK) | 0;
      }
      opt += len;
    }
  }
}

/** One of those that only a SYN may have. */
function tcp_dosynoption(kind: number, len: number, opt: number): void {
  if (kind === TCPOPT_MAXSEG && len === TCPOLEN_MAXSEG) ti.ti_mss = get16(opt + 2);
  else if (TCP_DO_WSCALE && kind === TCPOPT_WINDOW && len === TCPOLEN_WINDOW)
    wscale = arena[opt + 2] < TCP_MAX_WINSHIFT ? arena[opt + 2] : TCP_MAX_WINSHIFT;
  else if (TCP_DO_SACK && kind === TCPOPT_SACK_PERMITTED && len === TCPOLEN_SACK_PERMITTED) sackok = true;
}

/**
 * What the options of a SYN mean to a connection: what both sides have said holds (RFC 7323 1.3, 2018 2). Our last SYNs may
 * have had none: one that answers with options answers an earlier one.
 */
export function tcp_synoptionsin(tp: Tcpcb): void {
  if (!NET_ACTIVE || !(tp.t_flags & TF_NOOPT) || ti.ti_flags & TH_ACK) {
    if (TCP_DO_SACK && sackok) tp.t_flags |= TF_SACK_PERMIT;
    if (TCP_DO_TSTAMP && ti.ti_tspresent) {
      tp.t_flags |= TF_RCVD_TSTMP;
      tp.t_tsrecent = ti.ti_tsval;
      tp.t_tsage = tcp_now;
    }
    if (TCP_DO_WSCALE && wscale >= 0) tp.t_flags |= TF_RCVD_SCALE;
  }
  if (TCP_DO_WSCALE) {
    tp.snd_scale = tp.t_flags & TF_RCVD_SCALE ? wscale : 0;
    if (!(tp.t_flags & TF_RCVD_SCALE)) tp.rcv_scale = 0;
  }
  tcp_mss(tp, ti.ti_mss);
}
