/**
 * The system calls of a machine's stack, as its bundle exports them in `net`.
 *
 * None of them blocks. A negative number is -errno (Linux's numbers: -11 EAGAIN, -111 ECONNREFUSED...).
 */

export const AF_INET = 2;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const EAGAIN = 11;
export const ENOBUFS = 105;
export const EINPROGRESS = 115;
export const SHUT_WR = 1;
export const SOL_SOCKET = 0xffff;
export const SO_BROADCAST = 0x20;

/** An Internet address and port; `sin_addr` as int32, 0 for any. */
export interface SockaddrIn {
  sin_family: number;
  sin_addr: number;
  sin_port: number;
}

/** The calls that the simulator itself makes. A bundle has more; see its own documentation. */
export interface NetCalls {
  /** A descriptor. */
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, name: SockaddrIn): number;
  setsockopt(fd: number, level: number, name: number, value: number): number;
  /** Sends one datagram; gives the number of bytes. */
  sendto(fd: number, data: Uint8Array | string, flags: number, to: SockaddrIn): number;
  /** One datagram, cut to `max` bytes, its sender written to `from`; -EAGAIN when there is none. */
  recvfrom(fd: number, max: number, flags: number, from: SockaddrIn): Uint8Array | string | number;
  listen(fd: number, backlog: number): number;
  /** The descriptor of a connection that has come, its peer written to `from`; -EAGAIN when there is none. */
  accept(fd: number, from: SockaddrIn): number;
  /** -EINPROGRESS: the upcall comes when it is done. */
  connect(fd: number, name: SockaddrIn): number;
  /** How many bytes were taken; -EAGAIN while there is no room. */
  send(fd: number, data: Uint8Array | string, flags: number): number;
  /** Up to `max` bytes, none at the end of the stream; -EAGAIN while there are none. */
  recv(fd: number, max: number, flags: number): Uint8Array | number;
  shutdown(fd: number, how: number): number;
  /** `upcall` runs after the socket has become readable or writable, or was closed by the peer. */
  setupcall(fd: number, upcall: () => void): number;
  close(fd: number): number;
  /** "192.0.2.1" as int32 */
  inet_addr(text: string): number;
  inet_ntoa(address: number): string;
}
