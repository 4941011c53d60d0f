import { AT, Bench, frameTo, MS, OPEN, OWN, US } from "./w5500_bench";

describe("the W5500's SPI port", () => {
  it("shifts out 01 02 03 while it takes address and control byte", () => {
    const bench = new Bench();
    expect(bench.raw(0x00, 0x39, 0x00, 0x00)).toEqual([1, 2, 3, 4]);
    expect(bench.raw(0x00, 0x10, 0x04, 0x55)).toEqual([1, 2, 3, 0xff]);
  });

  it("counts the address up, in reads and writes", () => {
    const bench = new Bench();
    bench.write(AT.SHAR, 1, 2, 3, 4, 5, 6);
    expect(bench.read(AT.SHAR + 2, 3)).toEqual([3, 4, 5]);
    expect(bench.read(AT.RTR, 5)).toEqual([0x07, 0xd0, 0x08, 0x28, 0x00]);
  });

  it("ends a frame of fixed length after 1, 2 or 4 bytes", () => {
    for (const [mode, length] of [
      [1, 1],
      [2, 2],
      [3, 4],
    ]) {
      const bench = new Bench();
      bench.raw(0x00, 0x09, 0x04 | mode, 1, 2, 3, 4, 5, 6);
      const kept = bench.read(AT.SHAR, 6);
      expect(kept.filter((byte) => byte).length).toBe(length);
      expect(bench.rules()).toContain("fixed-length-overrun");
    }
  });

  it("takes another header after a frame of fixed length, where it is of that kind", () => {
    const bench = new Bench({ afterFixedLength: "restart" });
    expect(bench.raw(0x00, 0x39, 0x01, 0, 0x00, 0x19, 0x02, 0, 0)).toEqual([1, 2, 3, 4, 1, 2, 3, 0x07, 0xd0]);
  });

  it("reads 0 where no register is", () => {
    const bench = new Bench();
    expect(bench.read(0x00030, 4)).toEqual([0, 0, 0, 0]);
    expect(bench.read(0x10030, 4)).toEqual([0, 0, 0, 0]);
    expect(bench.read(0x01000, 2)).toEqual([0, 0]);
  });

  it("takes every offset into a buffer modulo its size, across its end too", () => {
    const bench = new Bench().setUp(0x84, 2);
    bench.write(AT.TX | 0x07fe, 1, 2, 3, 4);
    expect(bench.read(AT.TX | 0xfffe, 4)).toEqual([1, 2, 3, 4]);
    expect(bench.read(AT.TX, 2)).toEqual([3, 4]);
  });

  it("has registers with the values of the data sheet after power on", () => {
    const bench = new Bench();
    const socket = bench.read(AT.S0_MR, 0x30);
    expect(bench.read(AT.MR, 0x2f)).toEqual([
      ...new Array(0x19).fill(0),
      ...[0x07, 0xd0, 0x08, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0xb8],
    ]);
    expect(socket.slice(0x06, 0x0c)).toEqual(new Array(6).fill(0xff));
    expect([socket[0x16], socket[0x1e], socket[0x1f], socket[0x20], socket[0x21]]).toEqual([0x80, 2, 2, 8, 0]);
    expect(socket.slice(0x22, 0x2c)).toEqual(new Array(10).fill(0));
    expect(socket.slice(0x2c)).toEqual([0xff, 0x40, 0x00, 0x00]);
  });

  it("gives MISO to nobody while there is no chip, or the line is shorted", () => {
    const bench = new Bench({ faults: { absent: true } });
    expect(bench.raw(0, 0x39, 0, 0)).toEqual([0xff, 0xff, 0xff, 0xff]);
    bench.chip.faults.absent = false;
    bench.chip.faults.misoStuck = "low";
    expect(bench.raw(0, 0x39, 0, 0)).toEqual([0, 0, 0, 0]);
    bench.chip.faults.misoStuck = "high";
    expect(bench.raw(0, 0x39, 0, 0)).toEqual([0xff, 0xff, 0xff, 0xff]);
  });

  it("flips bits where the wires are bad", () => {
    const bench = new Bench({ faults: { misoErrors: 1 } });
    const flipped = bench.raw(0, 0x39, 0, 0).map((byte, n) => byte ^ [1, 2, 3, 4][n]);
    expect(flipped.every((bits) => bits && (bits & (bits - 1)) === 0)).toBeTrue();
    bench.chip.faults.misoErrors = 0;
    bench.chip.faults.mosiErrors = 0.1;
    const written = Array.from({ length: 50 }, () => {
      bench.write(AT.SHAR, 0, 0, 0, 0, 0, 0);
      return bench.read(AT.SHAR, 6);
    });
    expect(written.every((bytes) => bytes.every((byte) => byte === 0))).toBeFalse();
  });
});

