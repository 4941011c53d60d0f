/**
 * What a board's interpreter takes for its work: the figures of the model by which `--board` keeps a board's pace.
 *
 * Measured in November 2026: the real interpreter (2v29, -Os, 13-byte cells, code in mapped Storage), compiled for ARM Thumb-2
 * and run in an emulator that counts instructions, with the stack as JavaScript; idle rounds subtracted. The
 * profile is flat: whatever a program does, an instruction count is near 490 times the number of tokens that are
 * interpreted, in which name look-ups, allocation and calls are contained. Processor cycles to an instruction: 1.585, from
 * a published benchmark of a real Pico for code of which the instructions were counted. What machine code takes is not of the
 * model: the emulated processor counts it.
 */
import { type BoardFacts, boards, storageBytes, THUMBS } from "../../tools/flash/boards";
import { lackOf, shellName, VARIETIES } from "../../tools/flash/bundles";

/** Instructions. */
export const COST = {
  /** A token that is interpreted. */
  token: 490,
  /** A character of text that is only read over: branches not taken, functions that are declared. */
  skipped: 105,
  /** A call of spi.send or spi.write, and each byte of it, as far as the tokens of the call do not have it. */
  spiCall: 2100,
  spiByte: 45,
  /** A byte that comes out of heatshrink, the interpreter's own. */
  unpackedByte: 750,
  /** A byte that E.sum adds, beyond a call. */
  sumByte: 93,
} as const;

/** Cycles that an instruction takes on a Cortex-M4 out of flash with its accelerator. */
const CYCLES = 1.585;

export interface Board {
  title: string;
  /** MHz */
  clock: number;
  /**
   * What goes into its Storage, of machine code the shell where its processor runs that, else the bundle: the most complete that fits and
   * has what these modules need, or, when none has, the most complete.
   */
  bundle: (chip: string, modules: string[]) => string;
  /** Not even that one goes into its Storage. */
  tooSmall: boolean;
  /** False where the processor is another than was measured: the figure is an estimate, from the clock alone. */
  measured: boolean;
}

/** The boards that `--board` takes. */
export const BOARDS: Readonly<Record<string, Board>> = Object.fromEntries(
  boards.map((one) => [one.short ?? one.name, paced(one)]),
);

function paced(facts: BoardFacts): Board {
  const { title, clock, processor } = facts;
  const isNative = THUMBS[processor].length > 0;
  const runs = VARIETIES.filter(({ most }) => isNative || most !== undefined);
  const fitting = runs.filter(({ most, machine }) => (isNative ? machine : most!) <= storageBytes(facts));
  const bundle = (chip: string, modules: string[]) => {
    const names = fitting.map((one) => (isNative ? shellName(chip, one) : chip + one.suffix));
    return names.find((name) => !lackOf(name, chip, modules)) ?? names[0] ?? shellName(chip, runs[runs.length - 1]);
  };
  return { title, clock, bundle, tooSmall: !fitting.length, measured: processor === "Cortex-M4" };
}

/** ns that an instruction takes on a board. */
export function instructionTime({ clock }: Board): number {
  return (CYCLES * 1000) / clock;
}
