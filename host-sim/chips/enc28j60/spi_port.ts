/**
 * The SPI port (DS39662E 4): one instruction per CS period, its first byte three bits of opcode and five of argument.
 *
 * A state machine over the bytes of a CS period. The states of RBM and WBM come first in `transfer`: all traffic passes
 * there. Actions happen at the end of the byte that completes them; RCR takes its value when the opcode is in.
 */

import { Econ1, Econ2 } from "./bits";
import type { EthernetBuffer } from "./buffer";
import type { Core } from "./core";
import type { Instruction } from "./counters";
import { CsTiming } from "./cs_timing";
import { OFF_LIMITS_ADDRESS, REG, REGISTERS } from "./registers";

/** What the next byte of a CS period is. */
const Phase = {
  CS_HIGH: 0,
  RBM: 1,
  WBM: 2,
  RBM_IN_PLACE: 3,
  WBM_IN_PLACE: 4,
  OPCODE: 5,
  RCR_DUMMY: 6,
  RCR_DATA: 7,
  RCR_DONE: 8,
  WCR_DATA: 9,
  BFS_DATA: 10,
  BFC_DATA: 11,
  DONE: 12,
  AFTER_SRC: 13,
  ABSENT: 14,
} as const;

const RBM_OPCODE = 0x3a;
const WBM_OPCODE = 0x7a;
const SRC_OPCODE = 0xff;

const FASTEST_CLOCK = 20_000_000;
const SLOWEST_CLOCK_OF_B1_B4 = 8_000_000;
const LAST_REVISION_OF_ERRATUM_1 = 4;
const ERRATUM_1_LOSS = 0.125;

const DUMMY_BYTE = 0xff;
const OTHER_DUMMY_BYTE = 0xfe;

export class SpiPort {
  private phase: number = Phase.CS_HIGH;
  private index = 0;
  private value = 0;
  private clockRate = SLOWEST_CLOCK_OF_B1_B4;
  private readonly floating: number;
  private readonly timing: CsTiming;
  private readonly opcodes: readonly ((argument: number) => void)[];

  constructor(
    private readonly core: Core,
    private readonly buffer: EthernetBuffer,
    private readonly systemReset: () => void,
  ) {
    this.floating = core.settings.floatingMiso;
    this.timing = new CsTiming(core);
    this.opcodes = [
      (argument) => this.beginRead(argument),
      (argument) => this.beginBuffer(RBM_OPCODE, argument, "RBM"),
      (argument) => this.beginChange(argument, "WCR", Phase.WCR_DATA),
      (argument) => this.beginBuffer(WBM_OPCODE, argument, "WBM"),
      (argument) => this.beginChange(argument, "BFS", Phase.BFS_DATA),
      (argument) => this.beginChange(argument, "BFC", Phase.BFC_DATA),
      (argument) => this.isDefined(0xc0 | argument, undefined),
      (argument) => this.beginReset(argument),
    ];
  }

  setClock(hz: number): void {
    this.clockRate = hz;
    this.timing.byteTime = 8e9 / hz;
    if (hz > FASTEST_CLOCK) this.core.violate("spi-clock-fast", `${hz} Hz`);
  }

  select(): void {
    if (this.phase !== Phase.CS_HIGH) this.core.violate("cs-already-low");
    this.timing.select();
    this.phase = this.core.faults.absent ? Phase.ABSENT : Phase.OPCODE;
  }

  /** Eight clocks. */
  transfer(mosi: number): number {
    switch (this.phase) {
      case Phase.RBM:
        return this.buffer.read();
      case Phase.WBM:
        this.buffer.write(mosi);
        return this.floating;
      case Phase.RBM_IN_PLACE:
        return this.buffer.readInPlace();
      case Phase.WBM_IN_PLACE:
        this.buffer.writeInPlace(mosi);
        return this.floating;
      default:
        return this.transferControl(mosi);
    }
  }

  deselect(): void {
    const { phase } = this;
    this.phase = Phase.CS_HIGH;
    this.timing.deselect();
    if (phase === Phase.WBM) this.buffer.endWrite();
    else if (phase === Phase.RCR_DUMMY || phase === Phase.RCR_DATA) this.core.violate("cs-incomplete", "RCR");
    else if (phase === Phase.WCR_DATA || phase === Phase.BFS_DATA || phase === Phase.BFC_DATA)
      this.core.violate("cs-incomplete", REGISTERS[this.index].name);
  }

  /** The RESET pin: the instruction under way is lost. */
  abandon(): void {
    if (this.phase !== Phase.CS_HIGH) this.phase = Phase.ABSENT;
  }

  private transferControl(mosi: number): number {
    this.timing.transfer();
    switch (this.phase) {
      case Phase.OPCODE:
        this.opcodes[mosi >> 5](mosi & 0x1f);
        return this.floating;
      case Phase.RCR_DUMMY:
        this.phase = Phase.RCR_DATA;
        return this.value === DUMMY_BYTE ? OTHER_DUMMY_BYTE : DUMMY_BYTE;
      case Phase.RCR_DATA:
        this.phase = Phase.RCR_DONE;
        return this.value;
      case Phase.RCR_DONE:
        return this.readOn();
      case Phase.CS_HIGH:
        this.core.violate("cs-high");
        return this.floating;
      default:
        this.takeData(mosi);
        return this.floating;
    }
  }

