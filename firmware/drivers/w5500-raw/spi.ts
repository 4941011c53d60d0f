/**
 * The W5500's bus: frames of two bytes of address, one of control, and data (datasheet 2.2). Every function here is one
 * chip select period.
 */
import { spi_get3, spi_write4, spi_write5 } from "../spi_bus";
import { S0_READ, SN_RX_RSR, SN_TX_RD, TX_WRITE } from "./regs";
import { REGS_LEN, type WzSoftc } from "./w5500_var";

export function wz_businit(sc: WzSoftc): void {
  sc.wz_rsrcmd = new Uint8Array(5);
  sc.wz_rsrcmd[1] = SN_RX_RSR;
  sc.wz_rsrcmd[2] = S0_READ;
  sc.wz_txrdcmd = new Uint8Array(5);
  sc.wz_txrdcmd[1] = SN_TX_RD;
  sc.wz_txrdcmd[2] = S0_READ;
  sc.wz_txcmd = new Uint8Array(3);
  sc.wz_txcmd[2] = TX_WRITE;
  sc.wz_regs = new Uint8Array(REGS_LEN);
}

/** Reads `len` registers; they stay in the array until the next call. */
export function wz_read(sc: WzSoftc, control: number, reg: number, len: number): Uint8Array {
  spi_get3(sc.sc_spi, 0, reg, control, sc.wz_regs, len);
  return sc.wz_regs;
}

/** Reads a register. */
export function wz_read8(sc: WzSoftc, control: number, reg: number): number {
  return wz_read(sc, control, reg, 1)[0];
}

/** The word at `at` of what was read. */
export function wz_word(regs: Uint8Array, at: number): number {
  return (regs[at] << 8) | regs[at + 1];
}

/** Writes a register. */
export function wz_set(sc: WzSoftc, control: number, reg: number, value: number): void {
  spi_write4(sc.sc_spi, 0, reg, control, value);
}

/** Writes a pair of registers, the high byte first. */
export function wz_set16(sc: WzSoftc, control: number, reg: number, value: number): void {
  spi_write5(sc.sc_spi, 0, reg, control, value >> 8, value & 255);
}
