/**
 * IP_OPTIONS of a socket: the one option whose value is no number, but a string of bytes; "" for none. BSD: getsockopt(2),
 * setsockopt(2), which take bytes for all of them. Called by the sockets API, where config.ts says IP_SRCROUTE.
 */
import { arena, bcopy_string, bytes_string, view } from "../machdep";
import type { Inpcb } from "../net/inet/in_pcb";
import { IP_OPTIONS, IPPROTO_IP } from "../net/inet/ip/ip_ctloutput";
import { ip_pcbopts, MAX_PCBOPTLEN } from "../net/inet/ip/ip_srcroute";
import { EINVAL, ENOBUFS } from "../net/kern/errno";
import { M_WAIT, MT_DATA, m_get } from "../net/kern/mbuf";
import { AF_INET } from "../net/kern/socketvar";
import { getsock } from "../net/kern/sys_socket";

/** The PCB of an Internet socket whose option it is that is asked for, or null. */
export function ipopts_pcb(fd: number, level: number, optname: number): Inpcb | null {
  const so = level === IPPROTO_IP && optname === IP_OPTIONS ? getsock(fd) : null;
  return so && so.so_proto.pr_domain.dom_family === AF_INET ? (so.so_pcb as Inpcb | null) : null;
}

export function ipopts_get(inp: Inpcb): string {
  const m = inp.inp_options;
  return m ? bytes_string(view(arena, m.m_data, m.m_len), 0, m.m_len) : "";
}

/** 0, or a negative errno. */
export function ipopts_set(inp: Inpcb, opts: unknown): number {
  if (typeof opts !== "string" || opts.length > MAX_PCBOPTLEN) return -EINVAL;
  const m = opts ? m_get(M_WAIT, MT_DATA) : null;
  if (opts && !m) return -ENOBUFS;
  if (m) {
    m.m_len = opts.length;
    bcopy_string(opts, m.m_data);
  }
  return 0 - ip_pcbopts(inp, m);
}
