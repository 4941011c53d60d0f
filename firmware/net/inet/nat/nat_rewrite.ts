/**
 * Packets with other endpoints, and their checksums: RFC 3022 4.1, 1624. Called by nat.ts and nat_icmp.ts.
 *
 * A checksum is changed by what has changed, never made anew: what was damaged on its way stays so.
 */
import { arena, get16, put16 } from "../../../machdep";
import { ICMP_CKSUM, ICMP_ID } from "../../wire/icmp";
import { IP_P, IP_SRC, IP_SUM, IP_VHL, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ip";
import { TH_SUM } from "../../wire/tcp";
import { UH_DPORT, UH_SPORT, UH_SUM } from "../../wire/udp";
import { in_fold } from "../in_cksum";

/** There is no checksum to be changed: UDP's sender made none, or an ICMP error does not return so much. */
const NOSUM = -1;

/** The checksum at arena offset `sum` becomes what it has to be when the word at `at` becomes `now` (RFC 1624, eqn. 3). */
function nat_sumfix(sum: number, at: number, now: number): void {
  put16(sum, ~in_fold((~get16(sum) & 65535) + (~get16(at) & 65535) + now) & 65535);
}

/** The word at `at` becomes `now`, and the checksum at `sum` follows. */
export function nat_fix16(at: number, now: number, sum: number): void {
  nat_sumfix(sum, at, now);
  put16(at, now);
}

/**
 * Gives the packet whose header is at arena offset `ip`, and of which `len` bytes are there, address `addr` and port `port` as its
 * source (`field` IP_SRC) or destination (IP_DST).
 */
export function nat_rewrite(ip: number, len: number, field: number, addr: number, port: number): void {
  const th = ip + ((arena[ip + IP_VHL] & 15) << 2);
  const p = arena[ip + IP_P];
  const at = th + nat_portat(p, field);
  const sum = nat_sumat(ip, th, len);
  if (sum === NOSUM) put16(at, port);
  else {
    if (p !== IPPROTO_ICMP) {
      nat_sumfix(sum, ip + field, addr >>> 16);
      nat_sumfix(sum, ip + field + 2, addr & 65535);
    }
    nat_fix16(at, port, sum);
    if (p === IPPROTO_UDP && !get16(sum)) put16(sum, 65535); // 0 would mean none
  }
  nat_readdress(ip, field, addr);
}

/** Where, behind the IP header, the port is of the packet's source or destination. */
export function nat_portat(p: number, field: number): number {
  if (p === IPPROTO_ICMP) return ICMP_ID;
  return field === IP_SRC ? UH_SPORT : UH_DPORT;
}

/** Where the checksum is that is over the port; NOSUM: nowhere. */
function nat_sumat(ip: number, th: number, len: number): number {
  const p = arena[ip + IP_P];
  const sum = th + (p === IPPROTO_TCP ? TH_SUM : p === IPPROTO_UDP ? UH_SUM : ICMP_CKSUM);
  if (sum + 2 > ip + len || (p === IPPROTO_UDP && !get16(sum))) return NOSUM;
  return sum;
}

/** Gives the header at `ip` another address as its source or destination. */
export function nat_readdress(ip: number, field: number, addr: number): void {
  nat_fix16(ip + field, addr >>> 16, ip + IP_SUM);
  nat_fix16(ip + field + 2, addr & 65535, ip + IP_SUM);
}
