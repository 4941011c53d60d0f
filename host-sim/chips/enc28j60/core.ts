/**
 * What the blocks of the chip share: registers, buffer RAM, time, the interrupt logic (DS39662E 12), and the books
 * (violations, counters).
 */
import type { VirtualClock } from "../../clock";
import { ChipCore } from "../model";
import { Econ2, Eir, Estat } from "./bits";
import { type Counters, newCounters } from "./counters";
import type { Enc28j60Faults } from "./faults";
import type { Settings } from "./options";
import { RegisterFile } from "./register_file";
import { REG } from "./registers";
import { RULES, type Rule } from "./violations";

export const RAM_SIZE = 0x2000;
export const ADDRESS_MASK = 0x1fff;

/** One byte at 10 Mbit/s, and one nibble, in nanoseconds. */
export const BYTE_TIME = 800;
export const NIBBLE_TIME = 400;
/** Preamble and start of frame delimiter. */
export const PREAMBLE_BYTES = 8;
export const CRC_BYTES = 4;

/** The time after SRC and RESET in which the PHY has no clock (erratum 2). */
const PHY_CLOCK_PAUSE = 1_000_000;

export class Core extends ChipCore<Rule, Counters, Settings, Enc28j60Faults> {
  readonly registers = new RegisterFile();
  readonly ram = new Uint8Array(RAM_SIZE);
  /** INT */
  readonly pin: { high: boolean; onChange?: (high: boolean) => void } = { high: true };
  private lastReset = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock, settings: Settings, faults: Enc28j60Faults) {
    super(clock, settings, faults, newCounters(), RULES);
    const changesPin = () => this.updateInterrupt();
    this.registers.onWrite([REG.EIE, REG.EIR], changesPin);
  }

  /** Sets interrupt flags; they latch whether enabled or not. */
  raise(flags: number): void {
    this.registers.setBits(REG.EIR, flags);
    this.updateInterrupt();
  }

  lower(flags: number): void {
    this.registers.clearBits(REG.EIR, flags);
    this.updateInterrupt();
  }

  /** INT is a level: low while INTIE is 1 and an enabled flag is pending (DS39662E 12). */
  updateInterrupt(): void {
    const enabled = this.registers.get(REG.EIE);
    const pending = (enabled & this.registers.get(REG.EIR) & Eir.ALL) !== 0;
    if (pending) this.registers.setBits(REG.ESTAT, Estat.INT);
    else this.registers.clearBits(REG.ESTAT, Estat.INT);
    this.drivePin(!pending || (enabled & Eir.INTIE) === 0 || this.faults.absent);
  }

  private drivePin(high: boolean): void {
    if (high === this.pin.high) return;
    this.pin.high = high;
    if (!high) this.counters.interrupts++;
    this.pin.onChange?.(high);
  }

  /** SRC or the RESET pin was at work (erratum 2 counts from here). */
  resetHappened(): void {
    this.lastReset = this.now();
  }

  powerUpHappened(): void {
    this.lastReset = Number.NEGATIVE_INFINITY;
  }

  /** The 25 MHz clock runs: not in the start-up time, not in power save. */
  clockReady(): boolean {
    return this.registers.has(REG.ESTAT, Estat.CLKRDY);
  }

  inPowerSave(): boolean {
    return this.registers.has(REG.ECON2, Econ2.PWRSV);
  }

  /** Whether MAC, MII, PHY, TXRTS and RXEN obey the host now; notes when a driver did not wait. */
  macReady(what: string): boolean {
    if (!this.clockReady()) {
      this.violate("mac-before-clkrdy", what);
      return false;
    }
    if (this.now() - this.lastReset >= PHY_CLOCK_PAUSE) return true;
    this.violate("mac-after-reset", what);
    return !this.faults.erratum2;
  }
}
