/**
 * The MII port to the PHY: MICMD, MIREGADR, MIWR, MIRD, MISTAT (DS39662E 3.3.1 to 3.3.3). An operation takes 10.24 us.
 */
import type { ClockEvent } from "../../clock";
import { Micmd, Mistat } from "./bits";
import type { Core } from "./core";
import type { Phy } from "./phy";
import { REG } from "./registers";

const MII_TIME = 10_240;

export class MiiPort {
  private event: ClockEvent | undefined;

  constructor(
    private readonly core: Core,
    private readonly phy: Phy,
  ) {
    const { registers } = core;
    registers.onWrite([REG.MICMD], (_, old) => this.commandWritten(old));
    registers.onWrite([REG.MIREGADR, REG.MIWRL], () => this.checkIdle());
    registers.onWrite([REG.MIWRH], () => this.dataWritten());
    for (const index of [REG.MIRDL, REG.MIRDH]) registers.onRead(index, () => this.resultRead(index));
  }

  reset(): void {
    this.core.clock.cancel(this.event);
  }

  private busy(): boolean {
    return this.core.registers.has(REG.MISTAT, Mistat.BUSY);
  }

  private checkIdle(): boolean {
    if (!this.busy()) return true;
    this.core.violate("mii-while-busy");
    return false;
  }

  /**
   * While it scans, MIRD is refreshed again and again, and may be read once NVALID is 0. The model fetches at the time of
   * the read: an event for each refresh would cost a simulation 97,000 of them a second.
   */
  private resultRead(index: number): number {
    const { registers } = this.core;
    if (this.scanned()) this.fetch();
    else if (this.busy()) this.core.violate("mird-while-busy");
    return registers.get(index);
  }

  private scanned(): boolean {
    return (this.core.registers.get(REG.MISTAT) & (Mistat.SCAN | Mistat.NVALID)) === Mistat.SCAN;
  }

  /** A read begins with the edge of MIIRD, not with its level. */
  private commandWritten(old: number): void {
    const now = this.core.registers.get(REG.MICMD);
    if (old & ~now & Micmd.MIISCAN) this.endScan();
    else if (this.checkIdle()) this.command(now & ~old);
  }

  private command(edges: number): void {
    if (edges & Micmd.MIISCAN) this.beginScan();
    else if (edges & Micmd.MIIRD) this.begin(() => this.finishRead());
  }

  private begin(finish: () => void): void {
    this.core.registers.setBits(REG.MISTAT, Mistat.BUSY);
    this.event = this.core.clock.after(MII_TIME, finish);
  }

  private idle(): void {
    this.core.registers.clearBits(REG.MISTAT, Mistat.BUSY | Mistat.NVALID);
  }

  private fetch(): void {
    const { registers } = this.core;
    registers.setWord(REG.MIRDL, this.phy.read(registers.get(REG.MIREGADR)));
  }

  private finishRead(): void {
    this.fetch();
    this.idle();
  }

  private beginScan(): void {
    this.core.registers.setBits(REG.MISTAT, Mistat.SCAN | Mistat.NVALID);
    this.begin(() => this.finishScanStep());
  }

  private finishScanStep(): void {
    this.fetch();
    this.core.registers.clearBits(REG.MISTAT, Mistat.NVALID);
    if (!this.core.registers.has(REG.MISTAT, Mistat.SCAN)) this.idle();
  }

  /** MIISCAN = 0: the operation at hand still ends. */
  private endScan(): void {
    const atHand = this.scanned();
    this.core.registers.clearBits(REG.MISTAT, Mistat.SCAN);
    if (atHand) this.begin(() => this.finishRead());
  }

  /** Writing MIWRH starts a write of MIWR to the PHY. */
  private dataWritten(): void {
    if (!this.checkIdle()) return;
    const { registers } = this.core;
    const register = registers.get(REG.MIREGADR);
    const value = registers.word(REG.MIWRL);
    this.begin(() => {
      this.phy.write(register, value);
      this.idle();
    });
  }
}
