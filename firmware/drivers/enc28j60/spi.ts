/**
 * The ENC28J60's bus: its seven instructions (DS39662E section 4) and bank switching.
 *
 * Every function here is one chip select period but for the bank's one or two. ECON1 is only ever changed by bit field
 * instructions: read, modify and write would start a transmission again that ends in between.
 */
import type { ChipBus } from "../chip";
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

/** What the bus's functions know of the chip. */
export interface EncBus extends ChipBus {
  /** bank that is selected, 0 to 3 */
  en_bank: number;
  /** templates of register reads, of 2 and 3 bytes */
  en_rcr2: Uint8Array;
  en_rcr3: Uint8Array;
}

/** Times that MISTAT may be read busy before the PHY is given up; one access takes 10.24 us (DS39662E 3.3). */
const MII_POLLS = 100;

export function en_businit(bus: EncBus): void {
  bus.en_bank = 0;
  bus.en_rcr2 = new Uint8Array(2);
  bus.en_rcr3 = new Uint8Array(3);
}

/** System reset: all registers to their reset values, bank 0. */
export function en_src(bus: EncBus): void {
  bus.sc_write(SRC, bus.sc_cs);
  bus.en_bank = 0;
}

/** Makes the register's bank the selected one; those from EIE on are in all. */
function en_setbank(bus: EncBus, reg: number): void {
  if ((reg & ADDR_MASK) >= EIE) return;
  const bank = (reg & BANK_MASK) >> BANK_SHIFT;
  if (bank === bus.en_bank) return;
  const clear = bus.en_bank & ~bank;
  const set = bank & ~bus.en_bank;
  if (clear) bus.sc_write(BFC | ECON1, clear, bus.sc_cs);
  if (set) bus.sc_write(BFS | ECON1, set, bus.sc_cs);
  bus.en_bank = bank;
}

/** Back to bank 0, which all that happens per frame relies on. */
export function en_bank0(bus: EncBus): void {
  if (bus.en_bank) bus.sc_write(BFC | ECON1, BSEL, bus.sc_cs);
  bus.en_bank = 0;
}

/** Reads a register. */
export function en_rcr(bus: EncBus, reg: number): number {
  en_setbank(bus, reg);
  const cmd = reg & MACMII ? bus.en_rcr3 : bus.en_rcr2;
  cmd[0] = RCR | (reg & ADDR_MASK);
  return bus.sc_send(cmd, bus.sc_cs)[reg & MACMII ? 2 : 1];
}

/** Reads a register that is in all banks: EIE to ECON1. */
export function en_rcrcommon(bus: EncBus, reg: number): number {
  const cmd = bus.en_rcr2;
  cmd[0] = RCR | reg;
  return bus.sc_send(cmd, bus.sc_cs)[1];
}

/** Writes a register. */
export function en_wcr(bus: EncBus, reg: number, value: number): void {
  en_setbank(bus, reg);
  bus.sc_write(WCR | (reg & ADDR_MASK), value, bus.sc_cs);
}

/** Writes a pair of registers, low byte first. */
export function en_wcr16(bus: EncBus, reg: number, value: number): void {
  en_wcr(bus, reg, value & 255);
  en_wcr(bus, reg + 1, value >> 8);
}

/** Sets bits of an ETH register. */
export function en_bfs(bus: EncBus, reg: number, bits: number): void {
  en_setbank(bus, reg);
  bus.sc_write(BFS | (reg & ADDR_MASK), bits, bus.sc_cs);
}

/** Clears bits of an ETH register. */
export function en_bfc(bus: EncBus, reg: number, bits: number): void {
  en_setbank(bus, reg);
  bus.sc_write(BFC | (reg & ADDR_MASK), bits, bus.sc_cs);
}

/** Writes a PHY register (DS39662E 3.3.2); false when the MII stays busy. */
export function en_phywrite(bus: EncBus, reg: number, value: number): boolean {
  en_wcr(bus, MIREGADR, reg);
  en_wcr16(bus, MIWR, value);
  return en_phywait(bus);
}

/** Lets the MII read a PHY register for ever, into MIRD (DS39662E 3.3.3). */
export function en_physcan(bus: EncBus, reg: number): void {
  en_wcr(bus, MIREGADR, reg);
  en_wcr(bus, MICMD, MIISCAN);
}

/** Waits for the PHY access under way; false when it does not end. */
export function en_phywait(bus: EncBus): boolean {
  let polls = MII_POLLS;
  while (polls-- && en_rcr(bus, MISTAT) & BUSY);
  return polls >= 0;
}
