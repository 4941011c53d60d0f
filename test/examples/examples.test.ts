/**
 * The programs in examples/ on the simulated board.
 */
import { describeExamples } from "./examples";
import { SimulatedBoard } from "./simulated_board";

describeExamples(
  "on the simulated board",
  async (program, ours, others, secondChip) => new SimulatedBoard(program, ours, others, secondChip),
);
