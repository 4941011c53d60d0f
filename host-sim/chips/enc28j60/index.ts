/**
 * The ENC28J60 model: what the rest of the simulation may use of it.
 */
export { type Counters, DROP_CAUSES, type DropCause, type Instruction } from "./counters";
export { Enc28j60 } from "./enc28j60";
export { DEFAULT_FAULTS, type Enc28j60Faults } from "./faults";
export type { Enc28j60Options } from "./options";
export type { ArrivalOptions } from "./receiver";
export type { RegisterName } from "./registers";
export { RULES, type Rule, type Violation } from "./violations";
