/**
 * The receive FIFO: the hardware's write pointer, ERXRDPT and its latch, and the records the hardware writes
 * (DS39662E 6.1, 7.2.2 to 7.2.4). A record: next packet pointer (2), receive status vector (4), frame with CRC,
 * a byte of padding if that is odd.
 */

import { strikes } from "../model";
import { Econ1 } from "./bits";
import { ADDRESS_MASK, type Core, RAM_SIZE } from "./core";
import { REG } from "./registers";
import { advanceInRing, freeSpace } from "./ring";

const HEADER_BYTES = 6;

export class PacketFifo {
  /** The internal write pointer: where the next record begins. ERXWRPT shows it, erratum 5 aside. */
  private writePointer = 0;
  private latch = 0;
  private readonly header = new Uint8Array(HEADER_BYTES);

  constructor(private readonly core: Core) {
    const { registers } = core;
    registers.onWrite([REG.ERXSTL, REG.ERXSTH, REG.ERXNDL, REG.ERXNDH], () => this.moved());
    registers.onWrite([REG.ERXRDPTL], (written) => {
      this.latch = written;
    });
    registers.onWrite([REG.ERXRDPTH], (written) => this.commitReadPointer(written));
  }

  /** After a reset ERXWRPT reads 0, the pointer stands at ERXST. */
  reset(): void {
    this.latch = this.core.registers.get(REG.ERXRDPTL);
    this.writePointer = this.start();
  }

  private start(): number {
    return this.core.registers.word(REG.ERXSTL);
  }

  private end(): number {
    return this.core.registers.word(REG.ERXNDL);
  }

  /** ERXST or ERXND was written: the write pointer is reloaded (DS39662E 6.1), perhaps with 0 (erratum 5). */
  private moved(): void {
    const { core } = this;
    if (core.registers.has(REG.ECON1, Econ1.RXEN)) core.violate("fifo-moved");
    this.writePointer = core.faults.erratum5 ? 0 : this.start();
    core.registers.setWord(REG.ERXWRPTL, this.start());
  }

  /** The low byte waits in a latch until the high byte is written (DS39662E 6.1). */
  private commitReadPointer(high: number): void {
    const { core } = this;
    const pointer = ((high << 8) | this.latch) & ADDRESS_MASK;
    if ((pointer & 1) === 0) core.violate("erxrdpt-even", hex(pointer));
    if (!this.inside(pointer)) {
      if (core.registers.has(REG.ECON1, Econ1.RXEN)) core.violate("erxrdpt-outside", hex(pointer));
      if (core.settings.erxrdptOutside === "ignore") return;
    }
    core.registers.setWord(REG.ERXRDPTL, pointer);
  }

  private inside(pointer: number): boolean {
    return pointer >= this.start() && pointer <= this.end();
  }

  /** RXEN is being set: the FIFO must be laid out as the errata ask. */
  checkSetup(): void {
    const { core } = this;
    const readPointer = core.registers.word(REG.ERXRDPTL);
    if ((this.end() & 1) === 0) core.violate("erxnd-even", hex(this.end()));
    if (this.start() !== 0) core.violate("erxst-not-zero", hex(this.start()));
    if (!this.inside(readPointer)) core.violate("erxrdpt-outside", hex(readPointer));
  }

  /** Whether a frame of `length` bytes (with CRC) fits without touching ERXRDPT. */
  hasRoom(length: number): boolean {
    return recordLength(length) <= this.room();
  }

  /** With ERXRDPT outside the FIFO nothing stops the writer: it never meets the pointer. */
  private room(): number {
    const readPointer = this.core.registers.word(REG.ERXRDPTL);
    if (!this.inside(readPointer)) return RAM_SIZE;
    if (!this.inside(this.writePointer)) return this.roomFromOutside(readPointer);
    return freeSpace(this.writePointer, readPointer, this.start(), this.end());
  }

  /** The write pointer is off the ring (erratum 5): it enters it at its start, or wherever it stands below it. */
  private roomFromOutside(readPointer: number): number {
    const start = this.writePointer > this.end() ? this.writePointer - RAM_SIZE : this.writePointer;
    return readPointer - start - 1;
  }

  /** Writes a record and moves ERXWRPT behind it; `status` is the receive status vector. */
  append(frame: Uint8Array, length: number, status: number): void {
    const next = advanceInRing(this.writePointer, recordLength(length), this.start(), this.end());
    this.fillHeader(this.spoiled(next), status);
    const { header } = this;
    this.put(frame, length, this.put(header, HEADER_BYTES, this.writePointer));
    if (this.spoilsHeader()) this.spoilHeader();
    this.writePointer = next;
    this.core.registers.setWord(REG.ERXWRPTL, next);
  }

  private fillHeader(next: number, status: number): void {
    const { header } = this;
    header[0] = next;
    header[1] = next >> 8;
    for (let n = 0; n < 4; n++) header[2 + n] = status >>> (8 * n);
  }

  /** Field report: a next packet pointer that leads nowhere. */
  private spoiled(next: number): number {
    if (!strikes(this.core.faults, "corruptNextPointerNext")) return next;
    return next ^ (1 + this.core.random.below(0xffff));
  }

  private spoilsHeader(): boolean {
    const { faults, random, registers } = this.core;
    const even = (registers.get(REG.ERXRDPTL) & 1) === 0;
    return faults.erratum14 && even && random.chance(faults.erratum14Probability);
  }

  /** Erratum 14: next packet pointer and status vector are garbage. */
  private spoilHeader(): void {
    const { header } = this;
    for (let n = 0; n < HEADER_BYTES; n++) header[n] = this.core.random.below(256);
    this.put(header, HEADER_BYTES, this.writePointer);
  }

  /** Writes bytes from `at` on around the ring, in pieces up to its end; returns the address behind them. */
  private put(bytes: Uint8Array, length: number, at: number): number {
    let to = at;
    for (let done = 0; done < length; ) {
      const last = to <= this.end() ? this.end() : ADDRESS_MASK;
      const piece = Math.min(length - done, last - to + 1);
      this.core.ram.set(bytes.subarray(done, done + piece), to);
      done += piece;
      to = advanceInRing(to, piece, this.start(), this.end());
    }
    return to;
  }
}

/** The record of a frame of `length` bytes (with CRC) in the FIFO. */
export function recordLength(length: number): number {
  return HEADER_BYTES + length + (length & 1);
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(4, "0")}`;
}
