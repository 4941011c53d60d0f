/**
 * The nanoseconds around CS (DS39662E section 16), checked on request (`csTiming`): a board model that lets no time
 * pass between CS and the first clock would break them all. A byte's `transfer` counts as the moment of its last clock.
 */
import type { Core } from "./core";

const SETUP = 50;
const HOLD = 10;
const HOLD_OF_MAC = 210;
const HIGH = 50;

export class CsTiming {
  /** The instruction under way reads or writes a MAC or MII register. */
  macAccess = false;
  /** Nanoseconds of eight clocks. */
  byteTime = 1_000;
  private readonly checked: boolean;
  private selected = Number.NEGATIVE_INFINITY;
  private deselected = Number.NEGATIVE_INFINITY;
  private lastByte = Number.NEGATIVE_INFINITY;
  private untouched = false;

  constructor(private readonly core: Core) {
    this.checked = core.settings.csTiming;
  }

  select(): void {
    this.macAccess = false;
    if (!this.checked) return;
    this.selected = this.core.now();
    this.untouched = true;
    if (this.selected - this.deselected < HIGH) this.core.violate("cs-timing", "high");
  }

  /** Every byte but those of RBM and WBM bursts. */
  transfer(): void {
    if (!this.checked) return;
    this.lastByte = this.core.now();
    if (this.untouched && this.lastByte - this.byteTime - this.selected < SETUP)
      this.core.violate("cs-timing", "setup");
    this.untouched = false;
  }

  deselect(): void {
    if (!this.checked) return;
    this.deselected = this.core.now();
    const held = this.deselected - this.lastByte;
    if (!this.untouched && held < (this.macAccess ? HOLD_OF_MAC : HOLD)) this.core.violate("cs-timing", "hold");
  }
}
