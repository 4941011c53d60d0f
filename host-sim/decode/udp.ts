/**
 * A datagram of UDP as tcpdump(1) has it, and what is in it of DHCP (RFC 2131), DNS (RFC 1035; mDNS, RFC 6762) and NTP.
 */
import {
  BOOTREQUEST,
  BP_CHADDR,
  BP_OPTIONS,
  BP_XID,
  BP_YIADDR,
  DHO_END,
  DHO_PAD,
  DHO_TYPE,
  IPPORT_BOOTPC,
  IPPORT_BOOTPS,
} from "../../firmware/net/wire/bootp";
import { UH_DPORT, UH_LEN, UH_SPORT, UH_ULEN } from "../../firmware/net/wire/udp";
import type { Reader } from "./reader";

const MESSAGES = ["", "Discover", "Offer", "Request", "Decline", "ACK", "NAK", "Release", "Inform"];
const TYPES: Record<number, string> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  12: "PTR",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  255: "ANY",
};
const DOMAIN = 53;
const MDNS = 5353;
const NTP = 123;
const LONGEST_NAME = 255;

export function udpText({ src, dst }: { src: string; dst: string }, udp: Reader): string {
  const [sport, dport] = [udp.u16(UH_SPORT), udp.u16(UH_DPORT)];
  const data = udp.from(UH_LEN, udp.u16(UH_ULEN));
  const is = (...ports: number[]) => ports.includes(sport) || ports.includes(dport);
  const text = is(IPPORT_BOOTPC, IPPORT_BOOTPS)
    ? dhcpText(data)
    : is(DOMAIN, MDNS)
      ? dnsText(data)
      : is(NTP)
        ? `NTPv${(data.u8(0) >> 3) & 7}, ${(data.u8(0) & 7) === 4 ? "Server" : "Client"}, length ${data.length}`
        : `UDP, length ${data.length}`;
  return `${src}.${sport} > ${dst}.${dport}: ${text}`;
}

function dhcpText(data: Reader): string {
  if (data.length < BP_OPTIONS) return `BOOTP/DHCP, length ${data.length} [|bootp]`;
  const type = MESSAGES[option(data, DHO_TYPE)] ?? "";
  const which =
    data.u8(0) === BOOTREQUEST ? `Request from ${data.mac(BP_CHADDR)}` : `Reply, Your-IP ${data.ip(BP_YIADDR)}`;
  return `BOOTP/DHCP, ${which}, xid 0x${data.u32(BP_XID).toString(16)}${type ? `, DHCP-Message ${type}` : ""}, length ${data.length}`;
}

/** The first byte of an option; 0 when there is none. */
function option(data: Reader, code: number): number {
  for (let at = BP_OPTIONS; at < data.length && data.u8(at) !== DHO_END; ) {
    if (data.u8(at) === code) return data.u8(at + 2);
    at += data.u8(at) === DHO_PAD ? 1 : 2 + data.u8(at + 1);
  }
  return 0;
}

/** `7+ A? some.example. (30)`, `7 1/0/0 A 10.0.2.2 (46)` */
function dnsText(data: Reader): string {
  if (data.length < 12) return `domain, length ${data.length} [|domain]`;
  const [id, flags, questions, answers] = [0, 2, 4, 6].map((at) => data.u16(at));
  const counts = `${answers}/${data.u16(8)}/${data.u16(10)}`;
  const [name, end] = questions ? nameAt(data, 12) : ["", 12];
  const size = `(${data.length})`;
  if (!(flags & 0x8000)) return `${id}${flags & 0x100 ? "+" : ""} ${typeText(data.u16(end))}? ${name}. ${size}`;
  if (flags & 15) return `${id} ${(flags & 15) === 3 ? "NXDomain" : `error ${flags & 15}`} ${counts} ${size}`;
  return `${id} ${counts} ${answers ? recordText(data, questions ? end + 4 : 12) : ""} ${size}`;
}

function recordText(data: Reader, at: number): string {
  const [, end] = nameAt(data, at);
  const type = data.u16(end);
  const address = type === 1 ? ` ${data.ip(end + 10)}` : "";
  return `${typeText(type)}${address}`;
}

function typeText(type: number): string {
  return TYPES[type] ?? `Type${type}`;
}

/** A name and where it ends; one that points elsewhere is followed, but not for ever. */
function nameAt(data: Reader, start: number): [name: string, end: number] {
  const labels: string[] = [];
  let end = 0;
  let at = start;
  for (let steps = 0; steps < LONGEST_NAME && at < data.length && data.u8(at); steps++) {
    if (data.u8(at) >= 0xc0) {
      end ||= at + 2;
      at = data.u16(at) & 0x3fff;
    } else {
      labels.push(data.text(at + 1, at + 1 + data.u8(at)));
      at += 1 + data.u8(at);
    }
  }
  return [labels.join(".").replace(/[^\x21-\x7e]/g, "?"), end || at + 1];
}
