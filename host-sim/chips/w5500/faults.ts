/**
 * What goes wrong around a real W5500, as field reports tell. Every field can be switched while the chip runs; all are
 * off by default.
 *
 * A number called `...Next` counts the next frames it strikes and counts itself down; a probability is 0 to 1, drawn
 * from the seeded generator of the chip.
 */
import { SOUND_WIRES, type WireFaults } from "../model";

export interface W5500Faults extends WireFaults {
  /** The next N received frames have a length in front of them that makes no sense (esp-idf#6572, zephyr#46684). */
  corruptLengthNext: number;
  /** That length; below 0: at random. Default -1. */
  corruptLength: number;
  /** The next N received frames set no RECV flag: no interrupt tells of them. */
  lostRecvNext: number;
  /** The receiver goes deaf while Sn_SR reads MACRAW, and what cures it. */
  rxDeaf: "no" | "until CLOSE" | "until reset";
  /** A frame that is sent never ends: no SENDOK, Sn_TX_RD stays (ioLibrary#168). */
  sendOkNever: boolean;
  /** A command is never accepted: Sn_CR keeps it. */
  commandStuck: boolean;
  /** Probability that a 16-bit pointer of the chip's own moves on by a frame's length between its two bytes. */
  tornPointers: number;
  /** Probability that a bit of a byte flips on MISO, and on MOSI. */
  misoErrors: number;
  mosiErrors: number;
}

export const DEFAULT_FAULTS: Readonly<W5500Faults> = {
  corruptLengthNext: 0,
  corruptLength: -1,
  lostRecvNext: 0,
  rxDeaf: "no",
  sendOkNever: false,
  commandStuck: false,
  tornPointers: 0,
  misoErrors: 0,
  mosiErrors: 0,
  ...SOUND_WIRES,
};
