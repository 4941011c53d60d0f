/**
 * A board behind a very bad cable: datagrams of all lengths go to its echo, and whatever comes back must be one that was
 * sent, byte for byte. Run by bad_cable.test.ts, and at length by `npm run bad-cable -- --frames 100000 --seed 1 --chip w5500-raw`.
 */
import { parseArgs } from "node:util";
import { MS } from "../../host-sim/clock";
import { Bench } from "../lib/bench";
import { bundleFor, CHIP } from "../lib/chip";
import { pattern } from "../lib/packets";

export interface BadCableResult {
  frames: number;
  sent: number;
  returned: number;
  /** datagrams that came back and had not been sent so */
  wrong: number;
  errors: readonly unknown[];
  violations: number;
  /** mbufs, clusters, PCBs */
  before: string;
  after: string;
}

const UNUSED = `(function (s) { return [s.mbuf.m_mfree, s.mbuf.m_clfree, s.sockets.map(function (head) {
  var n = 0, p = head && head.inp_first; while (p) { n++; p = p.inp_next; } return n; })].join(); })(eth.stats())`;

/** Sends until `frames` frames have been on the cable: 20 % lost, doubled and out of order, 5 % with a flipped bit. */
export function badCable(frames: number, seed: number, chip = CHIP): BadCableResult {
  const bench = new Bench({ chip, bundle: bundleFor(chip, "test"), seed });
  const unused = () => bench.machine.board.realm.evaluate<string>(UNUSED, "unused");
  const before = unused();
  Object.assign(bench.segment.faults, { loss: 0.2, dup: 0.2, reorder: 0.2, corrupt: 0.05, seed });
  let sent = 0;
  while (bench.segment.counters.sent < frames) {
    bench.sendDatagram((sent++ * 211) % 1473);
    bench.clock.runFor(5 * MS);
  }
  Object.assign(bench.segment.faults, { loss: 0, dup: 0, reorder: 0, corrupt: 0 });
  bench.clock.runFor(60000 * MS);
  const wrong = bench.echoes.filter((echo) => !echo.equals(Buffer.from(pattern(echo.length, echo.length)))).length;
  return {
    frames: bench.segment.counters.sent,
    sent,
    returned: bench.echoes.length,
    wrong,
    errors: bench.machine.errors,
    violations: bench.chip.violations.length,
    before,
    after: unused(),
  };
}

if (require.main === module) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { frames: text, seed: text, chip: text } });
  const result = badCable(Number(values.frames ?? 100000), Number(values.seed ?? 1), values.chip);
  console.log(result);
  process.exitCode = result.wrong || result.errors.length || result.violations ? 1 : 0;
}
