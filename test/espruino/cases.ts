/**
 * Programs that show what a board does, line by line: network_cases/*.js of net, http, dgram and url, over a network in
 * memory; board_cases/*.js of the rest. They run on a simulated board, or on a real Espruino; what the latter prints is kept
 * beside each program, in a file of its name with the ending .txt.
 *
 *     ESPRUINO=/path/to/espruino npx tsx test/espruino/cases.ts [NAME ...]     # writes those files anew
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import { espruino, runProgram } from "./interpreter";

/** Runs before each program of its folder, and is none itself. */
const PRELUDE = "driver";

/** The programs of a folder. */
export class Cases {
  private readonly folder: string;
  readonly names: string[];

  constructor(folder: string) {
    this.folder = join(__dirname, folder);
    this.names = readdirSync(this.folder)
      .filter((name) => name.endsWith(".js") && name !== `${PRELUDE}.js`)
      .map((name) => basename(name, ".js"));
  }

  /** The lines that a real Espruino has printed. */
  expected(name: string): string[] {
    return this.text(`${name}.txt`).split("\n").slice(0, -1);
  }

  /** Lets a simulated board run the program, in virtual time. */
  ofSimulation(name: string): string[] {
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
    board.run(this.program(name), name);
    clock.runUntil(() => isDone, 60 * SECOND);
    lines.push(...board.errors.map((error) => `ERROR ${error}`), isDone ? "done" : "NOT DONE");
    board.stop();
    return lines;
  }

  /** Lets the real interpreter run it. */
  async ofInterpreter(name: string): Promise<string[]> {
    const program = `var logged;function done() { say("done"); logged = false; quit(); }\n${this.program(name)}`;
    const { lines, output } = await runProgram(program, 30000);
    if (/Uncaught|ERROR/.test(output)) lines.push(output);
    return lines;
  }

  async record(only: string[]): Promise<void> {
    for (const name of this.names.filter((one) => !only.length || only.includes(one))) {
      const lines = await this.ofInterpreter(name);
      writeFileSync(join(this.folder, `${name}.txt`), lines.map((line) => `${line}\n`).join(""), "latin1");
      console.log(`${name}: ${lines.length} lines, ${lines.at(-1)}`);
    }
  }

  private program(name: string): string {
    return readdirSync(this.folder).includes(`${PRELUDE}.js`)
      ? this.text(`${PRELUDE}.js`) + this.text(`${name}.js`)
      : this.text(`${name}.js`);
  }

  private text(name: string): string {
    return readFileSync(join(this.folder, name), "latin1");
  }
}

export const networkCases = new Cases("network_cases");
export const boardCases = new Cases("board_cases");

async function record(): Promise<void> {
  for (const cases of [networkCases, boardCases]) await cases.record(process.argv.slice(2));
}

if (require.main === module) {
  if (espruino) void record();
  else console.log("The variable ESPRUINO does not name an interpreter");
}
