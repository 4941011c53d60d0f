/**
 * The PHY, as far as PHYCFGR shows it: mode, reset, and the link with its speed and duplex. No register of the MII can be
 * reached.
 */
import type { ClockEvent } from "../../clock";
import { Phycfgr } from "./bits";
import type { Core } from "./core";

const RESET_VALUE = 0xb8;
const SHIFT = 3;
/** What OPMDC forces; the rest negotiates, but for power down. */
const FORCED: Record<number, { fast: boolean; full: boolean }> = {
  0: { fast: false, full: false },
  1: { fast: false, full: true },
  2: { fast: true, full: false },
  3: { fast: true, full: true },
};
const HALF_NEGOTIATED = 4;
const POWER_DOWN = 6;
/** Mode after reset: as the straps PMODE2..0 say, which modules leave open, that is high. */
const STRAPS = 7;

export class Phy {
  /** Nanoseconds of a byte on the wire. */
  byteTime = 80;
  fullDuplex = true;
  linkUp = false;
  private plugged = false;
  private config = RESET_VALUE;
  /** The mode that the last reset of the PHY has taken over. */
  private mode = STRAPS;
  private event: ClockEvent | undefined;

  constructor(
    private readonly core: Core,
    private readonly linkChanged: () => void,
  ) {}

  /** RSTn, or power on. */
  reset(): void {
    this.config = RESET_VALUE;
    this.restart();
  }

  setPlugged(plugged: boolean): void {
    if (plugged === this.plugged) return;
    this.plugged = plugged;
    this.negotiate();
  }

  /** PHYCFGR as the host reads it. */
  read(): number {
    if (!this.linkUp) return this.config;
    const { fast, full } = this.agreed();
    return this.config | Phycfgr.LNK | (fast ? Phycfgr.SPD : 0) | (full ? Phycfgr.DPX : 0);
  }

  write(value: number): void {
    const before = this.config;
    this.config = value & (Phycfgr.RST | Phycfgr.OPMD | Phycfgr.OPMDC);
    if ((before ^ this.config) & Phycfgr.RST) this.restart();
  }

  private restart(): void {
    this.mode = this.config & Phycfgr.OPMD ? (this.config & Phycfgr.OPMDC) >> SHIFT : STRAPS;
    this.negotiate();
  }

  /** Nothing of a link is left until both ends have agreed. */
  private negotiate(): void {
    const { clock, settings } = this.core;
    clock.cancel(this.event);
    this.setLink(false);
    const running = (this.config & Phycfgr.RST) !== 0 && this.mode !== POWER_DOWN;
    if (!running || !this.plugged) return;
    if (settings.linkUpDelay > 0) this.event = clock.after(settings.linkUpDelay, () => this.setLink(true));
    else this.setLink(true);
  }

  private setLink(up: boolean): void {
    if (up) this.takeOver(this.agreed());
    if (up === this.linkUp) return;
    this.linkUp = up;
    this.linkChanged();
  }

  private takeOver({ fast, full }: { fast: boolean; full: boolean }): void {
    this.byteTime = fast ? 80 : 800;
    this.fullDuplex = full;
  }

  /** A partner that negotiates takes a forced mode for half duplex; here it is set by hand as well. */
  private agreed(): { fast: boolean; full: boolean } {
    const { partner } = this.core.settings;
    const offered = { fast: partner.startsWith("100"), full: partner.endsWith("full") };
    return FORCED[this.mode] ?? { fast: offered.fast, full: offered.full && this.mode !== HALF_NEGOTIATED };
  }
}
