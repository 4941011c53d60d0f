/**
 * The receiver: from the cable through the filters into the FIFO (DS39662E 6.1, 7.2, 8).
 *
 * A frame is known to the model when its last bit arrives; it is judged and stored at that moment. Its time on the
 * wire, (8 + length) x 0.8 us, is taken to lie before it, which is how a DMA checksum can hit it (erratum 17).
 * ESTAT.RXBUSY is 1 during that time only when the cable announced the frame (`announce`); the state of RXEN then
 * counts as it was when the frame began.
 */

import { strikes } from "../model";
import { Econ1, Econ2, Eir, Erxfcon, Estat, Macon1, Macon3 } from "./bits";
import { BYTE_TIME, type Core, CRC_BYTES, PREAMBLE_BYTES } from "./core";
import type { DropCause } from "./counters";
import { frameCheckSequence } from "./crc";
import type { Filters } from "./filters";
import { PacketFifo } from "./packet_fifo";
import { REG } from "./registers";
import { isControlFrame, isPauseFrame, type Reception, receiveStatus } from "./status_vectors";

/** Frames shorter than this, CRC included, never reach the FIFO (DS39662E 7.2.2). */
const SHORTEST_FRAME = 18;
const MOST_PACKETS = 255;
const CONTROL_DATA_AT = 16;

export interface ArrivalOptions {
  badCrc?: boolean;
  dribble?: boolean;
}

/** What the receiver asks of the rest of the chip. */
export interface ReceiverSurroundings {
  /** A DMA checksum ran at some time after `since` (erratum 17). */
  checksumRanAfter(since: number): boolean;
  jamming(): boolean;
  pauseReceived(quanta: number): void;
}

export class Receiver {
  readonly fifo: PacketFifo;
  /** When the last frame ended, or the one that the cable announced will. */
  busyUntil = Number.NEGATIVE_INFINITY;
  private announced: "no" | "accepted" | "refused" | "aborted" = "no";
  private lastPktdec = Number.NEGATIVE_INFINITY;
  private dropEvent = false;
  /** The frame at hand with its CRC. */
  private wire = new Uint8Array(2048);
  private length = 0;

  constructor(
    private readonly core: Core,
    private readonly filters: Filters,
    private readonly surroundings: ReceiverSurroundings,
  ) {
    this.fifo = new PacketFifo(core);
    core.registers.onWrite([REG.ECON1], (_, old) => this.econ1Written(old));
    core.registers.onWrite([REG.ECON2], (written) => this.econ2Written(written));
    core.registers.onRead(REG.EIR, (stored) => this.unreliablePktif(stored));
  }

  reset(): void {
    if (this.announced !== "no") this.announced = "aborted"; // the rest of the frame is still to come
    this.dropEvent = false;
    this.fifo.reset();
    if (this.core.faults.rxDeaf !== "always") this.core.faults.rxDeaf = "no";
    this.core.faults.epktcntStuck = "no";
  }

  /** The first bit of a frame of `length` bytes (with CRC) arrives. */
  announce(length: number): void {
    const { registers } = this.core;
    this.announced = this.receiving() ? "accepted" : "refused";
    this.busyUntil = this.core.now() + (PREAMBLE_BYTES + length) * BYTE_TIME;
    if (this.announced === "accepted") registers.setBits(REG.ESTAT, Estat.RXBUSY);
  }

  /** The plug was pulled: the frame on the wire, if there was one, has no end. */
  carrierLost(): void {
    this.core.registers.clearBits(REG.ESTAT, Estat.RXBUSY);
    this.announced = "no";
    this.busyUntil = Math.min(this.busyUntil, this.core.now());
  }

  /** A frame is on the wire now, as far as the cable told. */
  busy(): boolean {
    return this.core.registers.has(REG.ESTAT, Estat.RXBUSY);
  }

  /** The last bit of a frame (without CRC) arrives; `connected`: at a PHY with a link. */
  arrive(frame: Uint8Array, connected: boolean, options: ArrivalOptions): void {
    const { counters, registers } = this.core;
    counters.framesArrived++;
    this.takeFromWire(frame, options.badCrc === true);
    registers.clearBits(REG.ESTAT, Estat.RXBUSY);
    if (this.core.faults.epktcntStuck !== "no") this.setPacketCount(MOST_PACKETS);
    const cause = this.judge(connected, options);
    this.announced = "no";
    this.busyUntil = this.core.now();
    if (cause) this.drop(cause);
    else this.store(options);
  }

  private takeFromWire(frame: Uint8Array, badCrc: boolean): void {
    this.length = frame.length + CRC_BYTES;
    if (this.wire.length < this.length) this.wire = new Uint8Array(2 * this.length);
    const { wire } = this;
    wire.set(frame);
    const sequence = frameCheckSequence(frame, frame.length) ^ (badCrc ? 1 : 0);
    for (let n = 0; n < CRC_BYTES; n++) wire[frame.length + n] = sequence >>> (8 * n);
  }

  /** Why the frame at hand is lost; `undefined` when the FIFO shall have it. */
  private judge(connected: boolean, options: ArrivalOptions): DropCause | undefined {
    return (
      this.refusedAtThePort(connected) ?? this.refusedBySize() ?? this.refusedByFilter(options) ?? this.refusedByFifo()
    );
  }

  private refusedAtThePort(connected: boolean): DropCause | undefined {
    const { faults } = this.core;
    if (faults.absent) return "absent";
    if (!connected) return "linkDown";
    if (this.announced === "aborted") return "aborted";
    if (this.announced === "refused" || (this.announced === "no" && !this.receiving())) return "receiverOff";
    if (faults.rxDeaf !== "no") return "deaf";
    return this.surroundings.jamming() ? "jammed" : undefined;
  }

