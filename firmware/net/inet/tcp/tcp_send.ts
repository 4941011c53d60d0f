/**
 * One segment of a connection: header, options, data. BSD: the second half of netinet/tcp_output.c (tcp_output); Stevens
 * section 26.5. What to send is decided in tcp_output.ts.
 *
 * The data is shared with the send buffer, cluster by cluster: neither sending nor sending again copies it.
 */
import { IP_SRCROUTE, TCP_DO_ECN, TCP_DO_PMTUD, TCP_DO_URG, TCP_DO_WSCALE } from "../../../config";
import { arena, put16, put32 } from "../../../machdep";
import { ENOBUFS } from "../../kern/errno";
import {
  M_DONTWAIT,
  MAX_LINKHDR,
  type Mbuf,
  MCLBYTES,
  MSIZE,
  MT_DATA,
  MT_HEADER,
  m_clget,
  m_clspare,
  m_freem,
  m_get,
  m_gethdr,
  m_space,
} from "../../kern/mbuf";
import { m_copydata, m_copym } from "../../kern/mbuf_chain";
import { sbspace } from "../../kern/sockbuf";
import { SO_DONTROUTE, type Socket } from "../../kern/socketvar";
import { IP_DST, IP_HDR_LEN, IP_P, IP_SRC, IP_TOS, IP_TTL, IPPROTO_TCP } from "../../wire/ip";
import {
  TCP_MAXWIN,
  TH_ACK,
  TH_ACKNO,
  TH_DPORT,
  TH_FIN,
  TH_FLAGS,
  TH_LEN,
  TH_OFF,
  TH_PUSH,
  TH_RST,
  TH_SEQ,
  TH_SPORT,
  TH_SUM,
  TH_SYN,
  TH_URG,
  TH_URP,
  TH_WIN,
} from "../../wire/tcp";
import { in_pseudo, in_sum } from "../in_cksum";
import { IP_DONTFRAG, IP_ROUTETOIF, ip_output } from "../ip/ip_output";
import { ip_optoutput, ip_pcbroute } from "../ip/ip_srcroute";
import { tcp_ecnout } from "./tcp_ecn";
import { tcp_options, tcp_synoptions } from "./tcp_option";
import {
  TCPSTAT_SNDACKS,
  TCPSTAT_SNDBYTE,
  TCPSTAT_SNDCTRL,
  TCPSTAT_SNDNOBUFS,
  TCPSTAT_SNDPACK,
  TCPSTAT_SNDREXMITBYTE,
  TCPSTAT_SNDREXMITPACK,
  TCPSTAT_SNDTOTAL,
  tcpstat,
} from "./tcp_stat";
import { TCPT_DELACK, type Tcpcb, TF_ACKNOW, TF_ACKSOON, TF_DELACK, TF_ECN, TF_NODF } from "./tcp_var";

/** As much data as this fits behind the longest header: it is copied there. */
const SMALLDATA = MSIZE - MAX_LINKHDR - IP_HDR_LEN - TH_LEN - 40;

/**
 * Sends `len` bytes of the send buffer (as many as tcp_maxdata allows) with sequence number `seq` and `flags`; an errno
 * comes back. Every segment but the first acknowledges what has come and tells the window.
 */
export function tcp_send(tp: Tcpcb, seq: number, len: number, flags: number): number {
  const inp = tp.t_inpcb!;
  const m = m_gethdr(M_DONTWAIT, MT_HEADER);
  if (!m) return tcp_nobufs();
  const ip = (m.m_data += MAX_LINKHDR);
  const th = ip + IP_HDR_LEN;
  const opt = th + TH_LEN;
  const hlen = TH_LEN + (flags & TH_SYN ? tcp_synoptions(tp, opt, flags) : tcp_options(tp, opt));
  m.m_len = m.m_pktlen = IP_HDR_LEN + hlen;
  if (len && !tcp_senddata(tp, m, (seq - tp.snd_una) | 0, len)) return tcp_nobufs();
  tcp_sendcount(tp, seq, len, flags);
  let psh = 0;
  if (len && ((seq + len - tp.snd_una) | 0) === inp.inp_socket!.so_snd.sb_cc) psh = TH_PUSH; // RFC 9293 3.9.1.2
  put16(th + TH_SPORT, inp.inp_lport);
  put16(th + TH_DPORT, inp.inp_fport);
  put32(th + TH_SEQ, seq);
  put32(th + TH_ACKNO, flags & TH_ACK ? tp.rcv_nxt : 0);
  put16(th + TH_OFF, (hlen << 10) | flags | psh);
  put16(th + TH_WIN, tcp_sendwin(tp, inp.inp_socket, flags));
  put32(th + TH_SUM, 0);
  if (TCP_DO_URG && ((tp.snd_up - seq) | 0) > 0) tcp_sendurg(tp, th, seq);
  arena[ip + IP_TOS] = inp.inp_tos;
  if (TCP_DO_ECN && tp.t_flags & TF_ECN && !(flags & TH_SYN)) tcp_ecnout(tp, ip, th, seq, len);
  put32(ip + IP_SRC, inp.inp_laddr);
  put32(ip + IP_DST, inp.inp_faddr);
  const tlen = hlen + len;
  put16(th + TH_SUM, ~in_sum(m, IP_HDR_LEN, tlen, in_pseudo(ip + IP_SRC, IPPROTO_TCP, tlen)));
  arena[ip + IP_P] = IPPROTO_TCP;
  arena[ip + IP_TTL] = inp.inp_ttl;
  tp.rcv_acked = tp.rcv_nxt;
  tp.t_flags &= ~(TF_ACKNOW | TF_DELACK | TF_ACKSOON);
  tp.t_timer[TCPT_DELACK] = 0;
  const ipflags = tcp_ipflags(tp, inp.inp_socket);
  const opts = IP_SRCROUTE ? ip_pcbroute(inp) : null;
  return opts ? ip_optoutput(m, ipflags, null, opts) : ip_output(m, ipflags, null);
}

