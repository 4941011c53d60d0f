/**
 * What a board says to a chip over SPI, a line for each period of chip select: the instruction, the register by its name in the
 * data sheet, and the value.
 */
import type { ChipName } from "../chips/names";
import { Enc28j60Spi } from "./spi_enc28j60";
import type { SpiTransaction } from "./spi_tap";
import { w5500Text } from "./spi_w5500";

/** The decoder of a chip: a text for each transaction, in order. */
export function spiDecoder(chip: ChipName): (transaction: SpiTransaction) => string {
  if (chip === "w5500-raw") return w5500Text;
  const enc = new Enc28j60Spi();
  return (transaction) => enc.text(transaction);
}
