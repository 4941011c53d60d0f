/**
 * TCP input: RFC 9293 3.10.7. BSD: netinet/tcp_input.c (tcp_input); Stevens chapters 28, 29. Called by IP.
 *
 * A segment is validated and its fields are lifted into `ti`; then its connection is found and the function of its state
 * is called. Where a connection stands that is `tcp_segment`: the steps of 3.10.7.4, each in a file of its own, the first
 * that does not answer TI_GO ends it. Most segments never come so far: the next data in order, or an acknowledgement and
 * nothing else, are recognised by `tcp_predict` (Stevens section 28.4).
 */
import { IP_SRCROUTE, TCP_DO_ECN, TCP_DO_TSTAMP, TCP_DO_URG, TCP_DO_WSCALE } from "../../../config";
import { arena, get16, get32 } from "../../../machdep";
import { type Mbuf, MPLENTY, m_freem, m_spare, m_sparein } from "../../kern/mbuf";
import { m_pullup } from "../../kern/mbuf_chain";
import { NET_ACTIVE } from "../../kern/protosw";
import { type Socket, SS_NOFDREF } from "../../kern/socketvar";
import { IP_DST, IP_SRC, IP_TOS, IPPROTO_TCP, IPTOS_ECN_CE, IPTOS_ECN_MASK } from "../../wire/ip";
import {
  TH_ACK,
  TH_ACKNO,
  TH_CWR,
  TH_DPORT,
  TH_ECE,
  TH_FIN,
  TH_FLAGS,
  TH_LEN,
  TH_OFF,
  TH_RST,
  TH_SEQ,
  TH_SPORT,
  TH_SYN,
  TH_URG,
  TH_URP,
  TH_WIN,
} from "../../wire/tcp";
import { in_pseudo, in_sum } from "../in_cksum";
import { INPLOOKUP_WILDCARD, type Inpcb, in_pcblookup } from "../in_pcb";
import { ip_hasrte } from "../ip/ip_srcroute";
import { tcp_doack, tcp_dowindow, tcp_newack } from "./tcp_ack";
import { tcp_dopaws, tcp_dorst, tcp_dosequence, tcp_dosyn, tcp_tsrecent } from "./tcp_check";
import { tcp_dooptions } from "./tcp_dooptions";
import { tcp_dofin, tcp_dotimewait } from "./tcp_fin";
import {
  TCPS_CLOSE_WAIT,
  TCPS_ESTABLISHED,
  TCPS_HAVERCVDFIN,
  TCPS_LISTEN,
  TCPS_SYN_SENT,
  TCPS_TIME_WAIT,
} from "./tcp_fsm";
import { tcp_outack, tcp_output } from "./tcp_output";
import { tcp_acklater, tcp_append, tcp_hascluster, tcp_reass } from "./tcp_reass";
import { tcp_dropwithreset } from "./tcp_respond";
import { tcp_rcvspace } from "./tcp_send";
import {
  TCPSTAT_PCBCACHEMISS,
  TCPSTAT_PREDACK,
  TCPSTAT_PREDDAT,
  TCPSTAT_RCVAFTERCLOSE,
  TCPSTAT_RCVBADOFF,
  TCPSTAT_RCVBADSUM,
  TCPSTAT_RCVSHORT,
  TCPSTAT_RCVTOTAL,
  tcpstat,
} from "./tcp_stat";
import { tcp_close } from "./tcp_subr";
import { tcp_dolisten, tcp_dosynsent } from "./tcp_syn";
import { tcp_dourg } from "./tcp_urg";
import {
  type Tcpcb,
  TF_ACKNOW,
  TF_RCVD_TSTMP,
  TF_RTORECOVERY,
  TF_TLP,
  TI_ACK,
  TI_AGAIN,
  TI_CE,
  TI_CUT,
  TI_DONE,
  TI_GO,
  TI_RESET,
  tcb,
  tcp_clock,
  tcp_now,
  ti,
} from "./tcp_var";

/** Flags that matter to what is predicted: of these only ACK is set. */
const PREDICTED = TH_SYN | TH_FIN | TH_RST | TH_URG | TH_ACK | (TCP_DO_ECN ? TH_ECE | TH_CWR | TI_CE : 0);

/** A segment from below; consumes m. */
export function tcp_input(m0: Mbuf, iphlen: number): void {
  tcpstat[TCPSTAT_RCVTOTAL]++;
  const m = tcp_header(m0, iphlen);
  if (!m) return;
  tcp_clock();
  tcp_dooptions();
  const off = ti.ti_off;
  m.m_data += off;
  m.m_len -= off;
  m.m_pktlen -= off;
  let tp: Tcpcb | null;
  let verdict: number;
  do {
    const inp = tcp_lookup();
    tp = inp ? (inp.inp_ppcb as Tcpcb) : null;
    if (!tp) verdict = TI_RESET;
    else if (tp.t_state > TCPS_SYN_SENT && tp.t_state < TCPS_TIME_WAIT) verdict = tcp_segment(tp, m);
    else verdict = tcp_nosegment(tp, m);
  } while (verdict === TI_AGAIN);
  if (verdict === TI_DONE) return;
  if (verdict === TI_RESET) tcp_dropwithreset(m, tp ? tp.t_inpcb : null);
  else m_freem(m);
  if (verdict === TI_ACK) tcp_outack(tp!);
}

