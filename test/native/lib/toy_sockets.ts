/**
 * A family of protocols in the subset, run in both worlds by sockets.test.ts: streams and datagrams that end at the other socket's
 * buffer, with nothing between. And the shell's part of the system calls, for bytes that tell their place.
 */
import { arena } from "../../../firmware/machdep";
import {
  type Callout,
  callout_init,
  callout_new,
  callout_reset,
  callout_stop,
} from "../../../firmware/net/kern/callout";
import { fdinit } from "../../../firmware/net/kern/descrip";
import { domain_add, domain_reset, domaininit } from "../../../firmware/net/kern/domain";
import { EISCONN, ENOBUFS, ENOTCONN, EOPNOTSUPP } from "../../../firmware/net/kern/errno";
import { free } from "../../../firmware/net/kern/kern_malloc";
import {
  type Mbuf,
  MCLBYTES,
  MSIZE,
  MT_DATA,
  m_buf,
  m_clget,
  m_clspare,
  m_freem,
  m_get,
  m_gethdr,
  mbinit,
} from "../../../firmware/net/kern/mbuf";
import {
  PR_ATOMIC,
  PR_CONNREQUIRED,
  PRU_ABORT,
  PRU_CONNECT,
  PRU_DETACH,
  PRU_DISCONNECT,
  PRU_LISTEN,
  PRU_PEEKOOB,
  PRU_RCVOOB,
  PRU_SEND,
  PRU_SHUTDOWN,
  type Sockaddr,
} from "../../../firmware/net/kern/protosw";
import { sbappend, sbappendrecord, sbspace, soreserve } from "../../../firmware/net/kern/sockbuf";
import { sofree } from "../../../firmware/net/kern/socket";
import {
  socantrcvmore,
  socantsendmore,
  soinit,
  soisconnected,
  soisdisconnected,
  sonewconn,
  sorwakeup,
  soupcall,
  soupcalls,
} from "../../../firmware/net/kern/socket2";
import {
  type Domain,
  type Protosw,
  SO_ACCEPTCONN,
  type Socket,
  SS_ISCONNECTED,
  type Usrreq,
} from "../../../firmware/net/kern/socketvar";
import { soreceive, soreceived, type Uio } from "../../../firmware/net/kern/soreceive";
import { sosend, sosendable, sosendallatonce, sosendhow } from "../../../firmware/net/kern/sosend";
import { getsock, notsock } from "../../../firmware/net/kern/sys_socket";
import { connect } from "../../../firmware/net/kern/uipc_syscalls";
import type { Embedded } from "../../../firmware/types";

const AF_TOY = 99;

interface Toypcb {
  tp_socket: Socket;
  tp_peer: Toypcb | null;
}

interface SockaddrToy extends Sockaddr {
  /** the descriptor of whom to connect to */
  st_fd: number;
}

interface Timer {
  tm_callout: Embedded<Callout>;
  tm_next: Timer | null;
  tm_no: number;
}

let uio: Embedded<Uio>;
let name: Embedded<SockaddrToy>;
let timers: Timer | null;
/** what has been received, and which upcalls and callouts have come, as one number each */
let digest: number;
let events: number;

export function toy_init(): void {
  mbinit();
  callout_init();
  soinit(toy_turn);
  fdinit();
  domain_reset();
  uio = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };
  name = { st_fd: 0 };
  digest = 0;
  events = 0;
  timers = null;
  for (let no = 1; no < 7; no++) toy_newtimer(no);
  const dom: Domain | null = {
    dom_family: AF_TOY,
    dom_init: null,
    dom_protosw: null,
    dom_sockaddr: toy_sockaddr,
    dom_next: null,
  };
  if (!dom) return;
  dom.dom_protosw = toy_protosw(dom, 1, PR_CONNREQUIRED, toy_protosw(dom, 2, PR_ATOMIC, null));
  domain_add(dom);
  domaininit();
}

function toy_newtimer(no: number): void {
  const timer: Timer | null = { tm_callout: callout_new(), tm_next: timers, tm_no: no };
  if (timer) timers = timer;
}

function toy_protosw(dom: Domain, type: number, flags: number, next: Protosw | null): Protosw | null {
  const pr: Protosw | null = {
    pr_next: next,
    pr_type: type,
    pr_domain: dom,
    pr_protocol: 0,
    pr_flags: flags,
    pr_input: null,
    pr_ctlinput: null,
    pr_ctloutput: null,
    pr_attach: toy_attach,
    pr_connect2: null,
    pr_usrreq: toy_usrreq as Usrreq,
  };
  return pr;
}

function toy_sockaddr(_nam: Sockaddr, _off: number): void {}

function toy_attach(so: Socket, _proto: number): number {
  const tp: Toypcb | null = { tp_socket: so, tp_peer: null };
  if (!tp) return ENOBUFS;
  so.so_pcb = tp;
  return so.so_snd.sb_hiwat ? 0 : soreserve(so, 2000, 1500);
}

