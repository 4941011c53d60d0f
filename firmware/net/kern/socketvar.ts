/**
 * The socket, its buffers, and the protocols that it may be of. BSD: sys/socketvar.h, sys/socket.h, the structures of
 * sys/protosw.h and sys/domain.h; Stevens chapters 7, 15.
 */
import type { caddr_t, Embedded, Shell, u8, u16 } from "../../types";
import type { Mbuf } from "./mbuf";
import type { Sockaddr } from "./protosw";

/* Families and types (the numbers that programs know from Linux) */
export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;

/* Level and names of the options of sockets as such. BSD's values, in so_options as flags. */
export const SOL_SOCKET = 0xffff;
export const SO_DEBUG = 0x0001;
export const SO_ACCEPTCONN = 0x0002;
export const SO_REUSEADDR = 0x0004;
export const SO_KEEPALIVE = 0x0008;
export const SO_DONTROUTE = 0x0010;
export const SO_BROADCAST = 0x0020;
export const SO_LINGER = 0x0080;
export const SO_OOBINLINE = 0x0100;
export const SO_REUSEPORT = 0x0200;
/** set by IP_RECVDSTADDR: with each datagram comes, as control, where it went to */
export const SO_RECVDSTADDR = 0x2000;
/** set by IP_MTU_DISCOVER: what does not go in one piece is told (EMSGSIZE) */
export const SO_DONTFRAG = 0x4000;
export const SO_SNDBUF = 0x1001;
export const SO_RCVBUF = 0x1002;
export const SO_SNDLOWAT = 0x1003;
export const SO_RCVLOWAT = 0x1004;
export const SO_ERROR = 0x1007;
export const SO_TYPE = 0x1008;

/* Flags of send and recv */
export const MSG_OOB = 1;
export const MSG_PEEK = 2;
export const MSG_DONTROUTE = 4;
export const MSG_EOR = 8;
export const MSG_TRUNC = 0x10;
export const MSG_CTRUNC = 0x20;

/* How to shut down */
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

/* so_state */
export const SS_NOFDREF = 0x001; // no file table ref any more
export const SS_ISCONNECTED = 0x002; // socket connected to a peer
export const SS_ISCONNECTING = 0x004; // in process of connecting to peer
export const SS_ISDISCONNECTING = 0x008; // in process of disconnecting
export const SS_CANTSENDMORE = 0x010; // can't send more data to peer
export const SS_CANTRCVMORE = 0x020; // can't receive more data from peer
export const SS_RCVATMARK = 0x040; // at mark on input
export const SS_UPCALL = 0x080; // an upcall is on its way

/* sb_flags */
export const SB_NOTIFY = 1; // somebody wants to hear of changes
export const SB_PRIV = 4; // the stack's own: it may have of the pool's reserve
export const SB_LOCK = 2; // a stream's buffer is being changed, or what is noted of it elsewhere: until both agree

/** One direction of a socket: a queue of records (m_nextpkt), each a chain of mbufs (m_next). */
export interface Sockbuf {
  /** bytes in the buffer, the most there may be, and how many make it readable or writable */
  sb_cc: u16;
  sb_hiwat: u16;
  sb_lowat: u16;
  /** storage charged (mbufs and clusters, used or not), and the most that may be */
  sb_mbcnt: u16;
  sb_mbmax: number;
  sb_mb: Mbuf | null;
  /** first mbuf of the last record, where the next one is linked */
  sb_lastrecord: Mbuf | null;
  /** last mbuf of the last record, where a stream grows */
  sb_mbtail: Mbuf | null;
  sb_flags: u8;
}

/**
 * What a socket asks of its protocol, by PRU_ number: an errno comes back, 0 when it is done or begun, EOPNOTSUPP when the
 * protocol does not know the request.
 */
export type Usrreq = (so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null) => number;

/** A family of protocols. */
export interface Domain {
  dom_family: u8;
  /** at boot: brings up the protocols, in an order that suits them */
  dom_init: (() => void) | null;
  /** its protocols, by pr_next */
  dom_protosw: Protosw | null;
  /**
   * Reads the address that stands in front of a PR_ADDR record, at an arena offset (its first byte is its length),
   * into `nam`.
   */
  dom_sockaddr: (nam: Sockaddr, off: number) => void;
  dom_next: Domain | null;
}

/** The family of a protocol that passes descriptors (PR_RIGHTS), in mbufs of type MT_RIGHTS. */
export interface RightsDomain extends Domain {
  /** appends what the one MT_RIGHTS mbuf `m` holds to `fds`, as descriptors, and leaves in it what there was no descriptor for; answers errno */
  dom_externalize: Shell<(m: Mbuf, fds: number[]) => number>;
  /** lets go of what the MT_RIGHTS mbufs hold in `m`, a record, and in those behind it; frees no mbuf */
  dom_dispose: (m: Mbuf | null) => void;
}

export interface Protosw {
  pr_next: Protosw | null;
  /** SOCK_ type, and the domain it is in */
  pr_type: u8;
  pr_domain: Domain;
  /** protocol number, and PR_ flags */
  pr_protocol: u8;
  pr_flags: u8;
  /** a packet from below; `iphlen` bytes of network header are in front (m is consumed) */
  pr_input: ((m: Mbuf, iphlen: number) => void) | null;
  /** an error about `dst` (PRC_ command); `ip` is the arena offset of the returned header, -1 for none */
  pr_ctlinput: ((cmd: number, dst: number, ip: number) => void) | null;
  /** a socket option of level pr_protocol: `value` in for PRCO_SETOPT (errno comes back), the value (or -errno) back for PRCO_GETOPT */
  pr_ctloutput: ((op: number, so: Socket, level: number, optname: number, value: number) => number) | null;
  /** attaches it to a new socket, for which protocol number `proto` was asked for (0: none); answers errno */
  pr_attach: ((so: Socket, proto: number) => number) | null;
  /** connects two sockets (socketpair); null: it cannot. Answers errno */
  pr_connect2: ((so1: Socket, so2: Socket) => number) | null;
  /** requests of a socket; null, as pr_attach, for a protocol without sockets */
  pr_usrreq: Usrreq | null;
}

/** A protocol as seen from a socket: it has requests. */
export interface SoProto extends Protosw {
  pr_attach: (so: Socket, proto: number) => number;
  pr_usrreq: Usrreq;
}

export interface Socket {
  so_type: u8;
  so_options: u16;
  /** seconds to linger on close */
  so_linger: u16;
  so_state: u16;
  /** protocol control block */
  so_pcb: caddr_t | null;
  so_proto: SoProto;
  /** the listening socket that this connection came by, while it waits in so_head's so_q0 (half open) or so_q */
  so_head: Socket | null;
  /** its successor in that queue */
  so_qnext: Socket | null;
  so_q0: Socket | null;
  so_q0len: u8;
  so_q: Socket | null;
  so_qlen: u8;
  so_qlimit: u8;
  /** error affecting connection, told once */
  so_error: u8;
  /** bytes to the out of band mark */
  so_oobmark: number;
  so_rcv: Embedded<Sockbuf>;
  so_snd: Embedded<Sockbuf>;
  /** the descriptor whose upcall comes, in a turn of its own, after the socket's state or buffers have changed; 0: none */
  so_upcall: u8;
  /** next socket whose upcall is on its way (SS_UPCALL) */
  so_upnext: Socket | null;
}
