/**
 * What is fixed when the chip is built into a simulation: its revision, straps, and the answers to the questions that
 * the data sheet leaves open.
 */
import type { Enc28j60Faults } from "./faults";

export interface Enc28j60Options {
  /** EREVID: 2 = B1, 4 = B4, 5 = B5, 6 = B7. Default 6. */
  revision?: number;
  /** Note violations of the data sheet's rules. Default true. */
  strict?: boolean;
  faults?: Partial<Enc28j60Faults>;
  /** Of the generator behind everything random: RAM after power on, backoff, faults. Default 1. */
  seed?: number;
  /** How the LED at LEDB is wired: the reset value of PHCON1.PDPXMD; "none" is a coin (erratum 16). Default "half". */
  ledB?: "full" | "half" | "none";
  /** Check the nanoseconds of CS setup, hold and high time. Needs a board that lets them pass. Default false. */
  csTiming?: boolean;
  /** Nanoseconds from "cable plugged and PHY running" to LSTAT = 1. The data sheet has no figure. Default 0. */
  linkUpDelay?: number;

  // Unknown on silicon.
  /** What a byte reads while the chip drives nothing: the opcode byte, WBM data, CS high. Default 0xFF. */
  floatingMiso?: number;
  /** What RCR answers after its data byte. Default "repeat". */
  afterRcrData?: "repeat" | "zero";
  /**
   * What BFS and BFC do to a MAC or MII register. The data sheet excludes them (4.2.5), so they are violations in any case;
   * but drivers in the field set MACON3 and MACON4 by BFS, over the reset value of 0, and without the padding and CRC that
   * they so switch on nobody would hear them. Default "write": as to any other register.
   */
  bitFieldOnMac?: "ignore" | "write";
  /** A packet that arrives within so many nanoseconds after PKTDEC is not counted in EPKTCNT. Default 0: exact. */
  pktdecRace?: number;
  /** Whether RXRST sets EPKTCNT to 0. Default false. */
  rxrstClearsEpktcnt?: boolean;
  /** ERXRDPT outside the FIFO: "accept" protects nothing any more (EtherCard#182), "ignore" drops the write. */
  erxrdptOutside?: "accept" | "ignore";
  /** Whether a status vector is written when the host cancels a transmission. Default "none". */
  tsvAfterCancel?: "none" | "zero";
  /** Whether SRC and RESET reset the PHY registers too. Default true. */
  srcResetsPhy?: boolean;
}

export type Settings = Required<Omit<Enc28j60Options, "faults">>;

export function withDefaults(options: Enc28j60Options): Settings {
  const { faults: _, ...chosen } = options;
  return {
    revision: 6,
    strict: true,
    seed: 1,
    ledB: "half",
    csTiming: false,
    linkUpDelay: 0,
    floatingMiso: 0xff,
    afterRcrData: "repeat",
    bitFieldOnMac: "write",
    pktdecRace: 0,
    rxrstClearsEpktcnt: false,
    erxrdptOutside: "accept",
    tsvAfterCancel: "none",
    srcResetsPhy: true,
    ...chosen,
  };
}
