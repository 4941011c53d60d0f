/**
 * What the blocks of the chip share: time, the books (violations, counters), chance.
 */
import type { VirtualClock } from "../../clock";
import { Random } from "../../random";
import { ViolationLog } from "../violation_log";
import { newCounters } from "./counters";
import type { W5500Faults } from "./faults";
import type { Settings } from "./options";
import { RULES, type Rule } from "./violations";

export class Core {
  readonly random: Random;
  readonly violations: ViolationLog<Rule>;
  readonly counters = newCounters();

  constructor(
    readonly clock: VirtualClock,
    readonly settings: Settings,
    readonly faults: W5500Faults,
  ) {
    this.random = new Random(settings.seed);
    this.violations = new ViolationLog(RULES, settings.strict);
  }

  now(): number {
    return this.clock.now();
  }

  violate(rule: Rule, detail = ""): void {
    this.violations.note(this.now(), rule, detail);
  }
}
