/**
 * Duplex (DS39662E 9): the MAC (FULDPX) and the PHY (PDPXMD) do not negotiate, neither with each other nor with the
 * partner; the host sets both.
 */
import { Econ1, Eflocon, Estat, Macon3 } from "./bits";
import type { Core } from "./core";
import type { Phy } from "./phy";
import { REG } from "./registers";

export class Duplex {
  constructor(
    private readonly core: Core,
    private readonly phy: Phy,
  ) {
    core.registers.onWrite([REG.MACON3], (_, old) => this.macon3Written(old));
    core.registers.onWrite([REG.ECON1], (_, old) => this.econ1Written(old));
  }

  private fullDuplex(): boolean {
    return this.core.registers.has(REG.MACON3, Macon3.FULDPX);
  }

  /** EFLOCON.FULDPXS shows FULDPX. */
  private macon3Written(old: number): void {
    const { registers } = this.core;
    if (this.fullDuplex()) registers.setBits(REG.EFLOCON, Eflocon.FULDPXS);
    else registers.clearBits(REG.EFLOCON, Eflocon.FULDPXS);
    const changed = ((old ^ registers.get(REG.MACON3)) & Macon3.FULDPX) !== 0;
    const active = registers.has(REG.ECON1, Econ1.RXEN | Econ1.TXRTS) || registers.has(REG.ESTAT, Estat.RXBUSY);
    if (changed && active) this.core.violate("duplex-changed");
  }

  private econ1Written(old: number): void {
    const began = this.core.registers.get(REG.ECON1) & ~old & (Econ1.RXEN | Econ1.TXRTS);
    if (began && this.fullDuplex() !== this.phy.fullDuplex()) this.core.violate("duplex-mismatch");
  }
}
