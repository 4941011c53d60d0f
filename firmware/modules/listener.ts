/**
 * A listening TCP socket, as the optional modules want one.
 */

import type { SocketsApi } from "../lib/sockets";
import { EADDRINUSE } from "../net/kern/errno";

/** Has `accept` called whenever somebody has connected to `port`; throws an Error, its number in `errno`, if it cannot. */
export function listener_open(net: SocketsApi, port: number, accept: () => void): number {
  const fd = net.socket(net.AF_INET, net.SOCK_STREAM, 0);
  const error = fd < 0 ? fd : listener_listen(net, fd, port);
  if (!error) {
    net.setupcall(fd, accept);
    return fd;
  }
  if (fd >= 0) net.close(fd);
  const fault = new Error("port " + port + (error === -EADDRINUSE ? " is in use" : ": error " + -error));
  (fault as Error & { errno: number }).errno = -error;
  throw fault;
}

function listener_listen(net: SocketsApi, fd: number, port: number): number {
  net.setsockopt(fd, net.SOL_SOCKET, net.SO_REUSEADDR, 1);
  return net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port } as never) || net.listen(fd, 1);
}
