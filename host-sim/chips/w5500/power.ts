/**
 * Power on, RSTn, and MR.RST: how long the chip is away after each, and what survives.
 */
import type { Core } from "./core";

/** RSTn must be low for so long; then the PLL needs a millisecond, which MR.RST leaves alone. */
const SHORTEST_RESET_PULSE = 500_000;
const SETTLING_TIME = 1_000_000;

/** What a reset reaches. */
export interface Resettable {
  /** Registers, sockets, transmission. */
  resetRegisters(): void;
  resetPhy(): void;
}

export class Power {
  /** RSTn is low. */
  held = false;
  private readyAt = 0;
  private settledAt = Number.NEGATIVE_INFINITY;
  private versionAt = 0;
  private softUntil = Number.NEGATIVE_INFINITY;
  private pinFell = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly core: Core,
    private readonly chip: Resettable,
  ) {}

  /** The supply came, came back, or sagged: nothing is left but what the RAM happens to hold. The host does not know. */
  powerOn(startTime: number): void {
    this.restart(startTime);
    this.settledAt = Number.NEGATIVE_INFINITY;
    this.chip.resetPhy();
  }

  resetPin(low: boolean): void {
    const { core } = this;
    if (low === this.held) return;
    this.held = low;
    if (low) this.pinFell = core.now();
    else if (core.now() - this.pinFell < SHORTEST_RESET_PULSE) core.violate("reset-pulse");
    this.restart(core.settings.startTime);
    this.settledAt = core.now() + SETTLING_TIME;
    this.chip.resetPhy();
  }

  softReset(): void {
    const { softResetTime, softResetPhy } = this.core.settings;
    this.restart(softResetTime);
    this.softUntil = this.readyAt;
    if (softResetPhy) this.chip.resetPhy();
  }

  /** MR.RST is at work. */
  softResetting(): boolean {
    return this.core.now() < this.softUntil;
  }

  versionReady(): boolean {
    return this.core.now() >= this.versionAt;
  }

  /** Whether the chip answers now; `polling`: MR is read to see the end of a reset by MR.RST, which is always allowed. */
  answers(polling: boolean): boolean {
    const { core } = this;
    if (!polling && core.now() < this.settledAt) core.violate("access-after-reset");
    return !this.held && (core.now() >= this.readyAt || (polling && this.softResetting()));
  }

  private restart(time: number): void {
    const { core } = this;
    this.readyAt = this.settledAt = core.now() + time;
    this.versionAt = this.readyAt + core.settings.versionDelay;
    this.softUntil = Number.NEGATIVE_INFINITY;
    this.chip.resetRegisters();
  }
}