/** Counts a cause and frees what is left of the segment. */
function tcp_hdrop(m: Mbuf | null, cause: number): null {
  tcpstat[cause]++;
  m_freem(m);
  return null;
}

/** The segment with a valid header, whole in the arena, and its fields in `ti`; null when it was dropped. */
function tcp_header(m0: Mbuf, iphlen: number): Mbuf | null {
  let m: Mbuf | null = m0;
  const len = m.m_pktlen - iphlen;
  if (m.m_len < iphlen + TH_LEN) {
    m = m_pullup(m, iphlen + TH_LEN);
    if (!m) return tcp_hdrop(m, TCPSTAT_RCVSHORT);
  }
  const hlen = (arena[m.m_data + iphlen + TH_OFF] >> 4) << 2;
  if (hlen < TH_LEN || hlen > len) return tcp_hdrop(m, TCPSTAT_RCVBADOFF);
  if (m.m_len < iphlen + hlen) {
    m = m_pullup(m, iphlen + hlen);
    if (!m) return tcp_hdrop(m, TCPSTAT_RCVSHORT);
  }
  if (in_sum(m, iphlen, len, in_pseudo(m.m_data + IP_SRC, IPPROTO_TCP, len)) !== 65535)
    return tcp_hdrop(m, TCPSTAT_RCVBADSUM);
  tcp_lift(m.m_data, iphlen, hlen, len);
  return m;
}

/** Fills `ti` from the headers: IP's at an arena offset, TCP's of `hlen` bytes behind it, `len` bytes with the data. */
function tcp_lift(ip: number, iphlen: number, hlen: number, len: number): void {
  const th = ip + iphlen;
  ti.ti_seq = get32(th + TH_SEQ);
  ti.ti_ack = get32(th + TH_ACKNO);
  ti.ti_flags = arena[th + TH_FLAGS];
  if (TCP_DO_ECN && (arena[ip + IP_TOS] & IPTOS_ECN_MASK) === IPTOS_ECN_CE) ti.ti_flags |= TI_CE;
  ti.ti_len = len - hlen;
  ti.ti_win = get16(th + TH_WIN);
  ti.ti_urp = get16(th + TH_URP);
  ti.ti_src = get32(ip + IP_SRC);
  ti.ti_dst = get32(ip + IP_DST);
  ti.ti_sport = get16(th + TH_SPORT);
  ti.ti_dport = get16(th + TH_DPORT);
  ti.ti_off = iphlen + hlen;
  ti.ti_opt = th + TH_LEN;
  ti.ti_optlen = hlen - TH_LEN;
}

/** The PCB of the segment: the last one again, or the best match, or null. */
function tcp_lookup(): Inpcb | null {
  const last = tcb.inp_last;
  if (
    last &&
    last.inp_fport === ti.ti_sport &&
    last.inp_lport === ti.ti_dport &&
    last.inp_faddr === ti.ti_src &&
    last.inp_laddr === ti.ti_dst
  )
    return last;
  tcpstat[TCPSTAT_PCBCACHEMISS]++;
  const inp = in_pcblookup(tcb, ti.ti_src, ti.ti_sport, ti.ti_dst, ti.ti_dport, INPLOOKUP_WILDCARD);
  if (inp && inp.inp_faddr) tcb.inp_last = inp;
  return inp;
}

/** A segment where no connection stands, not yet or no more. */
function tcp_nosegment(tp: Tcpcb, m: Mbuf): number {
  switch (tp.t_state) {
    case TCPS_LISTEN:
      return tcp_dolisten(tp, m);
    case TCPS_SYN_SENT:
      return NET_ACTIVE ? tcp_synsent(tp, m) : tcp_closed();
    case TCPS_TIME_WAIT:
      return tcp_dotimewait(tp);
    default:
      return tcp_closed();
  }
}

/** CLOSED: a socket that neither listens nor connects is no connection (RFC 9293 3.10.7.1). */
function tcp_closed(): number {
  return TI_RESET;
}

/** SYN_SENT, and what may come with the SYN that answers ours. */
function tcp_synsent(tp: Tcpcb, m: Mbuf): number {
  const verdict = tcp_dosynsent(tp);
  if (verdict) return verdict;
  const so = tp.t_inpcb!.inp_socket!;
  tp.rcv_wnd = tcp_rcvspace(tp, so);
  tcp_dowindow(tp);
  return tcp_dosequence(tp, m) || (TCP_DO_URG ? tcp_dourg(tp, so, m) : TI_GO) || tcp_dotext(tp, so, m);
}

