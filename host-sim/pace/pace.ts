/**
 * The pace of a board: what its programs do is counted (count.ts), and takes the time that the board would take (figures.ts).
 *
 * What was done is paid for before the next thing that the world sees or tells: a call of SPI, a look at the clock, the end of the
 * turn.
 */
import type { VirtualClock } from "../clock";
import { type Board, COST, instructionTime } from "./figures";

export class Pace {
  /** Instructions so far, with what is not paid yet. */
  instructions = 0;
  private paid = 0;
  private free = false;
  private readonly time: number;

  constructor(
    private readonly clock: VirtualClock,
    board: Board,
  ) {
    this.time = instructionTime(board);
  }

  /** Control has come by: so many tokens are interpreted, and so many characters read over. */
  readonly count = (tokens: number, skipped: number): void => {
    this.spend(tokens * COST.token + skipped * COST.skipped);
  };

  /** Runs what is no work of the board's: the simulator's own looks at it. */
  uncounted<T>(work: () => T): T {
    this.free = true;
    try {
      return work();
    } finally {
      this.free = false;
    }
  }

  spi(bytes: number): void {
    this.spend(COST.spiCall + bytes * COST.spiByte);
    this.pay();
  }

  unpacked(bytes: number): void {
    this.spend(bytes * COST.unpackedByte);
  }

  /** Machine code was run. */
  machine(instructions: number): void {
    this.spend(instructions);
  }

  sum(bytes: number): void {
    this.spend(bytes * COST.sumByte);
  }

  /** Lets the time pass that the work has taken. To be called in a turn. */
  pay(): void {
    const owed = this.instructions - this.paid;
    if (owed <= 0) return;
    this.paid = this.instructions;
    this.clock.advance(owed * this.time);
  }

  private spend(instructions: number): void {
    if (!this.free) this.instructions += instructions;
  }
}