/** Puts the data behind the header: a reference to the send buffer's clusters, or a few bytes. False: m is freed. */
function tcp_senddata(tp: Tcpcb, m: Mbuf, off: number, len: number): boolean {
  const sb = tp.t_inpcb!.inp_socket!.so_snd;
  m.m_pktlen += len;
  if (len <= SMALLDATA) {
    m_copydata(sb.sb_mb, off, len, arena, m.m_data + m.m_len);
    m.m_len += len;
    return true;
  }
  m.m_next = m_copym(sb.sb_mb!, off, len, M_DONTWAIT) || tcp_sendflat(sb.sb_mb!, off, len);
  if (m.m_next) return true;
  m_freem(m);
  return false;
}

/** Data in more crumbs than there are mbufs left: a copy in one piece, lest they hold each other up for ever. */
function tcp_sendflat(mb: Mbuf, off: number, len: number): Mbuf | null {
  const m = m_clspare(M_DONTWAIT) ? m_get(M_DONTWAIT, MT_DATA) : null;
  if (!m) return null;
  const buf: Uint8Array | null = new Uint8Array(len);
  if (!buf) {
    m_freem(m);
    return null;
  }
  m_copydata(mb, off, len, buf, 0);
  m_clget(m, buf, len);
  return m;
}

function tcp_nobufs(): number {
  tcpstat[TCPSTAT_SNDNOBUFS]++;
  return ENOBUFS;
}

function tcp_sendcount(tp: Tcpcb, seq: number, len: number, flags: number): void {
  tcpstat[TCPSTAT_SNDTOTAL]++;
  if (!len) tcpstat[flags & (TH_SYN | TH_FIN | TH_RST) ? TCPSTAT_SNDCTRL : TCPSTAT_SNDACKS]++;
  else if (((seq - tp.snd_max) | 0) < 0) {
    tcpstat[TCPSTAT_SNDREXMITPACK]++;
    tcpstat[TCPSTAT_SNDREXMITBYTE] += len;
  } else {
    tcpstat[TCPSTAT_SNDPACK]++;
    tcpstat[TCPSTAT_SNDBYTE] += len;
  }
}

/** The window field, and a note of how far it lets the peer go. In a SYN it is not scaled (RFC 7323 2.2). */
function tcp_sendwin(tp: Tcpcb, so: Socket | null, flags: number): number {
  let win = so ? tcp_rcvwin(tp, so) : (tp.rcv_adv - tp.rcv_nxt) | 0;
  let scale = TCP_DO_WSCALE ? tp.rcv_scale : 0;
  if (flags & TH_SYN) {
    scale = 0;
    if (win > TCP_MAXWIN) win = TCP_MAXWIN;
  }
  const field = win >> scale;
  const adv = (tp.rcv_nxt + (field << scale)) | 0;
  if (((adv - tp.rcv_adv) | 0) > 0) tp.rcv_adv = adv;
  return field;
}

/**
 * The window to offer: what the socket and the pool have room for; none rather than a silly one (RFC 9293 3.8.6.2.2); but
 * never less than was offered before (3.8.6, MUST-34's counterpart).
 */
export function tcp_rcvwin(tp: Tcpcb, so: Socket): number {
  let win = tcp_rcvspace(tp, so);
  const most = TCP_DO_WSCALE ? TCP_MAXWIN << tp.rcv_scale : TCP_MAXWIN;
  const old = (tp.rcv_adv - tp.rcv_nxt) | 0;
  if (win < so.so_rcv.sb_hiwat >> 2 && win < tp.t_maxseg) win = 0;
  if (win > most) win = most;
  return win < old ? old : win;
}

/**
 * Room for received data, as far as the pool allows: a window is a promise, and tcp_reass keeps it. A cluster holds as
 * many whole segments as fit, of the size that the peer may be taken to send: what it can take itself, or half of our window
 * where that is less. An empty buffer has room for one in any case.
 */
export function tcp_rcvspace(tp: Tcpcb, so: Socket): number {
  const sb = so.so_rcv;
  const space = sbspace(sb);
  if (space <= 0) return 0;
  const half = sb.sb_hiwat >> 1;
  const seg = tp.t_maxseg < half ? tp.t_maxseg : half;
  const pool = (m_space() || (sb.sb_cc ? 0 : 1)) * (seg < MCLBYTES ? ((MCLBYTES / seg) | 0) * seg : MCLBYTES);
  return space < pool ? space : pool;
}

/** The urgent pointer: to the byte behind the urgent data, as all do (RFC 6093 3.1). */
function tcp_sendurg(tp: Tcpcb, th: number, seq: number): void {
  if (((tp.snd_up - tp.snd_una) | 0) <= 0) return; // a keepalive probe lies before all
  const urp = (tp.snd_up - seq) | 0;
  arena[th + TH_FLAGS] |= TH_URG;
  put16(th + TH_URP, urp < 65535 ? urp : 65535);
}

function tcp_ipflags(tp: Tcpcb, so: Socket | null): number {
  const flags = !TCP_DO_PMTUD || tp.t_flags & TF_NODF ? 0 : IP_DONTFRAG;
  return so && so.so_options & SO_DONTROUTE ? flags | IP_ROUTETOIF : flags;
}
