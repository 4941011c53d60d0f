/**
 * The programs in examples/ on a real Espruino, doing what the same specs ask of them on the simulated board.
 */
import { describeExamples } from "../examples/examples";
import { InterpreterBoard } from "./house_board";
import { espruino } from "./interpreter";

if (!espruino) console.log("skipped: the examples on a real Espruino, because the variable ESPRUINO does not name one");

describeExamples("on a real Espruino", async (program, ours, others, secondChip) => {
  if (!espruino) pending("ESPRUINO is not set");
  const board = new InterpreterBoard(program, ours, others, secondChip);
  if (await board.boots()) return board;
  await board.stop();
  console.log("skipped: an example on a real Espruino, because this one's memory is too small for it");
  pending("its memory is too small");
  return board;
});
