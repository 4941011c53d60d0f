/**
 * Power on, the resets and power save (DS39662E 6.4, 11, 14).
 */
import type { ClockEvent } from "../../clock";
import { Econ1, Econ2, Estat } from "./bits";
import { type Core, RAM_SIZE } from "./core";
import { REG } from "./registers";

/** The oscillator start-up timer: 7500 clocks of 25 MHz. */
const START_UP_TIME = 300_000;
const SHORTEST_RESET_PULSE = 400;
const RESET_RECOVERY = 2_000;

/** A block of the chip with a state of its own besides the registers. */
export interface Block {
  reset(): void;
}

export class Power {
  /** The RESET pin is low. */
  held = false;
  private event: ClockEvent | undefined;
  private pinFell = Number.NEGATIVE_INFINITY;
  private pinRose = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly core: Core,
    private readonly blocks: readonly Block[],
    private readonly phy: Block & { refreshLink(): void },
  ) {
    core.registers.onWrite([REG.ECON2], (_, old) => this.econ2Written(old));
  }

  /** Power comes on: nothing is left of the past, the RAM holds anything. */
  powerOn(): void {
    const { ram, random } = this.core;
    for (let at = 0; at < RAM_SIZE; at++) ram[at] = random.word();
    this.brownOut();
  }

  /** The supply sagged: all registers have their reset values and the oscillator starts anew; the RAM survived. */
  brownOut(): void {
    this.core.powerUpHappened();
    this.core.registers.reset();
    this.core.registers.set(REG.EREVID, this.core.settings.revision);
    this.resetBlocks(true);
    this.startOscillator();
  }

  /** SRC (DS39662E 11.2); in power save it is ignored (erratum 19). */
  systemReset(): void {
    const { core } = this;
    const saving = core.inPowerSave();
    if (saving) core.violate("src-in-power-save");
    if (!saving || !core.faults.erratum19) this.resetRegisters();
  }

  /** CLKRDY and ECOCON survive, and the RAM. */
  private resetRegisters(): void {
    const { core } = this;
    const ready = core.registers.get(REG.ESTAT) & Estat.CLKRDY;
    const clockOut = core.registers.get(REG.ECOCON);
    const saving = core.inPowerSave();
    core.registers.reset();
    core.registers.set(REG.EREVID, core.settings.revision);
    core.registers.set(REG.ECOCON, clockOut);
    core.registers.setBits(REG.ESTAT, ready);
    core.resetHappened();
    this.resetBlocks(core.settings.srcResetsPhy);
    if (saving) this.startOscillator();
  }

  private resetBlocks(phyToo: boolean): void {
    for (const block of this.blocks) block.reset();
    if (phyToo) this.phy.reset();
    this.core.updateInterrupt();
  }

  private startOscillator(): void {
    const { core } = this;
    core.clock.cancel(this.event);
    core.registers.clearBits(REG.ESTAT, Estat.CLKRDY);
    this.event = core.clock.after(START_UP_TIME, () => {
      core.registers.setBits(REG.ESTAT, Estat.CLKRDY);
      this.phy.refreshLink();
    });
  }

  /** The RESET pin resets when it falls and holds until it rises. */
  resetPin(low: boolean): void {
    const { core } = this;
    if (low === this.held) return;
    this.held = low;
    if (low) this.checkRecovery();
    else this.checkPulse();
    this.resetRegisters();
    core.resetHappened();
  }

  private checkRecovery(): void {
    this.pinFell = this.core.now();
    if (this.pinFell - this.pinRose < RESET_RECOVERY) this.core.violate("reset-pulse");
  }

  private checkPulse(): void {
    this.pinRose = this.core.now();
    if (this.pinRose - this.pinFell < SHORTEST_RESET_PULSE) this.core.violate("reset-pulse");
  }

  private econ2Written(old: number): void {
    const { registers } = this.core;
    const changed = (registers.get(REG.ECON2) ^ old) & Econ2.PWRSV;
    if (!changed) return;
    if (old & Econ2.PWRSV) this.startOscillator();
    else this.saveEnergy();
  }

  private saveEnergy(): void {
    const { core } = this;
    const active = core.registers.has(REG.ECON1, Econ1.RXEN | Econ1.TXRTS);
    if (active || core.registers.has(REG.ESTAT, Estat.RXBUSY)) core.violate("pwrsv-while-active");
    core.clock.cancel(this.event);
    core.registers.clearBits(REG.ESTAT, Estat.CLKRDY);
    this.phy.refreshLink();
  }
}
