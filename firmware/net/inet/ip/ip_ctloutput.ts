/**
 * Options of level IPPROTO_IP on a socket. BSD: netinet/ip_output.c (ip_ctloutput); Stevens section 8.8.
 */
import { INET_FRAG, INET_MULTICAST, SO_CONTROL } from "../../../config";
import { EINVAL, ENOBUFS, ENOPROTOOPT } from "../../kern/errno";
import { PRCO_SETOPT } from "../../kern/protosw";
import { SO_DONTFRAG, type Socket } from "../../kern/socketvar";
import type { Inpcb } from "../in_pcb";
import { IP_DROP_MEMBERSHIP, IP_MULTICAST_IF, ip_allocmoptions, ip_getmoptions, ip_setmoptions } from "./ip_moptions";
import { ip_recvdstaddr } from "./ip_savecontrol";

/* The level and its options, numbered as on Linux, which has no IP_RECVDSTADDR: BSD's. The value of IP_OPTIONS is bytes: ip_srcroute.ts */
export const IPPROTO_IP = 0;
export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_OPTIONS = 4;
export const IP_RECVDSTADDR = 7;
export const IP_MTU_DISCOVER = 10;

/* Values of IP_MTU_DISCOVER: packets may be cut on their way; or they may not, and what is too long is told (EMSGSIZE) */
export const IP_PMTUDISC_DONT = 0;
export const IP_PMTUDISC_DO = 2;

/** Gets or sets an option; PRCO_GETOPT answers the value, or a negative errno. */
export function ip_ctloutput(op: number, so: Socket, level: number, optname: number, value: number): number {
  const inp = so.so_pcb as Inpcb | null;
  if (INET_MULTICAST && inp && !level && optname >= IP_MULTICAST_IF && optname <= IP_DROP_MEMBERSHIP)
    return ip_mctloutput(op, inp, optname, value);
  if (INET_FRAG && inp && !level && optname === IP_MTU_DISCOVER) return ip_dontfrag(op, so, value);
  if (SO_CONTROL && inp && !level && optname === IP_RECVDSTADDR) return ip_recvdstaddr(op, so, value);
  if (!inp || level !== IPPROTO_IP || (optname !== IP_TOS && optname !== IP_TTL))
    return op === PRCO_SETOPT ? ENOPROTOOPT : -ENOPROTOOPT;
  if (op !== PRCO_SETOPT) return optname === IP_TOS ? inp.inp_tos : inp.inp_ttl;
  if (!(value >= (optname === IP_TTL ? 1 : 0) && value <= 255)) return EINVAL;
  if (optname === IP_TOS) inp.inp_tos = value;
  else inp.inp_ttl = value;
  return 0;
}

/** Gets or sets whether packets of a socket carry DF. */
function ip_dontfrag(op: number, so: Socket, value: number): number {
  if (op !== PRCO_SETOPT) return so.so_options & SO_DONTFRAG ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
  if (value !== IP_PMTUDISC_DO && value !== IP_PMTUDISC_DONT) return EINVAL;
  if (value) so.so_options |= SO_DONTFRAG;
  else so.so_options &= ~SO_DONTFRAG;
  return 0;
}

/** Options that have to do with groups. What was said of them begins with the first that is set. */
function ip_mctloutput(op: number, inp: Inpcb, optname: number, value: number): number {
  const imo = inp.inp_moptions;
  if (op !== PRCO_SETOPT) return ip_getmoptions(imo, optname);
  if (!imo) inp.inp_moptions = ip_allocmoptions();
  return inp.inp_moptions ? ip_setmoptions(inp.inp_moptions, optname, value) : ENOBUFS;
}
