/**
 * The program closes: RFC 9293 3.6, 3.10.4. BSD: netinet/tcp_usrreq.c (tcp_disconnect, tcp_usrclosed); Stevens section 30.3.
 */
import { TCP_FINWAIT2 } from "../../../config";
import { sbflush } from "../../kern/sockbuf";
import { soisdisconnected, soisdisconnecting } from "../../kern/socket2";
import { SO_LINGER, type Socket, SS_CANTRCVMORE } from "../../kern/socketvar";
import { tcp_timerset } from "./tcp_callout";
import {
  TCPS_CLOSE_WAIT,
  TCPS_CLOSING,
  TCPS_ESTABLISHED,
  TCPS_FIN_WAIT_1,
  TCPS_FIN_WAIT_2,
  TCPS_LAST_ACK,
  TCPS_SYN_RECEIVED,
} from "./tcp_fsm";
import { tcp_output } from "./tcp_output";
import { tcp_close, tcp_drop } from "./tcp_subr";
import { TCPT_2MSL, type Tcpcb, TF_NEEDFIN } from "./tcp_var";

/**
 * The program closes. A connection that does not stand is forgotten. One that is to linger for no time is reset, and one
 * with data that nobody has read: the peer must not think that it arrived (RFC 9293 3.6, SHLD-3; RFC 2525 2.17).
 */
export function tcp_dodisconnect(tp: Tcpcb, so: Socket): void {
  if (tp.t_state < TCPS_SYN_RECEIVED) tcp_close(tp);
  else if (so.so_rcv.sb_cc) tcp_drop(tp, 0);
  else if (so.so_options & SO_LINGER && !so.so_linger) tcp_usrabort(tp);
  else {
    soisdisconnecting(so);
    sbflush(so.so_rcv);
    if (tcp_usrclosed(tp, so)) tcp_output(tp);
  }
}

/** Where only the last acknowledgement is missing there is nothing to reset (RFC 9293 3.10.5). */
function tcp_usrabort(tp: Tcpcb): void {
  if (tp.t_state === TCPS_CLOSING || tp.t_state === TCPS_LAST_ACK) tcp_close(tp);
  else tcp_drop(tp, 0);
}

/** Nothing more will be sent: a FIN follows what there is (RFC 9293 3.10.4). False when that was the end of the connection. */
export function tcp_usrclosed(tp: Tcpcb, so: Socket): boolean {
  const state = tp.t_state;
  if (state < TCPS_SYN_RECEIVED) {
    tcp_close(tp);
    return false;
  }
  if (state === TCPS_SYN_RECEIVED) tp.t_flags |= TF_NEEDFIN;
  else if (state === TCPS_ESTABLISHED) tp.t_state = TCPS_FIN_WAIT_1;
  else if (state === TCPS_CLOSE_WAIT) tp.t_state = TCPS_LAST_ACK;
  else if (state === TCPS_FIN_WAIT_2 && so.so_state & SS_CANTRCVMORE) {
    soisdisconnected(so);
    tcp_timerset(tp, TCPT_2MSL, TCP_FINWAIT2);
  }
  return true;
}
