/**
 * Is there an ENC28J60 at the other end of the wires, and is it as it was left? Asked when it is brought up, by the watchdog's
 * look, and when the receiver meets what cannot be.
 */
import { IFF_UP } from "../../net/if/ifnet";
import { WD_DEAD, WD_OK, WD_REGS, WD_RXOFF } from "../watchdog";
import { ENF_NOCLOCK, ENF_SILENT, ENF_UNKNOWN, type EncSoftc } from "./enc28j60_var";
import { AUTOINC, CLKRDY, ECON1, ECON2, EIE, EREVID, ESTAT, INTIE, PKTIE, RXEN, TXRTS } from "./regs";
import { en_bank0, en_rcr } from "./spi";

/** Is it the chip, awake, of a revision that we know? What is wrong, with the register that says so, or 0. */
export function en_revision(sc: EncSoftc): number {
  const rev = en_rcr(sc, EREVID);
  const stat = en_rcr(sc, ESTAT);
  if (rev === 0 || rev === 255) return ENF_SILENT | (rev << 8);
  if (rev !== 2 && rev !== 4 && rev !== 5 && rev !== 6) return ENF_UNKNOWN | (rev << 8);
  return stat & CLKRDY ? 0 : ENF_NOCLOCK | (stat << 8);
}

/** Does a register hold something else, twice? */
export function en_differs(sc: EncSoftc, reg: number, mask: number, value: number): boolean {
  return (en_rcr(sc, reg) & mask) !== value && (en_rcr(sc, reg) & mask) !== value;
}

/**
 * Is it there, set up as it was, and receiving? EIE, ECON2 and ECON1 are in all banks, so they tell also when the bank is not the one we
 * think.
 */
export function en_alive(sc: EncSoftc): number {
  const rxen = sc.if_flags & IFF_UP ? RXEN : 0;
  if (!en_differs(sc, EIE, 255, INTIE | PKTIE) && !en_differs(sc, ECON2, 255, AUTOINC)) {
    if (!en_differs(sc, ECON1, 255 - TXRTS, rxen)) return WD_OK;
    if (!en_differs(sc, ECON1, 255 - TXRTS, rxen ^ RXEN)) return WD_RXOFF;
  }
  sc.en_bank = 3;
  en_bank0(sc);
  const fault = en_revision(sc);
  en_bank0(sc);
  return fault ? WD_DEAD : WD_REGS;
}
