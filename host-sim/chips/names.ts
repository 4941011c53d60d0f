/**
 * The names of the chips, by themselves: the command line is checked without loading their models.
 */
const { CHIP_NAMES, CHIPS } = require("../../tools/chips") as {
  CHIP_NAMES: string[];
  CHIPS: Record<string, { baud: number }>;
};

export { CHIP_NAMES };

/** Hz; what a Pico's SPI1 offers below the chip's limit. */
export function baudOf(chip: string): number {
  return CHIPS[chip].baud;
}
