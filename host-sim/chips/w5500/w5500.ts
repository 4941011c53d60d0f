/**
 * The WIZnet W5500 as its pins see it, with socket 0 in MACRAW: a bare MAC and PHY with 32 KB of buffers behind an SPI
 * port. After the data sheet (1.0.9) where it speaks, else after what drivers and forums have found out; what is contested
 * is an option.
 *
 * It begins powered and settled, with no cable plugged (`setLink`). Not modelled: the TCP/IP engine of the chip.
 */
import type { VirtualClock } from "../../clock";
import { ChipModel } from "../model";
import { CommonRegisters } from "./common_registers";
import { Core } from "./core";
import type { Counters } from "./counters";
import { DEFAULT_FAULTS, type W5500Faults } from "./faults";
import { InterruptPin } from "./interrupts";
import { BufferMemory } from "./memory";
import { type W5500Options, withDefaults } from "./options";
import { Phy } from "./phy";
import { Power } from "./power";
import { type ArrivalOptions, Receiver } from "./receiver";
import { COMMON, type CommonName, SOCKET, type SocketName } from "./registers";
import { Socket, type SocketSurroundings } from "./socket";
import { type AddressSpace, SpiPort } from "./spi_port";
import { Transmitter } from "./transmitter";
import type { Rule } from "./violations";

const SOCKETS = 8;
/** Of a block's number, what of the socket it is. */
const Part = { REGISTERS: 1, TX: 2, RX: 3 } as const;

export class W5500 extends ChipModel<Rule, Counters, W5500Faults> implements AddressSpace {
  readonly faults: W5500Faults;

  protected readonly core: Core;
  protected readonly pin: InterruptPin;
  protected readonly power: Power;
  protected readonly port: SpiPort;
  private readonly tx = new BufferMemory();
  private readonly rx = new BufferMemory();
  private readonly phy: Phy;
  private readonly common: CommonRegisters;
  private readonly sockets: Socket[];
  private readonly receiver: Receiver;
  private readonly transmitter: Transmitter;

  constructor(clock: VirtualClock, options: W5500Options = {}) {
    super();
    this.faults = { ...DEFAULT_FAULTS };
    this.core = new Core(clock, withDefaults(options), this.faults);
    this.pin = new InterruptPin(this.core);
    this.phy = new Phy(this.core, () => this.transmitter.linkChanged());
    this.common = this.buildCommon();
    this.sockets = Array.from({ length: SOCKETS }, (_, n) => this.buildSocket(n));
    const own = this.common.bytes.subarray(COMMON.SHAR, COMMON.SHAR + 6);
    this.receiver = new Receiver(this.core, this.sockets[0], this.rx, own);
    this.transmitter = new Transmitter(this.core, this.sockets[0], this.tx, this.phy, (frame) => this.deliver(frame));
    this.power = new Power(this.core, {
      resetRegisters: () => this.resetRegisters(),
      resetPhy: () => this.phy.reset(),
    });
    this.port = new SpiPort(this.core, this);
    for (const { ram } of [this.tx, this.rx]) for (let at = 0; at < ram.length; at++) ram[at] = this.core.random.word();
    this.power.powerOn(0);
    Object.assign(this.faults, options.faults); // after power on, which cures deafness
  }

  private buildCommon(): CommonRegisters {
    return new CommonRegisters(this.core, this.phy, {
      socketFlags: () => this.sockets.reduce((flags, socket, n) => flags | (socket.flags() ? 1 << n : 0), 0),
      flagsChanged: () => this.updateInterrupt(),
      softReset: () => this.power.softReset(),
      softResetting: () => this.power.softResetting(),
      versionReady: () => this.power.versionReady(),
    });
  }

  /** Sockets 1 to 7 cannot be opened, so that nothing of theirs ever reaches the MAC. */
  private buildSocket(n: number): Socket {
    const surroundings: SocketSurroundings = {
      flagsChanged: () => this.updateInterrupt(),
      opened: () => this.receiver.opened(),
      closed: () => (n ? undefined : this.closed()),
      send: (end) => this.transmitter.send(end),
      received: (pointer) => this.receiver.received(pointer),
      hasAddress: () => this.common.bytes.subarray(COMMON.SIPR, COMMON.SIPR + 4).some((byte) => byte),
    };
    return new Socket(this.core, n, this.tx, this.rx, surroundings);
  }

