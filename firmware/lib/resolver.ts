/**
 * Host names: RFC 1034, 1035. BSD: lib/libc/net/gethostnamadr.c, lib/libc/resolv. Called by programs (by `eth.net`), and
 * by the libraries that take a name where an address would do.
 *
 * Differs: nothing waits. The answer comes by callback, in a turn of its own, never from within the call.
 */
import { timeout } from "../machdep";
import { INADDR_LOOPBACK } from "../net/inet/in_var";
import { INADDR_NONE, inet_addr } from "./inet";

/* h_errno (BSD: netdb.h) */
export const HOST_NOT_FOUND = 1; // there is no such host
export const TRY_AGAIN = 2; // no server has answered
export const NO_RECOVERY = 3; // the servers cannot or will not
export const NO_DATA = 4; // the name has no address

/** Gets the address (int32), or 0 and why there is none. */
export type HostCallback = (addr: number, herror: number) => void;

/** The servers that are asked, in this order (int32). */
let res_nsaddr: number[] = [];

/** The name servers, from now on (RFC 2132 3.8; by hand or by DHCP). */
export function res_setservers(addrs: number[]): void {
  res_nsaddr = addrs;
}

/** Finds the address of `name`: dotted quad, "localhost", or a name that the servers know. */
export function gethostbyname(name: string, callback: HostCallback): void {
  const addr = name.toLowerCase() === "localhost" ? INADDR_LOOPBACK : inet_addr(name);
  timeout(() => {
    if (addr === INADDR_NONE) callback(0, res_nsaddr.length ? HOST_NOT_FOUND : TRY_AGAIN);
    else callback(addr, 0);
  }, 0);
}
