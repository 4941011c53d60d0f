/**
 * Calls on a pipe that are broken off at each of their statements (test/lib/broken_bundle.ts): what is in it is there once, and in order.
 */
import { readFileSync } from "node:fs";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { breakableBundle } from "../lib/broken_bundle";
import { CHIP } from "../lib/chip";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const TEXT = Array.from({ length: 100 }, (_, i) => String.fromCharCode(33 + (i % 90))).join("");
const READ = 40;

describe("A pipe", () => {
  let clock: VirtualClock;
  let board: Machine;
  const run = <T>(text: string) => board.board.realm.evaluate<T>(text, "test");

  beforeAll(async () => {
    const [bundle] = await quickBundles([`${CHIP}-router`]);
    clock = new VirtualClock();
    board = createMachine({
      clock,
      segment: new Segment(clock),
      chip: CHIP,
      bundle: breakableBundle(readFileSync(bundle, "utf8")),
      core: "javascript",
      ip: "10.0.0.1/24",
      app: "var net = eth.net, fds = [], TEXT; net.pipe(fds);",
    });
    run(`TEXT = ${JSON.stringify(TEXT)}; $fault = global.$fault`);
    clock.runFor(3 * SECOND);
  });

  afterAll(() => board.stop());

  /** Does `call` with its n-th statement, and what follows, left out: its answer, or "broken". */
  function brokenAt(n: number, call: string): unknown {
    return run(`(function () {
      $fault.n = 0; $fault.hit = $fault.broken = false; $fault.at = ${n};
      try { return ${call}; } catch (e) { return "broken"; } finally { $fault.at = 0; $fault.broken = false; }
    })()`);
  }

  function drained(): string {
    return run(`(function () {
      for (var got = "", d; typeof (d = net.readstring(fds[0], 64)) === "string"; ) got += d;
      return got;
    })()`);
  }

  /** Breaks `call` off, after `before`, at its statements, one after the other; `look` hears what it answered. */
  function atEach(before: string, call: string, look: (answer: unknown, n: number) => void): number {
    for (let n = 1; ; n++) {
      run(before);
      const answer = brokenAt(n, call);
      look(answer, n);
      clock.runFor(SECOND / 10);
      if (!run("$fault.hit")) return n;
    }
  }

  it("gives no byte twice, and loses none but those that a read was about", () => {
    const statements = atEach("net.write(fds[1], TEXT)", `net.readstring(fds[0], ${READ})`, (answer, n) => {
      const left = drained();
      if (answer === "broken")
        expect([TEXT, TEXT.slice(READ)])
          .withContext(`statement ${n}`)
          .toContain(left);
      else expect(answer + left).toBe(TEXT);
    });
    expect(statements).toBeGreaterThan(20);
  });

  it("takes what is written whole or not at all", () => {
    const statements = atEach("", "net.write(fds[1], TEXT)", (answer, n) => {
      const left = drained();
      if (answer === "broken") expect([TEXT, ""]).withContext(`statement ${n}`).toContain(left);
      else expect(left).toBe(TEXT);
    });
    expect(statements).toBeGreaterThan(20);
  });
});
