/**
 * From transmit memory to the wire: what the control byte and MACON3 ask for in padding and CRC (DS39662E 7.1).
 */
import { Control, Macon3 } from "./bits";
import { ADDRESS_MASK, type Core, CRC_BYTES } from "./core";
import { frameCheckSequence } from "./crc";
import { REG } from "./registers";

/** A frame as ETXST and ETXND describe it. Its bytes are read when its last bit is sent. */
export interface Outgoing {
  /** Address and number of the bytes behind the control byte. */
  start: number;
  dataBytes: number;
  /** Number of bytes before the CRC once padded. */
  paddedBytes: number;
  appendCrc: boolean;
  huge: boolean;
}

interface Wishes {
  pad: boolean;
  crc: boolean;
  huge: boolean;
}

const HEADER_BYTES = 14;
const PAD_60 = 60;
const PAD_64 = 64;
const ETHERTYPE_VLAN = 0x8100;

export function outgoing(core: Core): Outgoing {
  const { registers } = core;
  const control = registers.word(REG.ETXSTL);
  const start = (control + 1) & ADDRESS_MASK;
  const dataBytes = (registers.word(REG.ETXNDL) - control) & ADDRESS_MASK;
  const wishes = wishesFor(core, core.ram[control]);
  const paddedBytes = wishes.pad ? Math.max(dataBytes, padTarget(core, start)) : dataBytes;
  return { start, dataBytes, paddedBytes, appendCrc: wishes.crc, huge: wishes.huge };
}

/** The control byte rules when POVERRIDE is set, MACON3 otherwise. */
function wishesFor(core: Core, control: number): Wishes {
  const mac = core.registers.get(REG.MACON3);
  if (control & Control.POVERRIDE) return wishesIn(control, Control.PPADEN, Control.PCRCEN, Control.PHUGEEN);
  const wishes = wishesIn(mac, Macon3.PADCFG0, Macon3.TXCRCEN, Macon3.HFRMEN);
  if (wishes.pad && !wishes.crc) core.violate("pad-without-crc");
  return wishes;
}

function wishesIn(bits: number, pad: number, crc: number, huge: number): Wishes {
  return { pad: (bits & pad) !== 0, crc: (bits & crc) !== 0, huge: (bits & huge) !== 0 };
}

/** PADCFG 001: 60; 011 and 111: 64; 101: 64 for VLAN frames, else 60; with bit 0 clear there is no padding. */
function padTarget(core: Core, start: number): number {
  const padcfg = core.registers.get(REG.MACON3) >> 5;
  if (padcfg === 3 || padcfg === 7) return PAD_64;
  return padcfg === 5 && typeInRam(core, start) === ETHERTYPE_VLAN ? PAD_64 : PAD_60;
}

function typeInRam(core: Core, start: number): number {
  const at = start + HEADER_BYTES - 2;
  return (core.ram[at & ADDRESS_MASK] << 8) | core.ram[(at + 1) & ADDRESS_MASK];
}

/** Length with padding and CRC. */
export function bytesWithCrc(frame: Outgoing): number {
  return frame.paddedBytes + (frame.appendCrc ? CRC_BYTES : 0);
}

/** The frame with its padding of zeros, before any CRC of the MAC; it may wrap at the end of the RAM. */
export function readFrame(core: Core, frame: Outgoing): Uint8Array {
  const bytes = new Uint8Array(frame.paddedBytes);
  const untilEnd = core.ram.subarray(frame.start, frame.start + frame.dataBytes);
  bytes.set(untilEnd);
  if (untilEnd.length < frame.dataBytes)
    bytes.set(core.ram.subarray(0, frame.dataBytes - untilEnd.length), untilEnd.length);
  return bytes;
}

/** TXCRCEN = 0: the last four bytes of the frame are its CRC, and may be wrong. */
export function ownCrcIsGood(bytes: Uint8Array): boolean {
  const length = bytes.length - CRC_BYTES;
  if (length < 0) return false;
  const sequence = frameCheckSequence(bytes, length);
  for (let n = 0; n < CRC_BYTES; n++) if (bytes[length + n] !== ((sequence >>> (8 * n)) & 0xff)) return false;
  return true;
}