describe("a reset of the W5500", () => {
  it("by MR.RST shows the bit until it is over, and sets all registers back but keeps the PHY's link", () => {
    const bench = new Bench().setUp();
    bench.write(AT.MR, 0x80);
    expect(bench.byte(AT.MR)).toBe(0);
    expect(bench.word(AT.RTR)).toBe(2000);
    expect(bench.read(AT.SHAR, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([bench.byte(AT.S0_SR), bench.byte(AT.S0_RXBUF_SIZE), bench.word(AT.S0_RX_WR)]).toEqual([0, 2, 0]);
    expect(bench.byte(AT.PHYCFGR) & 1).toBe(1);
    expect(bench.rules()).toEqual([]);
  });

  it("by MR.RST is over within a microsecond: what the next SPI frame writes stays", () => {
    const bench = new Bench().setUp();
    bench.write(AT.MR, 0x80);
    bench.write(AT.SHAR, ...OWN); // 2 us later
    expect([bench.byte(AT.MR), bench.byte(AT.VERSIONR)]).toEqual([0, 4]);
    expect(bench.read(AT.SHAR, 6)).toEqual(OWN);
    expect(bench.rules()).toEqual([]);
  });

  it("by MR.RST takes its time where the chip is of that kind: only MR answers meanwhile", () => {
    const bench = new Bench({ softResetTime: 50 * US }).setUp();
    bench.write(AT.MR, 0x80);
    expect(bench.byte(AT.MR)).toBe(0x80);
    expect(bench.rules()).toEqual([]);
    bench.write(AT.SHAR, ...OWN);
    expect(bench.rules()).toEqual(["access-after-reset"]);
    bench.wait(50 * US);
    expect(bench.byte(AT.MR)).toBe(0);
    expect(bench.read(AT.SHAR, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(bench.rules()).toEqual(["access-after-reset"]);
  });

  it("by RSTn keeps the chip away until its PLL has locked, and the link for longer", () => {
    const bench = new Bench({ linkUpDelay: 1500 * MS }).setUp();
    bench.chip.reset(true);
    bench.wait(500 * US);
    expect(bench.raw(0, 0x39, 0, 0)).toEqual([0xff, 0xff, 0xff, 0xff]);
    bench.chip.reset(false);
    bench.wait(990 * US);
    expect(bench.byte(AT.VERSIONR)).toBe(0);
    bench.wait(20 * US);
    expect(bench.byte(AT.VERSIONR)).toBe(4);
    expect(bench.byte(AT.PHYCFGR) & 1).toBe(0);
    bench.wait(1500 * MS);
    expect(bench.byte(AT.PHYCFGR) & 7).toBe(7);
  });

  it("leaves VERSIONR at 0 for a while where the chip is of that kind", () => {
    const bench = new Bench({ versionDelay: 80 * MS });
    bench.wait(81 * MS); // since power on
    bench.write(AT.MR, 0x80);
    bench.wait(79 * MS);
    expect([bench.byte(AT.VERSIONR), bench.word(AT.RTR)]).toEqual([0, 2000]);
    bench.wait(2 * MS);
    expect(bench.byte(AT.VERSIONR)).toBe(4);
  });

  it("in the middle of an SPI frame loses the frame", () => {
    const bench = new Bench().setUp();
    bench.chip.select();
    for (const byte of [0x00, 0x09, 0x04, 0x77]) bench.chip.transfer(byte);
    bench.chip.brownOut();
    bench.chip.transfer(0x66);
    bench.chip.deselect();
    bench.wait(2 * MS);
    expect(bench.read(AT.SHAR, 2)).toEqual([0, 0]);
    expect(bench.byte(AT.S0_SR)).toBe(0);
  });

  it("takes a frame that was being sent with it", () => {
    const bench = new Bench().setUp();
    bench.send(frameTo(OWN, 1514));
    bench.chip.brownOut();
    bench.wait(10 * MS);
    expect(bench.sent).toEqual([]);
    expect(bench.chip.counters.framesAbandoned).toBe(1);
  });

  it("cures a receiver that has gone deaf", () => {
    const bench = new Bench({ faults: { rxDeaf: "until reset" } }).setUp();
    bench.command(0x10);
    bench.command(OPEN);
    bench.chip.receive(frameTo(OWN));
    expect(bench.word(AT.S0_RX_RSR)).toBe(0);
    bench.write(AT.MR, 0x80);
    bench.wait(2 * MS);
    bench.setUp();
    bench.chip.receive(frameTo(OWN));
    expect(bench.word(AT.S0_RX_RSR)).toBe(62);
  });
});

describe("the W5500's PHYCFGR", () => {
  const bits = (bench: Bench) => bench.byte(AT.PHYCFGR) & 7;

  it("shows no link without a cable, and one that takes time to agree on", () => {
    const bench = new Bench({ linkUpDelay: 1500 * MS });
    bench.wait(5000 * MS);
    expect(bench.byte(AT.PHYCFGR)).toBe(0xb8);
    bench.chip.setLink(true);
    bench.wait(1499 * MS);
    expect(bits(bench)).toBe(0);
    bench.wait(2 * MS);
    expect(bits(bench)).toBe(7);
    bench.chip.setLink(false);
    expect(bits(bench)).toBe(0);
  });

  it("shows what the partner has to offer", () => {
    for (const [partner, expected] of [
      ["10 half", 1],
      ["10 full", 5],
      ["100 half", 3],
      ["100 full", 7],
    ] as const)
      expect(bits(new Bench({ partner }).setUp()))
        .withContext(partner)
        .toBe(expected);
  });

  it("takes a mode over with a reset of the PHY, not before", () => {
    const bench = new Bench().setUp();
    bench.write(AT.PHYCFGR, 0xc0); // 10 Mbit/s, half duplex
    expect(bits(bench)).toBe(7);
    bench.write(AT.PHYCFGR, 0x40);
    expect(bits(bench)).toBe(0);
    bench.write(AT.PHYCFGR, 0xc0);
    expect(bits(bench)).toBe(1);
    for (const [mode, expected] of [
      [0x48, 5],
      [0x50, 3],
      [0x58, 7],
      [0x60, 3],
      [0x78, 7],
      [0x70, 0],
    ]) {
      bench.write(AT.PHYCFGR, mode);
      bench.write(AT.PHYCFGR, mode | 0x80);
      expect(bits(bench)).withContext(mode.toString(16)).toBe(expected);
    }
  });
});
