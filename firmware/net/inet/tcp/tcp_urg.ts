/**
 * Urgent data: RFC 9293 3.8.5, 3.10.7.4 sixth; 6093. BSD: netinet/tcp_input.c (tcp_pulloutofband); Stevens sections 29.7,
 * 26.8. Discouraged since RFC 6093, and still telnet's business.
 *
 * The urgent pointer points behind the urgent byte, as all implementations have it. That byte is kept aside for a receive
 * with MSG_OOB, unless the socket wants it inline.
 */
import { SB_MAX } from "../../../config";
import { arena } from "../../../machdep";
import { M_DONTWAIT, type Mbuf } from "../../kern/mbuf";
import { m_adj, m_cat, m_copydata, m_split } from "../../kern/mbuf_chain";
import { sorwakeup } from "../../kern/socket2";
import { SO_OOBINLINE, type Socket, SS_RCVATMARK } from "../../kern/socketvar";
import { TH_URG } from "../../wire/tcp";
import { TCPS_HAVERCVDFIN } from "./tcp_fsm";
import { TCPOOB_HADDATA, TCPOOB_HAVEDATA, type Tcpcb, TI_GO, ti } from "./tcp_var";

/** Takes in the urgent pointer of the segment in `ti`, whose data `m` holds. */
export function tcp_dourg(tp: Tcpcb, so: Socket, m: Mbuf): number {
  if (ti.ti_flags & TH_URG && ti.ti_urp && !TCPS_HAVERCVDFIN(tp.t_state)) tcp_urgent(tp, so, m);
  else if (((tp.rcv_nxt - tp.rcv_up) | 0) > 0) tp.rcv_up = tp.rcv_nxt;
  return TI_GO;
}

function tcp_urgent(tp: Tcpcb, so: Socket, m: Mbuf): void {
  const urp = ti.ti_urp;
  const up = (ti.ti_seq + urp) | 0;
  if (urp + so.so_rcv.sb_cc > SB_MAX) return; // more urgent data than anybody means to send
  if (((up - tp.rcv_up) | 0) > 0) {
    tp.rcv_up = up;
    so.so_oobmark = so.so_rcv.sb_cc + ((up - tp.rcv_nxt) | 0) - 1;
    if (!so.so_oobmark) so.so_state |= SS_RCVATMARK;
    tp.t_oobflags &= ~(TCPOOB_HAVEDATA | TCPOOB_HADDATA);
    sorwakeup(so);
  }
  if (urp <= ti.ti_len && !(so.so_options & SO_OOBINLINE)) tcp_pulloutofband(tp, m, urp - 1);
}

/**
 * Takes byte `off` out of the data and keeps it. ti_len and m_pktlen still count it,
 * since it has a sequence number.
 */
function tcp_pulloutofband(tp: Tcpcb, m: Mbuf, off: number): void {
  const rest = m_split(m, off, M_DONTWAIT);
  if (!rest) return;
  m_copydata(rest, 0, 1, arena, m.m_dat);
  tp.t_iobc = arena[m.m_dat];
  tp.t_oobflags |= TCPOOB_HAVEDATA;
  m_adj(rest, 1);
  m_cat(m, rest);
  m.m_pktlen = ti.ti_len;
}
