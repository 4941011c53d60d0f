/**
 * What goes wrong in a real ENC28J60: the silicon errata (DS80349C) and what field reports tell. Every field can be
 * switched while the chip runs. Errata that every B7 has and that a driver must survive are on by default.
 *
 * A number called `...Next` counts the next frames it strikes and counts itself down; a probability is 0 to 1, drawn
 * from the seeded generator of the chip.
 */
import { SOUND_WIRES, type WireFaults } from "../model";

export interface Enc28j60Faults extends WireFaults {
  /** On B1 and B4 below 8 MHz SPI clock a MAC or MII write is lost now and then. Default on (no effect on B5, B7). */
  erratum1: boolean;
  /** For 1 ms after SRC or RESET the MAC, MII and PHY are dead although CLKRDY is 1. Default on. */
  erratum2: boolean;
  /** Writing ERXST or ERXND loads the internal receive write pointer with 0x0000, not with ERXST. Default on. */
  erratum5: boolean;
  /** EIR.PKTIF reads 0 now and then although packets are pending; the INT pin is right. Default on. */
  erratum6: boolean;
  /** How often (per read of EIR with packets pending). Default 0.25. */
  erratum6Probability: number;
  /** Loopback in half duplex (HDLDIS = 0) damages every second frame or so. Default on. */
  erratum9: boolean;
  /** Loopback in full duplex (PLOOPBK) damages every second frame or so. Default on. */
  erratum10: boolean;
  /** After an abort in half duplex the next TXRTS never ends, until TXRST; releasing TXRST raises TXERIF. Default on. */
  erratum12: boolean;
  /** B5, B7, half duplex: a link pulse is taken for a collision. Default off. */
  erratum13: boolean;
  /** How often a frame is hit. Default 0.08 (a full frame lasts 1.2 of the 16 ms between two pulses). */
  erratum13Probability: number;
  /** How often such a late collision leaves TXRTS set and TXIF clear. Default 0.25. */
  erratum13Stuck: number;
  /** With an even ERXRDPT the header of the next packet may be garbage. Default on. */
  erratum14: boolean;
  /** How often. Default 0.05. */
  erratum14Probability: number;
  /** ESTAT.LATECOL stays 0 after a late collision; bit 29 of the transmit status vector is right. Default on. */
  erratum15: boolean;
  /** A DMA checksum during a reception kills the packet and sets RXERIF and BUFER. Default on. */
  erratum17: boolean;
  /** The pattern match filter accepts packets it should reject. Default off. */
  erratum18: boolean;
  /** How often. Default 0.25. */
  erratum18Probability: number;
  /** SRC is ignored while PWRSV is 1. Default on. */
  erratum19: boolean;

  /** Half duplex: probability that a transmission meets an ordinary collision (it is repeated). Default 0. */
  collision: number;
  /** Half duplex: probability of an abort by late collision. Default 0. */
  lateCollision: number;
  lateCollisionNext: number;
  /** Half duplex: probability of an abort after RETMAX collisions. Default 0. */
  excessiveCollisions: number;
  excessiveCollisionsNext: number;
  /** Half duplex: the next N frames find the cable busy for 2.4 ms: abort when MACON4.DEFER is 0, else a delay. */
  excessiveDeferralNext: number;
  /** Field report: TXRTS never ends and nothing is sent (esp-idf#7117), and what cures it (arduino_uip#103, #144). Default off. */
  txStuck: boolean | "until TXRST" | "until reset";
  /** Field report: the receiver goes deaf while RXEN reads 1 (UIPEthernet#129), and what cures it. Default "no". */
  rxDeaf: "no" | "until RXRST" | "until reset" | "always";
  /** EPKTCNT is stuck at 255: all that comes is dropped, PKTDEC changes nothing (zephyr#9537). */
  epktcntStuck: "no" | "until RXRST" | "until reset";
  /** The next N packets get a wrong next packet pointer in their header (RIOT#9784, embassy#1796). */
  corruptNextPointerNext: number;
  /** The next N packets get a random receive status vector. */
  rsvGarbageNext: number;
}

export const DEFAULT_FAULTS: Readonly<Enc28j60Faults> = {
  erratum1: true,
  erratum2: true,
  erratum5: true,
  erratum6: true,
  erratum6Probability: 0.25,
  erratum9: true,
  erratum10: true,
  erratum12: true,
  erratum13: false,
  erratum13Probability: 0.08,
  erratum13Stuck: 0.25,
  erratum14: true,
  erratum14Probability: 0.05,
  erratum15: true,
  erratum17: true,
  erratum18: false,
  erratum18Probability: 0.25,
  erratum19: true,
  collision: 0,
  lateCollision: 0,
  lateCollisionNext: 0,
  excessiveCollisions: 0,
  excessiveCollisionsNext: 0,
  excessiveDeferralNext: 0,
  txStuck: false,
  rxDeaf: "no",
  epktcntStuck: "no",
  corruptNextPointerNext: 0,
  rsvGarbageNext: 0,
  ...SOUND_WIRES,
};
