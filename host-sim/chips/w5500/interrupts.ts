/**
 * The interrupt pin: low while a flag is set that its masks let through. Once high it stays high for the time that
 * INTLEVEL says, so that a host which waits for edges sees one.
 */
import type { ClockEvent } from "../../clock";
import type { Core } from "./core";

/** Four clocks of the 150 MHz PLL, in ns. */
const LEVEL_UNIT = 4 * (1000 / 150);

export class InterruptPin {
  high = true;
  onChange?: (high: boolean) => void;
  private pending = false;
  private roseAt = Number.NEGATIVE_INFINITY;
  private event: ClockEvent | undefined;

  constructor(private readonly core: Core) {}

  /** `pending`: an unmasked flag is set. `level`: INTLEVEL. */
  update(pending: boolean, level: number): void {
    this.pending = pending;
    if (!pending) this.drive(true);
    else if (this.high) this.assert(level);
  }

  private assert(level: number): void {
    const { clock, settings } = this.core;
    const wait = level > 0 && settings.intLevel === "doc" ? (level + 1) * LEVEL_UNIT : 0;
    const due = this.roseAt + wait;
    clock.cancel(this.event);
    if (due <= clock.now()) this.drive(false);
    else this.event = clock.at(due, () => this.drive(!this.pending));
  }

  private drive(high: boolean): void {
    if (high === this.high) return;
    this.high = high;
    if (high) this.roseAt = this.core.now();
    else this.core.counters.interrupts++;
    this.onChange?.(high);
  }
}
