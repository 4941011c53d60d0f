/**
 * A frame taken apart: its layers, and of each the fields by the RFCs' names, with where their bytes are. For whoever shows a packet
 * at length; a line of it is packet.ts's.
 */
import { AR_OP, ARP_LEN, ARP_SHA, ARP_SPA, ARP_THA, ARP_TPA } from "../../firmware/net/wire/arp";
import { ETHER_HDR_LEN, ETHER_SHOST, ETHER_TYPE, ETHERTYPE_ARP, ETHERTYPE_IP } from "../../firmware/net/wire/ether";
import { ICMP_CKSUM, ICMP_CODE, ICMP_ECHO, ICMP_ECHOREPLY, ICMP_ID, ICMP_SEQ } from "../../firmware/net/wire/icmp";
import {
  IP_DF,
  IP_DST,
  IP_HDR_LEN,
  IP_ID,
  IP_LEN,
  IP_MF,
  IP_OFF,
  IP_OFFMASK,
  IP_P,
  IP_SRC,
  IP_SUM,
  IP_TOS,
  IP_TTL,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../firmware/net/wire/ip";
import { UH_DPORT, UH_LEN, UH_SPORT, UH_SUM, UH_ULEN } from "../../firmware/net/wire/udp";
import { type Layer, LayerFields } from "./layer";
import { Reader } from "./reader";
import { tcpLayer } from "./tcp_fields";

const PROTOCOLS: { [number: number]: string } = {
  [IPPROTO_ICMP]: "ICMP",
  [IPPROTO_IGMP]: "IGMP",
  [IPPROTO_TCP]: "TCP",
  [IPPROTO_UDP]: "UDP",
};
const ETHERTYPES: { [number: number]: string } = { [ETHERTYPE_ARP]: "ARP", [ETHERTYPE_IP]: "IPv4" };

/** From the outermost in; what cannot be read is left out. */
export function layersOf(frame: Uint8Array): Layer[] {
  const ether = new LayerFields(new Reader(frame), 0);
  const type = ether.reader.u16(ETHER_TYPE);
  ether.mac("destination", 0);
  ether.mac("source", ETHER_SHOST);
  ether.add("type", ETHER_TYPE, 2, `0x${type.toString(16).padStart(4, "0")} ${ETHERTYPES[type] ?? ""}`.trim());
  const title = `${ether.reader.mac(ETHER_SHOST)} → ${ether.reader.mac(0)}`;
  const outer = ether.layer("Ethernet", title, ETHER_HDR_LEN);
  const rest = ether.reader.from(ETHER_HDR_LEN);
  if (type === ETHERTYPE_ARP) return [outer, arpLayer(new LayerFields(rest, ETHER_HDR_LEN))];
  if (type === ETHERTYPE_IP) return [outer, ...ipLayers(new LayerFields(rest, ETHER_HDR_LEN), frame)];
  return [outer, dataLayer(ETHER_HDR_LEN, frame.length)];
}

function arpLayer(arp: LayerFields): Layer {
  const { reader } = arp;
  const op = reader.u16(AR_OP);
  arp.hex16("hardware type", 0);
  arp.hex16("protocol type", 2);
  arp.u8("hardware length", 4);
  arp.u8("protocol length", 5);
  arp.add("operation", AR_OP, 2, `${op} ${["", "request", "reply"][op] ?? ""}`.trim());
  arp.mac("sender hardware", ARP_SHA);
  arp.ip("sender protocol", ARP_SPA);
  arp.mac("target hardware", ARP_THA);
  arp.ip("target protocol", ARP_TPA);
  return arp.layer(
    "ARP",
    op === 2 ? `${reader.ip(ARP_SPA)} is at ${reader.mac(ARP_SHA)}` : `who has ${reader.ip(ARP_TPA)}?`,
    ARP_LEN,
  );
}

function ipLayers(ip: LayerFields, frame: Uint8Array): Layer[] {
  const { reader } = ip;
  const head = (reader.u8(0) & 15) * 4;
  const length = reader.u16(IP_LEN);
  const proto = reader.u8(IP_P);
  const off = reader.u16(IP_OFF);
  const offset = (off & IP_OFFMASK) * 8;
  const flags = [off & IP_DF ? "DF" : "", off & IP_MF ? "MF" : ""].filter(Boolean).join(" ");
  ip.add("version, header length", 0, 1, `${reader.u8(0) >> 4}, ${head} bytes`);
  ip.add("type of service", IP_TOS, 1, `0x${reader.u8(IP_TOS).toString(16).padStart(2, "0")}`);
  ip.u16("total length", IP_LEN);
  ip.hex16("identification", IP_ID);
  ip.add("flags, offset", IP_OFF, 2, `${flags || "none"}, ${offset}`);
  ip.u8("time to live", IP_TTL);
  ip.add("protocol", IP_P, 1, `${proto} ${PROTOCOLS[proto] ?? ""}`.trim());
  ip.hex16("checksum", IP_SUM);
  ip.ip("source", IP_SRC);
  ip.ip("destination", IP_DST);
  if (head > IP_HDR_LEN) ip.add("options", IP_HDR_LEN, head - IP_HDR_LEN, `${head - IP_HDR_LEN} bytes`);
  const outer = ip.layer("IPv4", `${reader.ip(IP_SRC)} → ${reader.ip(IP_DST)}`, head);
  const begin = ETHER_HDR_LEN + head;
  const end = Math.min(frame.length, ETHER_HDR_LEN + length);
  if (reader.u8(0) >> 4 !== 4 || head < IP_HDR_LEN || end < begin) return [outer];
  const inner = new LayerFields(reader.from(head, length), begin);
  if (offset) return [outer, dataLayer(begin, end, `fragment at ${offset}`)];
  const layer = LAYERS[proto]?.(inner);
  const used = layer ? layer.at + layer.length : begin;
  const more = used < end ? [dataLayer(used, end)] : [];
  return [outer, ...(layer ? [layer] : []), ...more];
}

const LAYERS: { [proto: number]: (fields: LayerFields) => Layer } = {
  [IPPROTO_TCP]: tcpLayer,
  [IPPROTO_UDP]: udpLayer,
  [IPPROTO_ICMP]: icmpLayer,
};

function udpLayer(udp: LayerFields): Layer {
  udp.u16("source port", UH_SPORT);
  udp.u16("destination port", UH_DPORT);
  udp.u16("length", UH_ULEN);
  udp.hex16("checksum", UH_SUM);
  return udp.layer("UDP", `${udp.reader.u16(UH_SPORT)} → ${udp.reader.u16(UH_DPORT)}`, UH_LEN);
}

function icmpLayer(icmp: LayerFields): Layer {
  const type = icmp.reader.u8(0);
  const isEcho = type === ICMP_ECHO || type === ICMP_ECHOREPLY;
  icmp.u8("type", 0);
  icmp.u8("code", ICMP_CODE);
  icmp.hex16("checksum", ICMP_CKSUM);
  if (isEcho) icmp.u16("identifier", ICMP_ID);
  if (isEcho) icmp.u16("sequence number", ICMP_SEQ);
  const names: { [type: number]: string } = { 0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request" };
  return icmp.layer("ICMP", names[type] ?? `type ${type}`, 8);
}

function dataLayer(at: number, end: number, title = ""): Layer {
  const length = end - at;
  return { name: "Data", title: title || `${length} bytes`, at, length, fields: [] };
}
