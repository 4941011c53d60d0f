/**
 * The model of a board's pace (host-sim/pace), beside the real interpreter: the same program on both, its work counted by the
 * one and by valgrind for the other. What is compared is a ping answered, in terms of a plain loop: so it does not matter for
 * which processor, and how, this interpreter was compiled.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import { BOARDS } from "../../host-sim/pace/figures";
import { each } from "./instructions";
import { espruino } from "./interpreter";
import { programText } from "./programs";

/** How far off the model may be. */
const TOLERANCE = 0.4;
/** Without the counters that it prints at its end. */
const program = programText("instructions").replace("JSON.stringify(eth.stats())", '""');
const bundle = join(__dirname, "../../dist/enc28j60.min.js");

/** What the model counts for one more of what the mode of programs/instructions.js does. */
function model(mode: string, count: number): number {
  return (counted(mode, 2 * count) - counted(mode, count)) / count;
}

function counted(mode: string, count: number): number {
  const clock = new VirtualClock();
  const printed: string[] = [];
  const board = new Board(clock, { pace: BOARDS["PICO"], print: (line) => printed.push(line) });
  board.storage.install("enc28j60", readFileSync(bundle, "latin1"));
  board.realm.define({ quit: () => board.stop() });
  board.run(`var MODE = "${mode}", COUNT = ${count};\n${program}`);
  clock.runUntil(() => printed.some((line) => line.startsWith("DONE")), 1000 * SECOND);
  expect(printed.join("\n")).toContain("DONE");
  return board.pace?.instructions ?? 0;
}

describe("The model of a board's pace, beside the real interpreter,", () => {
  const hasValgrind = spawnSync("valgrind", ["--version"]).status === 0;

  it(`counts a ping, with a chip that is a program too, within ${TOLERANCE * 100} %`, () => {
    if (!espruino || !hasValgrind) {
      const why = espruino ? "there is no valgrind" : "ESPRUINO is not set";
      console.log(`skipped: the model's count of a ping, because ${why}`);
      pending(why);
    }
    // so many that what the stack does by the clock, of which a busy machine lets more come by, is little beside them
    const [real, ours] = [each("ping", 40) / each("loop", 200), model("ping", 40) / model("loop", 50)];
    console.log(
      `a ping is as much work as ${ours.toFixed(1)} plain loops by the model, ${real.toFixed(1)} by the interpreter`,
    );
    expect(Math.abs(ours / real - 1)).toBeLessThan(TOLERANCE);
  }, 300_000);
});
