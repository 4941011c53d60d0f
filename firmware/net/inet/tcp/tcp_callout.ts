/**
 * Setting a connection's timers. BSD: netinet/tcp_timer.h; Stevens section 25.2. What happens when one goes off is in
 * tcp_timer.ts, above, which says here whom to call.
 *
 * Differs: a timer is a deadline and one callout stands for the earliest of a connection's: there is no slow or fast
 * tick, so an idle board sleeps. A deadline that moves further away, as the retransmission timer's does with each
 * acknowledgement, does not move the callout: that comes too early, once, and is set anew.
 */
import { callout_reset } from "../../kern/callout";
import { TCPT_NTIMERS, TCPT_REXMT, type Tcpcb, TF_PTO, tcp_clock, tcp_now } from "./tcp_var";

/** What to do when a timer has gone off; answers whether there still is a connection. */
let tcp_timers: (tp: Tcpcb, timer: number) => boolean;

export function tcp_callout_init(timers: (tp: Tcpcb, timer: number) => boolean): void {
  tcp_timers = timers;
}

/** Timer `timer` goes off in `ms` milliseconds. */
export function tcp_timerset(tp: Tcpcb, timer: number, ms: number): void {
  const c = tp.t_callout;
  const due = (tcp_now + ms) | 0 || 1;
  tp.t_timer[timer] = due;
  if (!c.c_func || ((due - c.c_time) | 0) < 0) callout_reset(c, ms, tcp_timeout, tp);
}

/** BSD: tcp_canceltimers. The callout finds nothing to do. */
export function tcp_canceltimers(tp: Tcpcb): void {
  for (let i = 0; i < TCPT_NTIMERS; i++) tp.t_timer[i] = 0;
}

/** The retransmission timer is started, or started anew, with the current timeout. */
export function tcp_setrexmt(tp: Tcpcb): void {
  tp.t_flags &= ~TF_PTO;
  tcp_timerset(tp, TCPT_REXMT, tp.t_rxtcur);
}

/** A connection's callout: runs what is due, then waits for what is due next. BSD: tcp_slowtimo. */
function tcp_timeout(tp: Tcpcb): void {
  tcp_clock();
  for (let i = 0; i < TCPT_NTIMERS; i++) {
    const due = tp.t_timer[i];
    if (due && ((due - tcp_now) | 0) <= 0) {
      tp.t_timer[i] = 0;
      if (!tcp_timers(tp, i)) return;
    }
  }
  tcp_timerarm(tp);
}

/** Sets the callout for the earliest deadline, unless it is set for an earlier one. */
export function tcp_timerarm(tp: Tcpcb): void {
  const c = tp.t_callout;
  let first = 0;
  for (let i = 0; i < TCPT_NTIMERS; i++) {
    const due = tp.t_timer[i];
    if (due && (!first || ((due - first) | 0) < 0)) first = due;
  }
  if (first && (!c.c_func || ((first - c.c_time) | 0) < 0)) callout_reset(c, (first - tcp_now) | 0, tcp_timeout, tp);
}
