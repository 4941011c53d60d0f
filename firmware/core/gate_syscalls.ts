/**
 * System calls as the libraries know them (net/kern/syscalls.ts), each an entry of the core's.
 */
import { buffer_string, string_bytes } from "../machdep";
import { IP_OPTIONS, IPPROTO_IP } from "../net/inet/ip/ip_ctloutput";
import type { TcpInfo } from "../net/inet/tcp/tcp_sockopt";
import { EAFNOSUPPORT, EINVAL } from "../net/kern/errno";
import { AF_INET, SOCK_STREAM } from "../net/kern/socketvar";
import { args, core_buffer, core_offset, type Upcall, upcalls } from "./gate_turn";
import { call, entry } from "./port";
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

export interface Name {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

/**
 * The address for a call about `fd`: 0, or why it cannot be, a negative errno. A program may give anything; the core takes
 * numbers for what they are.
 */
function name_out(fd: number, name: Name | null): number {
  if (!name) return notsock(fd) || -EINVAL;
  if (name.sin_family !== AF_INET) return notsock(fd) || -EAFNOSUPPORT;
  const port = name.sin_port;
  if (typeof name.sin_addr !== "number" || !(port >= 0 && port <= 65535) || port !== (port | 0))
    return notsock(fd) || -EINVAL;
  args[ARG_ADDR] = name.sin_addr;
  args[ARG_PORT] = port;
  return 0;
}

/** A program may give anything; what is no word, signed or not, is a number that nothing takes. */
function int(n: number): number {
  return n === (n | 0) || n === n >>> 0 ? n : -1;
}

/** The address that a call has left, unless nobody wants it. */
function name_in(name: Name | null, answer: number): number {
  if (name && answer >= 0) {
    name.sin_family = AF_INET;
    name.sin_addr = args[ARG_ADDR];
    name.sin_port = args[ARG_PORT];
  }
  return answer;
}

export function socket(domain: number, type: number, protocol: number): number {
  return call(SYS_SOCKET, domain, type, protocol);
}

export function bind(fd: number, name: Name): number {
  return name_out(fd, name) || call(SYS_BIND, fd, 0, 0);
}

export function listen(fd: number, backlog: number): number {
  return call(SYS_LISTEN, fd, backlog, 0);
}

export function accept(fd: number, name: Name | null): number {
  return name_in(name, call(SYS_ACCEPT, fd, 0, 0));
}

export function connect(fd: number, name: Name): number {
  return name_out(fd, name) || call(SYS_CONNECT, fd, 0, 0);
}

export function shutdown(fd: number, how: number): number {
  return call(SYS_SHUTDOWN, fd, int(how), 0);
}

export function close(fd: number): number {
  if (fd > 0) upcalls[fd] = null;
  return call(SYS_CLOSE, fd, 0, 0);
}

export function getsockname(fd: number, name: Name): number {
  return name_in(name, call(SYS_GETSOCKNAME, fd, 0, 0));
}

export function getpeername(fd: number, name: Name): number {
  return name_in(name, call(SYS_GETPEERNAME, fd, 0, 0));
}

export function setsockopt(fd: number, level: number, name: number, value: number): number {
  args[ARG_VALUE] = int(value);
  return call(SYS_SETSOCKOPT, fd, level, name);
}

export function getsockopt(fd: number, level: number, name: number): number {
  return call(SYS_GETSOCKOPT, fd, level, name);
}

export function poll(fd: number, events: number): number {
  return call(SYS_POLL, fd, events, 0);
}

export function setupcall(fd: number, func: Upcall | null): number {
  const error = call(SYS_SETUPCALL, fd, func ? 1 : 0, 0);
  if (!error) upcalls[fd] = func;
  return error;
}

export function send(fd: number, data: string | Uint8Array, flags: number): number {
  return sendto(fd, data, flags, null);
}

export function sendto(fd: number, data: string | Uint8Array, flags: number, name: Name | null): number {
  args[ARG_TO] = name ? 1 : 0;
  const error = name ? name_out(fd, name) : 0;
  if (error) return error;
  return entry(SYS_SENDTO, fd, data ? int(data.length) : 0, flags, data);
}

/** Received bytes as a string, "" for none; or a negative errno. */
export function recvstring(fd: number, len: number, flags: number, from: Name | null): string | number {
  const n = call(SYS_RECVFROM, fd, int(len), flags);
  if (n < 0) return n;
  if (args[ARG_TO]) name_in(from, n);
  return recvdata(n, SYS_RECEIVED);
}

/** The `n` bytes that a call has found, piece by piece; then entry `done` lets go of them. */
export function recvdata(n: number, done: number): string {
  let len = args[ARG_VALUE];
  let data = buffer_string(core_buffer, core_offset + args[ARG_AT], len);
  for (let left = n - len; left > 0 && len > 0; left -= len) {
    len = call(SYS_PIECE, 0, 0, 0);
    data += buffer_string(core_buffer, core_offset + args[ARG_AT], len);
  }
  call(done, 0, 0, 0);
  return data;
}

/** The same as an array of the program's own. */
export function recvfrom(fd: number, len: number, flags: number, from: Name | null): Uint8Array | number {
  const data = recvstring(fd, len, flags, from);
  return typeof data === "number" ? data : string_bytes(data);
}

export function recv(fd: number, len: number, flags: number): Uint8Array | number {
  return recvfrom(fd, len, flags, null);
}

export function fdspare(): boolean {
  return call(SYS_FDSPARE, 0, 0, 0) !== 0;
}

export function sockpriv(fd: number): void {
  call(SYS_SOCKPRIV, fd, 0, 0);
}

export function notsock(fd: number): number {
  return call(SYS_NOTSOCK, fd, 0, 0);
}

/** Not null for a socket: what libraries ask no more of. */
export function getsock(fd: number): Sock | null {
  return notsock(fd) ? null : { so_type: SOCK_STREAM, so_fd: fd };
}

interface Sock {
  so_type: number;
  so_fd: number;
}

/* Options of the IP header (lib/ip_options.ts), of which the core knows by descriptor. */

export function ipopts_pcb(fd: number, level: number, optname: number): Sock | null {
  return level === IPPROTO_IP && optname === IP_OPTIONS ? getsock(fd) : null;
}

export function ipopts_get(so: Sock): string | number {
  const n = call(SYS_GETIPOPTS, so.so_fd, 0, 0);
  return n < 0 ? n : buffer_string(core_buffer, core_offset + args[ARG_AT], n);
}

export function ipopts_set(so: Sock, opts: unknown): number {
  return typeof opts === "string" ? entry(SYS_SETIPOPTS, so.so_fd, opts.length, 0, opts) : notsock(so.so_fd) || -EINVAL;
}

/** How a connection stands; errno when it does not. */
export function tcp_info(so: Sock, info: TcpInfo): number {
  const error = call(SYS_TCPINFO, so.so_fd, 0, 0);
  let i = ARG_INFO;
  info.state = args[i++];
  info.rtt = args[i++];
  info.rttvar = args[i++];
  info.rto = args[i++];
  info.backoff = args[i++];
  info.mss = args[i++];
  info.cwnd = args[i++];
  info.ssthresh = args[i++];
  info.inFlight = args[i++];
  info.unsent = args[i++];
  info.sendWindow = args[i++];
  info.receiveWindow = args[i];
  return -error;
}
