/**
 * How large a segment may be: RFC 9293 3.7.1, 6691, 1191, 6928. BSD: netinet/tcp_input.c (tcp_mss); Stevens section 27.5.
 */
import { IP_SRCROUTE, TCP_DO_TSTAMP } from "../../../config";
import { rtlookup } from "../../if/route";
import { IP_HDR_LEN } from "../../wire/ip";
import { TCP_MSS, TCPOLEN_TSTAMP_APPA, TH_LEN } from "../../wire/tcp";
import { ip_newroute, ip_optlen } from "../ip/ip_srcroute";
import { type Tcpcb, TF_RCVD_TSTMP } from "./tcp_var";

const TCPIP_HDR_LEN = IP_HDR_LEN + TH_LEN;
/** A peer, or a path, that says it takes less is not believed: a flood of crumbs would be the consequence. */
export const TCP_MINMSS = 64;

/** What a segment to `faddr` may hold, options and data: by the interface, and what is known of the path. */
export function tcp_mssroute(faddr: number): number {
  const rt = rtlookup(faddr);
  if (!rt) return TCP_MSS;
  const mtu = rt.rt_mtu && rt.rt_mtu < rt.rt_ifp.if_mtu ? rt.rt_mtu : rt.rt_ifp.if_mtu;
  return mtu - TCPIP_HDR_LEN;
}

/** The MSS that we tell the peer: what the interface takes, whatever the path does (RFC 6691). */
export function tcp_mssopt(tp: Tcpcb): number {
  const rt = rtlookup(tp.t_inpcb!.inp_faddr);
  const mss = rt ? rt.rt_ifp.if_mtu - TCPIP_HDR_LEN : TCP_MSS;
  return tp.t_usermss && tp.t_usermss < mss ? tp.t_usermss : mss;
}

/** The peer takes segments of `offer` bytes (0: it did not say): sets the size of ours and the windows that follow. */
export function tcp_mss(tp: Tcpcb, offer: number): void {
  let mss = offer || TCP_MSS;
  const most = tcp_mssroute(tp.t_inpcb!.inp_faddr);
  if (mss < TCP_MINMSS) mss = TCP_MINMSS;
  if (mss > most) mss = most;
  if (tp.t_usermss && mss > tp.t_usermss) mss = tp.t_usermss;
  tcp_setmaxopd(tp, mss);
  tp.snd_cwnd = tcp_initwnd(tp);
}

/** Full segments are of `mss` bytes from now on, options included. */
export function tcp_setmaxopd(tp: Tcpcb, mss: number): void {
  const most = IP_SRCROUTE ? mss - ip_optlen(tp.t_inpcb!) : mss; // RFC 9293 3.7.1, MUST-16
  tp.t_maxopd = most;
  tp.t_maxseg = TCP_DO_TSTAMP && tp.t_flags & TF_RCVD_TSTMP ? most - TCPOLEN_TSTAMP_APPA : most;
}

/** The initial window (RFC 6928 2). The send buffer, and with it the pool, bounds what is made of it. */
export function tcp_initwnd(tp: Tcpcb): number {
  const mss = tp.t_maxseg;
  const floor = 2 * mss > 14600 ? 2 * mss : 14600;
  return 10 * mss < floor ? 10 * mss : floor;
}

/** A packet came by a source route: a connection that came by a listener goes back the way that it came last (MUST-53, SHLD-24). */
export function tcp_newroute(tp: Tcpcb): void {
  const inp = tp.t_inpcb!;
  const mss = tp.t_maxopd + ip_optlen(inp);
  ip_newroute(inp);
  tcp_setmaxopd(tp, mss);
}
