/**
 * A packet as tcpdump(1) has it, without names and with sequence numbers as they are: of Ethernet, ARP, IP, ICMP, UDP and TCP. Called
 * by tcpdump.ts.
 */
import { tap_half as half } from "../tap";
import { tcp_line } from "./tcpdump_tcp";

const ETHER = 14;
const PROTO_ICMP = 1;
const PROTO_IGMP = 2;
const PROTO_TCP = 6;
const PROTO_UDP = 17;

/** A frame, of which there is `packet`, and were `length` bytes. */
export function ether_line(packet: string, length: number): string {
  const type = half(packet, 12);
  if (type === 0x800) return ip_line(packet, ETHER);
  if (type === 0x806 && packet.length >= ETHER + 28) return arp_line(packet, length - ETHER);
  return (
    mac(packet, 6) +
    " > " +
    mac(packet, 0) +
    ", ethertype 0x" +
    (65536 + type).toString(16).substr(1) +
    ", length " +
    length
  );
}

function mac(packet: string, at: number): string {
  let text = "";
  for (let i = 0; i < 6; i++) text += (i ? ":" : "") + (256 + packet.charCodeAt(at + i)).toString(16).substr(1);
  return text;
}

function quad(packet: string, at: number): string {
  return (
    packet.charCodeAt(at) +
    "." +
    packet.charCodeAt(at + 1) +
    "." +
    packet.charCodeAt(at + 2) +
    "." +
    packet.charCodeAt(at + 3)
  );
}

function arp_line(packet: string, length: number): string {
  const op = half(packet, ETHER + 6);
  const sender = quad(packet, ETHER + 14);
  const target = quad(packet, ETHER + 24);
  let what = "op " + op;
  if (op === 2) what = "Reply " + sender + " is-at " + mac(packet, ETHER + 8);
  else if (op === 1 && sender === "0.0.0.0") what = "Probe " + target;
  else if (op === 1 && sender === target) what = "Announcement " + target;
  else if (op === 1) what = "Request who-has " + target + " tell " + sender;
  return "ARP, " + what + ", length " + length;
}

/** An IP packet, which begins at `at`. */
export function ip_line(packet: string, at: number): string {
  const hlen = (packet.charCodeAt(at) & 15) << 2;
  const length = half(packet, at + 2) - hlen;
  if (packet.length < at + 20) return "IP [|ip]";
  if (packet.charCodeAt(at) >> 4 !== 4 || hlen < 20 || length < 0) return "IP bad header";
  const proto = packet.charCodeAt(at + 9);
  const src = quad(packet, at + 12);
  const dst = quad(packet, at + 16);
  const data = packet.substr(at + hlen, length);
  if (half(packet, at + 6) & 0x1fff) return "IP " + src + " > " + dst + ": ip-proto-" + proto;
  if (proto === PROTO_TCP || proto === PROTO_UDP) {
    if (data.length < 8) return "IP " + src + " > " + dst + ": [|" + (proto === PROTO_TCP ? "tcp]" : "udp]");
    const ends = "IP " + src + "." + half(data, 0) + " > " + dst + "." + half(data, 2) + ": ";
    return ends + (proto === PROTO_TCP ? tcp_line(data, length) : "UDP, length " + (half(data, 4) - 8));
  }
  return "IP " + src + " > " + dst + ": " + ip_text(proto, data, length);
}

function ip_text(proto: number, data: string, length: number): string {
  if (proto === PROTO_ICMP) return "ICMP " + icmp_text(data) + ", length " + length;
  return proto === PROTO_IGMP ? "igmp, length " + length : "ip-proto-" + proto + " " + length;
}

function icmp_text(data: string): string {
  const type = data.charCodeAt(0);
  const code = data.charCodeAt(1);
  if (data.length < 8) return "[|icmp]";
  if (type === 0 || type === 8)
    return "echo " + (type ? "request" : "reply") + ", id " + half(data, 4) + ", seq " + half(data, 6);
  if (type === 3) return icmp_unreachable(data, code);
  if (type === 5) return "redirect " + quad(data, 24) + " to " + (code & 1 ? "host " : "net ") + quad(data, 4);
  if (type === 11) return code ? "ip reassembly time exceeded" : "time exceeded in-transit";
  return "type-#" + type;
}

/** What could not be reached is told by the packet that it was about. */
function icmp_unreachable(data: string, code: number): string {
  const dst = quad(data, 24);
  const proto = data.charCodeAt(17);
  const port = half(data, 8 + ((data.charCodeAt(8) & 15) << 2) + 2);
  const name = proto === PROTO_UDP ? " udp" : proto === PROTO_TCP ? " tcp" : " ip-proto-" + proto;
  if (code === 0) return "net " + dst + " unreachable";
  if (code === 1) return "host " + dst + " unreachable";
  if (code === 2) return dst + " protocol " + proto + " unreachable";
  if (code === 3) return dst + name + " port " + port + " unreachable";
  if (code === 4) return dst + " unreachable - need to frag (mtu " + half(data, 6) + ")";
  return dst + " unreachable - #" + code;
}
