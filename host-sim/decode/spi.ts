/**
 * What a board says to a chip over SPI, a line for each period of chip select: the instruction, the register by its name in the
 * data sheet, and the value.
 */
import { enc28j60Econ1, enc28j60Text } from "./spi_enc28j60";
import { bytesText, type SpiTransaction } from "./spi_tap";
import { w5500Text } from "./spi_w5500";

/** How a chip's transactions are read. What one means may depend on those before it: that is in `state`, 0 at first. */
export interface SpiReader {
  text(transaction: SpiTransaction, state: number): string;
  /** the state behind a transaction of which these are the first two bytes */
  next(state: number, first: number, second: number): number;
}

const plain = (text: (transaction: SpiTransaction) => string): SpiReader => ({ text, next: (state) => state });

const READERS: Record<string, SpiReader> = {
  enc28j60: { text: enc28j60Text, next: enc28j60Econ1 },
  "w5500-raw": plain(w5500Text),
};
const BYTES = plain(({ mosi, miso }) => `${bytesText(mosi)} -> ${bytesText(miso)}`);

/** Of a chip that has none of its own, the bytes. */
export function spiReader(chip: string): SpiReader {
  return READERS[chip] ?? BYTES;
}

/** The decoder of a chip: a text for each transaction, in order. */
export function spiDecoder(chip: string): (transaction: SpiTransaction) => string {
  const { text, next } = spiReader(chip);
  let state = 0;
  return (transaction) => {
    const before = state;
    const [first = 0, second = 0] = transaction.mosi;
    state = next(before, first, second);
    return text(transaction, before);
  };
}
