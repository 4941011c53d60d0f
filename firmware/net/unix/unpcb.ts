/**
 * PCBs of PF_UNIX sockets, and the names that are bound to them. BSD: sys/unpcb.h, kern/uipc_usrreq.c.
 *
 * Differs: a name is no file; it goes with its socket, and may then be bound again.
 */
import { EADDRINUSE, EINVAL } from "../kern/errno";
import type { Sockaddr } from "../kern/protosw";
import { AF_UNIX, type Socket } from "../kern/socketvar";

/** What programs give and get: {sun_family: AF_UNIX, sun_path: "/any/name"}. */
export interface SockaddrUn extends Sockaddr {
  sun_family: number;
  sun_path: string;
}

/** The longest path; an address must fit an mbuf. BSD's as well. */
export const SUN_PATHMAX = 104;

export interface Unpcb {
  unp_socket: Socket;
  /** bound name, "" for none; `unp_owner` is this PCB's being the one that is found by it */
  unp_path: string;
  unp_owner: boolean;
  /** next PCB with a name of its own */
  unp_next: Unpcb | null;
  /** the other end */
  unp_conn: Unpcb | null;
  /** datagram sockets that are connected to this one, chained by unp_nextref */
  unp_refs: Unpcb | null;
  unp_nextref: Unpcb | null;
  /** so_rcv's sb_cc and sb_mbcnt when the sender's buffer was last made smaller or larger for them */
  unp_cc: number;
  unp_mbcnt: number;
}

let names: Unpcb | null;

/** No names: at boot. */
export function unp_init(): void {
  names = null;
}

/** The PCB of a socket. */
export function sotounpcb(so: Socket): Unpcb {
  return so.so_pcb as Unpcb;
}

export function unp_attach(so: Socket): void {
  const unp: Unpcb = {
    unp_socket: so,
    unp_path: "",
    unp_owner: false,
    unp_next: null,
    unp_conn: null,
    unp_refs: null,
    unp_nextref: null,
    unp_cc: 0,
    unp_mbcnt: 0,
  };
  so.so_pcb = unp;
}

/** An errno if `nam` is no address to bind or connect to. */
export function unp_badname(nam: SockaddrUn): number {
  const path = nam.sun_path;
  if (nam.sun_family !== AF_UNIX || typeof path !== "string") return EINVAL;
  return path.length > 0 && path.length <= SUN_PATHMAX ? 0 : EINVAL;
}

/** Binds the socket to a name that nobody has. */
export function unp_bind(unp: Unpcb, nam: SockaddrUn): number {
  const error = unp_badname(nam);
  if (error) return error;
  if (unp.unp_owner) return EINVAL;
  if (unp_lookup(nam.sun_path)) return EADDRINUSE;
  unp.unp_path = nam.sun_path;
  unp.unp_owner = true;
  unp.unp_next = names;
  names = unp;
  return 0;
}

/** The PCB bound to `path`, or null. */
export function unp_lookup(path: string): Unpcb | null {
  let unp = names;
  while (unp && unp.unp_path !== path) unp = unp.unp_next;
  return unp;
}

/** Gives the name back. */
export function unp_unbind(unp: Unpcb): void {
  let before: Unpcb | null = null;
  let p = names;
  while (p && p !== unp) {
    before = p;
    p = p.unp_next;
  }
  if (before) before.unp_next = unp.unp_next;
  else names = unp.unp_next;
  unp.unp_next = null;
  unp.unp_owner = false;
}

/** Fills `nam` with the name of `unp`, "" for none. */
export function unp_name(unp: Unpcb | null, nam: Sockaddr): number {
  const sun = nam as SockaddrUn;
  sun.sun_family = AF_UNIX;
  sun.sun_path = unp ? unp.unp_path : "";
  return 0;
}
