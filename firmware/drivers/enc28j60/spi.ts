/**
 * The ENC28J60's bus: its seven instructions (DS39662E section 4) and bank switching.
 *
 * Every function here is one chip select period but for the bank's one or two. ECON1 is only ever changed by bit field
 * instructions: read, modify and write would start a transmission again that ends in between.
 */
import { spi_get, spi_write1, spi_write2 } from "../spi_bus";
import type { EncSoftc } from "./enc28j60_var";
import {
  ADDR_MASK,
  BANK_MASK,
  BANK_SHIFT,
  BFC,
  BFS,
  BSEL,
  BUSY,
  ECON1,
  EIE,
  MACMII,
  MICMD,
  MIISCAN,
  MIREGADR,
  MISTAT,
  MIWR,
  RCR,
  SRC,
  WCR,
} from "./regs";

/** Times that MISTAT may be read busy before the PHY is given up; one access takes 10.24 us (DS39662E 3.3). */
const MII_POLLS = 100;

export function en_businit(sc: EncSoftc): void {
  sc.en_bank = 0;
  sc.en_cmd2 = new Uint8Array(2);
  sc.en_cmd3 = new Uint8Array(3);
}

/** System reset: all registers to their reset values, bank 0. */
export function en_src(sc: EncSoftc): void {
  spi_write1(sc.sc_spi, SRC);
  sc.en_bank = 0;
}

/** Makes the register's bank the selected one; those from EIE on are in all. */
function en_setbank(sc: EncSoftc, reg: number): void {
  if ((reg & ADDR_MASK) >= EIE) return;
  const bank = (reg & BANK_MASK) >> BANK_SHIFT;
  if (bank === sc.en_bank) return;
  const clear = sc.en_bank & ~bank;
  const set = bank & ~sc.en_bank;
  if (clear) spi_write2(sc.sc_spi, BFC | ECON1, clear);
  if (set) spi_write2(sc.sc_spi, BFS | ECON1, set);
  sc.en_bank = bank;
}

/** Back to bank 0, which all that happens per frame relies on. */
export function en_bank0(sc: EncSoftc): void {
  if (sc.en_bank) spi_write2(sc.sc_spi, BFC | ECON1, BSEL);
  sc.en_bank = 0;
}

/** Reads a register. */
export function en_rcr(sc: EncSoftc, reg: number): number {
  en_setbank(sc, reg);
  const cmd = reg & MACMII ? sc.en_cmd3 : sc.en_cmd2;
  cmd[0] = RCR | (reg & ADDR_MASK);
  return spi_get(sc.sc_spi, cmd, 1, reg & MACMII ? 2 : 1);
}

/** Reads a register that is in all banks: EIE to ECON1. */
export function en_rcrcommon(sc: EncSoftc, reg: number): number {
  const cmd = sc.en_cmd2;
  cmd[0] = RCR | reg;
  return spi_get(sc.sc_spi, cmd, 1, 1);
}

/** Writes a register. */
export function en_wcr(sc: EncSoftc, reg: number, value: number): void {
  en_setbank(sc, reg);
  spi_write2(sc.sc_spi, WCR | (reg & ADDR_MASK), value);
}

/** Writes a pair of registers, low byte first. */
export function en_wcr16(sc: EncSoftc, reg: number, value: number): void {
  en_wcr(sc, reg, value & 255);
  en_wcr(sc, reg + 1, value >> 8);
}

/** Sets bits of an ETH register. */
export function en_bfs(sc: EncSoftc, reg: number, bits: number): void {
  en_setbank(sc, reg);
  spi_write2(sc.sc_spi, BFS | (reg & ADDR_MASK), bits);
}

/** Clears bits of an ETH register. */
export function en_bfc(sc: EncSoftc, reg: number, bits: number): void {
  en_setbank(sc, reg);
  spi_write2(sc.sc_spi, BFC | (reg & ADDR_MASK), bits);
}

/** Writes a PHY register (DS39662E 3.3.2); false when the MII stays busy. */
export function en_phywrite(sc: EncSoftc, reg: number, value: number): boolean {
  en_wcr(sc, MIREGADR, reg);
  en_wcr16(sc, MIWR, value);
  return en_phywait(sc);
}

/** Lets the MII read a PHY register for ever, into MIRD (DS39662E 3.3.3). */
export function en_physcan(sc: EncSoftc, reg: number): void {
  en_wcr(sc, MIREGADR, reg);
  en_wcr(sc, MICMD, MIISCAN);
}

/** Waits for the PHY access under way; false when it does not end. */
export function en_phywait(sc: EncSoftc): boolean {
  let polls = MII_POLLS;
  while (polls-- && en_rcr(sc, MISTAT) & BUSY);
  return polls >= 0;
}
