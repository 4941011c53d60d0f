/**
 * Round-trip time and retransmission timeout: RFC 6298. BSD: netinet/tcp_input.c (tcp_xmit_timer); Stevens section 25.7,
 * 25.10.
 *
 * The estimates are scaled as in BSD: t_srtt is eight times the smoothed round-trip time, t_rttvar four times its variation.
 *
 * Differs: times are milliseconds, not ticks of 500 ms. The timeout is SRTT + max(TCP_RTOMIN, 4 * RTTVAR): RFC 6298 2.4
 * would have it at least a second, since clocks were coarse; what it has to cover besides the path's variance is a
 * peer's delayed acknowledgement, 200 ms with all of today's, and that is how Linux computes it.
 */
import { TCP_DO_TSTAMP, TCP_RTOMAX, TCP_RTOMIN } from "../../../config";
import { TCPSTAT_RTTUPDATED, tcpstat } from "./tcp_stat";
import { type Tcpcb, TF_RCVD_TSTMP, tcp_now, ti } from "./tcp_var";

/** No round trip is longer than this (ms): an echoed timestamp that says so makes no sense, or is from before. */
const TCP_RTTMAX = 120000;

/** Takes in a round-trip time of `measured` ms and lets the timeout follow (RFC 6298 2). */
export function tcp_xmit_timer(tp: Tcpcb, measured: number): void {
  let rtt = measured < 1 ? 1 : measured;
  if (rtt > TCP_RTTMAX) rtt = TCP_RTTMAX;
  tcpstat[TCPSTAT_RTTUPDATED]++;
  if (tp.t_srtt) {
    const delta = rtt - (tp.t_srtt >> 3);
    tp.t_srtt += delta;
    tp.t_rttvar += (delta < 0 ? -delta : delta) - (tp.t_rttvar >> 2);
  } else {
    tp.t_srtt = rtt << 3;
    tp.t_rttvar = rtt << 1;
  }
  tp.t_rtt = rtt;
  if (!tp.t_rttmin || rtt < tp.t_rttmin) tp.t_rttmin = rtt;
  tp.t_rxtshift = 0;
  tcp_rxtcur(tp);
}

/** Sets the timeout from the estimates. */
export function tcp_rxtcur(tp: Tcpcb): void {
  const rto = (tp.t_srtt >> 3) + (tp.t_rttvar > TCP_RTOMIN ? tp.t_rttvar : TCP_RTOMIN);
  tp.t_rxtcur = rto < TCP_RTOMAX ? rto : TCP_RTOMAX;
}

/**
 * An acknowledgement of new data up to `ack`: is it a measurement? Of one segment at a time, not retransmitted (Karn,
 * RFC 6298 3); when that was, the echoed timestamp tells which transmission it was (RFC 7323 4). After a timeout that of the
 * original measures nothing: its own acknowledgement may have been lost, and this one be the retransmission's.
 */
export function tcp_rttack(tp: Tcpcb, ack: number): void {
  if (tp.t_rtttime) {
    if (((ack - tp.t_rtseq) | 0) < 0) return;
    tcp_xmit_timer(tp, (tcp_now - tp.t_rtttime) | 0);
    tp.t_rtttime = 0;
    if (tp.t_rtlen > tp.snd_maxok) tp.snd_maxok = tp.t_rtlen;
  } else if (TCP_DO_TSTAMP && tp.t_flags & TF_RCVD_TSTMP && ti.ti_tspresent && ti.ti_tsecr) {
    if (tp.t_rxtshift && ((ti.ti_tsecr - tp.snd_rtotime) | 0) < 0) return;
    const rtt = (tcp_tsnow(tp) - ti.ti_tsecr) | 0;
    if (rtt >= 0 && rtt < TCP_RTTMAX) tcp_xmit_timer(tp, rtt);
  }
}

/** The value of our timestamps now: ms, from an offset of each connection's own (RFC 7323 7.1). */
export function tcp_tsnow(tp: Tcpcb): number {
  return (tcp_now + tp.t_tsoff) | 0;
}
