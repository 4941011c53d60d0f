/**
 * Explicit congestion notification: RFC 3168 6.1, RFC 9293 SHLD-8. BSD's descendants: netinet/tcp_ecn.c. Called by input and
 * output of connections that have agreed to it, and when they are made.
 *
 * A router that is about to drop packets marks those that can be marked instead (CE). The receiver says so in each
 * acknowledgement (ECE) until the sender says that it has slowed down (CWR).
 */
import { arena } from "../../../machdep";
import { IP_TOS, IPTOS_ECN_ECT0, IPTOS_ECN_MASK } from "../../wire/ip";
import { TH_ACK, TH_CWR, TH_ECE, TH_FLAGS } from "../../wire/tcp";
import { TCPSTAT_ECN_CE, TCPSTAT_ECN_ECE, TCPSTAT_ECN_SHS, tcpstat } from "./tcp_stat";
import {
  type Tcpcb,
  TF_ECN,
  TF_ECNASK,
  TF_ECNSNDCWR,
  TF_ECNSNDECE,
  TF_FASTRECOVERY,
  TF_RTORECOVERY,
  TI_CE,
  ti,
} from "./tcp_var";

/**
 * Flags of our SYN: the first one asks, if the socket wants that; one that goes again does not, since somebody on the way
 * may drop those that do (6.1.1.1). One that answers says yes, or nothing.
 */
export function tcp_ecnsyn(tp: Tcpcb, flags: number): number {
  if (flags & TH_ACK) return tp.t_flags & TF_ECN ? TH_ECE : 0;
  return tp.t_flags & TF_ECNASK && !tp.t_rxtshift ? TH_ECE | TH_CWR : 0;
}

/** What the SYN in `ti` says: a question; or the answer to ours, if that went but once. */
export function tcp_ecnsynin(tp: Tcpcb, asked: boolean): void {
  const said = ti.ti_flags & (TH_ECE | TH_CWR);
  const yes = ti.ti_flags & TH_ACK ? said === TH_ECE : said === (TH_ECE | TH_CWR);
  if (!yes || (asked && (tp.t_rxtshift || !(tp.t_flags & TF_ECNASK)))) return;
  tcpstat[TCPSTAT_ECN_SHS]++;
  tp.t_flags |= TF_ECN;
}

/** A segment that is believed: was it, or was one of ours, marked on the way? */
export function tcp_doecn(tp: Tcpcb): void {
  const flags = ti.ti_flags;
  if (flags & TH_CWR) tp.t_flags &= ~TF_ECNSNDECE;
  if (flags & TI_CE && ti.ti_len) {
    tcpstat[TCPSTAT_ECN_CE]++;
    tp.t_flags |= TF_ECNSNDECE;
  }
  if (flags & TH_ECE) tcp_ecnslow(tp);
}

/**
 * Half the window, once a window (6.1.2); recovery from a loss has seen to that already. Differs: two segments are the
 * least (RFC 5681, equation 4), where RFC 3168 goes down to one.
 */
function tcp_ecnslow(tp: Tcpcb): void {
  const since = (tp.snd_recover - ti.ti_ack) | 0;
  if (tp.t_flags & (TF_FASTRECOVERY | TF_RTORECOVERY)) return;
  if (since >= 0 && since <= ((tp.snd_max - ti.ti_ack) | 0)) return; // what went before that is still out
  const flight = (tp.snd_max - tp.snd_una) | 0;
  const floor = 2 * tp.t_maxseg;
  tcpstat[TCPSTAT_ECN_ECE]++;
  tp.snd_ssthresh = tp.snd_cwnd = flight >> 1 < floor ? floor : flight >> 1;
  tp.snd_acked = 0;
  tp.snd_recover = tp.snd_max;
  tp.t_flags |= TF_ECNSNDCWR;
}

/**
 * Marks a segment whose headers are at `ip` and `th`. Only new data says that it can be told of congestion, not what is sent
 * again, acknowledgements or window probes (6.1.4 to 6.1.6).
 */
export function tcp_ecnout(tp: Tcpcb, ip: number, th: number, seq: number, len: number): void {
  if (tp.t_flags & TF_ECNSNDECE) arena[th + TH_FLAGS] |= TH_ECE;
  arena[ip + IP_TOS] &= ~IPTOS_ECN_MASK;
  if (!len || seq !== tp.snd_max || ((seq + len - tp.snd_una) | 0) > tp.snd_wnd) return;
  arena[ip + IP_TOS] |= IPTOS_ECN_ECT0;
  if (tp.t_flags & TF_ECNSNDCWR) arena[th + TH_FLAGS] |= TH_CWR;
  tp.t_flags &= ~TF_ECNSNDCWR;
}
