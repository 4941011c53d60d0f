/**
 * The 8 KB buffer as the SPI port sees it: RBM through ERDPT, WBM through EWRPT (DS39662E 3.2, 4.2.2, 4.2.4).
 *
 * This is the path every byte of traffic takes; checks of what a burst touched run once, at its end.
 */
import { Econ1 } from "./bits";
import { ADDRESS_MASK, type Core, RAM_SIZE } from "./core";
import { REG } from "./registers";
import { touches } from "./ring";

const ERDPT = REG.ERDPTL >> 1;
const EWRPT = REG.EWRPTL >> 1;
const ERXST = REG.ERXSTL >> 1;
const ERXND = REG.ERXNDL >> 1;
/** Of this module, as names from others cost a call each in the path of the bytes. */
const LAST_ADDRESS = ADDRESS_MASK;

/** Status bytes that the transmitter writes behind a frame. */
const TSV_BYTES = 7;

export class EthernetBuffer {
  private readonly ram: Uint8Array;
  private readonly words: Uint16Array;
  private burstStart = 0;

  constructor(private readonly core: Core) {
    this.ram = core.ram;
    this.words = core.registers.words;
  }

  /** One byte of RBM; ERDPT wraps from ERXND to ERXST. */
  read(): number {
    const words = this.words;
    const at = words[ERDPT];
    words[ERDPT] = at === words[ERXND] ? words[ERXST] : (at + 1) & LAST_ADDRESS;
    return this.ram[at];
  }

  /** RBM with AUTOINC = 0. */
  readInPlace(): number {
    return this.ram[this.words[ERDPT]];
  }

  beginWrite(): void {
    this.burstStart = this.words[EWRPT];
  }

  /** One byte of WBM; EWRPT never wraps at ERXND. */
  write(value: number): void {
    const at = this.words[EWRPT];
    this.ram[at] = value;
    this.words[EWRPT] = (at + 1) & LAST_ADDRESS;
  }

  /** WBM with AUTOINC = 0. */
  writeInPlace(value: number): void {
    this.ram[this.words[EWRPT]] = value;
  }

  /** CS rose after WBM. */
  endWrite(): void {
    this.checkWritten(this.burstStart, (this.words[EWRPT] - this.burstStart) & ADDRESS_MASK, "WBM");
  }

  /** Notes what `count` bytes written from `first` by the host or the DMA should not have touched. */
  checkWritten(first: number, count: number, who: string): void {
    const { registers } = this.core;
    const inUse = registers.has(REG.ECON1, Econ1.RXEN) || registers.get(REG.EPKTCNT) > 0;
    if (inUse && touches(first, count, this.words[ERXST], this.words[ERXND])) this.core.violate("fifo-written", who);
    if (registers.has(REG.ECON1, Econ1.TXRTS) && this.touchesTransmission(first, count))
      this.core.violate("tx-data-busy", who);
  }

  private touchesTransmission(first: number, count: number): boolean {
    const start = this.core.registers.word(REG.ETXSTL);
    const length = ((this.core.registers.word(REG.ETXNDL) - start) & ADDRESS_MASK) + 1 + TSV_BYTES;
    const last = start + length - 1;
    if (touches(first, count, start, Math.min(last, RAM_SIZE - 1))) return true;
    return touches(first, count, 0, last - RAM_SIZE);
  }
}
