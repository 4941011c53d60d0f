/**
 * System calls by number: sysent.ts says what each takes. BSD: kern/init_sysent.c, kern/uipc_syscalls.c (sendit, recvit).
 * A receive: SYS_RECVFROM finds the bytes and tells where the first lie, SYS_PIECE where the next do, SYS_RECEIVED lets go of them.
 */
import {
  INET_FRAG,
  INET_TCP,
  INET_UDP,
  IP_SRCROUTE,
  LIB_SYSCALLS,
  SO_CONTROL,
  TCP_DO_INFO,
  TCP_DO_URG,
} from "../config";
import { arena, copyin, get32, memory_offset } from "../machdep";
import type { Inpcb } from "../net/inet/in_pcb";
import type { SockaddrIn } from "../net/inet/in_var";
import { ip_pcbopts, MAX_PCBOPTLEN } from "../net/inet/ip/ip_srcroute";
import { type TcpInfo, tcp_info } from "../net/inet/tcp/tcp_sockopt";
import { fdspare } from "../net/kern/descrip";
import { EINVAL, ENOBUFS, ENOPROTOOPT, ENOTCONN } from "../net/kern/errno";
import { M_WAIT, MT_DATA, m_freem, m_get } from "../net/kern/mbuf";
import { AF_INET, MSG_OOB, SOCK_STREAM, type Socket } from "../net/kern/socketvar";
import { soreceive, soreceived, type Uio } from "../net/kern/soreceive";
import { sosend, sosendable, sosendallatonce, sosendhow } from "../net/kern/sosend";
import { getsock, notsock, sockpriv } from "../net/kern/sys_socket";
import {
  accept,
  bind,
  connect,
  getpeername,
  getsockname,
  getsockopt,
  kern_close,
  kern_setupcall,
  listen,
  poll,
  setsockopt,
  shutdown,
  socket,
} from "../net/kern/uipc_syscalls";
import type { Embedded } from "../types";
import { core_args } from "./events";
import { piece, pieces } from "./pieces";
import {
  ARG_ADDR,
  ARG_AT,
  ARG_INFO,
  ARG_PORT,
  ARG_TO,
  ARG_VALUE,
  SYS_ACCEPT,
  SYS_BIND,
  SYS_CLOSE,
  SYS_CONNECT,
  SYS_FDSPARE,
  SYS_GETIPOPTS,
  SYS_GETPEERNAME,
  SYS_GETSOCKNAME,
  SYS_GETSOCKOPT,
  SYS_LISTEN,
  SYS_NOTSOCK,
  SYS_PIECE,
  SYS_POLL,
  SYS_RECEIVED,
  SYS_RECVFROM,
  SYS_SENDTO,
  SYS_SETIPOPTS,
  SYS_SETSOCKOPT,
  SYS_SETUPCALL,
  SYS_SHUTDOWN,
  SYS_SOCKET,
  SYS_SOCKPRIV,
  SYS_TCPINFO,
} from "./sysent";
import { m_copyin, m_copyinany } from "./uio";

/** Is there anybody who has addresses in a call? The interpreter's own dgram, or programs. */
const HAS_DATAGRAMS = LIB_SYSCALLS || INET_UDP;

/** The address of the call at hand. */
const name: Embedded<SockaddrIn> = { sin_family: AF_INET, sin_addr: 0, sin_port: 0 };
/** The receive that is under way: whose, with what flags, and how much. */
const uio: Embedded<Uio> = { uio_m: null, uio_off: 0, uio_flags: 0, uio_control: null };
let uio_so: Socket | null;
let uio_flags: number;
let uio_count: number;
const info: Embedded<TcpInfo> = {
  state: 0,
  rtt: 0,
  rttvar: 0,
  rto: 0,
  backoff: 0,
  mss: 0,
  cwnd: 0,
  ssthresh: 0,
  inFlight: 0,
  unsent: 0,
  sendWindow: 0,
  receiveWindow: 0,
};

export function syscall(code: number, a: number, b: number, c: number): number {
  switch (code) {
    case SYS_SENDTO:
      return sendit(a, b, c);
    case SYS_RECEIVED:
      if (a) uio_so = null;
      return received();
  }
  if (HAS_DATAGRAMS && code === SYS_RECVFROM) return recvit(a, b, c);
  if (HAS_DATAGRAMS && code === SYS_PIECE) return piece();
  return LIB_SYSCALLS ? programs(code, a, b, c) : -EINVAL;
}

/** What programs ask for, and libraries that are built on sockets. */
function programs(code: number, a: number, b: number, c: number): number {
  switch (code) {
    case SYS_SOCKET:
      return socket(a, b, c);
    case SYS_BIND:
      return bind(a, name_in());
    case SYS_LISTEN:
      return listen(a, b);
    case SYS_ACCEPT:
      return name_out(accept(a, name));
    case SYS_CONNECT:
      return connect(a, name_in());
    case SYS_SHUTDOWN:
      return shutdown(a, b);
    case SYS_CLOSE:
      return kern_close(a);
    case SYS_GETSOCKNAME:
      return name_out(getsockname(a, name));
    case SYS_GETPEERNAME:
      return name_out(getpeername(a, name));
    case SYS_SETSOCKOPT:
      return setsockopt(a, b, c, core_args[ARG_VALUE]);
    case SYS_GETSOCKOPT:
      return getsockopt(a, b, c);
    case SYS_SETUPCALL:
      return kern_setupcall(a, b !== 0);
    case SYS_POLL:
      return poll(a, b);
    case SYS_FDSPARE:
      return fdspare() ? 1 : 0;
    case SYS_SOCKPRIV:
      return priv(a);
    case SYS_NOTSOCK:
      return getsock(a) ? 0 : notsock(a);
    case SYS_TCPINFO:
      return INET_TCP && TCP_DO_INFO ? tcpinfo(a) : -ENOTCONN;
    case SYS_SETIPOPTS:
      return IP_SRCROUTE ? setipopts(a, b) : -ENOPROTOOPT;
    case SYS_GETIPOPTS:
      return IP_SRCROUTE ? getipopts(a) : -ENOPROTOOPT;
  }
  return -EINVAL;
}

