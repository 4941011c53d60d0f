/**
 * What a socket is told of a datagram besides its data: where it went to. BSD: netinet/ip_input.c (ip_savecontrol); Stevens section 23.8.
 * Where config.ts says SO_CONTROL.
 */
import { put32 } from "../../../machdep";
import { M_DONTWAIT, type Mbuf, MT_CONTROL, m_freem, m_get } from "../../kern/mbuf";
import { PRCO_SETOPT } from "../../kern/protosw";
import { sbappendaddr } from "../../kern/sockbuf";
import { SO_RECVDSTADDR, type Socket } from "../../kern/socketvar";

/** Gets or sets whether a datagram's receiver is told where it went to (RFC 1122 4.1.3.5). */
export function ip_recvdstaddr(op: number, so: Socket, value: number): number {
  if (op !== PRCO_SETOPT) return so.so_options & SO_RECVDSTADDR ? 1 : 0;
  if (value) so.so_options |= SO_RECVDSTADDR;
  else so.so_options &= ~SO_RECVDSTADDR;
  return 0;
}

/**
 * Appends datagram `m`, which begins with its sender's address and went to `dst`, as a record (sbappendaddr), with what the socket wants
 * to know of it besides. False when there is no room for it: the caller still has it.
 */
export function ip_appendaddr(so: Socket, m: Mbuf, dst: number): boolean {
  const control = ip_savecontrol(so, dst);
  if (sbappendaddr(so.so_rcv, m, control)) return true;
  m_freem(control);
  return false;
}

/** Control for a socket that wants to know that a datagram went to `dst`; null for others, and when there is no memory. BSD: ip_savecontrol. */
function ip_savecontrol(so: Socket, dst: number): Mbuf | null {
  const m = so.so_options & SO_RECVDSTADDR ? m_get(M_DONTWAIT, MT_CONTROL) : null;
  if (!m) return null;
  put32(m.m_data, dst);
  m.m_len = 4;
  return m;
}
