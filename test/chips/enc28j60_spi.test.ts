import { AT, Bench, MS } from "./enc28j60_bench";

/** Reset values of DS39662E tables 3-1 and 3-2, by place: bank << 8 | address, 0x1000 for a dummy byte. */
const RESET_VALUES: [name: string, at: number, value: number][] = [
  ["EIE", 0x1b, 0],
  ["EIR", 0x1c, 0],
  ["ESTAT with CLKRDY", 0x1d, 1],
  ["ECON2", 0x1e, 0x80],
  ["ECON1", 0x1f, 0],
  ["ERDPTL", 0x00, 0xfa],
  ["ERDPTH", 0x01, 0x05],
  ["EWRPTL", 0x02, 0],
  ["ERXSTL", 0x08, 0xfa],
  ["ERXSTH", 0x09, 0x05],
  ["ERXNDL", 0x0a, 0xff],
  ["ERXNDH", 0x0b, 0x1f],
  ["ERXRDPTL", 0x0c, 0xfa],
  ["ERXRDPTH", 0x0d, 0x05],
  ["ERXWRPTL", 0x0e, 0],
  ["ERXWRPTH", 0x0f, 0],
  ["ERXFCON", 0x118, 0xa1],
  ["EPKTCNT", 0x119, 0],
  ["MACON1", 0x1200, 0],
  ["MACLCON1", 0x1208, 0x0f],
  ["MACLCON2", 0x1209, 0x37],
  ["MAMXFLL", 0x120a, 0],
  ["MAMXFLH", 0x120b, 0x06],
  ["EREVID", 0x312, 6],
  ["ECOCON", 0x315, 4],
  ["EFLOCON", 0x317, 0],
  ["EPAUSL", 0x318, 0],
  ["EPAUSH", 0x319, 0x10],
];

