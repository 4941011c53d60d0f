/**
 * Espruino's own modules on the simulated board.
 */
import { describeOthers } from "./others";
import { SimulatedBoard } from "./simulated_board";

describeOthers(
  "on the simulated board",
  async (program, ours, others, secondChip) => new SimulatedBoard(program, ours, others, secondChip),
);
