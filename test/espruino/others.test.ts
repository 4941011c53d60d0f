/**
 * Espruino's own modules on a real Espruino, doing what the same specs ask of them on the simulated board.
 */
import { describeOthers } from "../examples/others";
import { interpreterBoards } from "./house_board";

describeOthers("on a real Espruino", interpreterBoards("Espruino's modules"));
