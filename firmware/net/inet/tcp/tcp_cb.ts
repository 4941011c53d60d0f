/**
 * A connection's control block: how it begins, and what TIME_WAIT leaves of it. BSD: netinet/tcp_subr.c (tcp_newtcpcb). Called by
 * tcp_subr.ts.
 */
import { callout_new } from "../../kern/callout";
import type { Inpcb } from "../in_pcb";
import { TCPS_CLOSED } from "./tcp_fsm";
import type { Tcpcb } from "./tcp_var";

/** What each control block has of its own, also in TIME_WAIT. */
type Own = "t_state" | "t_flags" | "t_inpcb" | "snd_una" | "snd_max" | "rcv_nxt" | "rcv_adv" | "t_timer" | "t_callout";

/**
 * A connection has a field of its own once it sets it; until then this one's shows through. Every field that is not Own has
 * to be here, as the compiler sees to: one that is missing would be undefined, which its type denies.
 */
const tcpcb_zero: Omit<Tcpcb, Own> = {
  snd_wnd: 0,
  snd_cwnd: 0,
  snd_ssthresh: 0x3fffffff,
  snd_sml: 0,
  snd_holes: null,
  snd_fack: 0,
  rcv_wnd: 0,
  rcv_acked: 0,
  t_segq: null,
  t_maxseg: 0,
  t_maxopd: 0,
  t_peeropd: 0,
  t_dupacks: 0,
  t_srtt: 0,
  t_rttvar: 0,
  t_rxtcur: 0,
  t_rtttime: 0,
  t_rtseq: 0,
  t_rtlen: 0,
  t_rtt: 0,
  t_rttmin: 0,
  t_rxtshift: 0,
  t_rcvtime: 0,
  t_sndtime: 0,
  snd_wl1: 0,
  snd_wl2: 0,
  snd_maxwnd: 0,
  snd_recover: 0,
  snd_recent: 0,
  snd_rxtno: 0,
  snd_rackno: 0,
  snd_tlpend: 0,
  snd_limited: 0,
  snd_acked: 0,
  snd_up: 0,
  snd_maxok: 0,
  snd_scale: 0,
  snd_prevcwnd: 0,
  snd_prevthresh: 0,
  snd_rtotime: 0,
  rcv_scale: 0,
  rcv_up: 0,
  rcv_quick: 0,
  rcv_last: 0,
  rcv_dup: 0,
  rcv_dupend: 0,
  t_iss: 0,
  t_irs: 0,
  t_tsrecent: 0,
  t_tsage: 0,
  t_tsoff: 0,
  t_softerror: 0,
  t_oobflags: 0,
  t_iobc: 0,
  t_usermss: 0,
  t_usertimeout: 0,
  t_rxtsince: 0,
  t_challenges: 0,
  t_chaltime: 0,
  t_keepidle: 0,
  t_keepintvl: 0,
  t_keepcnt: 0,
};

/** A connection's variables in their initial state; the caller fills in what depends on configuration. */
export function tcpcb_new(inp: Inpcb): Tcpcb {
  const tp: Tcpcb = Object.create(tcpcb_zero);
  tp.t_state = TCPS_CLOSED;
  tp.t_flags = 0;
  tp.snd_una = 0;
  tp.snd_max = 0;
  tp.snd_wnd = 0;
  tp.snd_cwnd = 0;
  tp.rcv_nxt = 0;
  tp.rcv_wnd = 0;
  tp.rcv_adv = 0;
  tp.rcv_acked = 0;
  tp.t_segq = null;
  tp.t_timer = [0, 0, 0, 0, 0, 0, 0];
  tp.t_inpcb = inp;
  tp.t_maxseg = 0;
  tp.snd_holes = null;
  tp.t_callout = callout_new();
  return tp;
}

/** TIME_WAIT needs little more: the rest is given back. */
export function tcpcb_shrink(tp: Tcpcb): void {
  const kept: Pick<Tcpcb, Own> & Partial<Tcpcb> = {
    t_state: tp.t_state,
    t_flags: tp.t_flags,
    t_inpcb: tp.t_inpcb,
    snd_una: tp.snd_max,
    snd_max: tp.snd_max,
    snd_maxwnd: tp.snd_maxwnd,
    snd_up: tp.snd_max,
    rcv_nxt: tp.rcv_nxt,
    rcv_adv: tp.rcv_adv,
    rcv_scale: tp.rcv_scale,
    t_timer: tp.t_timer,
    t_callout: tp.t_callout,
    t_tsrecent: tp.t_tsrecent,
    t_tsoff: tp.t_tsoff,
  };
  const fields = Object.keys(tp) as never[];
  for (let i = 0; i < fields.length; i++) delete tp[fields[i]];
  for (const field in kept) tp[field as never] = kept[field as never];
}
