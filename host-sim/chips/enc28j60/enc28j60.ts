/**
 * The ENC28J60 (Microchip DS39662E, errata DS80349C) as its pins see it: a register-accurate model behind an SPI port
 * and a cable.
 *
 * It begins in power on reset with no cable plugged (`setLink`). Time is the simulation's clock: the oscillator starts
 * within 300 us, an MII operation takes 10.24 us, a byte on the wire 0.8 us, the DMA 80 or 40 ns per byte.
 */
import type { VirtualClock } from "../../clock";
import { ChipModel } from "../model";
import { SelfTest } from "./bist";
import { Econ1 } from "./bits";
import { EthernetBuffer } from "./buffer";
import { BYTE_TIME, Core } from "./core";
import type { Counters } from "./counters";
import { Dma } from "./dma";
import { Duplex } from "./duplex";
import { DEFAULT_FAULTS, type Enc28j60Faults } from "./faults";
import { Filters } from "./filters";
import { FlowControl } from "./flow_control";
import { MiiPort } from "./mii";
import { type Enc28j60Options, withDefaults } from "./options";
import { Phy } from "./phy";
import { Power } from "./power";
import { type ArrivalOptions, Receiver } from "./receiver";
import { REG, type RegisterName } from "./registers";
import { SpiPort } from "./spi_port";
import { Transmitter } from "./transmitter";
import type { Rule } from "./violations";

export class Enc28j60 extends ChipModel<Rule, Counters, Enc28j60Faults> {
  readonly byteTime = BYTE_TIME;
  readonly faults: Enc28j60Faults;

  protected readonly core: Core;
  protected readonly port: SpiPort;
  protected readonly power: Power;
  private readonly buffer: EthernetBuffer;
  private readonly phy: Phy;
  private readonly receiver: Receiver;
  private readonly transmitter: Transmitter;
  private readonly dma: Dma;
  private readonly flow: FlowControl;

  constructor(clock: VirtualClock, options: Enc28j60Options = {}) {
    super();
    this.faults = { ...DEFAULT_FAULTS };
    this.core = new Core(clock, withDefaults(options), this.faults);
    const filters = new Filters(this.core);
    this.buffer = new EthernetBuffer(this.core);
    this.phy = this.buildPhy();
    this.receiver = this.buildReceiver(filters);
    this.transmitter = this.buildTransmitter();
    this.dma = this.buildDma();
    this.flow = new FlowControl(this.core, filters, this.transmitter, (frame) => this.deliver(frame, false));
    const mii = new MiiPort(this.core, this.phy);
    const bist = new SelfTest(this.core);
    new Duplex(this.core, this.phy);
    const blocks = [this.receiver, this.transmitter, this.dma, this.flow, mii, bist];
    this.power = new Power(this.core, blocks, this.phy);
    this.port = new SpiPort(this.core, this.buffer, () => this.power.systemReset());
    this.power.powerOn();
    Object.assign(this.faults, options.faults); // after power on, which cures deafness
  }

  private buildPhy(): Phy {
    return new Phy(this.core, {
      sending: () => this.transmitter.sending(),
      receiving: () => this.receiver.busy(),
    });
  }

  private buildReceiver(filters: Filters): Receiver {
    return new Receiver(this.core, filters, {
      checksumRanAfter: (since) => this.dma.checksumRanAfter(since),
      jamming: () => this.flow.jamming(),
      pauseReceived: (quanta) => this.flow.pauseReceived(quanta),
    });
  }

  private buildTransmitter(): Transmitter {
    return new Transmitter(this.core, {
      dmaBusy: () => this.dma.busy(),
      transmitEnded: () => this.dma.resume(),
      silentFrom: () => this.receiver.busyUntil,
      pausedUntil: () => this.flow.pausedUntil,
      deliver: (frame, badCrc) => this.deliver(frame, badCrc),
    });
  }

  private buildDma(): Dma {
    return new Dma(this.core, this.buffer, {
      transmitting: () => this.transmitter.active(),
      dmaEnded: () => this.transmitter.resume(),
    });
  }

  protected get pin(): Core["pin"] {
    return this.core.pin;
  }

  // The cable.

  get sendingUntil(): number {
    return this.phy.fullDuplex() ? Number.NEGATIVE_INFINITY : this.transmitter.sendingUntil();
  }

  /**
   * The first bit of a frame of `length` bytes (CRC included) arrives; `receive` must follow when it ends. Optional:
   * a cable that does not call it never shows RXBUSY and lets a half duplex transmission start meanwhile.
   */
  announce(length: number): void {
    this.receiver.announce(length);
  }

  /** The last bit of a frame arrives; the frame is without CRC and not kept. */
  receive(frame: Uint8Array, options: ArrivalOptions = {}): void {
    this.receiver.arrive(frame, this.phy.receives(), options);
  }

  /** The cable is plugged into a live partner, or pulled. */
  setLink(up: boolean): void {
    if (!up) this.receiver.carrierLost();
    this.phy.setPlugged(up);
  }

  /** A frame of the MAC is out: to the cable, and back in loopback. */
  private deliver(frame: Uint8Array, badCrc: boolean): void {
    const { counters } = this.core;
    if (this.phy.echoes()) this.echo(frame, badCrc);
    if (!this.phy.transmits()) counters.framesLost += this.phy.loopback() ? 0 : 1;
    else {
      counters.framesOut++;
      this.onTransmit?.(frame, badCrc);
    }
  }

  /** Loopback is not to be relied on (errata 9 and 10). */
  private echo(frame: Uint8Array, badCrc: boolean): void {
    const unreliable = this.phy.fullDuplex() ? this.faults.erratum10 : this.faults.erratum9;
    const damaged = unreliable && this.core.random.chance(0.5);
    this.receiver.arrive(frame, true, { badCrc: badCrc || damaged });
  }

  // Power and mishaps.

  /** Off and on again. */
  powerCycle(): void {
    this.port.abandon();
    this.power.powerOn();
  }

  /** The supply sagged: all registers fall to their reset values and nobody tells the host. */
  brownOut(): void {
    this.port.abandon();
    this.power.brownOut();
  }

  /** Field report: ECON1.RXEN found cleared on noisy networks (arduino_uip#167). */
  clearRxen(): void {
    this.core.registers.clearBits(REG.ECON1, Econ1.RXEN);
  }

  /** A register bit tips over; none of the side effects of a write. */
  flipRegisterBit(name: RegisterName, bit: number): void {
    this.core.registers.set(REG[name], this.core.registers.get(REG[name]) ^ (1 << bit));
    this.core.updateInterrupt();
  }

  /** A 16-bit register holds something else all of a sudden, by the name of its low byte. */
  setWord(name: RegisterName, value: number): void {
    this.core.registers.setWord(REG[name], value);
  }

  /** A bit of a PHY register tips over. */
  flipPhyBit(register: number, bit: number): void {
    this.phy.write(register, this.phy.peek(register) ^ (1 << bit));
  }

  // For tests.

  get linkUp(): boolean {
    return this.phy.linkUp;
  }

  /** What is stored in a register, without any side effect or fault. */
  register(name: RegisterName): number {
    return this.core.registers.get(REG[name]);
  }

  /** A 16-bit register by the name of its low byte. */
  word(name: RegisterName): number {
    return this.core.registers.word(REG[name]);
  }

  /** A PHY register as MII would read it, without the effects of the reading. */
  phyRegister(register: number): number {
    return this.phy.peek(register);
  }

  /** The 8 KB themselves: reading is free, writing is a bit error. */
  get ram(): Uint8Array {
    return this.core.ram;
  }
}
