import { AT, Bench, BROADCAST, frameTo, MS, OTHER, US } from "./enc28j60_bench";

const PHCON1 = 0x00;
const PHSTAT1 = 0x01;
const PHCON2 = 0x10;
const PHSTAT2 = 0x11;
const PHIE = 0x12;
const PHIR = 0x13;
const PHLCON = 0x14;
const LINKIF = 0x10;
const MII_TIME = 10_240;

describe("ENC28J60 MII port and PHY", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
    bench.wait(MS);
  });

  it("identifies itself", () => {
    expect(bench.phyRead(0x02)).toBe(0x0083);
    expect(bench.phyRead(0x03)).toBe(0x1400);
  });

  it("has the reset values of table 3-3", () => {
    expect([PHCON1, PHCON2, PHIE, PHIR].map((register) => bench.phyRead(register))).toEqual([0, 0, 0, 0]);
    expect(bench.phyRead(PHLCON)).toBe(0x3422);
    expect(bench.phyRead(PHSTAT1)).toBe(0x1800);
  });

  it("takes 10.24 us for a read: BUSY until then, the result not before", () => {
    bench.write(AT.MIREGADR, 0x02);
    bench.write(AT.MICMD, 1);
    bench.wait(MII_TIME - 3 * US);
    expect(bench.chip.register("MISTAT")).toBe(1);
    expect(bench.chip.word("MIRDL")).toBe(0);
    bench.wait(US);
    expect(bench.chip.register("MISTAT")).toBe(0);
    expect(bench.chip.word("MIRDL")).toBe(0x0083);
  });

  it("keeps MIRD until the next edge of MIIRD", () => {
    bench.write(AT.MIREGADR, 0x02);
    bench.write(AT.MICMD, 1);
    bench.wait(100 * US);
    bench.write(AT.MIREGADR, 0x03);
    bench.write(AT.MICMD, 1);
    bench.wait(100 * US);
    expect(bench.read16(AT.MIRD)).toBe(0x0083);
    bench.write(AT.MICMD, 0);
    bench.write(AT.MICMD, 1);
    bench.wait(100 * US);
    expect(bench.read16(AT.MIRD)).toBe(0x1400);
  });

  it("starts a write with MIWRH, low byte first, and takes 10.24 us", () => {
    bench.write(AT.MIREGADR, PHLCON);
    bench.write(AT.MIWR, 0x76);
    expect(bench.read(AT.MISTAT)).toBe(0);
    bench.bank(AT.MIWR);
    bench.write(AT.MIWR + 1, 0x34);
    bench.wait(MII_TIME - 3 * US);
    expect(bench.chip.phyRegister(PHLCON)).toBe(0x3422);
    bench.wait(US);
    expect(bench.chip.phyRegister(PHLCON)).toBe(0x3476);
  });

  it("scans: NVALID until the first result, then MIRD follows the register", () => {
    bench.write(AT.MIREGADR, PHSTAT2);
    bench.write(AT.MICMD, 2);
    expect(bench.read(AT.MISTAT)).toBe(0x07);
    bench.wait(20 * US);
    expect(bench.read(AT.MISTAT)).toBe(0x03);
    expect(bench.read16(AT.MIRD)).toBe(0);
    bench.chip.setLink(true);
    bench.wait(20 * US);
    expect(bench.read16(AT.MIRD)).toBe(0x0400);
    bench.write(AT.MICMD, 0);
    bench.wait(20 * US);
    expect(bench.read(AT.MISTAT)).toBe(0);
    bench.chip.setLink(false);
    bench.wait(100 * US);
    expect(bench.read16(AT.MIRD)).toBe(0x0400);
    expect(bench.rules()).toEqual([]);
  });

  it("ignores reserved bits and unimplemented registers", () => {
    bench.phyWrite(PHCON1, 0x0480);
    bench.phyWrite(0x05, 0xffff);
    expect(bench.phyRead(PHCON1)).toBe(0);
    expect(bench.phyRead(0x05)).toBe(0);
  });

  it("shows PDPXMD in PHSTAT2.DPXSTAT", () => {
    bench.phyWrite(PHCON1, 0x0100);
    expect(bench.phyRead(PHSTAT2)).toBe(0x0200);
  });

  it("resets the PHY by PRST, which clears itself", () => {
    bench.phyWrite(PHLCON, 0x3476);
    bench.phyWrite(PHCON1, 0x8100);
    expect(bench.phyRead(PHCON1) & 0x8000).toBe(0x8000);
    bench.wait(MS);
    expect(bench.phyRead(PHCON1)).toBe(0);
    expect(bench.phyRead(PHLCON)).toBe(0x3422);
  });

  it("takes the duplex after reset from the LEDB strap", () => {
    for (const [ledB, value] of [
      ["full", 0x0100],
      ["half", 0],
    ] as const) {
      const strapped = new Bench({ ledB });
      strapped.wait(MS);
      expect(strapped.phyRead(PHCON1)).toBe(value);
    }
  });

  it("leaves the duplex to chance without an LED (erratum 16), the same for the same seed", () => {
    const duplex = (seed: number) => new Bench({ ledB: "none", seed }).chip.phyRegister(PHCON1);
    const seeds = Array.from({ length: 20 }, (_, n) => n);
    expect(new Set(seeds.map(duplex)).size).toBe(2);
    expect(seeds.map(duplex)).toEqual(seeds.map(duplex));
  });

  describe("link", () => {
    it("shows the live link in PHSTAT2 and a past loss in PHSTAT1", () => {
      bench.chip.setLink(true);
      expect(bench.phyRead(PHSTAT2) & 0x0400).toBe(0x0400);
      bench.phyRead(PHSTAT1);
      expect(bench.phyRead(PHSTAT1) & 0x0004).toBe(0x0004);
      bench.chip.setLink(false);
      bench.chip.setLink(true);
      expect(bench.phyRead(PHSTAT1) & 0x0004).toBe(0);
      expect(bench.phyRead(PHSTAT1) & 0x0004).toBe(0x0004);
    });

    it("sets LINKIF only with PLNKIE and PGEIE, and clears it when PHIR is read", () => {
      bench.chip.setLink(true);
      expect(bench.read(AT.EIR) & LINKIF).toBe(0);
      bench.phyRead(PHIR);
      bench.phyWrite(PHIE, 0x0012);
      bench.chip.setLink(false);
      expect(bench.read(AT.EIR) & LINKIF).toBe(LINKIF);
      bench.clear(AT.EIR, LINKIF);
      expect(bench.read(AT.EIR) & LINKIF).toBe(LINKIF);
      expect(bench.phyRead(PHIR)).toBe(0x0014);
      expect(bench.read(AT.EIR) & LINKIF).toBe(0);
      expect(bench.phyRead(PHIR)).toBe(0);
    });

    it("comes up after linkUpDelay and goes down at once", () => {
      const slow = new Bench({ linkUpDelay: 20 * MS });
      slow.wait(MS);
      slow.chip.setLink(true);
      slow.wait(19 * MS);
      expect(slow.chip.linkUp).toBeFalse();
      slow.wait(MS);
      expect(slow.chip.linkUp).toBeTrue();
      slow.chip.setLink(false);
      expect(slow.chip.linkUp).toBeFalse();
    });

    it("is up without a cable with FRCLNK, and down with PPWRSV", () => {
      bench.phyWrite(PHCON2, 0x4000);
      expect(bench.chip.linkUp).toBeTrue();
      bench.phyWrite(PHCON1, 0x0800);
      expect(bench.chip.linkUp).toBeFalse();
    });
  });

  describe("loopback", () => {
    it("brings back everything sent in half duplex unless HDLDIS is set", () => {
      bench = new Bench({ faults: { erratum9: false } }).setUp();
      bench.sendAndWait(frameTo(BROADCAST));
      expect(bench.read(AT.EPKTCNT)).toBe(0);
      bench.phyWrite(PHCON2, 0);
      bench.sendAndWait(frameTo(BROADCAST));
      expect(bench.read(AT.EPKTCNT)).toBe(1);
      expect(bench.sent.length).toBe(2);
    });

    it("is unreliable in half duplex (erratum 9)", () => {
      bench = new Bench().setUp();
      bench.phyWrite(PHCON2, 0);
      for (let n = 0; n < 20; n++) bench.sendAndWait(frameTo(BROADCAST));
      expect(bench.read(AT.EPKTCNT)).toBeGreaterThan(0);
      expect(bench.chip.counters.dropped.crc).toBeGreaterThan(0);
    });

    it("keeps everything from the cable with PLOOPBK", () => {
      bench = new Bench({ faults: { erratum10: false } }).setUp(true);
      bench.phyWrite(PHCON1, 0x4100);
      bench.sendAndWait(frameTo(BROADCAST));
      expect(bench.read(AT.EPKTCNT)).toBe(1);
      expect(bench.sent).toEqual([]);
      bench.chip.receive(frameTo(OTHER));
      expect(bench.chip.counters.dropped.linkDown).toBe(1);
    });

    it("is unreliable in full duplex (erratum 10)", () => {
      bench = new Bench().setUp(true);
      bench.phyWrite(PHCON1, 0x4100);
      for (let n = 0; n < 20; n++) bench.sendAndWait(frameTo(BROADCAST));
      expect(bench.chip.counters.dropped.crc).toBeGreaterThan(0);
      expect(bench.read(AT.EPKTCNT)).toBeGreaterThan(0);
    });
  });
});
