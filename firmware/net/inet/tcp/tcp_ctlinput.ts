/**
 * ICMP errors about our segments, and ARP's about our neighbours: RFC 5927, 1191, RFC 9293 3.9.2.2. BSD:
 * netinet/tcp_subr.c (tcp_ctlinput, tcp_notify, tcp_mtudisc); Stevens section 27.6. Called by ICMP.
 *
 * Anybody can send an ICMP error: it is believed when it returns a sequence number that is in flight, and even then it
 * ends no connection that stands.
 */
import { TCP_DO_PMTUD, TCP_PMTUTIME } from "../../../config";
import { arena, get16, get32 } from "../../../machdep";
import { EHOSTUNREACH } from "../../kern/errno";
import { PRC_HOSTDEAD, PRC_MSGSIZE, PRC_UNREACH_PORT, PRC_UNREACH_PROTOCOL } from "../../kern/protosw";
import { ICMP_IP, ICMP_NEXTMTU } from "../../wire/icmp";
import { IP_HDR_LEN, IP_SRC, IP_VHL } from "../../wire/ip";
import { TH_DPORT, TH_LEN, TH_SEQ, TH_SPORT } from "../../wire/tcp";
import { in_ctlerror, in_pcblookup } from "../in_pcb";
import { tcp_timerset } from "./tcp_callout";
import { TCPS_ESTABLISHED, TCPS_SYN_SENT } from "./tcp_fsm";
import { tcp_setmaxopd } from "./tcp_mss";
import { tcp_output } from "./tcp_output";
import { tcp_sacklost } from "./tcp_sack";
import { TCPSTAT_MTUDISC, tcpstat } from "./tcp_stat";
import { tcp_drop } from "./tcp_subr";
import { TCPT_PMTU, type Tcpcb, TF_NODF, TF_REXMTNOW, tcb, tcp_clock } from "./tcp_var";

/** Less than this no path is believed to take whole: routers may cut to pieces what is larger. */
const MINPMTU = 552;
/** What a router meant that did not say how much it takes (RFC 1191 7, one plateau for all). */
const OLDPMTU = 576;

/** An error about the segment to `dst` whose IP header is at arena offset `ip`. */
export function tcp_ctlinput(cmd: number, dst: number, ip: number): void {
  if (ip < 0) return;
  const th = ip + ((arena[ip + IP_VHL] & 15) << 2);
  const inp = in_pcblookup(tcb, dst, get16(th + TH_DPORT), get32(ip + IP_SRC), get16(th + TH_SPORT), 0);
  const tp = inp ? (inp.inp_ppcb as Tcpcb | null) : null;
  if (!tp || !inp!.inp_socket) return;
  const seq = get32(th + TH_SEQ);
  if (((seq - tp.snd_una) | 0) < 0 || ((seq - tp.snd_max) | 0) >= 0) return; // RFC 5927 4.1
  tcp_clock();
  if (TCP_DO_PMTUD && cmd === PRC_MSGSIZE) tcp_mtudisc(tp, get16(ip - ICMP_IP + ICMP_NEXTMTU));
  else tcp_notify(tp, cmd);
}

/**
 * Hard errors end an open, as does a neighbour that does not answer ARP; nothing ends what stands (RFC 5927 5.2). Source
 * quench has no errno, hence no effect (RFC 6633).
 */
function tcp_notify(tp: Tcpcb, cmd: number): void {
  const error = cmd === PRC_HOSTDEAD ? EHOSTUNREACH : in_ctlerror(cmd);
  if (!error) return;
  const hard = cmd === PRC_UNREACH_PORT || cmd === PRC_UNREACH_PROTOCOL || cmd === PRC_HOSTDEAD;
  if (hard && tp.t_state === TCPS_SYN_SENT) tcp_drop(tp, error);
  else tp.t_softerror = error;
}

/** A router cannot pass on so large a segment: smaller ones from now on (RFC 1191 6.4). No sign of congestion. */
function tcp_mtudisc(tp: Tcpcb, nextmtu: number): void {
  let mtu = nextmtu || OLDPMTU;
  if (mtu < MINPMTU) {
    mtu = MINPMTU;
    tp.t_flags |= TF_NODF;
  }
  const mss = mtu - IP_HDR_LEN - TH_LEN;
  if (mss >= tp.t_maxopd) return;
  tcpstat[TCPSTAT_MTUDISC]++;
  if (!tp.t_timer[TCPT_PMTU]) tp.t_peeropd = tp.t_maxopd;
  tcp_timerset(tp, TCPT_PMTU, TCP_PMTUTIME);
  tcp_setmaxopd(tp, mss);
  if (tp.t_state < TCPS_ESTABLISHED) return;
  tcp_sacklost(tp, false);
  tp.t_flags |= TF_REXMTNOW;
  tcp_output(tp);
}
