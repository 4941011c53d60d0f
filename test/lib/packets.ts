/**
 * The formats on the wire, a second time: builders and strict parsers over plain bytes, for tests to compare the stack
 * with. Nothing here knows the firmware.
 */
import { CLIENT_PORT, type Dhcp, parseDhcp, SERVER_PORT } from "./packets/dhcp";
import { type Arp, type Ethernet, parseArp, parseEthernet, TYPE_ARP, TYPE_IP } from "./packets/ethernet";
import { type Icmp, parseIcmp } from "./packets/icmp";
import { type Igmp, parseIgmp } from "./packets/igmp";
import { finalDestination, ICMP, IGMP, type Ipv4, parseIpv4, TCP, UDP } from "./packets/ipv4";
import { parseTcp, type Tcp } from "./packets/tcp";
import { parseUdp, type Udp } from "./packets/udp";

export * from "./packets/bytes";
export * from "./packets/dhcp";
export * from "./packets/ethernet";
export * from "./packets/fragments";
export * from "./packets/icmp";
export * from "./packets/igmp";
export * from "./packets/ipv4";
export * from "./packets/tcp";
export * from "./packets/udp";

/** A frame with everything in it that has a name here. */
export interface Packet {
  ethernet: Ethernet;
  arp?: Arp;
  ip?: Ipv4;
  icmp?: Icmp;
  igmp?: Igmp;
  udp?: Udp;
  dhcp?: Dhcp;
  tcp?: Tcp;
}

/** Takes a frame apart, as the stack hands it to a driver (not padded); throws when any length or checksum is wrong. */
export function decode(frame: Uint8Array): Packet {
  const packet: Packet = { ethernet: parseEthernet(frame) };
  const payload = frame.subarray(14);
  if (packet.ethernet.type === TYPE_ARP) packet.arp = parseArp(payload);
  if (packet.ethernet.type === TYPE_IP) decodeIp(packet, payload);
  return packet;
}

function decodeIp(packet: Packet, bytes: Uint8Array): void {
  const ip = parseIpv4(bytes);
  const payload = ip.payload as Uint8Array;
  packet.ip = ip;
  if (ip.moreFragments || ip.offset) return;
  if (ip.protocol === ICMP) packet.icmp = parseIcmp(payload);
  if (ip.protocol === IGMP) packet.igmp = parseIgmp(payload);
  if (ip.protocol === UDP) packet.udp = parseUdp(ip.from, finalDestination(ip), payload);
  if (packet.udp?.fromPort === CLIENT_PORT && packet.udp.toPort === SERVER_PORT)
    packet.dhcp = parseDhcp(packet.udp.payload as Uint8Array);
  if (ip.protocol === TCP) packet.tcp = parseTcp(ip.from, finalDestination(ip), payload);
}
