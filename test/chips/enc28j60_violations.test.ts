import type { Enc28j60Options, Rule } from "../../host-sim/chips/enc28j60";
import { AT, Bench, frameTo, MS, OTHER, OWN, TX_START, US } from "./enc28j60_bench";

/** One way to break each rule, on a chip that is set up and idle in half duplex. */
const BREACHES: Record<Rule, (bench: Bench) => void> = {
  "cs-second-instruction": (bench) => bench.raw(0x42, 0, 0x43, 0),
  "cs-incomplete": (bench) => bench.raw(0x1e),
  "cs-high": (bench) => bench.chip.transfer(0),
  "cs-already-low": (bench) => {
    bench.chip.select();
    bench.raw(0x1e, 0);
  },
  "cs-timing": (bench) => bench.raw(0x1e, 0),
  "undefined-instruction": (bench) => bench.raw(0xc0, 0),
  "rcr-overrun": (bench) => bench.raw(0x1e, 0, 0),
  "spi-clock-fast": (bench) => bench.chip.spiClock(21_000_000),
  "spi-clock-slow": (bench) => {
    bench.chip.spiClock(4_000_000);
    bench.read(AT.MACON1);
  },
  "reset-pulse": (bench) => {
    bench.chip.reset(true);
    bench.wait(300);
    bench.chip.reset(false);
  },
  "address-1a": (bench) => bench.raw(0x1a, 0),
  "reserved-register": (bench) => bench.write(0x116, 0),
  "unimplemented-register": (bench) => bench.write(0x113, 0),
  "bit-field-on-mac": (bench) => bench.set(AT.MACON3, 0x01),
  "mac-before-clkrdy": (bench) => {
    bench.chip.powerCycle();
    bench.read(AT.MACON1);
  },
  "mac-after-reset": (bench) => {
    bench.reset();
    bench.wait(900 * US);
    bench.read(AT.MACON1);
  },
  "src-in-power-save": (bench) => {
    bench.clear(AT.ECON1, 0x04);
    bench.set(AT.ECON2, 0x20);
    bench.reset();
  },
  "pwrsv-while-active": (bench) => bench.set(AT.ECON2, 0x20),
  "econ1-wcr-race": (bench) => {
    bench.send(frameTo(OTHER));
    bench.write(AT.ECON1, 0x0c);
  },
  "erxrdpt-even": (bench) => bench.write16(AT.ERXRDPT, 0x0100),
  "erxrdpt-outside": (bench) => bench.write16(AT.ERXRDPT, 0x1fff),
  "erxnd-even": (bench) => {
    bench.clear(AT.ECON1, 0x04);
    bench.write16(AT.ERXND, 0x1000);
    bench.set(AT.ECON1, 0x04);
  },
  "erxst-not-zero": (bench) => {
    bench.clear(AT.ECON1, 0x04);
    bench.write16(AT.ERXST, 0x0100);
    bench.set(AT.ECON1, 0x04);
  },
  "fifo-moved": (bench) => bench.write16(AT.ERXND, 0x17ff),
  "fifo-written": (bench) => bench.load(0x0100, [0]),
  "pktdec-empty": (bench) => bench.set(AT.ECON2, 0x40),
  "duplex-mismatch": (bench) => {
    bench.phyWrite(0, 0x0100);
    bench.send(frameTo(OTHER));
  },
  "duplex-changed": (bench) => bench.write(AT.MACON3, 0x33),
  "back-pressure": (bench) => bench.write(AT.EFLOCON, 1),
  "tx-register-busy": (bench) => {
    bench.send(frameTo(OTHER));
    bench.write(AT.ETXND, 0x10);
  },
  "tx-data-busy": (bench) => {
    bench.send(frameTo(OTHER));
    bench.load(TX_START + 61 + 6, [0]);
  },
  "tx-in-reset": (bench) => {
    bench.set(AT.ECON1, 0x80);
    bench.set(AT.ECON1, 0x08);
  },
  "tx-empty": (bench) => bench.send([]),
  "tx-over-fifo": (bench) => {
    bench.write16(AT.ETXST, 0x0100);
    bench.write16(AT.ETXND, 0x0140);
    bench.set(AT.ECON1, 0x08);
  },
  "pad-without-crc": (bench) => {
    bench.write(AT.MACON3, 0x20);
    bench.send(frameTo(OTHER));
  },
  "dma-one-byte": (bench) => startDma(bench, 0x1c00, 0x1c00),
  "dma-endless": (bench) => startDma(bench, 0x1000, 0x1b00),
  "dma-checksum-rxen": (bench) => startDma(bench, 0x1c00, 0x1c10, 0x30),
  "dma-register-busy": (bench) => {
    startDma(bench, 0x1a00, 0x1fff);
    bench.write(AT.EDMAND, 0);
  },
  "mii-while-busy": (bench) => {
    bench.write(AT.MICMD, 1);
    bench.write(AT.MICMD, 0);
  },
  "mird-while-busy": (bench) => {
    bench.write(AT.MICMD, 1);
    bench.read(AT.MIRD);
  },
  "phy-reserved-bits": (bench) => bench.phyWrite(0x14, 0x0476),
  "bist-without-tme": (bench) => bench.write(AT.EBSTCON, 0x05),
};

