/**
 * Rules of network address translation: what comes to a port of ours goes to somebody inside, whoever sends it (port forwarding). Called
 * by programs, as `eth.forwardPort`.
 */
import { NAT_MAXRULES } from "../../../config";
import { EADDRINUSE, EINVAL, ENETUNREACH, ENOBUFS } from "../../kern/errno";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ip";
import { in_canhost, in_ifaddr_with } from "../in_var";
import { nat_rulein, nat_ruleout } from "./nat_map";
import { nat_endport } from "./nat_session";
import { nat_rules } from "./nat_var";

/**
 * What comes to our port `xport` of protocol `p` goes to laddr:lport from now on; with `lport` 0 no more. Errno: EADDRINUSE, another rule
 * has the port or leads there; ENOBUFS, there are NAT_MAXRULES; ENETUNREACH, there is none to end; EINVAL, it makes no sense.
 */
export function nat_rule(p: number, xport: number, laddr: number, lport: number): number {
  if ((p !== IPPROTO_TCP && p !== IPPROTO_UDP) || xport <= 0 || xport > 65535) return EINVAL;
  return lport ? nat_addrule(p, xport, laddr, lport) : nat_deleterule(p, xport);
}

function nat_addrule(p: number, xport: number, laddr: number, lport: number): number {
  if (lport < 0 || lport > 65535 || !in_canhost(laddr) || in_ifaddr_with(laddr)) return EINVAL;
  if (nat_rulein(p, xport) || nat_ruleout(p, laddr, lport)) return EADDRINUSE;
  let i = 0;
  while (i < NAT_MAXRULES && nat_rules[i].nr_p) i++;
  if (i === NAT_MAXRULES) return ENOBUFS;
  const nr = nat_rules[i];
  nr.nr_xport = xport;
  nr.nr_lport = lport;
  nr.nr_laddr = laddr;
  nr.nr_p = p; // last: now it is one
  nat_endport(p, xport);
  return 0;
}

function nat_deleterule(p: number, xport: number): number {
  const nr = nat_rulein(p, xport);
  if (!nr) return ENETUNREACH;
  nr.nr_p = 0;
  return 0;
}
