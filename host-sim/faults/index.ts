/**
 * The faults of each chip, by the name that `--chip` knows it by.
 */
import { COMMON_FAULTS } from "./common_faults";
import { ENC28J60_FAULTS } from "./enc28j60";
import type { Fault } from "./fault";
import { W5500_FAULTS } from "./w5500";

export const CHIP_FAULTS: { [chip: string]: Fault[] } = { enc28j60: ENC28J60_FAULTS, "w5500-raw": W5500_FAULTS };

/** All that the board with a chip may meet. */
export function faultsOf(chip: string): Fault[] {
  return [...COMMON_FAULTS, ...(CHIP_FAULTS[chip] ?? [])];
}
