import { AT, Bench, BROADCAST, crcOf, frameTo, MS, OTHER, OWN, TX_START, US } from "./enc28j60_bench";

const TXRTS = 0x08;
const TXIF = 0x08;
const TXERIF = 0x02;
const TXABRT = 0x02;

function wireTime(length: number): number {
  return (8 + Math.max(length, 60) + 4) * 800;
}

describe("ENC28J60 transmitter", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench().setUp(true);
  });

  it("gives the cable what lies behind the control byte", () => {
    const frame = frameTo(OTHER, 100);
    bench.sendAndWait(frame);
    expect(bench.sent.map((each) => each.frame)).toEqual([[...frame]]);
    expect(bench.rules()).toEqual([]);
  });

  it("holds TXRTS for the time on the wire and sets TXIF at its end", () => {
    const started = bench.clock.now();
    bench.send(frameTo(OTHER, 1514));
    const begun = bench.clock.now() - 2 * US;
    bench.wait(wireTime(1514) - 3 * US);
    expect(bench.chip.register("ECON1") & TXRTS).toBe(TXRTS);
    expect(bench.chip.register("EIR") & TXIF).toBe(0);
    bench.wait(2 * US);
    expect(bench.chip.register("ECON1") & TXRTS).toBe(0);
    expect(bench.chip.register("EIR") & TXIF).toBe(TXIF);
    expect(bench.sent[0].time).toBe(begun + wireTime(1514));
    expect(started).toBeLessThan(begun);
  });

  it("pads to 60 with zeros", () => {
    bench.load(TX_START, new Array(70).fill(0xee));
    bench.sendAndWait(frameTo(OTHER, 20));
    expect(bench.sent[0].frame.length).toBe(60);
    expect(bench.sent[0].frame.slice(20)).toEqual(new Array(40).fill(0));
  });

  it("leaves 9.6 us between two frames", () => {
    bench.send(frameTo(OTHER));
    bench.wait(wireTime(60) - 2 * US);
    bench.set(AT.ECON1, TXRTS);
    bench.wait(MS);
    expect(bench.sent[1].time - bench.sent[0].time).toBe(wireTime(60) + 9_600);
  });

  it("puts the status vector at ETXND + 1 to + 7", () => {
    bench.load(TX_START + 60, new Array(10).fill(0xee));
    bench.sendAndWait(frameTo(OTHER, 60));
    expect(bench.dump(TX_START + 60, 10)).toEqual([59, 64, 0, 0xc0, 0, 72, 0, 0, 0xee, 0xee]);
  });

  it("tells broadcast, multicast, VLAN and control frames in the status vector", () => {
    bench.sendAndWait(frameTo(BROADCAST));
    expect(bench.tsv()[3]).toBe(0x02);
    bench.sendAndWait(frameTo([1, 0, 0x5e, 0, 0, 1]));
    expect(bench.tsv()[3]).toBe(0x01);
    bench.sendAndWait(frameTo(OTHER, 60, 0x8100));
    expect(bench.tsv()[6]).toBe(0x08);
    const pause = frameTo(OTHER, 60, 0x8808);
    pause.set([0, 1], 14);
    bench.sendAndWait(pause);
    expect(bench.tsv()[6]).toBe(0x03);
  });

  it("checks a length field when FRMLNEN is set", () => {
    bench.sendAndWait(frameTo(OTHER, 60, 46));
    expect(bench.tsv()[2]).toBe(0x80);
    bench.sendAndWait(frameTo(OTHER, 64, 20));
    expect(bench.tsv()[2]).toBe(0xa0);
  });

  it("keeps ETXST and ETXND", () => {
    bench.sendAndWait(frameTo(OTHER, 80));
    expect(bench.read16(AT.ETXST)).toBe(TX_START);
    expect(bench.read16(AT.ETXND)).toBe(TX_START + 80);
  });

  it("follows PADCFG", () => {
    const paddedLength = (padcfg: number, frame: Uint8Array) => {
      bench.write(AT.MACON3, (padcfg << 5) | 0x13);
      bench.sendAndWait(frame);
      return bench.sent[bench.sent.length - 1].frame.length;
    };
    const plain = frameTo(OTHER, 30);
    const vlan = frameTo(OTHER, 30, 0x8100);
    expect([1, 3, 5, 7].map((padcfg) => paddedLength(padcfg, plain))).toEqual([60, 64, 60, 64]);
    expect([1, 3, 5, 7].map((padcfg) => paddedLength(padcfg, vlan))).toEqual([60, 64, 64, 64]);
    expect([0, 2, 4, 6].map((padcfg) => paddedLength(padcfg, plain))).toEqual([30, 30, 30, 30]);
  });

  it("follows the control byte when POVERRIDE is set", () => {
    bench.sendAndWait(frameTo(OTHER, 30), 0x03);
    bench.sendAndWait(frameTo(OTHER, 30), 0x07);
    expect(bench.sent.map((each) => each.frame.length)).toEqual([30, 60]);
    bench.sendAndWait(frameTo(OTHER, 1600), 0x0b);
    expect(bench.sent[2].frame.length).toBe(1600);
  });

  it("takes the last four bytes as CRC without TXCRCEN", () => {
    const frame = frameTo(OTHER, 60);
    bench.write(AT.MACON3, 0x01);
    bench.sendAndWait([...frame, ...crcOf(frame)]);
    expect(bench.sent[0]).toEqual(jasmine.objectContaining({ frame: [...frame], badCrc: false }));
    expect(bench.tsv()[2] & 0x10).toBe(0);
    bench.sendAndWait([...frame, 1, 2, 3, 4]);
    expect(bench.sent[1]).toEqual(jasmine.objectContaining({ frame: [...frame], badCrc: true }));
    expect(bench.tsv()[2] & 0x10).toBe(0x10);
  });

  it("aborts a frame longer than MAMXFL with TXERIF and TXIF, and sends nothing", () => {
    bench.sendAndWait(frameTo(OTHER, 1515));
    expect(bench.sent).toEqual([]);
    expect(bench.read(AT.EIR) & (TXIF | TXERIF)).toBe(TXIF | TXERIF);
    expect(bench.read(AT.ESTAT) & TXABRT).toBe(TXABRT);
    expect(bench.tsv()[3] & 0x40).toBe(0x40);
    expect(bench.tsv()[2] & 0x80).toBe(0);
    bench.clear(AT.ESTAT, 0x12);
    expect(bench.read(AT.ESTAT)).toBe(1);
  });

  it("sends huge frames with HFRMEN", () => {
    bench.write(AT.MACON3, 0x37);
    bench.sendAndWait(frameTo(OTHER, 1515));
    expect(bench.sent.length).toBe(1);
  });

  it("sends from memory that wraps at its end", () => {
    const frame = frameTo(OTHER, 80);
    bench.write16(AT.ETXST, 0x1fe0);
    bench.load(0x1fe0, [0, ...frame]);
    bench.write16(AT.ETXND, (0x1fe0 + 80) & 0x1fff);
    bench.set(AT.ECON1, TXRTS);
    bench.wait(MS);
    expect(bench.sent[0].frame).toEqual([...frame]);
    expect(bench.tsv()[0]).toBe(84);
  });

  it("sends what lies in memory when the last bit leaves", () => {
    bench.send(frameTo(OTHER, 60));
    bench.load(TX_START + 1, OWN);
    bench.wait(MS);
    expect(bench.sent[0].frame.slice(0, 6)).toEqual(OWN);
    expect(bench.rules()).toEqual(["tx-data-busy"]);
  });

  it("sets TXIF when the host cancels, and sends nothing", () => {
    bench.send(frameTo(OTHER, 1000));
    bench.load(TX_START + 1001, new Array(7).fill(0xee));
    bench.clear(AT.ECON1, TXRTS);
    expect(bench.read(AT.EIR) & (TXIF | TXERIF)).toBe(TXIF);
    bench.wait(10 * MS);
    expect(bench.sent).toEqual([]);
    expect(bench.tsv()).toEqual(new Array(7).fill(0xee));
  });

  it("writes an empty status vector after a cancel by setting", () => {
    bench = new Bench({ tsvAfterCancel: "zero" }).setUp(true);
    bench.send(frameTo(OTHER, 1000));
    bench.clear(AT.ECON1, TXRTS);
    expect(bench.tsv()).toEqual(new Array(7).fill(0));
  });

  it("is aborted by TXRST, which stays until it is cleared", () => {
    bench.send(frameTo(OTHER, 1000));
    bench.set(AT.ECON1, 0x80);
    expect(bench.read(AT.ECON1) & 0x88).toBe(0x80);
    bench.wait(10 * MS);
    expect(bench.sent).toEqual([]);
    bench.clear(AT.ECON1, 0x80);
    bench.set(AT.ECON1, TXRTS);
    bench.wait(10 * MS);
    expect(bench.sent.length).toBe(1);
  });

  /** Every way to end a transmission before its time; the transmitter is ready for another frame afterwards. */
  const CANCELS: Record<string, () => void> = {
    "TXRTS cleared": () => bench.clear(AT.ECON1, TXRTS),
    TXRST: () => bench.resetTransmitter(),
    "SRC, and set up again": () => {
      bench.reset();
      bench.wait(MS);
      bench.setUp((bench.chip.phyRegister(0) & 0x100) !== 0);
    },
  };

  for (const [name, cancel] of Object.entries(CANCELS)) {
    it(`when cancelled (${name}) frees the wire for the next frame at once`, () => {
      bench.send(frameTo(OTHER, 1514));
      bench.wait(100 * US);
      cancel();
      const begun = bench.clock.now();
      bench.send(frameTo(OTHER));
      bench.wait(20 * MS);
      expect(bench.sent.length).toBe(1);
      expect(bench.sent[0].time - begun).toBeLessThan(wireTime(60) + 300 * US); // most of which is SPI
      expect(bench.chip.register("ECON1") & TXRTS).toBe(0);
    });

    it(`when cancelled (${name}) in the midst of its collisions frees the wire for the next frame at once`, () => {
      bench = new Bench({ faults: { excessiveCollisionsNext: 1 } }).setUp();
      bench.send(frameTo(OTHER));
      bench.wait(10 * MS);
      expect(bench.chip.register("ECON1") & TXRTS)
        .withContext("still backing off")
        .toBe(TXRTS);
      cancel();
      const begun = bench.clock.now();
      bench.send(frameTo(OTHER));
      bench.wait(500 * MS);
      expect(bench.sent.length).toBe(1);
      expect(bench.sent[0].time - begun).toBeLessThan(wireTime(60) + 300 * US);
    });
  }

  it("leaves the wire to others while it waits its turn, and defers to them again afterwards", () => {
    bench = new Bench({ faults: { excessiveDeferralNext: 1 } }).setUp();
    const begun = bench.clock.now();
    bench.send(frameTo(OTHER)); // may go after 2.4288 ms
    expect(bench.phyRead(0x11) & 0x2000)
      .withContext("TXSTAT")
      .toBe(0);
    bench.wait(begun + 2 * MS - bench.clock.now());
    bench.chip.announce(1518);
    bench.wait(wireTime(1514));
    expect(bench.sent).toEqual([]);
    const ended = bench.clock.now();
    bench.chip.receive(frameTo(OWN, 1514));
    bench.wait(MS);
    expect(bench.sent.map(({ time }) => time)).toEqual([ended + 9_600 + wireTime(60)]);
  });

  it("is sent twice by a driver that writes an old ECON1 back", () => {
    bench.send(frameTo(OTHER, 60));
    const stale = bench.read(AT.ECON1);
    bench.wait(MS);
    bench.write(AT.ECON1, stale);
    bench.wait(MS);
    expect(bench.sent.length).toBe(2);
  });

  it("sends into the void without a link, or with TXDIS", () => {
    bench.chip.setLink(false);
    bench.sendAndWait(frameTo(OTHER));
    bench.chip.setLink(true);
    bench.phyWrite(0x10, 0x2100);
    bench.sendAndWait(frameTo(OTHER));
    expect(bench.sent).toEqual([]);
    expect(bench.chip.counters.framesLost).toBe(2);
    expect(bench.read(AT.EIR) & TXIF).toBe(TXIF);
  });

  it("shows TXSTAT in the PHY while it sends", () => {
    bench.send(frameTo(OTHER, 1514));
    expect(bench.phyRead(0x11) & 0x2000).toBe(0x2000);
    bench.wait(2 * MS);
    expect(bench.phyRead(0x11) & 0x2000).toBe(0);
  });

  it("defers to an announced frame in half duplex, not in full duplex", () => {
    for (const fullDuplex of [false, true]) {
      bench = new Bench().setUp(fullDuplex);
      bench.chip.announce(1518);
      bench.send(frameTo(OTHER));
      bench.wait(wireTime(1514) - 200 * US);
      expect(bench.sent.length).toBe(fullDuplex ? 1 : 0);
      bench.chip.receive(frameTo(OWN, 1514));
      bench.wait(MS);
      expect(bench.sent.length).toBe(1);
    }
  });

  describe("flow control", () => {
    const pause = (quanta: number) => {
      const frame = frameTo([0x01, 0x80, 0xc2, 0, 0, 1], 60, 0x8808);
      frame.set([0, 1, quanta >> 8, quanta & 0xff], 14);
      return frame;
    };

    it("holds TXRTS for the time that a pause frame asks for", () => {
      bench.chip.receive(pause(100));
      const until = bench.clock.now() + 100 * 51_200;
      bench.send(frameTo(OTHER));
      bench.wait(20 * MS);
      expect(bench.sent[0].time).toBe(until + wireTime(60));
    });

    it("goes on at once after a pause frame of zero or without RXPAUS", () => {
      bench.chip.receive(pause(1000));
      bench.chip.receive(pause(0));
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      bench.write(AT.MACON1, 0x09);
      bench.chip.receive(pause(1000));
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(2);
    });

    it("shows FULDPX in EFLOCON", () => {
      expect(bench.read(AT.EFLOCON)).toBe(0x04);
      bench.write(AT.MACON3, 0x32);
      expect(bench.read(AT.EFLOCON)).toBe(0);
    });

    it("sends pause frames again and again with FCEN = 2, and one of zero with FCEN = 3", () => {
      bench.write16(AT.EPAUS, 0x0100);
      bench.write(AT.EFLOCON, 2);
      bench.wait(20 * MS);
      const count = bench.sent.length;
      expect(count).toBe(4);
      expect(bench.sent[0].frame.slice(0, 18)).toEqual([0x01, 0x80, 0xc2, 0, 0, 1, ...OWN, 0x88, 0x08, 0, 1, 1, 0]);
      bench.write(AT.EFLOCON, 3);
      bench.wait(MS);
      expect(bench.sent.length).toBe(count + 1);
      expect(bench.sent[count].frame.slice(14, 18)).toEqual([0, 1, 0, 0]);
      expect(bench.read(AT.EFLOCON)).toBe(0x04);
      bench.wait(100 * MS);
      expect(bench.sent.length).toBe(count + 1);
    });

    it("sends none without TXPAUS", () => {
      bench.write(AT.MACON1, 0x05);
      bench.write(AT.EFLOCON, 2);
      bench.wait(20 * MS);
      expect(bench.sent).toEqual([]);
    });

    it("jams whatever arrives in half duplex with FCEN = 1", () => {
      bench = new Bench().setUp();
      bench.write(AT.EFLOCON, 1);
      bench.chip.receive(frameTo(OWN));
      expect(bench.chip.counters.dropped.jammed).toBe(1);
    });
  });
});
