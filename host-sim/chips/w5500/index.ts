/**
 * The W5500 model: what the rest of the simulation may use of it.
 */
export { COMMANDS, type CommandName, type Counters, DROP_CAUSES, type DropCause } from "./counters";
export { DEFAULT_FAULTS, type W5500Faults } from "./faults";
export type { W5500Options } from "./options";
export { RULES, type Rule, type Violation } from "./violations";
export { W5500 } from "./w5500";
