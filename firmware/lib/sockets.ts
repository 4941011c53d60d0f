/**
 * The sockets API as an object, for programs: Net/3's system calls under their own names. None of them waits; a negative
 * answer is an error number.
 */

import { INET_TCP, IP_SRCROUTE, KERN_FILES, TCP_DO_INFO } from "../config";
import { IP_TOS, IP_TTL, IPPROTO_IP } from "../net/inet/ip/ip_ctloutput";
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
} from "../net/inet/ip/ip_moptions";
import {
  TCP_KEEPCNT_OPT,
  TCP_KEEPIDLE_OPT,
  TCP_KEEPINTVL_OPT,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
} from "../net/inet/tcp/tcp_sockopt";
import { fdspare } from "../net/kern/descrip";
import { EMFILE, ENOTCONN } from "../net/kern/errno";
import type { Sockaddr } from "../net/kern/protosw";
import {
  AF_INET,
  SO_BROADCAST,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../net/kern/socketvar";
import { getsock, notsock } from "../net/kern/sys_socket";
import {
  accept,
  bind,
  close,
  connect,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  recvfrom,
  recvstring,
  sendto,
  setsockopt,
  setupcall,
  shutdown,
  socket,
} from "../net/kern/syscalls";
import { turn_enter, turn_leave } from "../net/kern/turn";
import type { Data } from "../net/kern/uio";
import { IPPROTO_ICMP, IPPROTO_TCP } from "../net/wire/ip";
import { type FilesApi, files_add } from "./files";
import { inet_addr, inet_ntoa } from "./inet";
import { ipopts_get, ipopts_pcb, ipopts_set } from "./ip_options";
import { gethostbyname, type HostCallback } from "./resolver/resolver";
import { type Tcpinfo, tcpinfo_get } from "./tcpinfo";

/** With KERN_FILES those on files of all types besides (files.ts). */
export type SocketsApi = ReturnType<typeof sockets_new> & Partial<FilesApi>;

/**
 * How the connection of a stream socket stands: what Linux tells by TCP_INFO. A negative errno where there is none
 * (-ENOTCONN) or the descriptor is no socket.
 */
function tcpinfo(fd: number): Tcpinfo | number {
  const so = getsock(fd);
  if (!so) return notsock(fd);
  return (INET_TCP && TCP_DO_INFO && so.so_type === SOCK_STREAM && tcpinfo_get(so)) || -ENOTCONN;
}

function sockets_getopt(fd: number, level: number, optname: number): number {
  const inp = IP_SRCROUTE ? ipopts_pcb(fd, level, optname) : null;
  return inp ? (ipopts_get(inp) as never) : getsockopt(fd, level, optname);
}

function sockets_setopt(fd: number, level: number, optname: number, value: number): number {
  const inp = IP_SRCROUTE ? ipopts_pcb(fd, level, optname) : null;
  return inp ? ipopts_set(inp, value) : setsockopt(fd, level, optname, value);
}

let api: SocketsApi | undefined;

/** The one object of them all. */
export function sockets_api() {
  if (!api) api = sockets_new();
  if (KERN_FILES && !api.open) files_add(api, fdspare);
  return api;
}

/**
 * Each call of a program is a turn (kern/turn.ts). The functions are made here, so that there are none of them on a board whose
 * programs know net and http only.
 */
function sockets_new() {
  return {
    AF_INET: AF_INET,
    SOCK_STREAM: SOCK_STREAM,
    SOCK_DGRAM: SOCK_DGRAM,
    SOCK_RAW: SOCK_RAW,
    SOL_SOCKET: SOL_SOCKET,
    SO_REUSEADDR: SO_REUSEADDR,
    SO_BROADCAST: SO_BROADCAST,
    SO_ERROR: SO_ERROR,
    SO_KEEPALIVE: SO_KEEPALIVE,
    SO_LINGER: SO_LINGER,
    SO_RCVBUF: SO_RCVBUF,
    SO_SNDBUF: SO_SNDBUF,
    IPPROTO_IP: IPPROTO_IP,
    IP_TOS: IP_TOS,
    IP_TTL: IP_TTL,
    IP_MULTICAST_IF: IP_MULTICAST_IF,
    IP_MULTICAST_TTL: IP_MULTICAST_TTL,
    IP_MULTICAST_LOOP: IP_MULTICAST_LOOP,
    IP_ADD_MEMBERSHIP: IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP: IP_DROP_MEMBERSHIP,
    IPPROTO_ICMP: IPPROTO_ICMP,
    IPPROTO_TCP: IPPROTO_TCP,
    TCP_NODELAY: TCP_NODELAY,
    TCP_MAXSEG: TCP_MAXSEG,
    TCP_KEEPIDLE: TCP_KEEPIDLE_OPT,
    TCP_KEEPINTVL: TCP_KEEPINTVL_OPT,
    TCP_KEEPCNT: TCP_KEEPCNT_OPT,
    TCP_USER_TIMEOUT: TCP_USER_TIMEOUT,
    send: (fd: number, data: Data, flags: number) => turn_leave(turn_enter(), sendto(fd, data, flags, null)),
    sendto: (fd: number, data: Data, flags: number, name: Sockaddr | null) =>
      turn_leave(turn_enter(), sendto(fd, data, flags, name)),
    recvfrom: (fd: number, len: number, flags: number, from: Sockaddr | null) =>
      turn_leave(turn_enter(), recvfrom(fd, len, flags, from)),
    recvstring: (fd: number, len: number, flags: number, from: Sockaddr | null) =>
      turn_leave(turn_enter(), recvstring(fd, len, flags, from)),
    recv: (fd: number, len: number, flags: number) => turn_leave(turn_enter(), recvfrom(fd, len, flags, null)),
    socket: (domain: number, type: number, protocol: number) =>
      turn_leave(turn_enter(), fdspare() ? socket(domain, type, protocol) : -EMFILE),
    bind: (fd: number, name: Sockaddr) => turn_leave(turn_enter(), bind(fd, name)),
    listen: (fd: number, backlog: number) => turn_leave(turn_enter(), listen(fd, backlog)),
    accept: (fd: number, name: Sockaddr | null) => turn_leave(turn_enter(), accept(fd, name)),
    connect: (fd: number, name: Sockaddr) => turn_leave(turn_enter(), connect(fd, name)),
    shutdown: (fd: number, how: number) => turn_leave(turn_enter(), shutdown(fd, how)),
    close: (fd: number) => turn_leave(turn_enter(), close(fd)),
    getsockname: (fd: number, name: Sockaddr) => getsockname(fd, name),
    getpeername: (fd: number, name: Sockaddr) => getpeername(fd, name),
    getsockopt: (fd: number, level: number, optname: number) => sockets_getopt(fd, level, optname),
    setsockopt: (fd: number, level: number, optname: number, value: number) =>
      turn_leave(turn_enter(), sockets_setopt(fd, level, optname, value)),
    setupcall: (fd: number, upcall: ((fd: number) => void) | null) => turn_leave(turn_enter(), setupcall(fd, upcall)),
    tcpinfo: (fd: number) => tcpinfo(fd),
    inet_addr: (text: string) => inet_addr(text),
    inet_ntoa: (addr: number) => inet_ntoa(addr),
    gethostbyname: (name: string, callback: HostCallback) => turn_leave(turn_enter(), gethostbyname(name, callback)),
  };
}
