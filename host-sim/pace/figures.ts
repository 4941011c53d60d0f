/**
 * What a board's interpreter takes for its work: the figures of the model by which `--board` keeps a board's pace.
 *
 * Measured in November 2026: the real interpreter (2v29, -Os, 13-byte cells, code in mapped Storage), compiled for ARM Thumb-2
 * and run in an emulator that counts instructions, with the small bundle on 5,100 cells; idle rounds subtracted. The
 * profile is flat: whatever a program does, an instruction count is near 490 times the number of tokens that are
 * interpreted, in which name look-ups, allocation and calls are contained. Processor cycles to an instruction: 1.585, from
 * a published benchmark of a real Pico for code of which the instructions were counted.
 */
import { type BoardFacts, boards, storageBytes, THUMBS } from "../../tools/flash/boards";
import { VARIETIES } from "../../tools/flash/bundles";

/** Instructions. */
export const COST = {
  /** A token that is interpreted. */
  token: 490,
  /** A character of text that is only read over: branches not taken, functions that are declared. */
  skipped: 105,
  /** A call of spi.send or spi.write, and each byte of it, as far as the tokens of the call do not have it. */
  spiCall: 2100,
  spiByte: 45,
  /** A byte that comes out of heatshrink, in which a bundle keeps what seldom runs. */
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
  /** The most complete variety that goes into its Storage, as machine code or JavaScript: the suffix of its bundle's name. */
  bundle: string;
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
  const runs = VARIETIES.flatMap(({ most, machine, suffix }) => (most ? [{ most, machine, suffix }] : []));
  const sizeOf = ({ most, machine }: (typeof runs)[0]) => (THUMBS[processor].length ? Math.min(most, machine) : most);
  const fits = runs.find((one) => sizeOf(one) <= storageBytes(facts));
  const { suffix } = fits ?? runs[runs.length - 1];
  return { title, clock, bundle: suffix, tooSmall: !fits, measured: processor === "Cortex-M4" };
}

/** ns that an instruction takes on a board. */
export function instructionTime({ clock }: Board): number {
  return (CYCLES * 1000) / clock;
}
