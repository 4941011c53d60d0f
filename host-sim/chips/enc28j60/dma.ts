/**
 * The DMA engine: copies inside the buffer and Internet checksums (DS39662E 13).
 *
 * Memory changes when the time of the transfer is over (or when the host cancels it: then what was done by then).
 */
import type { ClockEvent } from "../../clock";
import { Econ1, Eir } from "./bits";
import type { EthernetBuffer } from "./buffer";
import { InternetChecksum } from "./checksum";
import { ADDRESS_MASK, type Core, RAM_SIZE } from "./core";
import { REG } from "./registers";
import { nextInRing } from "./ring";

/** Nanoseconds per byte: two clocks of 25 MHz to copy, one to sum up. */
const COPY_TIME = 80;
const CHECKSUM_TIME = 40;

interface Transfer {
  checksum: boolean;
  source: number;
  destination: number;
  /** Infinity when EDMAND cannot be reached. */
  count: number;
  began: number;
}

export interface DmaSurroundings {
  transmitting(): boolean;
  /** DMAST went to 0: a waiting transmission may start. */
  dmaEnded(): void;
}

export class Dma {
  private transfer: Transfer | undefined;
  private event: ClockEvent | undefined;
  private waiting = false;
  private lastChecksumEnd = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly core: Core,
    private readonly buffer: EthernetBuffer,
    private readonly surroundings: DmaSurroundings,
  ) {
    core.registers.onWrite([REG.ECON1], (_, old) => this.econ1Written(old));
    const addresses = [REG.EDMASTL, REG.EDMASTH, REG.EDMANDL, REG.EDMANDH, REG.EDMADSTL, REG.EDMADSTH];
    const fifo = [REG.ERXSTL, REG.ERXSTH, REG.ERXNDL, REG.ERXNDH];
    core.registers.onWrite([...addresses, ...fifo], () => this.touched());
  }

  reset(): void {
    this.noteChecksum();
    this.forget();
  }

  /** At work, not waiting for the transmitter. */
  busy(): boolean {
    return this.transfer !== undefined;
  }

  /** Erratum 17 wants to know. */
  checksumRanAfter(since: number): boolean {
    return this.transfer?.checksum === true || this.lastChecksumEnd > since;
  }

  /** The transmission that the DMA waited for is over. */
  resume(): void {
    if (this.waiting) this.start();
  }

  private touched(): void {
    if (this.core.registers.has(REG.ECON1, Econ1.DMAST)) this.core.violate("dma-register-busy");
  }

  private econ1Written(old: number): void {
    const now = this.core.registers.get(REG.ECON1);
    const changed = now ^ old;
    if (now & old & Econ1.DMAST && changed & Econ1.CSUMEN) this.core.violate("dma-register-busy", "CSUMEN");
    if ((changed & Econ1.DMAST) === 0) return;
    if (now & Econ1.DMAST) this.start();
    else this.cancel();
  }

  private start(): void {
    this.waiting = this.surroundings.transmitting();
    if (this.waiting) return;
    const { core } = this;
    const transfer = this.programmed();
    this.transfer = transfer;
    if (transfer.checksum && core.registers.has(REG.ECON1, Econ1.RXEN)) core.violate("dma-checksum-rxen");
    if (transfer.count === Number.POSITIVE_INFINITY) core.violate("dma-endless");
    else this.event = core.clock.after(transfer.count * timePerByte(transfer), () => this.finish(transfer));
  }

  private programmed(): Transfer {
    const { registers } = this.core;
    const source = registers.word(REG.EDMASTL);
    return {
      checksum: registers.has(REG.ECON1, Econ1.CSUMEN),
      source,
      destination: registers.word(REG.EDMADSTL),
      count: this.countTo(source, registers.word(REG.EDMANDL)),
      began: this.core.now(),
    };
  }

  /** Bytes from `source` to `last` by way of the ring. The first byte is never the last one (DS39662E 13.1). */
  private countTo(source: number, last: number): number {
    if (source === last) this.core.violate("dma-one-byte");
    let count = 2;
    for (let at = this.next(source); at !== last; at = this.next(at))
      if (++count > 2 * RAM_SIZE) return Number.POSITIVE_INFINITY;
    return count;
  }

  private next(at: number): number {
    const { registers } = this.core;
    return nextInRing(at, registers.word(REG.ERXSTL), registers.word(REG.ERXNDL));
  }

  private finish(transfer: Transfer): void {
    if (transfer.checksum) this.sumUp(transfer);
    else this.copy(transfer, transfer.count);
    this.end();
  }

  /** The host cleared DMAST (DS39662E 12.1): what was copied by now stays copied. */
  private cancel(): void {
    const { transfer } = this;
    if (transfer && !transfer.checksum) {
      const done = Math.floor((this.core.now() - transfer.began) / COPY_TIME);
      this.copy(transfer, Math.min(done, 2 * RAM_SIZE));
    }
    this.end();
  }

  private end(): void {
    this.noteChecksum();
    this.forget();
    this.core.registers.clearBits(REG.ECON1, Econ1.DMAST);
    this.core.raise(Eir.DMAIF);
    this.surroundings.dmaEnded();
  }

  private noteChecksum(): void {
    if (this.transfer?.checksum) this.lastChecksumEnd = this.core.now();
  }

  private forget(): void {
    this.core.clock.cancel(this.event);
    this.event = this.transfer = undefined;
    this.waiting = false;
  }

  /** The source wraps at ERXND, the destination only at the end of the RAM. */
  private copy(transfer: Transfer, count: number): void {
    const { ram } = this.core;
    let from = transfer.source;
    for (let n = 0; n < count; n++) {
      ram[(transfer.destination + n) & ADDRESS_MASK] = ram[from];
      from = this.next(from);
    }
    this.buffer.checkWritten(transfer.destination, Math.min(count, RAM_SIZE), "DMA");
  }

  private sumUp(transfer: Transfer): void {
    const checksum = new InternetChecksum();
    let from = transfer.source;
    for (let n = 0; n < transfer.count; n++) {
      checksum.add(this.core.ram[from]);
      from = this.next(from);
    }
    this.core.registers.setWord(REG.EDMACSL, checksum.result());
  }
}

function timePerByte(transfer: Transfer): number {
  return transfer.checksum ? CHECKSUM_TIME : COPY_TIME;
}
