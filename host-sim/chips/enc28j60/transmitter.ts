/**
 * The transmitter: TXRTS, the time on the wire, the transmit status vector, the aborts (DS39662E 7.1, 11.3, 12.1).
 *
 * The frame is read from RAM at the moment its last bit is sent, so that whatever the host did to it in the meantime
 * is on the wire; its length, control byte and the MAC's settings count as they were when it began.
 */
import type { ClockEvent } from "../../clock";
import { Econ1, Eir, Estat, Macon3 } from "./bits";
import { ADDRESS_MASK, BYTE_TIME, type Core, NIBBLE_TIME, PREAMBLE_BYTES, RAM_SIZE } from "./core";
import { bytesWithCrc, type Outgoing, outgoing, ownCrcIsGood, readFrame } from "./framing";
import { type Attempt, drawAttempt, undisturbed } from "./half_duplex";
import { REG } from "./registers";
import { touches } from "./ring";
import { fillTransmitStatus, type TransmitReport } from "./status_vectors";

const TSV_BYTES = 7;
/** What the MAC adds to the gap registers, in nibble times: MABBIPG in full duplex, all of them in half duplex. */
const FULL_DUPLEX_GAP = 3;
const HALF_DUPLEX_GAP = 6;

/** What the transmitter asks of the rest of the chip. */
export interface TransmitterSurroundings {
  /** The DMA is at work: the transmission waits for `resume`. */
  dmaBusy(): boolean;
  /** TXRTS went to 0: a waiting DMA may start. */
  transmitEnded(): void;
  /** When the cable (half duplex) and a partner's pause (full duplex) leave the transmitter alone. */
  silentFrom(): number;
  pausedUntil(): number;
  /** The last bit of a frame is out. */
  deliver(frame: Uint8Array, badCrc: boolean): void;
}

export class Transmitter {
  /** Erratum 12: the transmit logic hangs until TXRST. */
  stalled = false;
  private frame: Outgoing | undefined;
  private attempt: Attempt | undefined;
  private event: ClockEvent | undefined;
  private waiting = false;
  /** When the last bit of the last own frame left, or will leave; the same of a control frame of the MAC itself. */
  private frameEnd = Number.NEGATIVE_INFINITY;
  private controlEnd = Number.NEGATIVE_INFINITY;
  private readonly vector = new Uint8Array(TSV_BYTES);

  constructor(
    private readonly core: Core,
    private readonly surroundings: TransmitterSurroundings,
  ) {
    core.registers.onWrite([REG.ECON1], (_, old) => this.econ1Written(old));
    const guarded = [REG.ETXSTL, REG.ETXSTH, REG.ETXNDL, REG.ETXNDH, REG.MACON3, REG.MACON4, REG.MABBIPG];
    core.registers.onWrite([...guarded, REG.MAIPGL, REG.MAIPGH, REG.MAMXFLL, REG.MAMXFLH], () => this.touched());
  }

  reset(): void {
    this.forget();
    this.controlEnd = Number.NEGATIVE_INFINITY;
    this.stalled = false;
    if (this.core.faults.txStuck !== true) this.core.faults.txStuck = false;
  }

  /** A frame is on the wire now. */
  sending(): boolean {
    return this.core.now() < this.sendingUntil();
  }

  /** When the last bit of what is on the wire leaves it, or has left it. */
  sendingUntil(): number {
    return Math.max(this.frameEnd, this.controlEnd);
  }

  /** TXRTS is 1, sending or waiting. */
  active(): boolean {
    return this.core.registers.has(REG.ECON1, Econ1.TXRTS);
  }

  /** A DMA that the transmission waited for is over. */
  resume(): void {
    if (this.waiting) this.start();
  }

  /** A control frame of the MAC itself leaves as soon as the wire is free; returns when its last bit is out. */
  reserveWire(bytes: number): number {
    const begin = Math.max(this.core.now(), this.wireFree());
    this.controlEnd = begin + (PREAMBLE_BYTES + bytes) * BYTE_TIME;
    return this.controlEnd;
  }

