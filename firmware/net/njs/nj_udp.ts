/**
 * Datagrams for Espruino's own dgram: a socket of them. What data they carry is the library's business (lib/networkjs).
 */
import { INET_MULTICAST } from "../../config";
import type { Embedded } from "../../types";
import type { SockaddrIn } from "../inet/in_var";
import { IPPROTO_IP } from "../inet/ip/ip_ctloutput";
import { IP_ADD_MEMBERSHIP } from "../inet/ip/ip_moptions";
import { EINVAL, ENOBUFS } from "../kern/errno";
import { AF_INET, SO_BROADCAST, SO_REUSEPORT, SOCK_DGRAM, SOL_SOCKET } from "../kern/socketvar";
import { bind, kern_close, kern_setupcall, setsockopt, socket } from "../kern/uipc_syscalls";
import { networkjs_error } from "./nj_error";
import { nj_of, nj_open, njready } from "./nj_sock";
import { NJ_UDP, ST_UDP } from "./nj_var";

const njport: Embedded<SockaddrIn> = { sin_family: AF_INET, sin_addr: 0, sin_port: 0 };

/** A socket, bound to `port` unless that is 0, or SOCKET_ERR_. Everybody on the cable may be written to. */
export function nj_dgram(port: number, reuse: boolean): number {
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return networkjs_error(-fd);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, 1);
  if (reuse) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  njport.sin_family = AF_INET;
  njport.sin_addr = 0;
  njport.sin_port = port;
  const error = port ? bind(fd, njport) : 0;
  if (error || !nj_open(fd, ST_UDP, NJ_UDP)) {
    kern_close(fd);
    return networkjs_error(error ? -error : ENOBUFS);
  }
  kern_setupcall(fd, true);
  return fd;
}

/** There are no datagrams any more. */
export function nj_empty(fd: number): void {
  njready[fd] = 0;
}

/** Joins a group for a socket of datagrams; errno. */
export function nj_join(fd: number, group: number): number {
  const nj = nj_of(fd);
  if (!INET_MULTICAST || !nj || !(nj.nj_odd & NJ_UDP)) return EINVAL;
  return 0 - setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, group);
}