/** What a rule needs of the chip to be broken. */
const OPTIONS: Partial<Record<Rule, Enc28j60Options>> = {
  "cs-timing": { csTiming: true },
  "spi-clock-slow": { revision: 4 },
};

function startDma(bench: Bench, start: number, end: number, bits = 0x20): void {
  bench.write16(AT.EDMAST, start);
  bench.write16(AT.EDMAND, end);
  bench.write16(AT.EDMADST, 0x1c00);
  bench.set(AT.ECON1, bits);
}

describe("ENC28J60 violations", () => {
  for (const rule of Object.keys(BREACHES) as Rule[])
    it(`notes ${rule}`, () => {
      const bench = new Bench(OPTIONS[rule]).setUp();
      const before = bench.chip.violations.length;
      BREACHES[rule](bench);
      expect(bench.rules().slice(before)).toContain(rule);
    });

  it("notes time and text", () => {
    const bench = new Bench().setUp();
    const time = bench.clock.now();
    bench.set(AT.ECON2, 0x40);
    const [violation] = bench.chip.violations;
    expect(violation).toEqual({ time, rule: "pktdec-empty", text: "PKTDEC while EPKTCNT is 0" });
  });

  it("notes nothing in a session by the book", () => {
    for (const fullDuplex of [false, true]) {
      const bench = new Bench();
      bench.wait(MS);
      bench.reset();
      bench.wait(MS);
      bench.setUp(fullDuplex);
      for (let n = 0; n < 50; n++) {
        bench.chip.receive(frameTo(OWN, 60 + 29 * n));
        bench.take();
        bench.sendAndWait(frameTo(OTHER, 60 + 29 * n));
      }
      bench.set(AT.EBSTSD, 0x35);
      bench.phyRead(0x11);
      expect(bench.rules()).toEqual([]);
      expect(bench.sent.length).toBe(50);
    }
  });

  it("notes nothing when it is not strict", () => {
    const bench = new Bench({ strict: false }).setUp();
    bench.set(AT.ECON2, 0x40);
    expect(bench.chip.violations).toEqual([]);
  });

  it("keeps a list of limited length and counts on", () => {
    const bench = new Bench().setUp();
    for (let n = 0; n < 1100; n++) bench.set(AT.ECON2, 0x40);
    expect(bench.chip.violations.length).toBe(1000);
    expect(bench.chip.violationCount).toBe(1100);
  });

  it("is content with the CS times of the data sheet when these are checked", () => {
    const bench = new Bench({ csTiming: true });
    const byteTime = 800;
    bench.wait(MS);
    for (const [bytes, hold] of [
      [[0x1e, 0], 10],
      [[0x5f, 0x02], 10],
      [[0x00, 0, 0], 210],
      [[0x3a, 0, 0], 10],
    ] as const) {
      bench.chip.select();
      bench.wait(50);
      for (const byte of bytes) {
        bench.wait(byteTime);
        bench.chip.transfer(byte);
      }
      bench.wait(hold);
      bench.chip.deselect();
      bench.wait(50);
    }
    expect(bench.rules()).toEqual([]);
  });

  it("allows transmit memory and scratch to be written at any time but the frame in flight", () => {
    const bench = new Bench().setUp();
    bench.send(frameTo(OTHER));
    bench.load(TX_START + 61 + 7, [1, 2, 3]);
    expect(bench.rules()).toEqual([]);
  });

  it("allows the FIFO to be written while it is not in use", () => {
    const bench = new Bench();
    bench.wait(MS);
    bench.load(0, new Array(0x2000).fill(0x5a));
    bench.load(0x0600, [1]);
    expect(bench.rules()).toEqual([]);
  });
});