  private fullDuplex(): boolean {
    return this.core.registers.has(REG.MACON3, Macon3.FULDPX);
  }

  private touched(): void {
    if (this.active()) this.core.violate("tx-register-busy");
  }

  private econ1Written(old: number): void {
    const { registers } = this.core;
    const now = registers.get(REG.ECON1);
    if (now & ~old & Econ1.TXRST) this.holdInReset((old & Econ1.TXRTS) !== 0);
    else if (old & ~now & Econ1.TXRST) this.releaseFromReset();
    if (now & ~old & Econ1.TXRTS) this.requested();
    else if (old & ~now & Econ1.TXRTS) this.cancel();
  }

  /** TXRST aborts a transmission and clears TXRTS (DS39662E 11.3). */
  private holdInReset(running: boolean): void {
    this.stalled = false;
    if (this.core.faults.txStuck === "until TXRST") this.core.faults.txStuck = false;
    this.forget();
    if (running) this.end(Eir.TXIF);
  }

  /** Erratum 12: TXERIF may come when TXRST is cleared. */
  private releaseFromReset(): void {
    if (this.core.faults.erratum12) this.core.raise(Eir.TXERIF);
  }

  private requested(): void {
    const { core } = this;
    const held = core.registers.has(REG.ECON1, Econ1.TXRST);
    if (held) core.violate("tx-in-reset");
    if (held || !core.macReady("TXRTS")) core.registers.clearBits(REG.ECON1, Econ1.TXRTS);
    else if (!this.stalled && !core.faults.txStuck) this.start();
  }

  /** The host cleared TXRTS: TXIF all the same (DS39662E 12.1). */
  private cancel(): void {
    const was = this.frame;
    this.forget();
    if (was && this.core.settings.tsvAfterCancel === "zero") this.writeVector(was, this.vector.fill(0));
    this.core.raise(Eir.TXIF);
    this.surroundings.transmitEnded();
  }

  /** What is on the wire ends here. */
  private forget(): void {
    this.core.clock.cancel(this.event);
    this.frameEnd = Math.min(this.frameEnd, this.core.now());
    this.event = this.frame = this.attempt = undefined;
    this.waiting = false;
  }

  private start(): void {
    this.waiting = this.surroundings.dmaBusy();
    if (this.waiting) return;
    this.frame = outgoing(this.core);
    this.checkPlace(this.frame);
    this.awaitWire();
  }

  private checkPlace(frame: Outgoing): void {
    const { core } = this;
    const low = core.registers.word(REG.ERXSTL);
    const high = core.registers.word(REG.ERXNDL);
    if (frame.dataBytes === 0) core.violate("tx-empty");
    if (touches(frame.start, frame.dataBytes + TSV_BYTES, low, high)) core.violate("tx-over-fifo");
  }

  /** The earliest moment for a first bit: interframe gap, a busy cable, a partner's pause. */
  private wireFree(): number {
    const { registers } = this.core;
    const lastEnd = this.sendingUntil();
    if (this.fullDuplex()) return lastEnd + (registers.get(REG.MABBIPG) + FULL_DUPLEX_GAP) * NIBBLE_TIME;
    const ownGap = (registers.get(REG.MABBIPG) + HALF_DUPLEX_GAP) * NIBBLE_TIME;
    const othersGap = (registers.get(REG.MAIPGL) + HALF_DUPLEX_GAP) * NIBBLE_TIME;
    return Math.max(lastEnd + ownGap, this.surroundings.silentFrom() + othersGap);
  }

  private earliestStart(): number {
    return Math.max(this.wireFree(), this.fullDuplex() ? this.surroundings.pausedUntil() : 0);
  }

  private awaitWire(): void {
    const { clock } = this.core;
    const start = this.earliestStart();
    if (start > clock.now()) this.event = clock.at(start, () => this.awaitWire());
    else if (this.attempt) this.begin(this.frame as Outgoing, this.attempt);
    else this.meetFate(this.frame as Outgoing);
  }

