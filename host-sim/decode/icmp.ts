/**
 * A message of ICMP as tcpdump(1) has it.
 */
import {
  ICMP_CODE,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_ID,
  ICMP_IP,
  ICMP_SEQ,
  ICMP_TIMXCEED,
  ICMP_TYPE,
  ICMP_UNREACH,
} from "../../firmware/net/wire/icmp";
import { IP_DST, IP_P, IPPROTO_TCP, IPPROTO_UDP } from "../../firmware/net/wire/ip";
import { UH_DPORT } from "../../firmware/net/wire/udp";
import type { Reader } from "./reader";

const PROTOCOLS: Record<number, string> = { [IPPROTO_TCP]: "tcp", [IPPROTO_UDP]: "udp" };

export function icmpText(icmp: Reader): string {
  const type = icmp.u8(ICMP_TYPE);
  const length = `length ${icmp.length}`;
  if (type === ICMP_ECHO || type === ICMP_ECHOREPLY) {
    const what = type === ICMP_ECHO ? "request" : "reply";
    return `ICMP echo ${what}, id ${icmp.u16(ICMP_ID)}, seq ${icmp.u16(ICMP_SEQ)}, ${length}`;
  }
  if (type === ICMP_UNREACH) return `ICMP ${unreachableText(icmp.u8(ICMP_CODE), icmp.from(ICMP_IP))}, ${length}`;
  if (type === ICMP_TIMXCEED) return `ICMP time exceeded in-transit, ${length}`;
  return `ICMP type ${type} code ${icmp.u8(ICMP_CODE)}, ${length}`;
}

function unreachableText(code: number, about: Reader): string {
  const address = about.ip(IP_DST);
  const port = about.u16((about.u8(0) & 15) * 4 + UH_DPORT);
  const proto = PROTOCOLS[about.u8(IP_P)] ?? `proto-${about.u8(IP_P)}`;
  if (code === 0) return `net ${address} unreachable`;
  if (code === 1) return `host ${address} unreachable`;
  if (code === 2) return `${address} protocol ${about.u8(IP_P)} unreachable`;
  return code === 3 ? `${address} ${proto} port ${port} unreachable` : `${address} unreachable, code ${code}`;
}
