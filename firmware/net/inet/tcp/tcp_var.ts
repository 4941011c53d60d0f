/**
 * A TCP connection's variables. BSD: netinet/tcp_var.h, tcpip.h, tcp_seq.h; Stevens section 24.6; RFC 9293 3.3.1.
 *
 * Sequence numbers are int32; a is before b where ((a - b) | 0) < 0 (RFC 9293 3.4). Times are ms of uptime, and compare in the
 * same way; 0 stands for none.
 *
 * Differs: there is no snd_nxt. What is sent again is told by the scoreboard (tcp_sack.ts) in place of a pointer that is
 * pulled back, so the next new byte is always snd_max.
 */
import { TCP_DO_SACK, TCP_DO_TLP, TCP_DO_TSTAMP, TCP_DO_WSCALE } from "../../../config";
import { uptime } from "../../../machdep";
import type { Embedded, Table, u8, u16 } from "../../../types";
import type { Callout } from "../../kern/callout";
import type { Mbuf } from "../../kern/mbuf";
import type { Inpcb, InpcbHead } from "../in_pcb";
import { tcpstat_init } from "./tcp_stat";

/* t_flags */
export const TF_ACKNOW = 0x0001; // ack peer immediately
export const TF_DELACK = 0x0002; // ack, but try to delay it
export const TF_NODELAY = 0x0004; // don't delay packets to coalesce
export const TF_SENTFIN = 0x0008; // have sent FIN
export const TF_NEEDFIN = 0x0010; // FIN to be sent once the connection stands
export const TF_RCVD_SCALE = TCP_DO_WSCALE ? 0x0020 : 0; // other side has requested scaling
export const TF_RCVD_TSTMP = TCP_DO_TSTAMP ? 0x0040 : 0; // a timestamp was received in SYN
export const TF_SACK_PERMIT = TCP_DO_SACK ? 0x0080 : 0; // other side said I could SACK
export const TF_NOOPT = 0x0100; // no options but MSS: SYNs with them went unanswered
export const TF_FASTRECOVERY = 0x0200; // in recovery after duplicate acks
export const TF_RTORECOVERY = 0x0400; // in recovery after a timeout
export const TF_REXMTNOW = 0x0800; // one retransmission goes whatever cwnd says
export const TF_PTO = TCP_DO_TLP ? 0x1000 : 0; // TCPT_REXMT stands for a tail loss probe
export const TF_TLP = TCP_DO_TLP ? 0x2000 : 0; // a tail loss probe is out
export const TF_REORDER = TCP_DO_SACK ? 0x4000 : 0; // the path reorders
export const TF_FORCE = 0x8000; // persist: send whatever fits, or a probe
export const TF_NODF = 0x10000; // no path MTU discovery (black hole)
export const TF_PASSIVE = 0x20000; // came in by a listener
export const TF_TLPREXMT = TCP_DO_TLP ? 0x40000 : 0; // and it was a retransmission

export const TF_ACKSOON = 0x100000; // the delayed ack is due as soon as the program has read
export const TF_ECNASK = 0x200000; // the SYN asks for ECN
export const TF_ECN = 0x400000; // both sides can
export const TF_ECNSNDECE = 0x800000; // something came marked: tell the peer until it says CWR
export const TF_ECNSNDCWR = 0x1000000; // the window was halved: tell the peer, once

/* t_oobflags */
export const TCPOOB_HAVEDATA = 1;
export const TCPOOB_HADDATA = 2;

/* Timers: indices into t_timer */
export const TCPT_REXMT = 0; // retransmit, or probe for a lost tail
export const TCPT_PERSIST = 1; // move a small or zero window
export const TCPT_KEEP = 2; // keep alive, or give up connecting
export const TCPT_2MSL = 3; // 2*msl quiet time, or wait for the peer's FIN
export const TCPT_DELACK = 4; // acknowledge
export const TCPT_REO = 5; // what is missing was not reordered, but lost
export const TCPT_PMTU = 6; // larger segments may fit the path again
export const TCPT_NTIMERS = 7;

/** Where a segment in t_segq keeps its flags; its sequence number comes first. */
export const SEG_FLAGS = 4;

/** A stretch of sent data that the peer has not acknowledged, below something that it has, or thought lost. */
export interface Sackhole {
  sh_next: Sackhole | null;
  sh_start: number;
  sh_end: number;
  sh_flags: u8;
  /** of its last retransmission: number among all of them, snd_max, time */
  sh_no: number;
  sh_max: number;
  sh_time: number;
}

/* sh_flags */
export const SH_LOST = 1; // to be retransmitted
export const SH_REXMT = 2; // was retransmitted

