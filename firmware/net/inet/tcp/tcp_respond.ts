/**
 * Answers that no connection gives: resets and SYN cookies. BSD: netinet/tcp_subr.c (tcp_respond) and the end of
 * netinet/tcp_input.c (dropwithreset); Stevens section 26.9.
 */
import { IP_SRCROUTE, IPDEFTTL } from "../../../config";
import { arena, put16, put32 } from "../../../machdep";
import { M_BCAST, M_DONTWAIT, M_MCAST, MAX_LINKHDR, type Mbuf, MT_HEADER, m_freem, m_gethdr } from "../../kern/mbuf";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IP_TTL, IPPROTO_TCP } from "../../wire/ip";
import {
  TCPOLEN_MAXSEG,
  TH_ACK,
  TH_ACKNO,
  TH_DPORT,
  TH_FIN,
  TH_LEN,
  TH_OFF,
  TH_RST,
  TH_SEQ,
  TH_SPORT,
  TH_SUM,
  TH_SYN,
  TH_WIN,
} from "../../wire/tcp";
import { in_pseudo, in_sum } from "../in_cksum";
import type { Inpcb } from "../in_pcb";
import { IN_MULTICAST, in_isbroadcast } from "../in_var";
import { IP_DONTFRAG, ip_output } from "../ip/ip_output";
import { ip_optoutput, ip_pcbroute } from "../ip/ip_srcroute";
import { tcp_mssoption } from "./tcp_option";
import { TCPSTAT_SNDCTRL, TCPSTAT_SNDRST, TCPSTAT_SNDTOTAL, tcpstat } from "./tcp_stat";
import { ti } from "./tcp_var";

/**
 * Sends a segment without data to the peer of `pcb`, or, if it has none or is null, to where the segment in `ti` came from;
 * with an MSS option unless `mss` is 0.
 */
export function tcp_respond(
  pcb: Inpcb | null,
  seq: number,
  ack: number,
  flags: number,
  win: number,
  mss: number,
): void {
  const m = m_gethdr(M_DONTWAIT, MT_HEADER);
  const inp = pcb && pcb.inp_faddr ? pcb : null;
  if (!m) return;
  const ip = (m.m_data += MAX_LINKHDR);
  const th = ip + IP_HDR_LEN;
  const hlen = mss ? TH_LEN + TCPOLEN_MAXSEG : TH_LEN;
  if (mss) tcp_mssoption(th + TH_LEN, mss);
  m.m_len = m.m_pktlen = IP_HDR_LEN + hlen;
  put32(ip + IP_SRC, inp ? inp.inp_laddr : ti.ti_dst);
  put32(ip + IP_DST, inp ? inp.inp_faddr : ti.ti_src);
  put16(th + TH_SPORT, inp ? inp.inp_lport : ti.ti_dport);
  put16(th + TH_DPORT, inp ? inp.inp_fport : ti.ti_sport);
  put32(th + TH_SEQ, seq);
  put32(th + TH_ACKNO, ack);
  put16(th + TH_OFF, (hlen << 10) | flags);
  put16(th + TH_WIN, win);
  put32(th + TH_SUM, 0);
  put16(th + TH_SUM, ~in_sum(m, IP_HDR_LEN, hlen, in_pseudo(ip + IP_SRC, IPPROTO_TCP, hlen)));
  arena[ip + IP_P] = IPPROTO_TCP;
  arena[ip + IP_TTL] = pcb ? pcb.inp_ttl : IPDEFTTL;
  arena[ip + IP_TOS] = pcb ? pcb.inp_tos : 0;
  tcpstat[TCPSTAT_SNDTOTAL]++;
  tcpstat[TCPSTAT_SNDCTRL]++;
  const opts = IP_SRCROUTE && inp ? ip_pcbroute(inp) : null;
  if (opts) ip_optoutput(m, IP_DONTFRAG, null, opts);
  else ip_output(m, IP_DONTFRAG, null);
}

/**
 * Frees the segment `m`, which nobody wants, and tells its sender (RFC 9293 3.10.7.1), in a way that it accepts. A reset is
 * not answered, nor what went to many, or came from them (3.9.2.3, MUST-57). `inp` is the PCB that it came to, if any.
 */
export function tcp_dropwithreset(m: Mbuf, inp: Inpcb | null): void {
  const flags = ti.ti_flags;
  const many = (m.m_flags & (M_BCAST | M_MCAST)) !== 0 || IN_MULTICAST(ti.ti_dst) || in_isbroadcast(ti.ti_dst);
  m_freem(m);
  if (flags & TH_RST || many || !ti.ti_src || IN_MULTICAST(ti.ti_src) || in_isbroadcast(ti.ti_src)) return;
  tcpstat[TCPSTAT_SNDRST]++;
  if (flags & TH_ACK) tcp_respond(inp, ti.ti_ack, 0, TH_RST, 0, 0);
  else {
    const len = ti.ti_len + (flags & TH_SYN ? 1 : 0) + (flags & TH_FIN ? 1 : 0);
    tcp_respond(inp, 0, (ti.ti_seq + len) | 0, TH_RST | TH_ACK, 0, 0);
  }
}
