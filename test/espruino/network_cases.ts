/**
 * Programs that show what net, http, dgram and url do, event by event (network_cases/*.js): run on a simulated board, or on a
 * real Espruino. What the latter prints is kept beside each program, in a file of its name with the ending .txt.
 *
 *     ESPRUINO=/path/to/espruino npx tsx test/espruino/network_cases.ts      # writes those files anew
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import { espruino, runProgram } from "./interpreter";

const folder = join(__dirname, "network_cases");
const DRIVER = "driver";

function text(name: string): string {
  return readFileSync(join(folder, name), "latin1");
}

/** The programs, by name. */
export const networkCases = readdirSync(folder)
  .filter((name) => name.endsWith(".js") && name !== `${DRIVER}.js`)
  .map((name) => basename(name, ".js"));

/** The lines that a real Espruino has printed. */
export function expectedLines(name: string): string[] {
  return text(`${name}.txt`).split("\n").slice(0, -1);
}

/** Lets a simulated board run the program, in virtual time. */
export function linesOfSimulation(name: string): string[] {
  const clock = new VirtualClock();
  const board = new Board(clock);
  const lines: string[] = [];
  let isDone = false;
  board.realm.define({
    say: (line: unknown) => isDone || lines.push(String(line)),
    done: () => {
      isDone = true;
    },
  });
  board.run(text(`${DRIVER}.js`) + text(`${name}.js`), name);
  clock.runUntil(() => isDone, 60 * SECOND);
  lines.push(...board.errors.map((error) => `ERROR ${error}`), isDone ? "done" : "NOT DONE");
  board.stop();
  return lines;
}

/** Lets the real interpreter run it. */
export async function linesOfInterpreter(name: string): Promise<string[]> {
  const program = `function done() { say("done"); logged = false; quit(); }\n${text(`${DRIVER}.js`)}\n${text(`${name}.js`)}`;
  const { lines, output } = await runProgram(program, 30000);
  if (/Uncaught|ERROR/.test(output)) lines.push(output);
  return lines;
}

async function record(): Promise<void> {
  const only = process.argv.slice(2);
  for (const name of networkCases.filter((one) => !only.length || only.includes(one))) {
    const lines = await linesOfInterpreter(name);
    writeFileSync(join(folder, `${name}.txt`), lines.map((line) => `${line}\n`).join(""), "latin1");
    console.log(`${name}: ${lines.length} lines, ${lines.at(-1)}`);
  }
}

if (require.main === module) {
  if (espruino) void record();
  else console.log("The variable ESPRUINO does not name an interpreter");
}
