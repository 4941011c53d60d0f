/**
 * Frames of IPv4 as the way out of the `user` link needs them: read as far as to their ports, changed in place, and made.
 * RFC 791, 768, 792, 9293 3.1; RFC 1624 for sums that follow a change, so that a frame which the cable has damaged stays so.
 */
import { ETHER_DHOST, ETHER_HDR_LEN, ETHER_SHOST, ETHER_TYPE, ETHERTYPE_IP } from "../../firmware/net/wire/ether";
import { ICMP_ADVLEN, ICMP_IP, ICMP_UNREACH } from "../../firmware/net/wire/icmp";
import {
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
  IP_TTL,
  IP_VHL_BORING,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from "../../firmware/net/wire/ip";
import { TH_ACK, TH_ACKNO, TH_FLAGS, TH_LEN, TH_OFF, TH_RST, TH_SEQ, TH_SUM } from "../../firmware/net/wire/tcp";
import { UH_LEN, UH_SUM, UH_ULEN } from "../../firmware/net/wire/udp";

const SPORT = 0;
const DPORT = 2;
const TTL = 64;

/** A whole datagram of TCP or UDP in a frame; addresses as unsigned numbers. */
export interface Segment {
  frame: Buffer;
  proto: number;
  src: number;
  dst: number;
  sport: number;
  dport: number;
  /** Offset of the TCP or UDP header. */
  at: number;
  /** Where the datagram ends: what follows is padding. */
  end: number;
}

/** Who talks to whom. */
export type Ends = Pick<Segment, "src" | "dst" | "sport" | "dport">;

/** Undefined for everything else: fragments, and what is cut short. */
export function segmentIn(bytes: Uint8Array): Segment | undefined {
  const frame = Buffer.from(bytes);
  const ip = ETHER_HDR_LEN;
  if (frame.length < ip + IP_HDR_LEN || frame.readUInt16BE(ETHER_TYPE) !== ETHERTYPE_IP) return undefined;
  const proto = frame[ip + IP_P];
  const at = ip + (frame[ip] & 15) * 4;
  const end = ip + frame.readUInt16BE(ip + IP_LEN);
  const least = proto === IPPROTO_TCP ? TH_LEN : proto === IPPROTO_UDP ? UH_LEN : Number.POSITIVE_INFINITY;
  const isFragment = frame.readUInt16BE(ip + IP_OFF) & (IP_MF | IP_OFFMASK);
  if (frame[ip] >> 4 !== 4 || at < ip + IP_HDR_LEN || at + least > end || end > frame.length || isFragment)
    return undefined;
  return {
    frame,
    proto,
    src: frame.readUInt32BE(ip + IP_SRC),
    dst: frame.readUInt32BE(ip + IP_DST),
    sport: frame.readUInt16BE(at + SPORT),
    dport: frame.readUInt16BE(at + DPORT),
    at,
    end,
  };
}

/** Whether the sums of the header and of UDP are right. */
export function isSound({ frame, at, end, src, dst, proto }: Segment): boolean {
  if (sum(frame.subarray(ETHER_HDR_LEN, at)) !== 0xffff) return false;
  if (proto === IPPROTO_UDP && frame.readUInt16BE(at + UH_SUM) === 0) return true;
  return sum(frame.subarray(at, end), pseudo(src, dst, proto, end - at)) === 0xffff;
}

/** The same frame of TCP with other ends. */
export function readdressed({ frame, at }: Segment, to: Ends): Buffer {
  const ip = ETHER_HDR_LEN;
  const change = (place: number, value: number, sums: number[]) => {
    for (const sumAt of sums) {
      const carried = (~frame.readUInt16BE(sumAt) & 0xffff) + (~frame.readUInt16BE(place) & 0xffff) + value;
      frame.writeUInt16BE(~fold(carried) & 0xffff, sumAt); // RFC 1624 3: HC' = ~(~HC + ~m + m')
    }
    frame.writeUInt16BE(value, place);
  };
  const both = [ip + IP_SUM, at + TH_SUM];
  for (const [place, address] of [
    [ip + IP_SRC, to.src],
    [ip + IP_DST, to.dst],
  ]) {
    change(place, address >>> 16, both);
    change(place + 2, address & 0xffff, both);
  }
  change(at + SPORT, to.sport, [at + TH_SUM]);
  change(at + DPORT, to.dport, [at + TH_SUM]);
  return frame;
}

/** A datagram with data, to be put on the wire from `macs.from` to `macs.to`. */
export function udpFrame(macs: { from: Uint8Array; to: Uint8Array }, ends: Ends, data: Uint8Array): Buffer {
  const udp = Buffer.alloc(UH_LEN + data.length);
  udp.writeUInt16BE(udp.length, UH_ULEN);
  udp.set(data, UH_LEN);
  return framed(macs, ends, IPPROTO_UDP, withPorts(udp, ends, UH_SUM, IPPROTO_UDP));
}

/** What a host answers to a SYN where nobody listens (RFC 9293 3.5.2). */
export function refusal({ frame, at, ...ends }: Segment): Buffer {
  const tcp = Buffer.alloc(TH_LEN);
  tcp.writeUInt32BE((frame.readUInt32BE(at + TH_SEQ) + 1) >>> 0, TH_ACKNO);
  tcp[TH_OFF] = (TH_LEN / 4) << 4;
  tcp[TH_FLAGS] = TH_RST | TH_ACK;
  const back = turned(ends);
  return framed(backTo(frame), back, IPPROTO_TCP, withPorts(tcp, back, TH_SUM, IPPROTO_TCP));
}

/** An ICMP error about a datagram: unreachable, with `code`, told by `router`. */
export function unreachable({ frame, src }: Segment, code: number, router: number): Buffer {
  const cause = frame.subarray(ETHER_HDR_LEN, ETHER_HDR_LEN + (frame[ETHER_HDR_LEN] & 15) * 4 + ICMP_ADVLEN);
  const icmp = Buffer.alloc(ICMP_IP + cause.length);
  icmp.set([ICMP_UNREACH, code]);
  icmp.set(cause, ICMP_IP);
  icmp.writeUInt16BE(~sum(icmp) & 0xffff, 2);
  return framed(backTo(frame), { src: router, dst: src }, IPPROTO_ICMP, icmp);
}

function backTo(frame: Buffer): { from: Uint8Array; to: Uint8Array } {
  return { from: frame.subarray(ETHER_DHOST, ETHER_SHOST), to: frame.subarray(ETHER_SHOST, ETHER_TYPE) };
}

export function turned({ src, dst, sport, dport }: Ends): Ends {
  return { src: dst, dst: src, sport: dport, dport: sport };
}

function withPorts(packet: Buffer, { src, dst, sport, dport }: Ends, sumAt: number, proto: number): Buffer {
  packet.writeUInt16BE(sport, SPORT);
  packet.writeUInt16BE(dport, DPORT);
  const checksum = ~sum(packet, pseudo(src, dst, proto, packet.length)) & 0xffff;
  packet.writeUInt16BE(checksum || 0xffff, sumAt); // RFC 768: 0 means none
  return packet;
}

function framed(
  macs: { from: Uint8Array; to: Uint8Array },
  { src, dst }: Pick<Ends, "src" | "dst">,
  proto: number,
  payload: Uint8Array,
): Buffer {
  const frame = Buffer.alloc(Math.max(60, ETHER_HDR_LEN + IP_HDR_LEN + payload.length));
  frame.set(macs.to, ETHER_DHOST);
  frame.set(macs.from, ETHER_SHOST);
  frame.writeUInt16BE(ETHERTYPE_IP, ETHER_TYPE);
  const ip = frame.subarray(ETHER_HDR_LEN, ETHER_HDR_LEN + IP_HDR_LEN);
  ip[0] = IP_VHL_BORING;
  ip.writeUInt16BE(IP_HDR_LEN + payload.length, IP_LEN);
  ip.writeUInt16BE(nextId(), IP_ID);
  ip[IP_TTL] = TTL;
  ip[IP_P] = proto;
  ip.writeUInt32BE(src, IP_SRC);
  ip.writeUInt32BE(dst, IP_DST);
  ip.writeUInt16BE(~sum(ip) & 0xffff, IP_SUM);
  frame.set(payload, ETHER_HDR_LEN + IP_HDR_LEN);
  return frame;
}

let lastId = 0;

function nextId(): number {
  lastId = (lastId + 1) & 0xffff;
  return lastId;
}

/** The sum of the pseudo header (RFC 9293 3.1), not folded. */
function pseudo(src: number, dst: number, proto: number, length: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + proto + length;
}

/** One's-complement sum of 16-bit words. */
function sum(bytes: Uint8Array, start = 0): number {
  let total = start;
  for (let i = 0; i < bytes.length; i++) total += i & 1 ? bytes[i] : bytes[i] << 8;
  return fold(total);
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded >>> 16) + (folded & 0xffff);
  return folded;
}
