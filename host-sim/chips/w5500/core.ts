/**
 * What the blocks of the chip share: time, the books (violations, counters), chance.
 */
import type { VirtualClock } from "../../clock";
import { ChipCore } from "../model";
import { type Counters, newCounters } from "./counters";
import type { W5500Faults } from "./faults";
import type { Settings } from "./options";
import { RULES, type Rule } from "./violations";

export class Core extends ChipCore<Rule, Counters, Settings, W5500Faults> {
  constructor(clock: VirtualClock, settings: Settings, faults: W5500Faults) {
    super(clock, settings, faults, newCounters(), RULES);
  }
}
