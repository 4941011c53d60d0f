/**
 * The PHY: its nine registers, the link, loopback (DS39662E 3.3, 9, 11.5, 12.1). The host reaches it through the MII
 * port (mii.ts).
 */
import type { ClockEvent } from "../../clock";
import { Eir, PHLCON_ONES, Phcon1, Phcon2, Phie, Phir, Phstat1, Phstat2, Phy as Register } from "./bits";
import type { Core } from "./core";

const PHY_REGISTERS = 32;
const PHID1 = 0x0083;
const PHID2 = 0x1400;
const PHLCON_RESET = 0x3422;
/** The bits that the host can change; other registers ignore writes. */
const WRITE_MASKS: ReadonlyMap<number, number> = new Map([
  [Register.PHCON1, 0xc900],
  [Register.PHCON2, 0x6500],
  [Register.PHIE, 0x0012],
  [Register.PHLCON, 0x3ffe],
]);
/** How long PRST takes; the data sheet has no figure. */
const PRST_TIME = 100_000;

export interface PhySurroundings {
  sending(): boolean;
  receiving(): boolean;
}

export class Phy {
  /** The link state, live (PHSTAT2.LSTAT). */
  linkUp = false;
  private plugged = false;
  private wasDown = true;
  private readonly stored = new Uint16Array(PHY_REGISTERS);
  private linkEvent: ClockEvent | undefined;
  private resetEvent: ClockEvent | undefined;

  constructor(
    private readonly core: Core,
    private readonly surroundings: PhySurroundings,
  ) {}

  /** Power on, and SRC or RESET where these reach the PHY. */
  reset(): void {
    const { clock } = this.core;
    clock.cancel(this.resetEvent);
    clock.cancel(this.linkEvent);
    this.stored.fill(0);
    this.stored[Register.PHCON1] = this.strap();
    this.stored[Register.PHLCON] = PHLCON_RESET;
    this.linkUp = false;
    this.wasDown = true;
    this.refreshLink(false);
  }

  /** The LED at LEDB says which duplex to begin with; without one that is left to chance (erratum 16). */
  private strap(): number {
    const { settings, random } = this.core;
    const full = settings.ledB === "none" ? random.chance(0.5) : settings.ledB === "full";
    return full ? Phcon1.PDPXMD : 0;
  }

  setPlugged(plugged: boolean): void {
    this.plugged = plugged;
    this.refreshLink(true);
  }

  fullDuplex(): boolean {
    return this.has(Register.PHCON1, Phcon1.PDPXMD);
  }

  /** Whether a frame of the MAC reaches the cable. */
  transmits(): boolean {
    return this.linkUp && !this.loopback() && !this.has(Register.PHCON2, Phcon2.TXDIS);
  }

  /** Whether the cable's frames reach the MAC. */
  receives(): boolean {
    return this.linkUp && !this.loopback();
  }

  loopback(): boolean {
    return this.has(Register.PHCON1, Phcon1.PLOOPBK);
  }

  /** In half duplex whatever is sent comes back too, unless HDLDIS is set (DS39662E 6.6). */
  echoes(): boolean {
    return this.loopback() || (!this.fullDuplex() && !this.has(Register.PHCON2, Phcon2.HDLDIS));
  }

  private has(register: number, bit: number): boolean {
    return (this.stored[register] & bit) !== 0;
  }

  /** The plug, a forced link, or the power changed. A link takes `linkUpDelay` to come up and none to go. */
  refreshLink(announced = true): void {
    const { clock, settings } = this.core;
    clock.cancel(this.linkEvent);
    const up = this.linkPossible();
    if (up === this.linkUp) return;
    if (!up || settings.linkUpDelay === 0) this.changeLink(up, announced);
    else this.linkEvent = clock.after(settings.linkUpDelay, () => this.changeLink(up, true));
  }

  private linkPossible(): boolean {
    const powered = this.core.clockReady() && !this.has(Register.PHCON1, Phcon1.PPWRSV);
    return powered && (this.plugged || this.has(Register.PHCON2, Phcon2.FRCLNK));
  }

  private changeLink(up: boolean, announced: boolean): void {
    this.linkUp = up;
    if (!up) this.wasDown = true;
    if (!announced) return;
    this.stored[Register.PHIR] |= Phir.PLNKIF;
    this.raiseInterrupt();
  }

  /** PGIF, and with it EIR.LINKIF, need PLNKIE and PGEIE (DS39662E 12.1). */
  private raiseInterrupt(): void {
    const enabled = Phie.PLNKIE | Phie.PGEIE;
    const pending = this.has(Register.PHIR, Phir.PLNKIF);
    if (!pending || (this.stored[Register.PHIE] & enabled) !== enabled) return;
    this.stored[Register.PHIR] |= Phir.PGIF;
    this.core.raise(Eir.LINKIF);
  }

  /** An MII read: PHSTAT1 and PHIR change by it. */
  read(register: number): number {
    const value = this.peek(register);
    if (register === Register.PHSTAT1) this.wasDown = !this.linkUp;
    else if (register === Register.PHIR) this.clearPhir();
    return value;
  }

  /** What stands in a register. */
  peek(register: number): number {
    switch (register) {
      case Register.PHSTAT1:
        return this.phstat1();
      case Register.PHID1:
        return PHID1;
      case Register.PHID2:
        return PHID2;
      case Register.PHSTAT2:
        return this.phstat2();
      default:
        return this.stored[register];
    }
  }

  /** LLSTAT latches low: 0 when the link was down since the last read. */
  private phstat1(): number {
    return Phstat1.PFDPX | Phstat1.PHDPX | (this.wasDown ? 0 : Phstat1.LLSTAT);
  }

  private phstat2(): number {
    return (
      (this.surroundings.sending() ? Phstat2.TXSTAT : 0) |
      (this.surroundings.receiving() ? Phstat2.RXSTAT : 0) |
      (this.linkUp ? Phstat2.LSTAT : 0) |
      (this.fullDuplex() ? Phstat2.DPXSTAT : 0)
    );
  }

  /** Reading PHIR clears it, and LINKIF with it. */
  private clearPhir(): void {
    this.stored[Register.PHIR] = 0;
    this.core.lower(Eir.LINKIF);
  }

  write(register: number, value: number): void {
    const mask = WRITE_MASKS.get(register) ?? 0;
    this.checkReserved(register, value, mask);
    this.stored[register] = (this.stored[register] & ~mask) | (value & mask);
    if (register === Register.PHCON1 && value & Phcon1.PRST) this.beginReset();
    if (register === Register.PHIE) this.raiseInterrupt();
    this.refreshLink();
  }

  private checkReserved(register: number, value: number, mask: number): void {
    const wrongOnes = register === Register.PHLCON && (value & PHLCON_ONES) !== PHLCON_ONES;
    if (mask === 0 || value & ~mask || wrongOnes) this.core.violate("phy-reserved-bits", `PHY register ${register}`);
  }

  /** PRST reads 1 until the PHY is reset (DS39662E 11.5). */
  private beginReset(): void {
    const { clock } = this.core;
    clock.cancel(this.resetEvent);
    this.resetEvent = clock.after(PRST_TIME, () => this.reset());
  }
}
