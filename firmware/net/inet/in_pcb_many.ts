/**
 * A packet for many, and its receivers. BSD: the loops of netinet/udp_usrreq.c (udp_input) and netinet/raw_ip.c
 * (rip_input); Stevens sections 23.7, 32.5. Called by both.
 */
import { INET_FORWARD } from "../../config";
import { get32 } from "../../machdep";
import { M_DONTWAIT, type Mbuf } from "../kern/mbuf";
import { M_COPYALL, m_copym } from "../kern/mbuf_chain";
import { IP_DST, IP_SRC } from "../wire/ip";
import { type Inpcb, type InpcbHead, in_pcbmatch } from "./in_pcb";
import { in_pcbhears } from "./in_pcb_router";

/**
 * Gives packet `m`, IP header first, to every PCB that it fits, by `append`, which consumes what it is given: copies, and
 * to the last one m itself. False when it fits none: m is still the caller's.
 */
export function in_pcbdeliver(
  head: InpcbHead,
  m: Mbuf,
  iphlen: number,
  fport: number,
  lport: number,
  append: (m: Mbuf, iphlen: number, inp: Inpcb) => void,
): boolean {
  const faddr = get32(m.m_data + IP_SRC);
  const laddr = get32(m.m_data + IP_DST);
  let last: Inpcb | null = null;
  for (let inp = head.inp_first; inp; inp = inp.inp_next)
    if (INET_FORWARD ? in_pcbhears(inp, m, faddr, fport, laddr, lport) : in_pcbmatch(inp, faddr, fport, laddr, lport)) {
      const copy = last ? m_copym(m, 0, M_COPYALL, M_DONTWAIT) : null;
      if (last && copy) append(copy, iphlen, last);
      last = inp;
    }
  if (last) append(m, iphlen, last);
  return last !== null;
}
