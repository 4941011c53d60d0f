/**
 * The built-in self test of the buffer (DS39662E 15): fills the RAM and sums it up; a DMA checksum over the RAM must
 * come to the same value.
 *
 * Only the address fill is known to the byte (its sum is 0xF807). The random and pattern fills are sequences of our
 * own, which agree with the DMA. The time is taken as one clock of 25 MHz per byte.
 */
import type { ClockEvent } from "../../clock";
import { Ebstcon } from "./bits";
import { InternetChecksum } from "./checksum";
import { type Core, RAM_SIZE } from "./core";
import { REG } from "./registers";

const FILL_TIME = RAM_SIZE * 40;

const ADDRESS_FILL = 1;
const PATTERN_SHIFT_FILL = 2;

export class SelfTest {
  private event: ClockEvent | undefined;

  constructor(private readonly core: Core) {
    core.registers.onWrite([REG.EBSTCON], (_, old) => this.controlWritten(old));
  }

  reset(): void {
    this.core.clock.cancel(this.event);
  }

  private controlWritten(old: number): void {
    const { registers, clock } = this.core;
    const control = registers.get(REG.EBSTCON);
    if ((control & ~old & Ebstcon.BISTST) === 0) return;
    if ((control & Ebstcon.TME) === 0) this.core.violate("bist-without-tme");
    this.event = clock.after(FILL_TIME, () => this.finish(control));
  }

  private finish(control: number): void {
    const { registers, ram } = this.core;
    this.fill((control & Ebstcon.TMSEL) >> 2, control >> 5);
    const checksum = new InternetChecksum();
    for (const byte of ram) checksum.add(byte);
    registers.setWord(REG.EBSTCSL, checksum.result());
    registers.clearBits(REG.EBSTCON, Ebstcon.BISTST);
  }

  private fill(mode: number, shift: number): void {
    const { ram } = this.core;
    const seed = this.core.registers.get(REG.EBSTSD);
    if (mode === ADDRESS_FILL) for (let at = 0; at < RAM_SIZE; at++) ram[at] = at;
    else if (mode === PATTERN_SHIFT_FILL) fillShifting(ram, seed, shift);
    else fillRandomly(ram, seed);
  }
}

function fillShifting(ram: Uint8Array, seed: number, shift: number): void {
  for (let at = 0; at < RAM_SIZE; at++) {
    const turn = (at * shift) & 7;
    ram[at] = (seed << turn) | (seed >> (8 - turn));
  }
}

/** A shift register of eight bits, x^8 + x^6 + x^5 + x^4 + 1. */
function fillRandomly(ram: Uint8Array, seed: number): void {
  let state = seed;
  for (let at = 0; at < RAM_SIZE; at++) {
    ram[at] = state;
    state = state & 0x80 ? ((state << 1) ^ 0x71) & 0xff : state << 1;
  }
}
