/**
 * The network chips that a machine can have, by the name that `--chip` and `require` know them by.
 */
import type { VirtualClock } from "../clock";
import type { Transceiver } from "../line";
import { Enc28j60 } from "./enc28j60";
import { baudOf, CHIP_NAMES } from "./names";
import type { SpiDevice } from "./spi_device";
import type { Violation } from "./violation_log";
import { W5500 } from "./w5500";

export type { Violation };

/** A chip between the board's SPI bus and the cable. */
export interface NetworkChip extends SpiDevice, Transceiver {
  /** Takes what the chip sends (without CRC), when the last bit has left it, and whether its CRC is wrong. */
  onTransmit?: (frame: Uint8Array, badCrc?: boolean) => void;
  /** The last bit of a frame (without CRC) arrives on the cable. */
  receive(frame: Uint8Array): void;
  /** The cable is plugged in or pulled out. */
  setLink(up: boolean): void;
  readonly violations: readonly Violation[];
}

/** A kind of chip and how it is wired to the board unless told otherwise. */
export interface ChipKind {
  /** The name of the firmware's module in Storage. */
  readonly name: string;
  create(clock: VirtualClock, options: object): NetworkChip;
  /** The bus and the board's pins. */
  readonly wiring: { spi: string; cs: string; int: string; rst: string };
  /** Hz */
  readonly baud: number;
}

/** Side by side on the Pico: A5, A6, A7 (SPI1), B1, B10, B13. */
const PICO_WIRING = { spi: "SPI1", cs: "B1", int: "B10", rst: "B13" };

/** The model of each; tools/chips.js names them all. */
const MODELS: Record<string, ChipKind["create"]> = {
  enc28j60: (clock, options) => new Enc28j60(clock, options),
  "w5500-raw": (clock, options) => new W5500(clock, options),
};

export const chips: Readonly<Record<string, ChipKind>> = Object.fromEntries(
  CHIP_NAMES.map((name) => [name, { name, create: MODELS[name], wiring: PICO_WIRING, baud: baudOf(name) }]),
);