  private closed(): void {
    this.transmitter.abandon();
    this.receiver.closed();
  }

  private resetRegisters(): void {
    this.common.reset();
    this.transmitter.abandon();
    for (const socket of this.sockets) socket.reset();
    this.receiver.reset();
    this.updateInterrupt();
  }

  private updateInterrupt(): void {
    this.pin.update(this.common.pending() && !this.faults.absent, this.common.word("INTLEVEL"));
  }

  private deliver(frame: Uint8Array): void {
    this.onTransmit?.(frame);
  }

  /** With wires that may flip bits. */
  protected override clocked(mosi: number): number {
    const { misoErrors, mosiErrors } = this.faults;
    if (!misoErrors && !mosiErrors) return super.clocked(mosi);
    return super.clocked(mosi ^ this.flip(mosiErrors)) ^ this.flip(misoErrors);
  }

  private flip(probability: number): number {
    const { random } = this.core;
    return random.chance(probability) ? 1 << random.below(8) : 0;
  }

  // The address space behind the SPI port.

  admits(block: number, address: number, writing: boolean): boolean {
    return this.power.answers(block === 0 && address === COMMON.MR && !writing);
  }

  read(block: number, address: number): number {
    switch (block & 3) {
      case Part.RX:
        return this.rx.read(block >> 2, address);
      case Part.TX:
        return this.tx.read(block >> 2, address);
      case Part.REGISTERS:
        return this.sockets[block >> 2].read(address);
      default:
        return block ? 0 : this.common.read(address);
    }
  }

  write(block: number, address: number, value: number): void {
    switch (block & 3) {
      case Part.RX:
        this.rx.write(block >> 2, address, value);
        break;
      case Part.TX:
        this.tx.write(block >> 2, address, value);
        break;
      case Part.REGISTERS:
        this.sockets[block >> 2].write(address, value);
        break;
      default:
        if (!block) this.common.write(address, value);
    }
  }

  written(block: number, first: number, count: number): void {
    if ((block & 3) === Part.RX) this.core.violate("rx-buffer-written");
    if (block === Part.TX) this.transmitter.checkWritten(first, count);
  }

  // The cable.

  get byteTime(): number {
    return this.phy.byteTime;
  }

  get sendingUntil(): number {
    return this.phy.fullDuplex ? Number.NEGATIVE_INFINITY : this.transmitter.sendingUntil;
  }

  /** The first bit of a frame of `length` bytes (CRC included) arrives. */
  announce(length: number): void {
    this.transmitter.hold(length);
  }

  /** The last bit of a frame arrives; the frame is without CRC and not kept. */
  receive(frame: Uint8Array, options: ArrivalOptions = {}): void {
    this.receiver.arrive(frame, this.phy.linkUp, options);
  }

  /** The cable is plugged into a live partner, or pulled. */
  setLink(up: boolean): void {
    this.phy.setPlugged(up);
  }

  // Power and mishaps.

  /** Off and on again, or a supply that sagged: all registers have their reset values and nobody tells the host. */
  brownOut(): void {
    this.port.abandon();
    this.power.powerOn(this.core.settings.startTime);
  }

  /** Socket 0 is found closed (a glitch of its own, or of the wires). */
  dropSocket(): void {
    this.sockets[0].drop();
  }

  // For tests.

  get linkUp(): boolean {
    return this.phy.linkUp;
  }

  /** A common register of one byte, without any effect of reading it. */
  register(name: CommonName): number {
    return this.common.read(COMMON[name]);
  }

  /** A register of socket 0 of one byte. */
  socketRegister(name: SocketName): number {
    return this.sockets[0].read(SOCKET[name]);
  }

  /** Bytes received and not given back: Sn_RX_RSR, whole. */
  get waiting(): number {
    return this.sockets[0].received;
  }
}
