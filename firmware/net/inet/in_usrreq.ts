/**
 * What all sockets of the Internet can be asked for alike: whose they are. BSD: netinet/in_pcb.c (in_setsockaddr,
 * in_setpeeraddr); Stevens section 22.10. The default of udp_usrreq, rip_usrreq and tcp_usrreq.
 */
import { EINVAL, EOPNOTSUPP } from "../kern/errno";
import { type Mbuf, m_freem } from "../kern/mbuf";
import { NET_ACTIVE, PRU_PEEKOOB, PRU_PEERADDR, PRU_RCVOOB, PRU_SOCKADDR, type Sockaddr } from "../kern/protosw";
import { AF_INET, type Socket } from "../kern/socketvar";
import type { Inpcb } from "./in_pcb";
import type { SockaddrIn } from "./in_var";

/** What all sockets of the Internet answer alike: whose they are, and that they do not know the request (m is consumed). */
export function in_usrreq(so: Socket, req: number, m: Mbuf | null, nam: Sockaddr | null): number {
  if (NET_ACTIVE && req === PRU_SOCKADDR) return in_setsockaddr(so, nam as SockaddrIn);
  if (NET_ACTIVE && req === PRU_PEERADDR) return in_setpeeraddr(so, nam as SockaddrIn);
  if (req !== PRU_RCVOOB && req !== PRU_PEEKOOB) m_freem(m);
  return EOPNOTSUPP;
}

/** Fills `nam` with the local endpoint. */
function in_setsockaddr(so: Socket, nam: SockaddrIn): number {
  const inp = so.so_pcb as Inpcb | null;
  return inp ? in_setname(nam, inp.inp_laddr, inp.inp_lport) : EINVAL;
}

/** Fills `nam`, if not null, with the foreign endpoint. */
export function in_setpeeraddr(so: Socket, nam: SockaddrIn | null): number {
  const inp = so.so_pcb as Inpcb | null;
  if (!inp) return EINVAL;
  return nam ? in_setname(nam, inp.inp_faddr, inp.inp_fport) : 0;
}

function in_setname(nam: SockaddrIn, addr: number, port: number): number {
  nam.sin_family = AF_INET;
  nam.sin_addr = addr;
  nam.sin_port = port;
  return 0;
}
