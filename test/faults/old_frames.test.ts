/**
 * The ENC28J60's ring keeps the frames of its last lap. While the interrupt line is stuck low it says that there are more, and
 * a header of then may be a good one.
 */
import { FaultBench } from "./bench";

describe("the frames of the ring's last lap", () => {
  /** As often as a batch has frames they may come again: IP allows it, and asking the chip before each would cost more. */
  const BATCH = 4;

  function replayed(lap: (bench: FaultBench, n: number) => void): number {
    const bench = new FaultBench({ chip: "enc28j60" });
    for (let n = 0; n < 4 * 93; n++) {
      lap(bench, n);
      bench.run(30);
    }
    expect(bench.chip.violations).toEqual([]);
    bench.wires.stickInterrupt(false);
    bench.run(2000);
    bench.wires.stickInterrupt(undefined);
    bench.run(3000);
    const pings = bench.prober.pings.length;
    bench.prober.ping();
    bench.run(1000);
    expect(bench.prober.pings[pings].answered).toBeDefined();
    expect(bench.prober.wrong).toBe(0);
    return bench.chip.violations.filter(({ rule }) => rule === "pktdec-empty").length;
  }

  it("do not come again where all are of one length", () => {
    expect(replayed((bench) => bench.prober.datagram(48))).toBe(0);
  });

  it("come again for one batch at most where those of two lengths fill a lap exactly", () => {
    // 89 of 70 bytes and 4 of 104 are 6,646
    expect(replayed((bench, n) => (n % 93 < 4 ? bench.prober.datagram(48) : bench.prober.ping()))).toBeLessThanOrEqual(
      BATCH,
    );
  });
});