  private takeData(mosi: number): void {
    switch (this.phase) {
      case Phase.WCR_DATA:
        this.change(mosi);
        break;
      case Phase.BFS_DATA:
        this.change(this.core.registers.get(this.index) | mosi);
        break;
      case Phase.BFC_DATA:
        this.change(this.core.registers.get(this.index) & ~mosi);
        break;
      case Phase.DONE:
        this.core.violate("cs-second-instruction", `0x${mosi.toString(16)}`);
    }
  }

  /** Data behind the data byte of RCR is unknown: a setting. */
  private readOn(): number {
    this.core.violate("rcr-overrun", REGISTERS[this.index].name);
    return this.core.settings.afterRcrData === "repeat" ? this.value : 0;
  }

  private count(instruction: Instruction): void {
    this.core.counters.instructions[instruction]++;
  }

  /** RBM, WBM and SRC have one argument each, opcode 110 has no meaning. */
  private isDefined(opcode: number, defined: number | undefined): boolean {
    if (opcode === defined) return true;
    this.core.violate("undefined-instruction", `0x${opcode.toString(16)}`);
    this.phase = Phase.ABSENT;
    return false;
  }

  /** SRC; drivers clock another 0xFF, which does nothing. */
  private beginReset(argument: number): void {
    if (!this.isDefined(0xe0 | argument, SRC_OPCODE)) return;
    this.count("SRC");
    this.phase = Phase.AFTER_SRC;
    this.systemReset();
  }

  private beginBuffer(opcode: number, argument: number, instruction: "RBM" | "WBM"): void {
    if (!this.isDefined((opcode & 0xe0) | argument, opcode)) return;
    this.count(instruction);
    const moving = this.core.registers.has(REG.ECON2, Econ2.AUTOINC);
    if (instruction === "RBM") this.phase = moving ? Phase.RBM : Phase.RBM_IN_PLACE;
    else this.phase = moving ? Phase.WBM : Phase.WBM_IN_PLACE;
    this.buffer.beginWrite();
  }

  private beginRead(address: number): void {
    this.count("RCR");
    this.index = this.core.registers.selected(address);
    const mac = REGISTERS[this.index].class !== "ETH";
    this.phase = mac ? Phase.RCR_DUMMY : Phase.RCR_DATA;
    this.timing.macAccess = mac;
    this.value = this.readable(address, mac) ? this.core.registers.hostRead(this.index) : 0;
  }

  private readable(address: number, mac: boolean): boolean {
    if (address === OFF_LIMITS_ADDRESS) this.core.violate("address-1a", "read");
    if (!mac) return true;
    this.checkMacClock();
    return this.core.macReady(REGISTERS[this.index].name);
  }

  private beginChange(address: number, instruction: "WCR" | "BFS" | "BFC", phase: number): void {
    this.count(instruction);
    this.index = this.core.registers.selected(address);
    this.timing.macAccess = REGISTERS[this.index].class !== "ETH";
    this.phase = phase;
  }

  /** The data byte of WCR, BFS or BFC is in. */
  private change(value: number): void {
    const bitField = this.phase !== Phase.WCR_DATA;
    this.phase = Phase.DONE;
    const { index } = this;
    const { kind, name } = REGISTERS[index];
    if ((index & 0x1f) === OFF_LIMITS_ADDRESS) this.core.violate("address-1a", "write");
    else if (kind === "reserved") this.core.violate("reserved-register", name);
    else if (kind === "unimplemented") this.core.violate("unimplemented-register", name);
    else if (this.accepts(index, bitField)) this.core.registers.hostWrite(index, value & 0xff);
  }

  private accepts(index: number, bitField: boolean): boolean {
    const { registers } = this.core;
    if (index === REG.ECON1 && !bitField && registers.has(REG.ECON1, Econ1.TXRTS)) this.core.violate("econ1-wcr-race");
    return REGISTERS[index].class === "ETH" || this.acceptsMac(REGISTERS[index].name, bitField);
  }

  private acceptsMac(name: string, bitField: boolean): boolean {
    const { core } = this;
    if (bitField) core.violate("bit-field-on-mac", name);
    const lost = this.checkMacClock() && core.faults.erratum1 && core.random.chance(ERRATUM_1_LOSS);
    return core.macReady(name) && !lost && (!bitField || core.settings.bitFieldOnMac === "write");
  }

  /** Erratum 1: B1 and B4 want at least 8 MHz for MAC and MII registers. True when it strikes. */
  private checkMacClock(): boolean {
    const { core } = this;
    if (core.settings.revision > LAST_REVISION_OF_ERRATUM_1 || this.clockRate >= SLOWEST_CLOCK_OF_B1_B4) return false;
    core.violate("spi-clock-slow", `${this.clockRate} Hz`);
    return true;
  }
}
