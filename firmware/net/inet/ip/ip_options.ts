/**
 * Options of the IP header: RFC 791 3.1, 1122 3.2.1.8. BSD: netinet/ip_input.c (ip_dooptions); Stevens chapter 9.
 * Called by ip_input for the rare packet that has any.
 *
 * A host has to pass over options that it does not use, and to notice that their lengths make sense. We use none but source
 * routes, where the build has them (ip_srcroute.ts).
 */
import { IP_SRCROUTE } from "../../../config";
import { arena } from "../../../machdep";
import type { Mbuf } from "../../kern/mbuf";
import { ICMP_PARAMPROB, ICMP_UNREACH, ICMP_UNREACH_SRCFAIL } from "../../wire/icmp";
import {
  IP_HDR_LEN,
  IPOPT_EOL,
  IPOPT_LSRR,
  IPOPT_MINOFF,
  IPOPT_NOP,
  IPOPT_OFFSET,
  IPOPT_OLEN,
  IPOPT_SSRR,
} from "../../wire/ip";
import { icmp_error } from "../icmp/icmp_error";
import { save_rte } from "./ip_srcroute";
import { IPS_BADOPTIONS, ipstat } from "./ip_var";

/** Goes over the options of a header of `hlen` bytes; true when the packet is dropped (freed, its sender told). */
export function ip_dooptions(m: Mbuf, hlen: number): boolean {
  const ip = m.m_data;
  let off = IP_HDR_LEN;
  while (off < hlen) {
    const opt = arena[ip + off];
    if (opt === IPOPT_EOL) break;
    if (opt === IPOPT_NOP) off++;
    else {
      const len = off + 1 < hlen ? arena[ip + off + IPOPT_OLEN] : 0;
      if (len < 2 || off + len > hlen) return badoption(m, ICMP_PARAMPROB, 0, off + IPOPT_OLEN);
      if (opt === IPOPT_LSRR || opt === IPOPT_SSRR) {
        if (len <= IPOPT_OFFSET || arena[ip + off + IPOPT_OFFSET] < IPOPT_MINOFF)
          return badoption(m, ICMP_PARAMPROB, 0, off + IPOPT_OFFSET);
        // a route that goes on behind us: hosts do not forward (RFC 1122 3.3.5)
        if (arena[ip + off + IPOPT_OFFSET] <= len) return badoption(m, ICMP_UNREACH, ICMP_UNREACH_SRCFAIL, 0);
        if (IP_SRCROUTE) save_rte(ip, off, len);
      }
      off += len;
    }
  }
  return false;
}

function badoption(m: Mbuf, type: number, code: number, pointer: number): boolean {
  ipstat[IPS_BADOPTIONS]++;
  icmp_error(m, type, code, pointer);
  return true;
}
