/**
 * Counted instructions: those of each round of the interpreter's idle loop (insn.c), of a stretch in which something happened and of
 * the quiet one behind it.
 */

/** What one kind of thing costs, in instructions but for the last two, which are of each as well. */
export interface Cost {
  /** one of it, without what a round takes in which nothing happens */
  each: number;
  /** the longest round */
  longest: number;
  /** a round in which nothing happens */
  idle: number;
  /** times that the chip was selected */
  selects: number;
  /** bytes on the bus */
  bytes: number;
}

/** The middle one, by size. Throws when there is none. */
export function median(numbers: number[]): number {
  if (!numbers.length) throw new Error("There is no median of nothing");
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

/** `count` of a kind happened in the rounds `busy`, and nothing in most of `quiet`; what began in the first may end there. */
export function cost(busy: number[], quiet: number[], count: number): Pick<Cost, "each" | "longest" | "idle"> {
  const idle = median(quiet);
  const all = [...busy, ...quiet];
  return {
    each: Math.max(0, sum(all) - idle * all.length) / count,
    longest: all.reduce((a, b) => Math.max(a, b), 0),
    idle,
  };
}
