/**
 * The stack's structures as a running bundle exports them (tools/lab_taps.js), as far as the lab looks at them. The comments of
 * firmware/net say what the fields are. A type for each of its own, since the simulation imports none of the sources.
 */

export interface Mbuf {
  m_next: Mbuf | null;
  m_nextpkt: Mbuf | null;
  m_data: number;
  m_len: number;
  m_flags: number;
  m_type: number;
  m_pktlen: number;
  m_ext: { ext_buf: Uint8Array | null; ext_refs: number } | null;
  m_dat: number;
}

export interface Sockbuf {
  sb_cc: number;
  sb_hiwat: number;
  sb_mbcnt: number;
  sb_mbmax: number;
  sb_mb: Mbuf | null;
}

export interface Socket {
  so_type: number;
  so_options: number;
  so_state: number;
  so_q0len: number;
  so_qlen: number;
  so_qlimit: number;
  so_rcv: Sockbuf;
  so_snd: Sockbuf;
  so_upcall: number;
}

export interface Tcpcb {
  t_state: number;
  snd_scale: number;
  rcv_scale: number;
  t_inpcb: Inpcb | null;
  snd_una: number;
  snd_max: number;
  snd_wnd: number;
  snd_cwnd: number;
  snd_ssthresh: number;
  rcv_nxt: number;
  rcv_wnd: number;
  t_segq: Mbuf | null;
  t_timer: ArrayLike<number>;
  t_maxseg: number;
  t_srtt: number;
  t_rttvar: number;
  t_rxtcur: number;
  t_iss: number;
  t_irs: number;
}

export interface Inpcb {
  inp_next: Inpcb | null;
  inp_lport: number;
  inp_fport: number;
  inp_laddr: number;
  inp_faddr: number;
  inp_socket: Socket | null;
  inp_ppcb: unknown;
}

export interface Callout {
  c_next: Callout | null;
  c_time: number;
  c_func: ((arg: unknown) => void) | null;
  c_arg: unknown;
}

export interface Ifqueue {
  ifq_head: Mbuf | null;
  ifq_len: number;
  ifq_drops: number;
}

/** What an interface counts, by netstat's words. */
export const IF_COUNTERS = {
  Ipkts: "if_ipackets",
  Ierrs: "if_ierrors",
  Idrop: "if_iqdrops",
  Ibytes: "if_ibytes",
  Opkts: "if_opackets",
  Oerrs: "if_oerrors",
  Obytes: "if_obytes",
  Coll: "if_collisions",
  Noproto: "if_noproto",
} as const;

export interface Ifnet extends Record<(typeof IF_COUNTERS)[keyof typeof IF_COUNTERS], number> {
  if_next: Ifnet | null;
  if_name: string;
  if_mtu: number;
  if_flags: number;
  if_addrlist: { ifa_next: unknown; ia_addr: number; ia_subnetmask: number } | null;
  if_output: (...args: never[]) => number;
  if_snd: Ifqueue;
  if_chipstat: Uint32Array | null;
  ac_enaddr?: Uint8Array;
}

export interface Arptab {
  at_next: Arptab | null;
  at_iaddr: number;
  at_enaddr: Uint8Array;
  at_flags: number;
  at_asked: number;
  at_hold: Mbuf | null;
}

/** A datagram that is being put together. */
export interface Ipq {
  ipq_next: Ipq | null;
  ipq_src: number;
  ipq_frags: Mbuf | null;
}

export interface Rtentry {
  rt_next: Rtentry | null;
  rt_dst: number;
  rt_mask: number;
  rt_gateway: number;
  rt_flags: number;
  rt_ifp: Ifnet;
  rt_mtu: number;
}

type PcbHead = { inp_first: Inpcb | null };

/** What the bundle exports; variables are what they are at the time. */
export interface Stack {
  lab: {
    enter: ((name: string, args: unknown[]) => void) | null;
    leave: ((name: string) => void) | null;
  };
  counter_names: Record<"IPS" | "ICPS" | "UDPS" | "TCPSTATS" | "ARPS" | "CHIPS", string>;
  MSIZE: number;
  arena: Uint8Array;
  mbstat(): Record<"m_mbufs" | "m_mfree" | "m_clusters" | "m_clfree" | "m_drops", number>;
  uptime(): number;
  calltodo: Callout | null;
  ifnet: Ifnet | null;
  arptab: Arptab | null;
  /** in a stack that puts fragments together */
  ipq?: Ipq | null;
  rt_first(): Rtentry | null;
  tcb: PcbHead;
  udb: PcbHead;
  ripcb: PcbHead;
  netisr_queues: ArrayLike<Ifqueue>;
  fd_ofiles: ArrayLike<{ f_data: unknown } | null | undefined>;
  ipstat: Uint32Array;
  icmpstat: Uint32Array;
  udpstat: Uint32Array;
  tcpstat: Uint32Array;
  arpstat: Uint32Array;
}

/** The stack of a bundle that was made for the lab; undefined of others. */
export function stackOf(exports: unknown): Stack | undefined {
  const stack = exports as Partial<Stack> | undefined;
  return stack?.lab ? (stack as Stack) : undefined;
}

/** Whether a program has brought it up: before that its variables hold nothing. */
export function isUp(stack: Stack): boolean {
  return stack.ifnet !== undefined;
}

/** All of a list that is linked by one of the fields; of one that goes in a circle the first thousand. */
export function listed<T>(first: T | null, next: (item: T) => T | null): T[] {
  const all: T[] = [];
  for (let item = first; item && all.length < 1000; item = next(item)) all.push(item);
  return all;
}

/** An int32 as "10.0.2.15". */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
