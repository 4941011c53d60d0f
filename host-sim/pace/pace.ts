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
  private readonly time: number;

  constructor(
    private readonly clock: VirtualClock,
    board: Board,
  ) {
    this.time = instructionTime(board);
  }

  /** Control has come by: so many tokens are interpreted, and so many characters read over. */
  readonly count = (tokens: number, skipped: number): void => {
    this.instructions += tokens * COST.token + skipped * COST.skipped;
  };

  spi(bytes: number): void {
    this.instructions += COST.spiCall + bytes * COST.spiByte;
    this.pay();
  }

  unpacked(bytes: number): void {
    this.instructions += bytes * COST.unpackedByte;
  }

  sum(bytes: number): void {
    this.instructions += bytes * COST.sumByte;
  }

  /** Lets the time pass that the work has taken. To be called in a turn. */
  pay(): void {
    const owed = this.instructions - this.paid;
    if (owed <= 0) return;
    this.paid = this.instructions;
    this.clock.advance(owed * this.time);
  }
}
