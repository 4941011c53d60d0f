/**
 * The ENC28J60's ring keeps the frames of its last lap. While the interrupt line is stuck low it says that there are more, and
 * a header of then may be a good one.
 */
import { WD_OVERRUN, WD_RXPTR } from "../../firmware/drivers/watchdog";
import type { Enc28j60 } from "../../host-sim/chips/enc28j60";
import { FaultBench, NO_LINE } from "./bench";

describe("the frames of the ring's last lap", () => {
  /** As often as a batch has frames they may come again: IP allows it, and asking the chip before each would cost more. */
  const BATCH = 4;

  type Lap = (bench: FaultBench, n: number) => void;

  /** 89 frames of 70 bytes and 4 of 104 are 6,646: the ring. */
  const exactly: Lap = (bench, n) => (n % 93 < 4 ? bench.prober.datagram(48) : bench.prober.ping());

  function lapped(lap: Lap, connect = {}): FaultBench {
    const bench = new FaultBench({ chip: "enc28j60", connect });
    for (let n = 0; n < 4 * 93; n++) {
      lap(bench, n);
      bench.run(30);
    }
    expect(bench.chip.violations).toEqual([]);
    return bench;
  }

  function replayed(lap: Lap): number {
    const bench = lapped(lap);
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
    expect(replayed(exactly)).toBeLessThanOrEqual(BATCH);
  });

  /** One is counted that there is not, `after` so many more; then nobody speaks for a while. */
  function countsOneMore(after: number, connect = {}): FaultBench {
    const bench = lapped(exactly, connect);
    for (let n = 0; n < after; n++) {
      exactly(bench, n);
      bench.run(30);
    }
    (bench.machine.chip as Enc28j60).flipRegisterBit("EPKTCNT", 0);
    bench.run(2500);
    for (let n = 0; n < 5; n++) {
      bench.prober.ping();
      bench.run(500);
    }
    expect(bench.prober.pings.slice(-3).map(({ answered }) => answered !== undefined)).toEqual([true, true, true]);
    return bench;
  }

  it("are not taken for a frame that is counted and is not there", () => {
    expect(countsOneMore(0).causes()[WD_RXPTR]).toBe(1);
    expect(countsOneMore(10).causes()[WD_RXPTR]).toBe(1);
  });

  it("do not leave the board deaf behind them where it polls, and so has taken one", () => {
    countsOneMore(0, NO_LINE);
  });

  it("do not leave it deaf when the ring looks full since", () => {
    expect(countsOneMore(10, NO_LINE).causes()[WD_OVERRUN]).toBeLessThanOrEqual(1);
  });
});
