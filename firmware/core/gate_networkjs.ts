/**
 * Sockets of the interpreter's network as the libraries know them (net/njs), each call an entry of the core's.
 */
import { call } from "./port";
import {
  NJ_CLIENT,
  NJ_CONNECT,
  NJ_DGRAMS,
  NJ_EMPTY,
  NJ_JOIN,
  NJ_LISTEN,
  NJ_RECV,
  NJ_RELEASE,
  NJ_ROOM,
  NJ_UNREAD,
  NJ_WANTED,
} from "./sysent";

export { networkjs_tells as nj_init } from "./gate_turn";

/** The core keeps them in order. */
export function nj_mend(): void {}

export function nj_room(): boolean {
  return call(NJ_ROOM, 0, 0, 0) !== 0;
}

export function nj_listen(port: number, type: number, idle: number): number {
  return call(NJ_LISTEN, port, type, idle);
}

export function nj_client(type: number, idle: number): number {
  return call(NJ_CLIENT, type, idle, 0);
}

export function nj_connect(fd: number, addr: number, port: number): void {
  call(NJ_CONNECT, fd, addr, port);
}

export function nj_dgram(port: number, reuse: boolean): number {
  return call(NJ_DGRAMS, port, reuse ? 1 : 0, 0);
}

export function nj_empty(fd: number): void {
  call(NJ_EMPTY, fd, 0, 0);
}

export function nj_join(fd: number, group: number): number {
  return call(NJ_JOIN, fd, group, 0);
}

export function nj_wanted(): number {
  return call(NJ_WANTED, 0, 0, 0);
}

export function nj_release(fd: number): void {
  call(NJ_RELEASE, fd, 0, 0);
}

export function nj_unread(fd: number): number {
  return call(NJ_UNREAD, fd, 0, 0);
}

export function nj_recv(fd: number, len: number): number {
  return call(NJ_RECV, fd, len, 0);
}
