/**
 * The W5500's bus: frames of two bytes of address, one of control, and data (datasheet 2.2). Every function here is one
 * chip select period.
 */
import { type ChipBus, chip_zeros } from "../chip";
import { S0_READ, SN_RX_RSR, SN_TX_RD } from "./regs";

/** What the bus's functions know of the chip. */
export interface WzBus extends ChipBus {
  /** what reads the received size, and the transmitter's pointer */
  wz_rsrcmd: Uint8Array;
  wz_txrdcmd: Uint8Array;
}

export function wz_businit(bus: WzBus): void {
  bus.wz_rsrcmd = new Uint8Array([0, SN_RX_RSR, S0_READ, 0, 0]);
  bus.wz_txrdcmd = new Uint8Array([0, SN_TX_RD, S0_READ, 0, 0]);
}

/** Reads `len` bytes of registers, as a string. */
export function wz_read(bus: WzBus, control: number, reg: number, len: number): string {
  return bus.sc_send(chip_zeros(String.fromCharCode(0, reg, control), len), bus.sc_cs).substr(3);
}

/** Reads a register of one byte. */
export function wz_read8(bus: WzBus, control: number, reg: number): number {
  return wz_read(bus, control, reg, 1).charCodeAt(0);
}

/** Writes a register, or several in a row. */
export function wz_set(bus: WzBus, control: number, reg: number, data: number | string): void {
  bus.sc_write(0, reg, control, data, bus.sc_cs);
}
