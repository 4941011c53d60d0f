/**
 * What is fixed when the chip is built into a simulation: its times, and a choice for each question on which sources
 * contradict each other or are silent.
 */
import type { W5500Faults } from "./faults";

export interface W5500Options {
  /** VERSIONR. Default 4. */
  version?: number;
  /** Note violations of the data sheet's rules. Default true. */
  strict?: boolean;
  faults?: Partial<W5500Faults>;
  /** Of the generator behind everything random: RAM after power on, faults. Default 1. */
  seed?: number;

  // Times in nanoseconds.
  /** From power on or the end of RSTn until the chip answers (PLL lock): all reads as 0, writes are lost. Default 1 ms. */
  startTime?: number;
  /**
   * How long a reset by MR.RST takes; the bit reads 1 meanwhile. No source has a figure; but most drivers in the field, the
   * vendor's own among them, use the chip with the next SPI frame. Default 500 ns.
   */
  softResetTime?: number;
  /** How long after a reset VERSIONR reads 0 (seen in the field: up to 100 ms). Default 0. */
  versionDelay?: number;
  /** Until a command is accepted: Sn_CR reads back as 0 and the command takes effect. Default 1 us. */
  commandTime?: number;
  /** From "cable plugged and PHY running" to LNK = 1. Silicon takes one to three seconds. Default 0. */
  linkUpDelay?: number;

  // What the partner at the other end offers.
  /** Default "100 full". */
  partner?: "10 half" | "10 full" | "100 half" | "100 full";

  // Contested, or unknown on silicon.
  /**
   * The filter of MACRAW with MFEN = 1. "doc": own address, broadcast, and groups unless MMB. "esp" (seen by Espressif):
   * IPv4 groups unless MMB, IPv6 groups always, other groups never. Default "doc".
   */
  filters?: "doc" | "esp";
  /**
   * Whether an event whose bit in Sn_IMR is 0 sets its bit in Sn_IR. "doc": it does not. "set": it does, without an
   * interrupt, which drivers in the field poll (Espressif's). Default "set".
   */
  maskedFlags?: "doc" | "set";
  /** Whether INTn, once high, stays so for the time of INTLEVEL. "ignored": it follows the flags. Default "doc". */
  intLevel?: "doc" | "ignored";
  /** Frames shorter than 60 bytes to send: padded by the MAC, or sent as they are. Default "pad". */
  shortFrames?: "pad" | "send";
  /** SEND without a link: the frame waits for one, or for CLOSE. Default "wait". */
  sendWithoutLink?: "wait" | "never";
  /** What a byte reads while the chip drives nothing: in data it is given, and while CS is high. Default 0xFF. */
  floatingMiso?: number;
  /** Clocks after the last byte of a frame of fixed length: ignored, or the header of another. Default "ignore". */
  afterFixedLength?: "ignore" | "restart";
  /** Whether MR.RST resets the PHY too, so that the link is lost for a while. Default false. */
  softResetPhy?: boolean;
}

export type Settings = Required<Omit<W5500Options, "faults">>;

export function withDefaults(options: W5500Options): Settings {
  const { faults: _, ...chosen } = options;
  return {
    version: 4,
    strict: true,
    seed: 1,
    startTime: 1_000_000,
    softResetTime: 500,
    versionDelay: 0,
    commandTime: 1_000,
    linkUpDelay: 0,
    partner: "100 full",
    filters: "doc",
    maskedFlags: "set",
    intLevel: "doc",
    shortFrames: "pad",
    sendWithoutLink: "wait",
    floatingMiso: 0xff,
    afterFixedLength: "ignore",
    softResetPhy: false,
    ...chosen,
  };
}
