/**
 * The watchdog (firmware/drivers/watchdog.ts) itself, with each chip: what it costs, what it tells, what it keeps. What it mends
 * is in test/faults.
 */
import { chips } from "../../host-sim/chips";
import { FaultBench } from "../faults/bench";

const EDGE = 9;

for (const chip of Object.keys(chips))
  describe(`The watchdog of ${chip}`, () => {
    let bench: FaultBench;

    beforeEach(() => {
      bench = new FaultBench({ chip, callCost: 0 });
    });
    afterEach(() => {
      expect(bench.machine.errors).toEqual([]);
      expect(bench.chip.violations).toEqual([]);
    });

    /** SPI transactions of `seconds`, with a ping in each that has any. */
    function transactions(seconds: number, pings: boolean): number {
      const before = bench.machine.spi.transactions;
      for (let n = 0; n < seconds; n++) {
        if (pings) bench.prober.ping();
        bench.run(1000);
      }
      return bench.machine.spi.transactions - before;
    }

    it("asks nothing of the chip while frames come in, but for a look every eight seconds", () => {
      transactions(8, true);
      const quiet = transactions(8, false) / 8;
      const one = transactions(1, true); // no look falls into it: frames have come since the last
      const look = transactions(8, true) - 8 * one;
      console.log(
        `${chip}: ${quiet} SPI transactions a second on a quiet cable, on a busy one ${look} in eight seconds`,
      );
      expect(one).toBeLessThanOrEqual(10);
      expect(quiet).toBeLessThanOrEqual(15);
      expect(look).toBeLessThanOrEqual(80);
    });

    it("tells of each cause once an hour, and counts each time", () => {
      bench.printed.length = 0;
      for (let n = 0; n < 5; n++) {
        bench.machine.board.watches.loseEdges = 2; // down, and up when it is read
        bench.prober.ping();
        bench.run(4000);
      }
      expect(bench.causes()[EDGE]).toBe(5);
      expect(bench.printed).toEqual(["recovered edge"]);
      bench.run(3600 * 1000);
      bench.machine.board.watches.loseEdges = 2;
      bench.prober.ping();
      bench.run(4000);
      expect(bench.printed).toEqual(["recovered edge", "recovered edge"]);
    });

    it("counts nothing in an hour of ordinary traffic", () => {
      const until = bench.now() + 3600 * 1000;
      while (bench.now() < until) {
        bench.prober.ping();
        bench.prober.datagram(bench.random.below(1400));
        bench.run(bench.random.below(20_000));
      }
      expect(bench.causes()).toEqual(new Array(12).fill(0));
      expect(bench.prober.lost()).toBe(0);
    });

    it("asks the neighbours that it knows when nothing was heard for half a minute", () => {
      bench.prober.ping();
      bench.run(20_000);
      const asked: string[] = [];
      bench.segment.tap((_, frame, from) => {
        if (from === "board" && frame[12] === 8 && frame[13] === 6)
          asked.push(Buffer.from(frame.subarray(0, 6)).toString("hex"));
      });
      bench.run(40_000);
      expect(asked).toContain("020000000003");
      expect(bench.causes()[0]).withContext("whole resets").toBe(0);
    });
  });