  /** What is drawn for the frame comes first: collisions, whose backoff leaves the wire to others, or a wait in vain. */
  private meetFate(frame: Outgoing): void {
    const { core } = this;
    const attempt = this.fateOf(frame);
    this.attempt = attempt;
    core.counters.collisions += attempt.collisions;
    if (!attempt.delay) this.begin(frame, attempt);
    else if (attempt.bytes) this.event = core.clock.after(attempt.delay, () => this.awaitWire());
    else this.event = core.clock.after(attempt.delay, () => this.finish(frame, attempt));
  }

  /** The first bit of the last attempt. */
  private begin(frame: Outgoing, attempt: Attempt): void {
    const { clock } = this.core;
    this.frameEnd = clock.now() + attempt.bytes * BYTE_TIME;
    this.event = clock.at(this.frameEnd, () => this.finish(frame, attempt));
  }

  /** Longer than MAMXFL without HFRMEN or PHUGEEN: cut off there (DS39662E 12.1). */
  private fateOf(frame: Outgoing): Attempt {
    const bytes = bytesWithCrc(frame);
    const limit = this.core.registers.word(REG.MAMXFLL);
    if (bytes > limit && !frame.huge) return { ...undisturbed(PREAMBLE_BYTES + limit), result: "giant" };
    const wireBytes = PREAMBLE_BYTES + bytes;
    return this.fullDuplex() ? undisturbed(wireBytes) : drawAttempt(this.core, wireBytes);
  }

  private finish(frame: Outgoing, attempt: Attempt): void {
    const bytes = readFrame(this.core, frame);
    const badCrc = !frame.appendCrc && !ownCrcIsGood(bytes);
    this.report(frame, attempt, bytes, badCrc);
    this.forget();
    if (attempt.result === "sent") this.succeed(frame, bytes, badCrc);
    else this.fail(attempt);
  }

  private report(frame: Outgoing, attempt: Attempt, bytes: Uint8Array, crcError: boolean): void {
    const report: TransmitReport = {
      bytes: bytesWithCrc(frame),
      wireBytes: attempt.wastedBytes + attempt.bytes,
      collisions: attempt.collisions,
      result: attempt.result,
      deferred: attempt.deferred,
      crcError,
      checkLength: this.core.registers.has(REG.MACON3, Macon3.FRMLNEN),
    };
    fillTransmitStatus(this.vector, bytes, report);
    this.writeVector(frame, this.vector);
  }

  /** At ETXND + 1. */
  private writeVector(frame: Outgoing, vector: Uint8Array): void {
    const at = (frame.start + frame.dataBytes) % RAM_SIZE;
    for (let n = 0; n < TSV_BYTES; n++) this.core.ram[(at + n) & ADDRESS_MASK] = vector[n];
  }

  private succeed(frame: Outgoing, bytes: Uint8Array, badCrc: boolean): void {
    this.end(Eir.TXIF);
    const withoutCrc = frame.appendCrc ? bytes : bytes.subarray(0, Math.max(0, bytes.length - 4));
    this.surroundings.deliver(withoutCrc, badCrc);
  }

  private fail(attempt: Attempt): void {
    const { core } = this;
    core.counters.framesAborted++;
    if (attempt.result !== "giant" && core.faults.erratum12) this.stalled = true;
    if (attempt.stuck) return;
    core.registers.setBits(REG.ESTAT, Estat.TXABRT);
    const late = attempt.result === "lateCollision";
    if (late && !core.faults.erratum15) core.registers.setBits(REG.ESTAT, Estat.LATECOL);
    this.end(Eir.TXIF | Eir.TXERIF);
  }

  private end(flags: number): void {
    this.core.registers.clearBits(REG.ECON1, Econ1.TXRTS);
    this.core.raise(flags);
    this.surroundings.transmitEnded();
  }
}
