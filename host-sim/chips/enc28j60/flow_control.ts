/**
 * Flow control (DS39662E 10): pause frames out (EFLOCON) and in (RXPAUS), and jamming in half duplex.
 *
 * The data sheet does not say how often FCEN = 2 repeats its pause frame: here after half the time that it asks for.
 */
import type { ClockEvent } from "../../clock";
import { Eflocon, Macon1, Macon3 } from "./bits";
import { type Core, CRC_BYTES } from "./core";
import type { Filters } from "./filters";
import { REG } from "./registers";
import { ETHERTYPE_CONTROL, OPCODE_PAUSE } from "./status_vectors";
import type { Transmitter } from "./transmitter";

const PAUSE_DESTINATION = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x01] as const;
const PAUSE_FRAME_BYTES = 60;
/** 512 bit times. */
const PAUSE_QUANTUM = 51_200;

const PERIODIC_PAUSE = 2;
const ZERO_PAUSE = 3;

export class FlowControl {
  /** Until when a partner's pause frame holds TXRTS back. */
  pausedUntil = Number.NEGATIVE_INFINITY;
  private event: ClockEvent | undefined;

  constructor(
    private readonly core: Core,
    private readonly filters: Filters,
    private readonly transmitter: Transmitter,
    private readonly send: (frame: Uint8Array) => void,
  ) {
    core.registers.onWrite([REG.EFLOCON], () => this.ordered());
  }

  reset(): void {
    this.pausedUntil = Number.NEGATIVE_INFINITY;
    this.core.clock.cancel(this.event);
  }

  pauseReceived(quanta: number): void {
    this.pausedUntil = this.core.now() + quanta * PAUSE_QUANTUM;
  }

  /** Half duplex: whatever a partner sends is jammed. */
  jamming(): boolean {
    return !this.fullDuplex() && this.order() === 1;
  }

  private fullDuplex(): boolean {
    return this.core.registers.has(REG.MACON3, Macon3.FULDPX);
  }

  private order(): number {
    return this.core.registers.get(REG.EFLOCON) & Eflocon.FCEN;
  }

  private ordered(): void {
    this.core.clock.cancel(this.event);
    if (this.jamming()) this.core.violate("back-pressure");
    if (!this.fullDuplex()) return;
    if (this.order() === PERIODIC_PAUSE) this.pausePeriodically();
    else if (this.order() === ZERO_PAUSE) this.endPause();
  }

  private pausePeriodically(): void {
    const quanta = this.core.registers.word(REG.EPAUSL);
    this.sendPause(quanta);
    const period = Math.max(1, quanta / 2) * PAUSE_QUANTUM;
    this.event = this.core.clock.after(period, () => this.pausePeriodically());
  }

  /** One frame with a timer of zero, then FCEN goes to 0 by itself. */
  private endPause(): void {
    this.sendPause(0);
    this.core.registers.clearBits(REG.EFLOCON, Eflocon.FCEN);
  }

  private sendPause(quanta: number): void {
    const { core } = this;
    if (!core.registers.has(REG.MACON1, Macon1.TXPAUS) || !core.clockReady()) return;
    const frame = this.pauseFrame(quanta);
    core.clock.at(this.transmitter.reserveWire(PAUSE_FRAME_BYTES + CRC_BYTES), () => {
      if (!core.registers.has(REG.MACON1, Macon1.TXPAUS)) return; // a reset came in between
      core.counters.pauseFramesOut++;
      this.send(frame);
    });
  }

  private pauseFrame(quanta: number): Uint8Array {
    const frame = new Uint8Array(PAUSE_FRAME_BYTES);
    frame.set(PAUSE_DESTINATION);
    for (let n = 0; n < 6; n++) frame[6 + n] = this.filters.addressOctet(n);
    const words = [ETHERTYPE_CONTROL, OPCODE_PAUSE, quanta];
    words.forEach((value, n) => {
      frame[12 + 2 * n] = value >> 8;
      frame[13 + 2 * n] = value;
    });
    return frame;
  }
}
