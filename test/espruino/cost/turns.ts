/**
 * Counted instructions, those of each round of the interpreter's idle loop (marks.h): what one of a kind of thing costs.
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

/**
 * A round that takes less than this times what one takes in which nothing happens is quiet: they differ, by a tenth or so, and a thousand
 * such differences are more than what happens in a second.
 */
const BUSY = 1.25;

/** `count` of a kind happened in these rounds, one of which takes `idle` instructions when nothing does. */
export function cost(rounds: number[], idle: number, count: number): Pick<Cost, "each" | "longest" | "idle"> {
  const busy = rounds.filter((round) => round > BUSY * idle);
  return {
    each: (sum(busy) - idle * busy.length) / count,
    longest: rounds.reduce((a, b) => Math.max(a, b), 0),
    idle,
  };
}
