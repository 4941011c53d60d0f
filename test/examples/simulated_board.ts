/**
 * A board of the simulator in a house (test/lib/house.ts), in virtual time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chips } from "../../host-sim/chips";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import type { HouseBoard } from "../lib/house";

const dist = join(__dirname, "../../dist");
/** Where the second chip of an example is. */
const SECOND_CHIP = { spi: "SPI1", cs: "A8", int: "B7", rst: "B6" };

export class SimulatedBoard implements HouseBoard {
  readonly clock = new VirtualClock();
  readonly segments = [new Segment(this.clock), new Segment(this.clock)];
  readonly printed: string[] = [];
  readonly time = "getTime()";
  private readonly board: Machine;

  /** `ours`: modules of this project; `others`: of Espruino's, paths by name. */
  constructor(program: string, ours: string[], others: Record<string, string>, secondChip: boolean) {
    this.board = createMachine({
      clock: this.clock,
      segment: this.segments[0],
      chip: "enc28j60",
      bundle: join(dist, "enc28j60.min.js"),
      epoch: 1.7e9,
      app: program,
      print: (line: string) => this.printed.push(line),
    });
    const files = { ...Object.fromEntries(ours.map((name) => [name, join(dist, `${name}.min.js`)])), ...others };
    const { storage } = this.board.board;
    for (const [name, path] of Object.entries(files)) storage.install(name, readFileSync(path, "latin1"));
    if (secondChip) this.board.plugIn(chips.enc28j60, SECOND_CHIP, this.segments[1], { seed: 2 });
  }

  inject(work: () => void): void {
    work();
  }

  async until(holds: () => boolean, seconds: number, what: string): Promise<void> {
    if (!this.clock.runUntil(holds, seconds * SECOND)) throw new Error(`waited in vain for ${what}: ${this.printed}`);
  }

  async value(expression: string): Promise<unknown> {
    return this.board.board.realm.evaluate(expression, "test");
  }

  async press(): Promise<void> {
    this.board.board.pins.get("C13").drive(true);
  }

  async stop(): Promise<string[]> {
    this.board.stop();
    return this.board.errors.map(String);
  }
}