function name_in(): SockaddrIn {
  name.sin_family = AF_INET;
  name.sin_addr = core_args[ARG_ADDR];
  name.sin_port = core_args[ARG_PORT] & 65535;
  return name;
}

/** The address that a call has filled in; its answer. */
function name_out(answer: number): number {
  core_args[ARG_ADDR] = name.sin_addr;
  core_args[ARG_PORT] = name.sin_port;
  return answer;
}

/** Sends of the data that the shell holds ready, to an address if ARG_TO says so. */
export function sendit(fd: number, resid: number, flags: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const nam = HAS_DATAGRAMS && core_args[ARG_TO] ? name_in() : null;
  const len = sosendable(so, nam, resid, 0, flags);
  const atomic = sosendallatonce(so);
  if (len < 0 || (!len && !atomic)) return len;
  let top = m_copyin(len, atomic, sosendhow(so, len, resid));
  if (INET_FRAG && !top) top = m_copyinany(len, atomic, sosendhow(so, len, resid));
  return top ? sosend(so, nam, top, null, flags) : -ENOBUFS;
}

function recvit(fd: number, len: number, flags: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  unreceived();
  name.sin_family = 0;
  const n = soreceive(so, name, uio, len, flags);
  if (HAS_DATAGRAMS) name_out(n);
  core_args[ARG_TO] = name.sin_family;
  if (SO_CONTROL) recvit_control();
  if (n < 0) return n;
  uio_so = so;
  uio_flags = flags;
  uio_count = n;
  pieces(uio, n);
  return n;
}

/** A receive of which the shell has broken off: it finds the same again, if there is a socket still; but urgent data was its own. */
function unreceived(): void {
  if (TCP_DO_URG && uio_so && uio_flags & MSG_OOB) m_freem(uio.uio_m);
  uio_so = null;
}

/** Of a stream, the bytes that lie together first: how many, from ARG_AT of the core's memory on. Then comes SYS_RECEIVED. */
export function takeit(fd: number, len: number): number {
  const n = recvit(fd, len, 0);
  if (n <= 0) return n;
  uio_count = core_args[ARG_VALUE];
  return uio_count;
}

/** What the shell tells besides: of the Internet's sockets, where a datagram went to. */
function recvit_control(): void {
  core_args[ARG_INFO] = uio.uio_flags;
  core_args[ARG_INFO + 1] = uio.uio_control ? get32(uio.uio_control.m_data) : 0;
  m_freem(uio.uio_control);
}

/** What was received has been read: it goes. */
function received(): number {
  const so = uio_so;
  uio_so = null;
  if (so) soreceived(so, uio, uio_count, uio_flags);
  return 0;
}

function priv(fd: number): number {
  const so = getsock(fd);
  if (so) sockpriv(fd);
  return so ? 0 : notsock(fd);
}

/** The PCB of an Internet socket, or null. */
function pcb(fd: number): Inpcb | null {
  const so = getsock(fd);
  return so && so.so_proto.pr_domain.dom_family === AF_INET ? (so.so_pcb as Inpcb | null) : null;
}

/** As lib/ip_options.ts has it for the stack in JavaScript. */
function setipopts(fd: number, len: number): number {
  const inp = pcb(fd);
  if (!inp) return notsock(fd) || -ENOPROTOOPT;
  if (len < 0 || len > MAX_PCBOPTLEN) return -EINVAL;
  const m = len ? m_get(M_WAIT, MT_DATA) : null;
  if (len && !m) return -ENOBUFS;
  if (m) {
    m.m_len = len;
    copyin(0, arena, m.m_data, len);
  }
  return -ip_pcbopts(inp, m);
}

function getipopts(fd: number): number {
  const inp = pcb(fd);
  if (!inp) return notsock(fd) || -ENOPROTOOPT;
  const m = inp.inp_options;
  if (!m) return 0;
  core_args[ARG_AT] = memory_offset(arena, m.m_data);
  return m.m_len;
}

function tcpinfo(fd: number): number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  const error = so.so_type === SOCK_STREAM ? tcp_info(so, info) : ENOTCONN;
  if (error) return -error;
  core_args[ARG_INFO] = info.state;
  core_args[ARG_INFO + 1] = info.rtt;
  core_args[ARG_INFO + 2] = info.rttvar;
  core_args[ARG_INFO + 3] = info.rto;
  core_args[ARG_INFO + 4] = info.backoff;
  core_args[ARG_INFO + 5] = info.mss;
  core_args[ARG_INFO + 6] = info.cwnd;
  core_args[ARG_INFO + 7] = info.ssthresh;
  core_args[ARG_INFO + 8] = info.inFlight;
  core_args[ARG_INFO + 9] = info.unsent;
  core_args[ARG_INFO + 10] = info.sendWindow;
  core_args[ARG_INFO + 11] = info.receiveWindow;
  return 0;
}