  private receiving(): boolean {
    const { registers } = this.core;
    const on = (registers.get(REG.ECON1) & (Econ1.RXEN | Econ1.RXRST)) === Econ1.RXEN;
    return on && registers.has(REG.MACON1, Macon1.MARXEN) && this.core.clockReady();
  }

  private refusedBySize(): DropCause | undefined {
    const { registers } = this.core;
    if (this.length < SHORTEST_FRAME) return "runt";
    const huge = registers.has(REG.MACON3, Macon3.HFRMEN);
    return !huge && this.length > registers.word(REG.MAMXFLL) ? "oversize" : undefined;
  }

  private refusedByFilter(options: ArrivalOptions): DropCause | undefined {
    const { registers } = this.core;
    if (isControlFrame(this.wire) && !options.badCrc) this.control();
    if (isControlFrame(this.wire) && !registers.has(REG.MACON1, Macon1.PASSALL)) return "controlFrame";
    if (!this.filters.accepts(this.wire, this.length)) return "filter";
    return options.badCrc && registers.has(REG.ERXFCON, Erxfcon.CRCEN) ? "crc" : undefined;
  }

  /** A pause frame holds back TXRTS, invisibly (DS39662E 10.2). */
  private control(): void {
    const { registers, counters } = this.core;
    if (!isPauseFrame(this.wire) || !registers.has(REG.MACON1, Macon1.RXPAUS)) return;
    counters.pauseFramesIn++;
    this.surroundings.pauseReceived((this.wire[CONTROL_DATA_AT] << 8) | this.wire[CONTROL_DATA_AT + 1]);
  }

  private refusedByFifo(): DropCause | undefined {
    const { core } = this;
    const began = core.now() - (PREAMBLE_BYTES + this.length) * BYTE_TIME;
    if (core.faults.erratum17 && this.surroundings.checksumRanAfter(began)) return "erratum17";
    if (core.registers.get(REG.EPKTCNT) === MOST_PACKETS) return "packetCount";
    return this.fifo.hasRoom(this.length) ? undefined : "overflow";
  }

  private drop(cause: DropCause): void {
    const { core } = this;
    core.counters.dropped[cause]++;
    if (cause !== "overflow" && cause !== "packetCount" && cause !== "erratum17") return;
    this.dropEvent = true;
    if (cause !== "packetCount") core.registers.setBits(REG.ESTAT, Estat.BUFER);
    core.raise(Eir.RXERIF);
  }

  private store(options: ArrivalOptions): void {
    const { core } = this;
    const reception: Reception = {
      crcGood: !options.badCrc,
      dribble: options.dribble === true,
      checkLength: core.registers.has(REG.MACON3, Macon3.FRMLNEN),
      dropEvent: this.dropEvent,
    };
    this.dropEvent = false;
    const garbage = strikes(core.faults, "rsvGarbageNext");
    const status = garbage ? core.random.word() : receiveStatus(this.wire, this.length, reception) * 0x10000;
    this.fifo.append(this.wire, this.length, garbage ? status : status + this.length);
    core.counters.framesIn++;
    this.countPacket();
  }

  private countPacket(): void {
    const { core } = this;
    const { pktdecRace } = core.settings;
    if (pktdecRace > 0 && core.now() - this.lastPktdec < pktdecRace) return;
    this.setPacketCount(core.registers.get(REG.EPKTCNT) + 1);
  }

  /** PKTIF follows EPKTCNT; nothing else clears it (DS39662E 12.1). */
  private setPacketCount(counted: number): void {
    const count = this.core.faults.epktcntStuck === "no" ? counted : MOST_PACKETS;
    this.core.registers.set(REG.EPKTCNT, count);
    if (count > 0) this.core.raise(Eir.PKTIF);
    else this.core.lower(Eir.PKTIF);
  }

  private econ2Written(written: number): void {
    if ((written & Econ2.PKTDEC) === 0) return;
    const count = this.core.registers.get(REG.EPKTCNT);
    this.lastPktdec = this.core.now();
    if (count === 0) this.core.violate("pktdec-empty");
    else this.setPacketCount(count - 1);
  }

  private unreliablePktif(stored: number): number {
    const { faults, random } = this.core;
    if ((stored & Eir.PKTIF) === 0 || !faults.erratum6) return stored;
    return random.chance(faults.erratum6Probability) ? stored & ~Eir.PKTIF : stored;
  }

  private econ1Written(old: number): void {
    const { registers } = this.core;
    if (registers.has(REG.ECON1, Econ1.RXRST)) this.abort(old);
    else if (registers.has(REG.ECON1, Econ1.RXEN) && (old & Econ1.RXEN) === 0) this.enable();
  }

  /** RXRST aborts a reception and clears RXEN (DS39662E 11.4). */
  private abort(old: number): void {
    const { registers, faults, settings } = this.core;
    if (registers.has(REG.ECON1, Econ1.RXEN)) registers.clearBits(REG.ECON1, Econ1.RXEN);
    if (old & Econ1.RXRST) return;
    if (this.announced === "accepted") this.announced = "aborted";
    registers.clearBits(REG.ESTAT, Estat.RXBUSY);
    if (faults.rxDeaf === "until RXRST") faults.rxDeaf = "no";
    if (faults.epktcntStuck === "until RXRST") faults.epktcntStuck = "no";
    if (settings.rxrstClearsEpktcnt) this.setPacketCount(0);
  }

  private enable(): void {
    if (this.core.macReady("RXEN")) this.fifo.checkSetup();
    else this.core.registers.clearBits(REG.ECON1, Econ1.RXEN);
  }
}
