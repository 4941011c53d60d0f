/**
 * The names of the chips, by themselves: the command line is checked without loading their models.
 */
export const CHIP_NAMES = ["enc28j60", "w5500-raw"] as const;

export type ChipName = (typeof CHIP_NAMES)[number];
