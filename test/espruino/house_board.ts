/**
 * A real interpreter in a house (test/lib/house.ts), in real time, with its code in Storage.
 */
import { join } from "node:path";
import type { Boards } from "../examples/examples";
import type { HouseBoard } from "../lib/house";
import { profile, thumb, whyNoInterpreter } from "./interpreter";
import { Rig } from "./rig";

const dist = join(__dirname, "../../dist");
/** Lines that are the rig's, not the program's. */
const RIGS = /^(VALUE\d+|BOOTED|FLAG) /;
const FULL = /OUT OF MEMORY|Unable to find or create file/;

export class InterpreterBoard implements HouseBoard {
  readonly time = "timeSet";
  private readonly rig: Rig;

  /** `ours`: modules of this project; `others`: of Espruino's, paths by name. */
  constructor(program: string, ours: string[], others: Record<string, string>, secondChip: boolean) {
    const modules = { ...Object.fromEntries(ours.map((name) => [name, join(dist, `${name}.tok.js`)])), ...others };
    const echo = ours.includes("telnet");
    this.rig = new Rig({ program: hurried(program), chip: "enc28j60", modules, secondChip, pins: true, echo });
  }

  get clock() {
    return this.rig.clock;
  }

  get segments() {
    return this.rig.segments;
  }

  get printed(): string[] {
    const lines = this.rig.console.allLines();
    const start = lines.findIndex((line) => line.startsWith("START"));
    return lines.slice(start + 1).filter((line) => line && !RIGS.test(line));
  }

  /** Waits until its program has run; false when its memory is too small for it. */
  async boots(): Promise<boolean> {
    const { console } = this.rig;
    await console.until(() => FULL.test(console.output) || console.lines("BOOTED").length > 0, 60000, "BOOTED");
    return !FULL.test(console.output);
  }

  inject(work: () => void): void {
    this.rig.realTime.inject(work);
  }

  async until(holds: () => boolean, seconds: number, what: string): Promise<void> {
    const { console } = this.rig;
    for (const late = Date.now() + 1000 * seconds; !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
      if (Date.now() > late) throw new Error(`waited in vain for ${what}: ${console.output}`);
  }

  value(expression: string): Promise<unknown> {
    return this.rig.console.evaluate(expression);
  }

  async press(): Promise<void> {
    await this.value("BTN.press()");
  }

  async stop(): Promise<string[]> {
    await this.rig.stop();
    const violations = this.rig.chips.flatMap((chip) => chip.violations.map(({ text }) => text));
    return [...violations, ...(this.rig.console.output.match(/^(FLAG|Uncaught).*/gm) ?? [])];
  }
}

/** Why the machine code that is tested cannot run a program with these modules, or "". */
function whyTooLittle(ours: string[], secondChip: boolean): string {
  if (!thumb || profile === "full") return "";
  if (secondChip) return `the core of the profile "${profile}" has one chip`;
  return ours.includes("mdns") ? `the core of the profile "${profile}" has no groups` : "";
}

/** Makes such boards for specs; `what` they are of. Without an interpreter they are skipped, aloud. */
export function interpreterBoards(what: string): Boards {
  const why = whyNoInterpreter();
  if (why) console.log(`skipped: ${what} on a real Espruino, because ${why}`);
  return async (program, ours, others, secondChip) => {
    if (why) pending(why);
    const lack = whyTooLittle(ours, secondChip);
    if (lack) {
      console.log(`skipped: one of ${what} on a real Espruino, because ${lack}`);
      pending(lack);
    }
    const board = new InterpreterBoard(program, ours, others, secondChip);
    if (await board.boots()) return board;
    await board.stop();
    console.log(`skipped: one of ${what} on a real Espruino, because this one's memory is too small for it`);
    pending("its memory is too small");
    return board;
  };
}

/** What a program does every minute it does every other second here, and every ten seconds likewise. */
function hurried(program: string): string {
  return `print("START");\n${program.replace(/\b(6|1)0000\b/g, "2000")}`;
}
