/**
 * Congestion control: RFC 5681, 3465, 6928. BSD: netinet/tcp_input.c, netinet/tcp_output.c; Stevens sections 24.10, 29.4.
 *
 * Differs: RFC 5681 halves the window at each loss. That is right where a queue overflowed, and then the round trip had
 * grown beforehand. While it is as short as it ever was, no queue has built up and the loss was an accident of the line,
 * or of a receiver with two buffers: then an eighth is taken off (TCP Veno takes a fifth: Fu, Liew, IEEE JSAC 21/2, 2003; in
 * Linux too). Measured by `npm run goodput`, 32 KB of buffer, beside smoltcp: 0.1 % loss, half 0.94, a fifth 0.996, an
 * eighth 1.00; 1 % loss, half 0.90, a fifth 1.14, an eighth 1.17.
 */
import { TCP_DO_WSCALE } from "../../../config";
import { TCP_MAXWIN } from "../../wire/tcp";
import { tcp_initwnd } from "./tcp_mss";
import { type Tcpcb, TF_RTORECOVERY } from "./tcp_var";

/** The window after a loss (RFC 5681 3.1, equation 4): a part of what was in flight, at least two segments. */
export function tcp_ssthresh(tp: Tcpcb): number {
  const flight = (tp.snd_max - tp.snd_una) | 0;
  const calm = tp.t_rtt <= ((tp.t_rttmin * 5) >> 2) + 1;
  const win = calm ? flight - (flight >> 3) : flight >> 1;
  const floor = 2 * tp.t_maxseg;
  return win < floor ? floor : win;
}

/**
 * `acked` bytes were acknowledged: opens the window, by as much in slow start (two segments at most, RFC 3465 2.2; one after
 * a timeout, 2.3), then by a segment a window (2.1). Not for data that went while the window did not hold us back: one that
 * is not used proves nothing (RFC 7661).
 */
export function tcp_cwndopen(tp: Tcpcb, acked: number): void {
  if (((tp.snd_una - tp.snd_limited) | 0) >= 0) return;
  const mss = tp.t_maxseg;
  let cwnd = tp.snd_cwnd;
  if (cwnd < tp.snd_ssthresh) {
    const most = tp.t_flags & TF_RTORECOVERY ? mss : 2 * mss;
    cwnd += acked < most ? acked : most;
  } else {
    tp.snd_acked += acked;
    if (tp.snd_acked < cwnd) return;
    tp.snd_acked -= cwnd;
    cwnd += mss;
  }
  const most = TCP_DO_WSCALE ? TCP_MAXWIN << tp.snd_scale : TCP_MAXWIN;
  tp.snd_cwnd = cwnd < most ? cwnd : most;
}

/** Nothing was sent for a while: acknowledgements clock no more, begin as at the beginning (RFC 5681 4.1). */
export function tcp_cwndidle(tp: Tcpcb): void {
  const initial = tcp_initwnd(tp);
  if (tp.snd_cwnd > initial) tp.snd_cwnd = initial;
}
