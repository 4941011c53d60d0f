/**
 * The receive filters (DS39662E 8): which frames pass the first stage. The CRC filter, which comes after it, and the
 * size limits are the receiver's.
 *
 * A frame stands here as it was on the wire: `length` bytes, its CRC included.
 */
import { Erxfcon } from "./bits";
import { InternetChecksum } from "./checksum";
import type { Core } from "./core";
import { hashIndex } from "./crc";
import { REG } from "./registers";

/** MAADR1 (the first octet on the wire) to MAADR6. */
const ADDRESS_REGISTERS = [REG.MAADR1, REG.MAADR2, REG.MAADR3, REG.MAADR4, REG.MAADR5, REG.MAADR6] as const;

const PATTERN_WINDOW = 64;
const MAGIC_SYNC_BYTES = 6;
const MAGIC_REPEATS = 16;

type Filter = (frame: Uint8Array, length: number) => boolean;

export class Filters {
  private readonly table: readonly (readonly [enable: number, matches: Filter])[];

  constructor(private readonly core: Core) {
    this.table = [
      [Erxfcon.UCEN, (frame) => this.unicast(frame)],
      [Erxfcon.PMEN, (frame, length) => this.pattern(frame, length)],
      [Erxfcon.MPEN, (frame, length) => this.magic(frame, length)],
      [Erxfcon.HTEN, (frame) => this.hash(frame)],
      [Erxfcon.MCEN, (frame) => isMulticast(frame)],
      [Erxfcon.BCEN, (frame) => isBroadcast(frame)],
    ];
  }

  /** Any filter (ANDOR = 0) or all of them (ANDOR = 1); everything when none is enabled. */
  accepts(frame: Uint8Array, length: number): boolean {
    const control = this.core.registers.get(REG.ERXFCON);
    if ((control & Erxfcon.FILTERS) === 0) return true;
    const all = (control & Erxfcon.ANDOR) !== 0;
    for (const [enable, matches] of this.table) if (control & enable && matches(frame, length) !== all) return !all;
    return all;
  }

  /** The station address, octet `n` from 0 in the order of the wire. */
  addressOctet(n: number): number {
    return this.core.registers.get(ADDRESS_REGISTERS[n]);
  }

  private unicast(frame: Uint8Array): boolean {
    return this.isOwnAddress(frame, 0);
  }

  private isOwnAddress(frame: Uint8Array, at: number): boolean {
    for (let n = 0; n < 6; n++) if (frame[at + n] !== this.addressOctet(n)) return false;
    return true;
  }

  private hash(frame: Uint8Array): boolean {
    const index = hashIndex(frame);
    return this.core.registers.has(REG.EHT0 + (index >> 3), 1 << (index & 7));
  }

  /** Addressed to this station, and FF x 6 with the address 16 times behind it anywhere in the data. */
  private magic(frame: Uint8Array, length: number): boolean {
    if (!this.unicast(frame)) return false;
    const last = length - 4 - MAGIC_SYNC_BYTES - 6 * MAGIC_REPEATS;
    for (let at = 14; at <= last; at++) if (this.isMagicAt(frame, at)) return true;
    return false;
  }

  private isMagicAt(frame: Uint8Array, at: number): boolean {
    for (let n = 0; n < MAGIC_SYNC_BYTES; n++) if (frame[at + n] !== 0xff) return false;
    for (let n = 0; n < MAGIC_REPEATS; n++) if (!this.isOwnAddress(frame, at + MAGIC_SYNC_BYTES + 6 * n)) return false;
    return true;
  }

  /** The window must end before the end of the CRC, even with an empty mask (DS39662E 8.2). */
  private pattern(frame: Uint8Array, length: number): boolean {
    const { registers, faults, random } = this.core;
    const offset = registers.word(REG.EPMOL);
    if (offset + PATTERN_WINDOW > length) return false;
    if (this.patternChecksum(frame, offset) === registers.word(REG.EPMCSL)) return true;
    return faults.erratum18 && random.chance(faults.erratum18Probability);
  }

  /** Bytes that the mask leaves out are removed, not taken as zero. */
  private patternChecksum(frame: Uint8Array, offset: number): number {
    const checksum = new InternetChecksum();
    for (let n = 0; n < PATTERN_WINDOW; n++)
      if (this.core.registers.has(REG.EPMM0 + (n >> 3), 1 << (n & 7))) checksum.add(frame[offset + n]);
    return checksum.result();
  }
}

/** The lowest bit of the first octet, so that a broadcast is a multicast too. */
export function isMulticast(frame: Uint8Array): boolean {
  return (frame[0] & 1) !== 0;
}

export function isBroadcast(frame: Uint8Array): boolean {
  for (let n = 0; n < 6; n++) if (frame[n] !== 0xff) return false;
  return true;
}
