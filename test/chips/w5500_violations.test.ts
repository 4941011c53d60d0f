import { RULES, type Rule } from "../../host-sim/chips/w5500";
import { AT, Bench, CLOSE, frameTo, MS, OPEN, OTHER, OWN, RECV, SEND, US } from "./w5500_bench";

/** What breaks each rule, and nothing else. */
const BREACHES: Record<Rule, (bench: Bench) => void> = {
  "frame-incomplete": (bench) => bench.raw(0x00, 0x09, 0x04),
  "fixed-length-overrun": (bench) => bench.raw(0x00, 0x09, 0x05, 1, 2),
  "cs-high": (bench) => bench.chip.transfer(0),
  "cs-already-low": (bench) => {
    bench.chip.select();
    bench.chip.select();
    bench.chip.deselect();
  },
  "spi-clock-fast": (bench) => bench.chip.spiClock(80_000_001),
  "reserved-block": (bench) => bench.raw(0, 0, 4 << 3, 0),
  "unknown-register": (bench) => bench.write(0x10017, 1),
  "read-only-register": (bench) => bench.write(AT.VERSIONR, 1),
  "reset-pulse": (bench) => {
    bench.chip.reset(true);
    bench.wait(499 * US);
    bench.chip.reset(false);
  },
  "access-after-reset": (bench) => {
    bench.chip.reset(true);
    bench.wait(500 * US);
    bench.chip.reset(false);
    bench.wait(990 * US);
    bench.byte(AT.VERSIONR);
  },
  "command-while-busy": (bench) => {
    bench.chip.faults.commandStuck = true;
    bench.command(RECV);
    bench.command(RECV);
  },
  "unknown-command": (bench) => bench.command(0x04),
  "command-while-closed": (bench) => {
    bench.command(CLOSE);
    bench.command(SEND);
  },
  "open-while-open": (bench) => bench.command(OPEN),
  "macraw-socket": (bench) => {
    bench.write(0x50000, 0x04);
    bench.write(0x50001, OPEN);
  },
  "engine-used": (bench) => {
    bench.write(0x50000, 0x02);
    bench.write(0x50001, OPEN);
  },
  "engine-address": (bench) => {
    bench.command(CLOSE);
    bench.write(AT.SIPR, 10, 0, 0, 1);
    bench.command(OPEN);
  },
  "buffer-size": (bench) => bench.write(0x5001e, 3),
  "buffer-sum": (bench) => {
    bench.command(CLOSE);
    bench.write(0x5001e, 1);
    bench.command(OPEN);
  },
  "buffer-size-while-open": (bench) => bench.write(AT.S0_RXBUF_SIZE, 16),
  "rx-buffer-written": (bench) => bench.write(AT.RX, 0),
  "rx-pointer-beyond": (bench) => {
    bench.writeWord(AT.S0_RX_RD, 1);
    bench.command(RECV);
  },
  "rx-pointer-astray": (bench) => {
    bench.chip.receive(frameTo(OWN));
    bench.writeWord(AT.S0_RX_RD, 62 + 60);
    bench.command(RECV);
  },
  "tx-data-beyond-free": (bench) => {
    bench.chip.faults.sendOkNever = true;
    bench.send(frameTo(OTHER)); // bytes 60 to 119, behind the one before
    bench.write(AT.TX | 100, 0);
  },
  "tx-empty": (bench) => bench.command(SEND),
  "tx-too-long": (bench) => bench.send(frameTo(OTHER, 1515)),
  "send-before-sendok": (bench) => {
    bench.send(frameTo(OTHER, 1514));
    bench.send(frameTo(OTHER, 60));
  },
};

describe("the W5500 model, strict,", () => {
  for (const rule of Object.keys(RULES) as Rule[])
    it(`notes ${rule}, and nothing where there is nothing`, () => {
      const bench = new Bench().setUp();
      bench.send(frameTo(OTHER));
      bench.chip.receive(frameTo(OWN));
      bench.wait(MS);
      bench.take();
      expect(bench.rules()).toEqual([]);
      BREACHES[rule](bench);
      bench.wait(MS);
      expect([...new Set(bench.rules())]).toEqual([rule]);
      expect(bench.chip.violations[0].text).toContain(RULES[rule]);
    });

  it("goes on after each as the chip would", () => {
    const bench = new Bench().setUp();
    bench.send(frameTo(OTHER, 1514));
    bench.send(frameTo(OTHER, 60));
    bench.wait(MS);
    expect(bench.sent.map(({ frame }) => frame.length)).toEqual([1514, 60]);
    bench.send(frameTo(OTHER, 1600));
    bench.wait(MS);
    expect(bench.sent[2].frame.length).toBe(1514);
  });

  it("counts on when its list is full, and notes nothing when told not to", () => {
    const bench = new Bench();
    for (let n = 0; n < 1200; n++) bench.chip.transfer(0);
    expect([bench.chip.violations.length, bench.chip.violationCount]).toEqual([1000, 1200]);
    const lax = new Bench({ strict: false });
    lax.chip.transfer(0);
    expect(lax.chip.violationCount).toBe(0);
  });
});
