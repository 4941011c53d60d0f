/**
 * The faults of each chip, by the name that `--chip` knows it by.
 */
import type { Fault } from "./campaign";
import { ENC28J60_FAULTS } from "./enc28j60";

export const CHIP_FAULTS: { [chip: string]: Fault[] } = { enc28j60: ENC28J60_FAULTS };
