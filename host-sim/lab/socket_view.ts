/**
 * Sockets and connections as netstat(1) tells of them.
 */
import type { BufferView, SocketView, TcpRecord } from "./records";
import { dotted, type Inpcb, listed, type Sockbuf, type Stack, type Tcpcb } from "./structures";

const STATES =
  "CLOSED LISTEN SYN_SENT SYN_RCVD ESTABLISHED CLOSE_WAIT FIN_WAIT_1 CLOSING LAST_ACK FIN_WAIT_2 TIME_WAIT".split(" ");
const SO_ACCEPTCONN = 2;

export function stateName(tp: Tcpcb): string {
  return STATES[tp.t_state] ?? String(tp.t_state);
}

export function endpoints(inp: Inpcb): { local: string; foreign: string } {
  const endpoint = (addr: number, port: number) => `${addr ? dotted(addr) : "*"}:${port || "*"}`;
  return { local: endpoint(inp.inp_laddr, inp.inp_lport), foreign: endpoint(inp.inp_faddr, inp.inp_fport) };
}

export function socketName(proto: string, inp: Inpcb): string {
  const { local, foreign } = endpoints(inp);
  return foreign === "*:*" ? `${proto} ${local}` : `${proto} ${local} ↔ ${foreign}`;
}

export function socketViews(stack: Stack): SocketView[] {
  const { tcb, udb, ripcb } = stack;
  return Object.entries({ tcp: tcb, udp: udb, raw: ripcb }).flatMap(([proto, head]) =>
    listed(head?.inp_first ?? null, (inp) => inp.inp_next).map((inp) => socketView(stack, proto, inp)),
  );
}

function socketView(stack: Stack, proto: string, inp: Inpcb): SocketView {
  const so = inp.inp_socket;
  const tp = proto === "tcp" ? (inp.inp_ppcb as Tcpcb) : undefined;
  const fd = so ? Array.from(stack.fd_ofiles).findIndex((file) => file?.f_data === so) : -1;
  return {
    proto,
    ...endpoints(inp),
    state: tp ? stateName(tp) : "",
    fd: fd > 0 ? String(fd) : "",
    rcv: bufferView(so?.so_rcv),
    snd: bufferView(so?.so_snd),
    ...(so && so.so_options & SO_ACCEPTCONN
      ? { queue: { q0: so.so_q0len, q: so.so_qlen, limit: so.so_qlimit } }
      : tp
        ? { tcp: tcpView(tp) }
        : {}),
  };
}

function bufferView(sb: Sockbuf | undefined): BufferView {
  return { cc: sb?.sb_cc ?? 0, hiwat: sb?.sb_hiwat ?? 0, mbcnt: sb?.sb_mbcnt ?? 0, mbmax: sb?.sb_mbmax ?? 0 };
}

/** Times in ms: t_srtt has three more bits, as in BSD. */
function tcpView(tp: Tcpcb): NonNullable<SocketView["tcp"]> {
  return {
    srtt: tp.t_srtt / 8,
    rto: tp.t_rxtcur,
    cwnd: tp.snd_cwnd,
    ssthresh: tp.snd_ssthresh,
    wnd: tp.snd_wnd,
    rwnd: tp.rcv_wnd,
    mss: tp.t_maxseg,
  };
}

/** How a connection stands, for the plot. */
export function tcpSample(inp: Inpcb): Omit<TcpRecord, "k" | "t" | "board"> | undefined {
  const tp = inp.inp_ppcb as Tcpcb | null;
  if (!tp) return undefined;
  const seq = (number: number) => number >>> 0;
  return {
    socket: socketName("tcp", inp),
    state: stateName(tp),
    iss: seq(tp.t_iss),
    irs: seq(tp.t_irs),
    una: seq(tp.snd_una),
    max: seq(tp.snd_max),
    wnd: tp.snd_wnd,
    cwnd: tp.snd_cwnd,
    ssthresh: tp.snd_ssthresh,
    srtt: tp.t_srtt / 8,
    rttvar: tp.t_rttvar / 4,
    rto: tp.t_rxtcur,
    nxt: seq(tp.rcv_nxt),
    rwnd: tp.rcv_wnd,
    mss: tp.t_maxseg,
  };
}

/** The ends of a datagram or segment as its receiver sees them: int32 addresses. */
export interface Ends {
  proto: "tcp" | "udp" | "raw";
  laddr: number;
  lport: number;
  faddr: number;
  fport: number;
}

/** The PCB that is for it, the one that names most of its ends. BSD: in_pcblookup. */
export function lookup(stack: Stack, { proto, laddr, lport, faddr, fport }: Ends): Inpcb | undefined {
  const head = { tcp: stack.tcb, udp: stack.udb, raw: stack.ripcb }[proto];
  let best: Inpcb | undefined;
  let fewest = 3;
  for (const inp of listed(head?.inp_first ?? null, (one) => one.inp_next)) {
    if (inp.inp_lport !== lport) continue;
    const isForeign = inp.inp_faddr === faddr && inp.inp_fport === fport;
    if ((inp.inp_faddr && !isForeign) || (inp.inp_laddr && inp.inp_laddr !== laddr)) continue;
    const open = Number(!inp.inp_faddr) + Number(!inp.inp_laddr);
    if (open >= fewest) continue;
    best = inp;
    fewest = open;
  }
  return best;
}
