/**
 * A frame as a line, in the format of tcpdump(1): `IP 10.0.2.15.80 > 10.0.2.2.1024: Flags [S.], seq 1, ...`.
 *
 * A decoder remembers where the streams of TCP began, since their numbers are told from there on.
 */
import { AR_OP, ARP_SHA, ARP_SPA, ARP_TPA, ARPOP_REPLY, ARPOP_REQUEST } from "../../firmware/net/wire/arp";
import { ETHER_HDR_LEN, ETHER_SHOST, ETHER_TYPE, ETHERTYPE_ARP, ETHERTYPE_IP } from "../../firmware/net/wire/ether";
import {
  IP_DST,
  IP_LEN,
  IP_MF,
  IP_OFF,
  IP_OFFMASK,
  IP_P,
  IP_SRC,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../firmware/net/wire/ip";
import { icmpText } from "./icmp";
import { Reader } from "./reader";
import { TcpDecoder } from "./tcp";
import { udpText } from "./udp";

export class PacketDecoder {
  private readonly tcp = new TcpDecoder();

  /** The line, without the time. */
  line(frame: Uint8Array): string {
    const packet = new Reader(frame);
    const type = packet.u16(ETHER_TYPE);
    if (type === ETHERTYPE_ARP) return arpText(packet.from(ETHER_HDR_LEN));
    if (type === ETHERTYPE_IP) return this.ipText(packet.from(ETHER_HDR_LEN));
    return `${packet.mac(ETHER_SHOST)} > ${packet.mac(0)}, ethertype 0x${type.toString(16).padStart(4, "0")}, length ${frame.length}`;
  }

  private ipText(packet: Reader): string {
    const length = packet.u16(IP_LEN);
    const head = (packet.u8(0) & 15) * 4;
    if (packet.u8(0) >> 4 !== 4 || head < 20 || length < head) return "IP bad header";
    const [src, dst] = [packet.ip(IP_SRC), packet.ip(IP_DST)];
    const data = packet.from(head, length);
    const proto = packet.u8(IP_P);
    const offset = (packet.u16(IP_OFF) & IP_OFFMASK) * 8;
    const cut = data.length < length - head ? " [|ip]" : "";
    if (offset || packet.u16(IP_OFF) & IP_MF)
      return `IP ${src} > ${dst}: fragment at ${offset} of proto ${proto}, length ${length - head}${cut}`;
    const ends = { src, dst };
    if (proto === IPPROTO_TCP) return `IP ${this.tcp.text(ends, data)}${cut}`;
    if (proto === IPPROTO_UDP) return `IP ${udpText(ends, data)}${cut}`;
    const what = { [IPPROTO_ICMP]: "ICMP", [IPPROTO_IGMP]: "igmp" }[proto] ?? `ip-proto-${proto}`;
    const text = proto === IPPROTO_ICMP ? icmpText(data) : `${what}, length ${data.length}`;
    return `IP ${src} > ${dst}: ${text}${cut}`;
  }
}

function arpText(packet: Reader): string {
  const op = packet.u16(AR_OP);
  const [sender, target] = [packet.ip(ARP_SPA), packet.ip(ARP_TPA)];
  const length = `length ${packet.length}`;
  if (op === ARPOP_REPLY) return `ARP, Reply ${sender} is-at ${packet.mac(ARP_SHA)}, ${length}`;
  if (op !== ARPOP_REQUEST) return `ARP, op ${op}, ${length}`;
  if (sender === "0.0.0.0") return `ARP, Probe ${target}, ${length}`;
  return sender === target
    ? `ARP, Announcement ${target}, ${length}`
    : `ARP, Request who-has ${target} tell ${sender}, ${length}`;
}