describe("ENC28J60 SPI port", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
    bench.wait(MS);
  });

  for (const [name, at, value] of RESET_VALUES)
    it(`reads ${name} as 0x${value.toString(16)} after power on`, () => {
      expect(bench.read(at)).toBe(value);
    });

  it("answers an ETH register in the second byte and never a dummy", () => {
    expect(bench.raw(0x1e, 0)[1]).toBe(0x80);
  });

  it("answers a MAC register in the third byte, and something else in the second", () => {
    bench.bank(AT.MACLCON2);
    const answers = bench.raw(0x09, 0, 0);
    expect(answers[2]).toBe(0x37);
    expect(answers[1]).not.toBe(0x37);
  });

  it("never shows the value of a MAC register in the dummy byte, not even 0xFF", () => {
    bench.write(AT.MAADR1, 0xff);
    expect(bench.raw(0x04, 0, 0)[1]).not.toBe(0xff);
    expect(bench.raw(0x04, 0, 0)[2]).toBe(0xff);
  });

  it("costs a dummy byte for MISTAT and MAADR in bank 3, but none for the E registers there", () => {
    bench.write(AT.MAADR1, 0x5a);
    expect(bench.raw(0x04, 0, 0)[2]).toBe(0x5a);
    expect(bench.raw(0x0a, 0, 0)[2]).toBe(0);
    expect(bench.raw(0x12, 0)[1]).toBe(6);
    expect(bench.raw(0x19, 0)[1]).toBe(0x10);
  });

  it("selects a bank by BSEL and shows the common registers in all of them", () => {
    bench.write(AT.EIE, 0x40);
    for (const bank of [0, 1, 2, 3]) {
      bench.clear(AT.ECON1, 3);
      bench.set(AT.ECON1, bank);
      expect(bench.raw(0x1b, 0)[1]).toBe(0x40);
    }
  });

  it("writes whole registers by WCR, sets bits by BFS and clears them by BFC", () => {
    bench.write(AT.ERXFCON, 0x0f);
    bench.set(AT.ERXFCON, 0x30);
    bench.clear(AT.ERXFCON, 0x05);
    expect(bench.read(AT.ERXFCON)).toBe(0x3a);
  });

  it("keeps 13 bits of the buffer pointers", () => {
    bench.write16(AT.ERDPT, 0xffff);
    bench.write16(AT.EDMAST, 0xabcd);
    expect(bench.read16(AT.ERDPT)).toBe(0x1fff);
    expect(bench.read16(AT.EDMAST)).toBe(0x0bcd);
  });

  it("masks what cannot be written in the MAC registers", () => {
    const masks: [number, number][] = [
      [AT.MACON1, 0x0f],
      [AT.MACON4, 0x70],
      [AT.MABBIPG, 0x7f],
      [AT.MACLCON1, 0x0f],
      [AT.MACLCON2, 0x3f],
      [AT.MIREGADR, 0x1f],
    ];
    for (const [at, mask] of masks) {
      bench.write(at, 0xff);
      expect(bench.read(at)).toBe(mask);
    }
  });

  it("ignores writes to read only registers", () => {
    for (const at of [AT.EPKTCNT, AT.ERXWRPT, AT.EREVID, AT.MIRD, AT.EDMACS, AT.EBSTCS, AT.MISTAT]) {
      const before = bench.read(at);
      bench.write(at, 0x55);
      expect(bench.read(at)).toBe(before);
    }
  });

  it("cannot set flags of EIR and ESTAT, only clear them", () => {
    bench.write(AT.EIR, 0xff);
    bench.set(AT.ESTAT, 0xff);
    expect(bench.read(AT.EIR)).toBe(0);
    expect(bench.read(AT.ESTAT)).toBe(1);
  });

  it("reads PKTDEC as 0", () => {
    bench.set(AT.ECON2, 0x40);
    expect(bench.read(AT.ECON2)).toBe(0x80);
  });

  it("reads unimplemented addresses as 0 and ignores writes to them", () => {
    bench.write(0x113, 0x12);
    expect(bench.read(0x113)).toBe(0);
  });

  it("accepts the write of 0 to the address of the former MACON2 without effect", () => {
    bench.write(0x1201, 0);
    expect(bench.rules()).toEqual(["reserved-register"]);
    expect(bench.read(0x1201)).toBe(0);
  });

  it("writes nothing when CS rises before the data byte", () => {
    bench.bank(AT.ERXFCON);
    bench.raw(0x58);
    expect(bench.read(AT.ERXFCON)).toBe(0xa1);
    expect(bench.rules()).toEqual(["cs-incomplete"]);
  });

  it("starts afresh with each fall of CS", () => {
    bench.raw(0x1e);
    expect(bench.raw(0x1e, 0)[1]).toBe(0x80);
  });

  it("repeats the byte when the host clocks on after RCR, or reads 0 by setting", () => {
    expect(bench.raw(0x1e, 0, 0)[2]).toBe(0x80);
    const other = new Bench({ afterRcrData: "zero" });
    expect(other.raw(0x1e, 0, 0)[2]).toBe(0);
  });

  it("leaves MISO floating during opcode and write data, at a level by setting", () => {
    expect(bench.raw(0x7a, 1)).toEqual([0xff, 0xff]);
    expect(new Bench({ floatingMiso: 0 }).raw(0x7a, 1)).toEqual([0, 0]);
  });

  it("takes BFS and BFC on a MAC register as drivers in the field rely on, and notes it", () => {
    bench.set(AT.MACON3, 0x32); // as EtherCard, UIPEthernet and their kin set up padding and CRC
    expect(bench.read(AT.MACON3)).toBe(0x32);
    bench.set(AT.MACON3, 0x01);
    expect(bench.read(AT.MACON3)).toBe(0x33);
    bench.clear(AT.MACON3, 0x01);
    expect(bench.read(AT.MACON3)).toBe(0x32);
    expect(bench.rules()).toEqual(["bit-field-on-mac", "bit-field-on-mac", "bit-field-on-mac"]);
  });

  it("ignores them by setting, as the data sheet may be read", () => {
    const other = new Bench({ bitFieldOnMac: "ignore" });
    other.wait(MS);
    other.set(AT.MACON3, 0x30);
    expect(other.read(AT.MACON3)).toBe(0);
    expect(other.rules()).toEqual(["bit-field-on-mac"]);
  });

  it("counts instructions by opcode", () => {
    bench.raw(0x1e, 0);
    bench.raw(0x3a, 0);
    bench.raw(0x42, 0);
    bench.raw(0x7a, 0);
    bench.raw(0x9b, 1);
    bench.raw(0xbb, 1);
    bench.raw(0xff);
    expect(bench.chip.counters.instructions).toEqual({ RCR: 1, RBM: 1, WCR: 1, WBM: 1, BFS: 1, BFC: 1, SRC: 1 });
  });

  it("tells its revision in EREVID", () => {
    expect(new Bench({ revision: 5 }).read(AT.EREVID)).toBe(5);
  });

  it("takes the extra byte that some drivers clock after SRC", () => {
    bench.raw(0xff, 0xff);
    expect(bench.rules()).toEqual([]);
  });
});