export interface Tcpcb {
  t_state: u8;
  t_rxtshift: u8; // retransmissions in a row
  snd_scale: u8; // shift of the windows we receive
  rcv_scale: u8; // shift of the windows we send
  rcv_quick: u8; // segments yet to be acknowledged at once
  t_softerror: u8; // possible error not yet reported
  t_oobflags: u8; // have some out of band data
  t_iobc: u8; // input character
  t_flags: number;
  t_inpcb: Inpcb | null;
  /* send sequence variables */
  snd_una: number; // unacknowledged
  snd_max: number; // next new byte: highest sent plus one
  snd_wnd: number; // window
  snd_cwnd: number; // congestion-controlled window
  snd_ssthresh: number; // threshold for slow start
  snd_sml: number; // end of the last small segment (Minshall)
  /** what is missing, in order; null while all is well */
  snd_holes: Sackhole | null;
  snd_fack: number; // end of what the scoreboard covers
  /* receive sequence variables */
  rcv_nxt: number; // next
  rcv_wnd: number; // window
  rcv_adv: number; // advertised: right edge of the window
  rcv_acked: number; // last ack sent
  /** segments out of order, each a packet (m_nextpkt) whose mbuf begins with its sequence number and flags */
  t_segq: Mbuf | null;
  /** deadlines, and the callout that stands for the first of them */
  t_timer: Table<number, typeof TCPT_NTIMERS>;
  t_callout: Embedded<Callout>;
  t_maxseg: u16; // bytes of data in a full segment
  t_maxopd: u16; // the same, options included: what path and peer take
  t_peeropd: u16; // what it was before the path was found to take less
  t_dupacks: u16; // consecutive duplicate acks
  /* round-trip time (ms) */
  t_srtt: number; // smoothed, times 8; 0 for none yet
  t_rttvar: number; // variation, times 4
  t_rxtcur: number; // current retransmit timeout
  t_rtttime: number; // when the segment that is timed went
  t_rtseq: number; // its end
  t_rtlen: u16; // its length
  snd_maxok: u16; // longest segment known to have come through
  t_rtt: number; // last one measured
  t_rttmin: number; // smallest one measured
  t_rcvtime: number; // when something last came
  t_sndtime: number; // when data last went
  snd_wl1: number; // window update seg seq number
  snd_wl2: number; // window update seg ack number
  snd_maxwnd: number; // largest window peer has offered
  snd_recover: number; // recovery ends when this is acknowledged
  snd_recent: number; // highest byte selectively acknowledged, plus one
  snd_rxtno: number; // number of the last retransmission
  snd_rackno: number; // number of the last of them known to have arrived
  snd_tlpend: number; // end of the tail loss probe
  snd_limited: number; // what was sent up to here, was as much as cwnd allowed
  snd_acked: number; // bytes acknowledged since cwnd last grew (RFC 3465)
  snd_up: number; // urgent pointer
  snd_prevcwnd: number; // cwnd and ssthresh before the timeout, and when it was
  snd_prevthresh: number;
  snd_rtotime: number;
  rcv_up: number; // urgent pointer
  rcv_last: number; // sequence number of the last segment out of order (RFC 2018 4)
  rcv_dup: number; // duplicate data to report (RFC 2883): start, end
  rcv_dupend: number;
  t_iss: number; // initial send sequence number
  t_irs: number; // initial receive sequence number
  t_tsrecent: number; // timestamp to echo
  t_tsage: number; // when it was noted
  t_tsoff: number; // added to the clock in timestamps
  t_usertimeout: number; // how long data may go unanswered (ms; RFC 5482), 0: until TCP_MAXRXTSHIFT; since when it has
  t_rxtsince: number;
  t_chaltime: number; // answers to what was not believed, in the second that began then
  t_challenges: u8;
  t_usermss: u16; // TCP_MAXSEG, 0 for none
  t_keepcnt: u16; // keepalive (count, ms, ms)
  t_keepidle: number;
  t_keepintvl: number;
}

/** All TCP PCBs, and how many. */
export let tcb: Embedded<InpcbHead>;
/** The uptime as of the segment, request or timer that is being worked at; never 0. */
export let tcp_now: number;

/** The fields of the segment that is being worked at: BSD's struct tcpiphdr, in host order. Valid until the next one. */
export interface Tcpiphdr {
  ti_seq: number;
  ti_ack: number;
  ti_len: u16; // bytes of data
  ti_flags: u16;
  ti_win: number; // scaled once the connection is known
  ti_off: u16; // bytes of header, IP's included, in front of the data
  ti_opt: u16; // offset of options in the arena
  ti_optlen: u8;
  ti_tspresent: boolean;
  ti_tsval: number;
  ti_tsecr: number;
  ti_src: number;
  ti_dst: number;
  ti_sport: u16;
  ti_dport: u16;
  ti_urp: u16;
  ti_sack: u16; // offset of SACK blocks in the arena, and how many
  ti_nsack: u8;
  ti_mss: u16; // MSS option, 0 for none
}

/** In ti_flags, above the header's: the packet was marked by a router (RFC 3168); its data was beyond the window. */
export const TI_CE = 0x100;
export const TI_CUT = 0x200;

export let ti: Embedded<Tcpiphdr>;

/**
 * What a step of tcp_input answers: go on with the next one, or be done with the segment. BSD: the labels drop,
 * dropafterack, dropwithreset and findpcb of netinet/tcp_input.c.
 */
export const TI_GO = 0; // next step
export const TI_DROP = 1; // free the segment
export const TI_ACK = 2; // free the segment and send an ACK
export const TI_RESET = 3; // free the segment and answer with a reset
export const TI_DONE = 4; // the segment has been consumed
export const TI_AGAIN = 5; // it is for another connection now: look again

export function tcp_var_init(): void {
  tcb = { inp_first: null, inp_last: null };
  tcpstat_init();
  tcp_clock();
  ti = {
    ti_seq: 0,
    ti_ack: 0,
    ti_len: 0,
    ti_flags: 0,
    ti_win: 0,
    ti_off: 0,
    ti_opt: 0,
    ti_optlen: 0,
    ti_tspresent: false,
    ti_tsval: 0,
    ti_tsecr: 0,
    ti_src: 0,
    ti_dst: 0,
    ti_sport: 0,
    ti_dport: 0,
    ti_urp: 0,
    ti_sack: 0,
    ti_nsack: 0,
    ti_mss: 0,
  };
}

/** Reads the clock: first thing in whatever enters TCP. */
export function tcp_clock(): void {
  tcp_now = uptime() || 1;
}
