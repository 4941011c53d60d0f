/**
 * The faults of each chip, by the name that `--chip` knows it by.
 */
import type { Fault } from "./campaign";
import { ENC28J60_FAULTS } from "./enc28j60";
import { W5500_FAULTS } from "./w5500";

export const CHIP_FAULTS: { [chip: string]: Fault[] } = { enc28j60: ENC28J60_FAULTS, "w5500-raw": W5500_FAULTS };