/** A segment of a connection that stands, or nearly so: RFC 9293 3.10.7.4. */
function tcp_segment(tp: Tcpcb, m: Mbuf): number {
  const so = tp.t_inpcb!.inp_socket!;
  if (TCP_DO_WSCALE && !(ti.ti_flags & TH_SYN)) ti.ti_win <<= tp.snd_scale;
  if (tp.t_state === TCPS_ESTABLISHED && tcp_predict(tp, so, m)) return TI_DONE;
  const space = tcp_rcvspace(tp, so);
  const old = (tp.rcv_adv - tp.rcv_nxt) | 0;
  tp.rcv_wnd = space > old ? space : old;
  return (
    tcp_dopaws(tp) ||
    tcp_dorst(tp, so) ||
    tcp_dosyn(tp) ||
    tcp_dosequence(tp, m) ||
    tcp_doack(tp) ||
    (TCP_DO_URG ? tcp_dourg(tp, so, m) : TI_GO) ||
    tcp_dotext(tp, so, m)
  );
}

/** Seventh and eighth: data, FIN; and then whatever is to be sent. */
function tcp_dotext(tp: Tcpcb, so: Socket, m: Mbuf): number {
  if (ti.ti_flags & TI_CUT) tp.t_flags |= TF_ACKNOW;
  if ((ti.ti_len || ti.ti_flags & TH_FIN) && !TCPS_HAVERCVDFIN(tp.t_state)) {
    if (ti.ti_len && so.so_state & SS_NOFDREF && tp.t_state > TCPS_CLOSE_WAIT) return tcp_afterclose(tp, m);
    if (tcp_reass(tp, so, m)) tcp_dofin(tp, so);
  } else m_freem(m);
  tcp_output(tp);
  return TI_DONE;
}

/** Data for a program that has closed: the peer must hear that it is lost (RFC 9293 3.6.1; RFC 1122 4.2.2.13). */
function tcp_afterclose(tp: Tcpcb, m: Mbuf): number {
  tcpstat[TCPSTAT_RCVAFTERCLOSE]++;
  tcp_dropwithreset(m, tp.t_inpcb);
  tcp_close(tp);
  return TI_DONE;
}

/** Is it what one would expect, in ESTABLISHED, and nothing special? Then it is done with quickly. */
function tcp_predict(tp: Tcpcb, so: Socket, m: Mbuf): boolean {
  if (
    ti.ti_seq !== tp.rcv_nxt ||
    (ti.ti_flags & PREDICTED) !== TH_ACK ||
    !ti.ti_win ||
    !tp.snd_wnd ||
    tp.snd_holes ||
    tp.t_dupacks ||
    ti.ti_nsack
  )
    return false;
  if (IP_SRCROUTE && ip_hasrte()) return false;
  if (TCP_DO_TSTAMP && tp.t_flags & TF_RCVD_TSTMP && (!ti.ti_tspresent || ((ti.ti_tsval - tp.t_tsrecent) | 0) < 0))
    return false;
  const acked = (ti.ti_ack - tp.snd_una) | 0;
  if (!ti.ti_len) {
    if (acked <= 0 || ((ti.ti_ack - tp.snd_max) | 0) > 0 || tp.t_flags & (TF_TLP | TF_RTORECOVERY)) return false;
    tcp_predack(tp, m, acked);
    return true;
  }
  return !acked && !tp.t_segq && tcp_preddat(tp, so, m);
}

/** An acknowledgement of new data, and nothing else. */
function tcp_predack(tp: Tcpcb, m: Mbuf, acked: number): void {
  tcpstat[TCPSTAT_PREDACK]++;
  tp.t_rcvtime = tcp_now;
  if (TCP_DO_TSTAMP && ti.ti_tspresent) tcp_tsrecent(tp);
  m_freem(m);
  tcp_newack(tp, acked, false);
  tcp_dowindow(tp);
  tcp_output(tp);
}

/** The next data in order, and nothing else. False when room for it is scarce, or when it changes the window. */
function tcp_preddat(tp: Tcpcb, so: Socket, m: Mbuf): boolean {
  if (ti.ti_win !== tp.snd_wnd || ti.ti_len > ((tp.rcv_adv - tp.rcv_nxt) | 0)) return false;
  if (tcp_hascluster(m) ? !m_sparein(true) : !m_spare(MPLENTY)) return false;
  tcpstat[TCPSTAT_PREDDAT]++;
  tp.t_rcvtime = tcp_now;
  if (TCP_DO_TSTAMP && ti.ti_tspresent) tcp_tsrecent(tp);
  tp.snd_wl1 = ti.ti_seq;
  tcp_append(tp, so, m, ti.ti_len);
  tcp_acklater(tp, so);
  return true;
}
