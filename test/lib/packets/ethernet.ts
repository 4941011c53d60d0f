/**
 * Ethernet II frames without their checksum (RFC 894), and ARP for IP over Ethernet (RFC 826).
 */
import { type Bytes, ipBytes, ipText, macBytes, macText, word, wordAt } from "./bytes";

export const TYPE_IP = 0x0800;
export const TYPE_ARP = 0x0806;
export const EVERYBODY = "ff:ff:ff:ff:ff:ff";
export const NOBODY = "00:00:00:00:00:00";
/** The shortest frame: a sender pads it. */
export const SHORTEST = 60;
/** The longest one. */
export const LONGEST = 1514;

export interface Ethernet {
  to: string;
  from: string;
  type: number;
  payload: Bytes;
}

/** A frame as it comes from the wire, padded to the shortest there is. */
export function ethernet(fields: Ethernet): Buffer {
  const frame = unpadded(fields);
  return Buffer.concat([frame, Buffer.alloc(Math.max(0, SHORTEST - frame.length))]);
}

/** A frame as the stack hands it to a driver. */
export function unpadded({ to, from, type, payload }: Ethernet): Buffer {
  return Buffer.from([...macBytes(to), ...macBytes(from), ...word(type), ...payload]);
}

export function parseEthernet(frame: Uint8Array): Ethernet {
  if (frame.length < 14) throw new Error(`a frame of ${frame.length} bytes has no Ethernet header`);
  return {
    to: macText(frame.subarray(0, 6)),
    from: macText(frame.subarray(6, 12)),
    type: wordAt(frame, 12),
    payload: frame.subarray(14),
  };
}

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

export interface Arp {
  op: number;
  senderMac: string;
  senderIp: string;
  targetMac: string;
  targetIp: string;
}

/** What else stands in an ARP packet, which is always the same unless a test wants it wrong. */
interface ArpFormat {
  hardware: number;
  protocol: number;
  hardwareLength: number;
  protocolLength: number;
}

export function arp(fields: Arp & Partial<ArpFormat>): number[] {
  return [
    ...word(fields.hardware ?? 1),
    ...word(fields.protocol ?? TYPE_IP),
    fields.hardwareLength ?? 6,
    fields.protocolLength ?? 4,
    ...word(fields.op),
    ...macBytes(fields.senderMac),
    ...ipBytes(fields.senderIp),
    ...macBytes(fields.targetMac),
    ...ipBytes(fields.targetIp),
  ];
}

export function parseArp(bytes: Uint8Array): Arp {
  if (bytes.length < 28) throw new Error(`an ARP packet of ${bytes.length} bytes`);
  const format = [wordAt(bytes, 0), wordAt(bytes, 2), bytes[4], bytes[5]].join();
  if (format !== [1, TYPE_IP, 6, 4].join()) throw new Error(`ARP, but not for IP over Ethernet: ${format}`);
  return {
    op: wordAt(bytes, 6),
    senderMac: macText(bytes.subarray(8, 14)),
    senderIp: ipText(bytes.subarray(14, 18)),
    targetMac: macText(bytes.subarray(18, 24)),
    targetIp: ipText(bytes.subarray(24, 28)),
  };
}
