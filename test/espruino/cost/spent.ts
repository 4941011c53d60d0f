/**
 * What the counted instructions were spent on (spent.c), by who has spent them.
 */

/** Where the interpreter maps its Storage, and how long that is: an address of the Linux build's that board.ts asks for. */
export const FLASH = { at: 0x20000000, size: 0x40000 };

/** A file of the Storage, where it lies in memory. */
export interface Placed {
  name: string;
  at: number;
  length: number;
}

/** Instructions. */
export interface Spent {
  /** machine code itself */
  machine: number;
  /** what it calls to move bytes to the chip and back */
  bus: number;
  /** what else it calls: clock, timers, variables */
  calls: number;
  /** JavaScript of the stack */
  shell: number;
  /** JavaScript of the program, and what that calls of the interpreter */
  program: number;
  /** the interpreter's rounds, its sockets in them */
  interpreter: number;
}

const BUS = /^jswrap_(spi_|pin_|io_digital|io_poke|espruino_memoryArea)/;
const PROGRAM = ".bootcde";

const none = (): Spent => ({ machine: 0, bus: 0, calls: 0, shell: 0, program: 0, interpreter: 0 });

/** What the plugin has written between marks. `files`: whose JavaScript it is; what lies in none of them is the interpreter's. */
export function spentIn(texts: string[], files: Placed[]): Spent {
  const spent = none();
  for (const line of texts.join("\n").split("\n")) {
    const [kind, what, count] = line.split(" ");
    if (kind) spent[spender(kind, what, files)] += Number(count);
  }
  return spent;
}

function spender(kind: string, what: string, files: Placed[]): keyof Spent {
  if (kind === "machine") return "machine";
  if (kind === "called") return BUS.test(what) ? "bus" : "calls";
  if (kind !== "text") return "interpreter";
  const file = files.find(({ at, length }) => Number(what) >= at && Number(what) < at + length);
  if (!file) return "interpreter";
  return file.name === PROGRAM ? "program" : "shell";
}

/** Of each of `count` things in so many rounds, without what as many quiet rounds spend. */
export function spentBeyond(spent: Spent, rounds: number, quiet: Spent, quietRounds: number, count: number): Spent {
  const each = none();
  for (const kind of Object.keys(each) as (keyof Spent)[])
    each[kind] = Math.max(0, spent[kind] - (quiet[kind] * rounds) / quietRounds) / count;
  return each;
}
