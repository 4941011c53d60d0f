import { AT, Bench, frameTo, MS, OWN, US } from "./enc28j60_bench";

const CLKRDY = 0x01;
const PWRSV = 0x20;

describe("ENC28J60 power and resets", () => {
  it("sets CLKRDY 300 us after power on", () => {
    const bench = new Bench();
    expect(bench.read(AT.ESTAT) & CLKRDY).toBe(0);
    bench.wait(297 * US);
    expect(bench.chip.register("ESTAT") & CLKRDY).toBe(0);
    bench.wait(2 * US);
    expect(bench.chip.register("ESTAT") & CLKRDY).toBe(CLKRDY);
  });

  it("ignores MAC and MII registers, RXEN and TXRTS before CLKRDY", () => {
    const bench = new Bench();
    bench.write(AT.MACON1, 1);
    bench.set(AT.ECON1, 0x0c);
    expect(bench.chip.register("MACON1")).toBe(0);
    expect(bench.chip.register("ECON1") & 0x0c).toBe(0);
    expect(bench.read(AT.MACLCON2)).toBe(0);
  });

  it("resets the registers by SRC but neither CLKRDY, ECOCON nor the RAM", () => {
    const bench = new Bench().setUp();
    bench.write(AT.ECOCON, 2);
    bench.load(0x1f00, [1, 2, 3]);
    bench.chip.receive(frameTo(OWN));
    bench.set(AT.ECON1, 3);
    bench.clear(AT.ECON2, 0x80);
    bench.reset();
    expect(bench.chip.register("ECON1")).toBe(0);
    expect(bench.chip.register("ECON2")).toBe(0x80);
    expect(bench.chip.register("EPKTCNT")).toBe(0);
    expect(bench.chip.register("EIR")).toBe(0);
    expect(bench.chip.word("ERXSTL")).toBe(0x05fa);
    expect(bench.chip.register("MAADR1")).toBe(0);
    expect(bench.chip.register("ESTAT")).toBe(CLKRDY);
    expect(bench.chip.register("ECOCON")).toBe(2);
    expect(bench.chip.register("EREVID")).toBe(6);
    expect(bench.dump(0x1f00, 3)).toEqual([1, 2, 3]);
  });

  it("resets the PHY by SRC too, or not by setting", () => {
    for (const srcResetsPhy of [true, false]) {
      const bench = new Bench({ srcResetsPhy }).setUp(true);
      bench.reset();
      expect(bench.chip.phyRegister(0)).toBe(srcResetsPhy ? 0 : 0x0100);
    }
  });

  it("aborts what is under way by SRC", () => {
    const bench = new Bench().setUp();
    bench.send(frameTo(OWN, 1000));
    bench.reset();
    bench.wait(10 * MS);
    expect(bench.sent).toEqual([]);
    expect(bench.chip.register("EIR")).toBe(0);
  });

  it("has a deaf MAC for 1 ms after SRC although CLKRDY is 1 (erratum 2)", () => {
    const bench = new Bench();
    bench.wait(MS);
    bench.reset();
    expect(bench.read(AT.ESTAT) & CLKRDY).toBe(CLKRDY);
    bench.write(AT.MACON1, 1);
    bench.wait(MS);
    expect(bench.read(AT.MACON1)).toBe(0);
    bench.write(AT.MACON1, 1);
    expect(bench.read(AT.MACON1)).toBe(1);
    expect(bench.rules()).toEqual(["mac-after-reset"]);
  });

  it("has a ready MAC after SRC when erratum 2 is off", () => {
    const bench = new Bench({ faults: { erratum2: false } });
    bench.wait(MS);
    bench.reset();
    bench.write(AT.MACON1, 1);
    expect(bench.read(AT.MACON1)).toBe(1);
  });

  it("is reset and silent while the RESET pin is low", () => {
    const bench = new Bench().setUp();
    bench.chip.reset(true);
    expect(bench.raw(0x1e, 0)).toEqual([0xff, 0xff]);
    bench.raw(0x58, 0x00);
    bench.chip.reset(false);
    bench.wait(MS);
    expect(bench.read(AT.ERXFCON)).toBe(0xa1);
    expect(bench.read(AT.MAADR1)).toBe(0);
    expect(bench.rules()).toEqual([]);
  });

  it("loses the instruction under way when RESET falls", () => {
    const bench = new Bench().setUp();
    bench.bank(AT.ERXFCON);
    bench.chip.select();
    bench.chip.transfer(0x58);
    bench.chip.reset(true);
    bench.wait(US);
    bench.chip.reset(false);
    bench.chip.transfer(0x00);
    bench.chip.deselect();
    bench.wait(MS);
    expect(bench.read(AT.ERXFCON)).toBe(0xa1);
  });

  it("stops its clock, its MAC and its link in power save, but not the buffer", () => {
    const bench = new Bench().setUp();
    bench.clear(AT.ECON1, 0x04);
    bench.set(AT.ECON2, PWRSV);
    expect(bench.read(AT.ESTAT) & CLKRDY).toBe(0);
    expect(bench.chip.linkUp).toBeFalse();
    bench.load(0x1f00, [5]);
    expect(bench.dump(0x1f00, 1)).toEqual([5]);
    expect(bench.rules()).toEqual([]);
    bench.write(AT.MACON1, 0);
    expect(bench.chip.register("MACON1")).toBe(1);
  });

  it("leaves power save with CLKRDY after 300 us and receives again", () => {
    const bench = new Bench().setUp();
    bench.clear(AT.ECON1, 0x04);
    bench.set(AT.ECON2, PWRSV);
    bench.wait(MS);
    bench.clear(AT.ECON2, PWRSV);
    bench.wait(290 * US);
    expect(bench.read(AT.ESTAT) & CLKRDY).toBe(0);
    bench.wait(20 * US);
    expect(bench.read(AT.ESTAT) & CLKRDY).toBe(CLKRDY);
    bench.set(AT.ECON1, 0x04);
    bench.chip.receive(frameTo(OWN));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
  });

  it("ignores SRC in power save (erratum 19), or not", () => {
    for (const erratum19 of [true, false]) {
      const bench = new Bench({ faults: { erratum19 } });
      bench.wait(MS);
      bench.write(AT.ERXFCON, 0);
      bench.set(AT.ECON2, PWRSV);
      bench.reset();
      expect(bench.chip.register("ERXFCON")).toBe(erratum19 ? 0 : 0xa1);
      expect(bench.rules()).toEqual(["src-in-power-save"]);
      bench.wait(MS);
      expect(bench.chip.register("ESTAT") & CLKRDY).toBe(erratum19 ? 0 : CLKRDY);
    }
  });

  it("loses everything in a power cycle", () => {
    const bench = new Bench().setUp();
    bench.write(AT.ECOCON, 2);
    const before = bench.chip.ram.slice();
    bench.chip.powerCycle();
    expect(bench.chip.register("ESTAT")).toBe(0);
    expect(bench.chip.register("ECOCON")).toBe(4);
    expect(bench.chip.ram).not.toEqual(before);
    bench.wait(MS);
    expect(bench.chip.register("ESTAT")).toBe(CLKRDY);
    expect(bench.chip.linkUp).toBeTrue();
  });
});