function toy_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null, control: Mbuf | null): number {
  const tp = so.so_pcb as Toypcb;
  m_freem(control);
  switch (req) {
    case PRU_SEND:
      return toy_send(tp, m!);
    case PRU_CONNECT:
      return toy_connect(tp, nam as SockaddrToy);
    case PRU_LISTEN:
      return 0;
    case PRU_DISCONNECT:
      toy_disconnect(tp);
      return 0;
    case PRU_SHUTDOWN:
      socantsendmore(so);
      if (tp.tp_peer) socantrcvmore(tp.tp_peer.tp_socket);
      return 0;
    case PRU_ABORT:
    case PRU_DETACH:
      toy_detach(tp);
      return 0;
    default:
      if (req !== PRU_RCVOOB && req !== PRU_PEEKOOB) m_freem(m);
      return EOPNOTSUPP;
  }
}

function toy_send(tp: Toypcb, m: Mbuf): number {
  const peer = tp.tp_peer;
  if (!peer || m.m_pktlen > sbspace(peer.tp_socket.so_rcv)) {
    m_freem(m);
    return peer ? ENOBUFS : ENOTCONN;
  }
  if (sosendallatonce(tp.tp_socket)) sbappendrecord(peer.tp_socket.so_rcv, m);
  else sbappend(peer.tp_socket.so_rcv, m);
  sorwakeup(peer.tp_socket);
  return 0;
}

function toy_connect(tp: Toypcb, nam: SockaddrToy): number {
  let so = getsock(nam.st_fd);
  if (so && so.so_options & SO_ACCEPTCONN) so = sonewconn(so, SS_ISCONNECTED);
  if (!so || so.so_type !== tp.tp_socket.so_type) return ENOTCONN;
  const peer = so.so_pcb as Toypcb;
  if (peer.tp_peer || peer === tp) return EISCONN;
  tp.tp_peer = peer;
  peer.tp_peer = tp;
  soisconnected(so);
  soisconnected(tp.tp_socket);
  return 0;
}

function toy_disconnect(tp: Toypcb): void {
  const peer = tp.tp_peer;
  if (!peer) return;
  peer.tp_peer = null;
  tp.tp_peer = null;
  soisdisconnected(peer.tp_socket);
  soisdisconnected(tp.tp_socket);
}

function toy_detach(tp: Toypcb): void {
  const so = tp.tp_socket;
  toy_disconnect(tp);
  so.so_pcb = null;
  free(tp);
  sofree(so);
}

/** connect(), to the socket behind another descriptor. */
export function toy_connectto(fd: number, to: number): number {
  name.st_fd = to;
  return connect(fd, name);
}

/** send() of `len` bytes, the first of them `first`. */
export function toy_sendbytes(fd: number, len: number, flags: number, first: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const n = sosendable(so, null, len, 0, flags);
  const atomic = sosendallatonce(so);
  if (n < 0 || (!n && !atomic)) return n;
  const top = toy_uiotombuf(n, atomic, sosendhow(so, n, len), first);
  return top ? sosend(so, null, top, null, flags) : -ENOBUFS;
}

/** A packet of bytes: what is longer than an mbuf goes into clusters while there are some. */
function toy_uiotombuf(len: number, message: boolean, how: number, first: number): Mbuf | null {
  const top = m_gethdr(how, MT_DATA);
  let m = top;
  while (m && top) {
    const left = len - top.m_pktlen;
    toy_fill(m, left, first + top.m_pktlen, how);
    top.m_pktlen += m.m_len;
    if (top.m_pktlen === len) return top;
    m.m_next = m_get(how, MT_DATA);
    m = m.m_next;
  }
  if (top && !message && top.m_pktlen) return top;
  m_freem(top);
  return null;
}

function toy_fill(m: Mbuf, left: number, first: number, how: number): void {
  if (left > MSIZE && m_clspare(how)) {
    const n = left < MCLBYTES ? left : MCLBYTES;
    const buf: Uint8Array | null = new Uint8Array(n);
    if (buf) m_clget(m, buf, n);
  } else m.m_len = left < MSIZE ? left : MSIZE;
  for (let i = 0; i < m.m_len; i++) m_buf(m)[m.m_data + i] = first + i;
}

/** recv() of at most `len` bytes: how many, or -errno; the bytes go into the digest. */
export function toy_recvbytes(fd: number, len: number, flags: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const n = soreceive(so, null, uio, len, flags);
  if (n < 0) return n;
  let off = uio.uio_off;
  let m = uio.uio_m;
  for (let i = 0; i < n; i++, off++) {
    while (m && off >= m.m_len) {
      off -= m.m_len;
      m = m.m_next;
    }
    if (m) digest = (digest * 31 + m_buf(m)[m.m_data + off]) | 0;
  }
  digest = (digest * 31 + uio.uio_flags) | 0;
  soreceived(so, uio, n, flags);
  return n;
}

/** The turn of the upcalls: which have come? */
function toy_turn(): void {
  for (let n = soupcalls(); n; n--) events = (events * 31 + soupcall()) | 0;
}

/** Sets timer `no` (ms > 0), or stops it. */
export function toy_timer(no: number, ms: number): void {
  let timer = timers;
  while (timer && timer.tm_no !== no) timer = timer.tm_next;
  if (!timer) return;
  if (ms) callout_reset(timer.tm_callout, ms, toy_timeout, timer);
  else callout_stop(timer.tm_callout);
}

function toy_timeout(timer: Timer): void {
  events = (events * 31 + 100 + timer.tm_no) | 0;
}

export function toy_digest(): number {
  return digest;
}

export function toy_events(): number {
  return events;
}

/** A byte of the arena, which is the same in both worlds. */
export function toy_peek(off: number): number {
  return arena[off];
}
