/**
 * The programs in examples/ on a real Espruino, doing what the same specs ask of them on the simulated board.
 */
import { describeExamples } from "../examples/examples";
import { interpreterBoards } from "./house_board";

describeExamples("on a real Espruino", interpreterBoards("the examples"));
