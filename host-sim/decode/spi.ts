/**
 * What a board says to a chip over SPI, a line for each period of chip select: the instruction, the register by its name in the
 * data sheet, and the value.
 */
import { Enc28j60Spi } from "./spi_enc28j60";
import { bytesText, type SpiTransaction } from "./spi_tap";
import { w5500Text } from "./spi_w5500";

type Decoder = (transaction: SpiTransaction) => string;

const DECODERS: Record<string, () => Decoder> = {
  enc28j60: () => {
    const enc = new Enc28j60Spi();
    return (transaction) => enc.text(transaction);
  },
  "w5500-raw": () => w5500Text,
};

/** The decoder of a chip: a text for each transaction, in order. Of one that has none of its own, the bytes. */
export function spiDecoder(chip: string): Decoder {
  return DECODERS[chip]?.() ?? (({ mosi, miso }) => `${bytesText(mosi)} -> ${bytesText(miso)}`);
}
