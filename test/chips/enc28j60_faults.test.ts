import { DEFAULT_FAULTS, type Enc28j60Faults, type Enc28j60Options } from "../../host-sim/chips/enc28j60";
import { AT, Bench, FIFO_END, frameTo, MS, OTHER, OWN, US } from "./enc28j60_bench";

const TXRTS = 0x08;
const RXEN = 0x04;
const PKTIF = 0x40;
const TXIF = 0x08;
const TXERIF = 0x02;
const RXERIF = 0x01;
const LATECOL = 0x10;
const TXABRT = 0x02;

function halfDuplex(faults: Partial<Enc28j60Faults> = {}, options: Enc28j60Options = {}): Bench {
  return new Bench({ ...options, faults }).setUp();
}

/** Sends frames one after another, resetting the transmitter after an abort; returns how many were aborted. */
function sendMany(bench: Bench, count: number, length = 1514): number {
  let aborted = 0;
  for (let n = 0; n < count; n++) {
    bench.sendAndWait(frameTo(OTHER, length));
    if ((bench.read(AT.EIR) & TXERIF) === 0 && (bench.read(AT.ECON1) & TXRTS) === 0) continue;
    aborted++;
    bench.clear(AT.ECON1, TXRTS);
    bench.resetTransmitter();
  }
  return aborted;
}

describe("ENC28J60 faults", () => {
  it("has the errata of every B7 on by default, and nothing else", () => {
    const on = Object.entries(DEFAULT_FAULTS).filter(([, value]) => value === true);
    const names = [1, 2, 5, 6, 9, 10, 12, 14, 15, 17, 19].map((number) => `erratum${number}`);
    expect(on.map(([name]) => name)).toEqual(names);
  });

  it("is the same run for the same seed, another for another", () => {
    const run = (seed: number) => {
      const bench = halfDuplex({ lateCollision: 0.3, collision: 0.3 }, { seed });
      sendMany(bench, 40);
      return bench.sent.map((each) => each.time);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  describe("erratum 1", () => {
    const lost = (revision: number, hz: number, erratum1 = true) => {
      const bench = new Bench({ revision, faults: { erratum1 } });
      bench.wait(MS);
      bench.chip.spiClock(hz);
      let count = 0;
      for (let n = 1; n < 100; n++) {
        bench.write(AT.MABBIPG, n);
        if (bench.read(AT.MABBIPG) !== n) count++;
      }
      return count;
    };

    it("loses MAC writes below 8 MHz on B1 and B4 only", () => {
      expect(lost(4, 4_000_000)).toBeGreaterThan(0);
      expect(lost(2, 4_000_000)).toBeGreaterThan(0);
      expect(lost(4, 8_000_000)).toBe(0);
      expect(lost(6, 1_000_000)).toBe(0);
      expect(lost(4, 4_000_000, false)).toBe(0);
    });
  });

  it("erratum 5: loads the write pointer with 0 when ERXST is not 0", () => {
    for (const erratum5 of [true, false]) {
      const bench = halfDuplex({ erratum5 });
      bench.clear(AT.ECON1, RXEN);
      bench.write16(AT.ERXST, 0x0400);
      bench.set(AT.ECON1, RXEN);
      expect(bench.read16(AT.ERXWRPT)).toBe(0x0400);
      bench.chip.receive(frameTo(OWN));
      expect(bench.dump(erratum5 ? 6 : 0x0406, 6)).toEqual(OWN);
    }
  });

  describe("erratum 6", () => {
    const reads = (faults: Partial<Enc28j60Faults>) => {
      const bench = halfDuplex(faults);
      bench.write(AT.EIE, 0xc0);
      bench.chip.receive(frameTo(OWN));
      const flags = Array.from({ length: 200 }, () => bench.read(AT.EIR) & PKTIF);
      expect(bench.chip.interruptPin()).toBeFalse();
      expect(bench.read(AT.EPKTCNT)).toBe(1);
      return flags.filter((flag) => flag === 0).length;
    };

    it("reads PKTIF as 0 now and then although a packet is pending; EPKTCNT and INT are right", () => {
      expect(reads({})).toBeGreaterThan(20);
      expect(reads({})).toBeLessThan(80);
      expect(reads({ erratum6Probability: 1 })).toBe(200);
      expect(reads({ erratum6: false })).toBe(0);
    });
  });

  describe("erratum 12", () => {
    it("stalls the next transmission after an abort until TXRST", () => {
      const bench = halfDuplex({ lateCollisionNext: 1 });
      bench.sendAndWait(frameTo(OTHER));
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.read(AT.ECON1) & TXRTS).toBe(TXRTS);
      expect(bench.read(AT.EIR) & TXIF).toBe(0);
      bench.resetTransmitter();
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      expect(bench.read(AT.EIR) & (TXIF | TXERIF)).toBe(TXIF);
    });

    it("is not cured by cancelling", () => {
      const bench = halfDuplex({ lateCollisionNext: 1 });
      bench.sendAndWait(frameTo(OTHER));
      bench.clear(AT.ECON1, TXRTS);
      bench.sendAndWait(frameTo(OTHER));
      bench.clear(AT.ECON1, TXRTS);
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent).toEqual([]);
    });

    it("raises TXERIF when TXRST is released", () => {
      const bench = halfDuplex();
      bench.set(AT.ECON1, 0x80);
      bench.clear(AT.EIR, TXERIF);
      bench.clear(AT.ECON1, 0x80);
      expect(bench.read(AT.EIR) & TXERIF).toBe(TXERIF);
    });

    it("does neither when it is off", () => {
      const bench = halfDuplex({ erratum12: false, lateCollisionNext: 1 });
      bench.sendAndWait(frameTo(OTHER));
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      bench.set(AT.ECON1, 0x80);
      bench.clear(AT.ECON1, 0x80);
      expect(bench.read(AT.EIR) & TXERIF).toBe(0);
    });
  });

  describe("erratum 13", () => {
    const hits: Partial<Enc28j60Faults> = { erratum13: true, erratum13Probability: 1 };

    it("takes a link pulse for a late collision, or repeats the frame when it comes early", () => {
      const bench = halfDuplex({ ...hits, erratum13Stuck: 0 });
      const aborted = sendMany(bench, 100);
      expect(aborted).toBeGreaterThan(80);
      expect(bench.chip.counters.framesAborted).toBe(aborted);
      expect(bench.sent.length).toBe(100 - aborted);
      expect(bench.sent.length).toBeGreaterThan(0);
    });

    it("repeats every short frame, whose whole length is within the collision window", () => {
      const bench = halfDuplex(hits);
      bench.write(AT.MACLCON2, 63);
      expect(sendMany(bench, 20, 46)).toBeLessThan(5);
      expect(bench.chip.counters.collisions).toBeGreaterThan(15);
    });

    it("may leave TXRTS set and TXIF clear; the status vector tells the late collision", () => {
      const bench = halfDuplex({ ...hits, erratum13Stuck: 1 });
      let tries = 0;
      do {
        bench.sendAndWait(frameTo(OTHER, 1514));
        tries++;
      } while ((bench.read(AT.ECON1) & TXRTS) === 0 && tries < 50);
      expect(bench.read(AT.EIR) & (TXIF | TXERIF)).toBe(0);
      bench.wait(1000 * MS);
      expect(bench.read(AT.ECON1) & TXRTS).toBe(TXRTS);
      expect(bench.tsv()[3] & 0x20).toBe(0x20);
      bench.clear(AT.ECON1, TXRTS);
      expect(bench.read(AT.EIR) & TXIF).toBe(TXIF);
    });

    it("spares full duplex and the revisions before B5", () => {
      const full = new Bench({ faults: hits }).setUp(true);
      expect(sendMany(full, 20)).toBe(0);
      expect(sendMany(halfDuplex(hits, { revision: 4 }), 20)).toBe(0);
    });
  });

  describe("erratum 14", () => {
    const headers = (readPointer: number, faults: Partial<Enc28j60Faults>) => {
      const bench = halfDuplex(faults);
      bench.write16(AT.ERXRDPT, readPointer);
      bench.chip.receive(frameTo(OWN));
      return bench.dump(0, 6);
    };
    const good = [70, 0, 64, 0, 0xc0, 0];

    it("spoils the header of a packet that arrives with an even ERXRDPT", () => {
      expect(headers(0, { erratum14Probability: 1 })).not.toEqual(good);
      expect(headers(FIFO_END, { erratum14Probability: 1 })).toEqual(good);
      expect(headers(0, { erratum14: false, erratum14Probability: 1 })).toEqual(good);
    });
  });

  it("erratum 15: leaves ESTAT.LATECOL 0 after a late collision", () => {
    for (const erratum15 of [true, false]) {
      const bench = halfDuplex({ erratum15, lateCollisionNext: 1 });
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.read(AT.ESTAT) & LATECOL).toBe(erratum15 ? 0 : LATECOL);
      expect(bench.tsv()[3] & 0x20).toBe(0x20);
    }
  });

  describe("erratum 17", () => {
    /** A DMA over 2 KB of transmit memory, begun `before` a frame of 1.2 ms arrives completely. */
    const receiveDuring = (bits: number, before: number, faults: Partial<Enc28j60Faults> = {}) => {
      const bench = halfDuplex(faults);
      bench.write16(AT.EDMAST, 0x1a00);
      bench.write16(AT.EDMAND, 0x1bff);
      bench.write16(AT.EDMADST, 0x1c00);
      bench.set(AT.ECON1, bits);
      bench.wait(before);
      bench.chip.receive(frameTo(OWN, 1514));
      return bench;
    };

    it("kills the packet that is on the wire during a checksum", () => {
      for (const before of [0, 1 * MS]) {
        const bench = receiveDuring(0x30, before);
        expect(bench.read(AT.EPKTCNT)).toBe(0);
        expect(bench.read(AT.EIR) & RXERIF).toBe(RXERIF);
        expect(bench.read(AT.ESTAT) & 0x40).toBe(0x40);
      }
    });

    it("spares packets before and behind, copies, and a chip without it", () => {
      expect(receiveDuring(0x30, 2 * MS).read(AT.EPKTCNT)).toBe(1);
      expect(receiveDuring(0x20, 0).read(AT.EPKTCNT)).toBe(1);
      expect(receiveDuring(0x30, 0, { erratum17: false }).read(AT.EPKTCNT)).toBe(1);
    });
  });

  it("erratum 18: accepts what the pattern filter should reject", () => {
    for (const erratum18 of [true, false]) {
      const bench = halfDuplex({ erratum18, erratum18Probability: 1 });
      bench.write(AT.ERXFCON, 0x10);
      bench.write(AT.EPMM0, 0x3f);
      bench.chip.receive(frameTo(OTHER));
      expect(bench.read(AT.EPKTCNT)).toBe(erratum18 ? 1 : 0);
    }
  });

  describe("aborts in half duplex", () => {
    it("late collision: TXERIF, TXIF, TXABRT and the status vector", () => {
      const bench = halfDuplex({ lateCollisionNext: 1 });
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent).toEqual([]);
      expect(bench.read(AT.EIR) & (TXIF | TXERIF)).toBe(TXIF | TXERIF);
      expect(bench.read(AT.ESTAT) & TXABRT).toBe(TXABRT);
      expect(bench.read(AT.ECON1) & TXRTS).toBe(0);
      expect(bench.tsv()[2] & 0x80).toBe(0);
      expect(bench.tsv()[3] & 0x78).toBe(0x20);
    });

    it("excessive collisions: RETMAX repetitions, then the abort", () => {
      const bench = halfDuplex({ excessiveCollisionsNext: 1 });
      const begun = bench.clock.now();
      bench.send(frameTo(OTHER));
      bench.wait(1000 * MS);
      expect(bench.clock.now() - begun).toBeGreaterThan(MS);
      expect(bench.tsv()[2]).toBe(0x40 | 15);
      expect(bench.tsv()[3] & 0x78).toBe(0x10);
      expect(bench.sent).toEqual([]);
    });

    it("excessive deferral: an abort with DEFER = 0, a delay with DEFER = 1", () => {
      const bench = halfDuplex({ excessiveDeferralNext: 2 });
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      expect(bench.tsv()[3] & 0x0c).toBe(0x04);
      bench.write(AT.MACON4, 0);
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      expect(bench.tsv()[3] & 0x0c).toBe(0x0c);
      expect(bench.read(AT.EIR) & TXERIF).toBe(TXERIF);
    });

    it("an ordinary collision only costs time", () => {
      const bench = halfDuplex({ collision: 1 });
      bench.write(AT.MACLCON2, 0);
      bench.sendAndWait(frameTo(OTHER));
      expect(bench.sent.length).toBe(1);
      expect(bench.tsv()[2]).toBe(0xc1);
      expect(bench.tsv()[4]).toBe(8 + 64 + 8 + 4);
    });

    it("strike with their probability", () => {
      const aborted = sendMany(halfDuplex({ lateCollision: 0.25 }), 100);
      expect(aborted).toBeGreaterThan(10);
      expect(aborted).toBeLessThan(45);
    });

    it("do not strike in full duplex", () => {
      const bench = new Bench({ faults: { lateCollision: 1, excessiveCollisions: 1, collision: 1 } }).setUp(true);
      expect(sendMany(bench, 10)).toBe(0);
    });
  });

  it("txStuck: TXRTS never ends", () => {
    const bench = halfDuplex({ txStuck: true });
    bench.sendAndWait(frameTo(OTHER));
    bench.wait(1000 * MS);
    expect(bench.read(AT.ECON1) & TXRTS).toBe(TXRTS);
    bench.chip.faults.txStuck = false;
    bench.clear(AT.ECON1, TXRTS);
    bench.sendAndWait(frameTo(OTHER));
    expect(bench.sent.length).toBe(1);
  });

  describe("rxDeaf", () => {
    it("loses every frame while RXEN reads 1", () => {
      const bench = halfDuplex({ rxDeaf: "until RXRST" });
      bench.chip.receive(frameTo(OWN));
      expect(bench.chip.counters.dropped.deaf).toBe(1);
      expect(bench.read(AT.ECON1) & RXEN).toBe(RXEN);
    });

    it("ends as it is told to", () => {
      const heard = (rxDeaf: Enc28j60Faults["rxDeaf"]) => {
        const bench = halfDuplex();
        bench.chip.faults.rxDeaf = rxDeaf;
        bench.set(AT.ECON1, 0x40);
        bench.clear(AT.ECON1, 0x40);
        bench.set(AT.ECON1, RXEN);
        bench.chip.receive(frameTo(OWN));
        const afterRxrst = bench.read(AT.EPKTCNT);
        bench.reset();
        bench.setUp();
        bench.chip.receive(frameTo(OWN));
        return [afterRxrst, bench.read(AT.EPKTCNT)];
      };
      expect(heard("until RXRST")).toEqual([1, 1]);
      expect(heard("until reset")).toEqual([0, 1]);
      expect(heard("always")).toEqual([0, 0]);
    });
  });

  it("clearRxen: RXEN is found cleared and nothing tells", () => {
    const bench = halfDuplex();
    bench.chip.clearRxen();
    expect(bench.read(AT.ECON1) & RXEN).toBe(0);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.receiverOff).toBe(1);
  });

  it("corruptNextPointerNext: the header leads nowhere, the chip itself goes on", () => {
    const bench = halfDuplex({ corruptNextPointerNext: 1 });
    bench.chip.receive(frameTo(OWN));
    expect(bench.readPacket().next).not.toBe(70);
    expect(bench.read16(AT.ERXWRPT)).toBe(70);
    bench.chip.receive(frameTo(OWN));
    bench.write16(AT.ERDPT, 70);
    expect(bench.readPacket().next).toBe(140);
  });

  it("rsvGarbageNext: the status vector is random, the next packet pointer right", () => {
    const bench = halfDuplex({ rsvGarbageNext: 1 });
    bench.chip.receive(frameTo(OWN));
    const header = bench.dump(0, 6);
    expect(header.slice(0, 2)).toEqual([70, 0]);
    expect(header.slice(2)).not.toEqual([64, 0, 0xc0, 0]);
  });

  it("misoStuck: every byte reads high or low, instructions still work", () => {
    const bench = halfDuplex();
    bench.chip.faults.misoStuck = "high";
    expect(bench.raw(0x1e, 0)).toEqual([0xff, 0xff]);
    bench.chip.faults.misoStuck = "low";
    expect(bench.raw(0x1e, 0)).toEqual([0, 0]);
    bench.write(AT.ERXFCON, 0x20);
    bench.chip.faults.misoStuck = "no";
    expect(bench.read(AT.ERXFCON)).toBe(0x20);
  });

  it("absent: MISO floats, nothing is written, INT is high, frames are lost", () => {
    const bench = halfDuplex({}, { floatingMiso: 0x00 });
    bench.bank(AT.ERXFCON);
    bench.chip.faults.absent = true;
    bench.raw(0x58, 0);
    expect(bench.raw(0x18, 0)).toEqual([0, 0]);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.absent).toBe(1);
    expect(bench.chip.interruptPin()).toBeTrue();
    bench.chip.faults.absent = false;
    expect(bench.read(AT.ERXFCON)).toBe(0xa1);
  });

  it("brownOut: all registers fall to their reset values, the RAM survives, CLKRDY comes again", () => {
    const bench = halfDuplex();
    bench.load(0x1f00, [1, 2, 3]);
    bench.write(AT.EIE, 0xc0);
    bench.chip.receive(frameTo(OWN));
    bench.chip.brownOut();
    expect(bench.chip.interruptPin()).toBeTrue();
    expect(bench.chip.register("ECON1")).toBe(0);
    expect(bench.chip.register("EIE")).toBe(0);
    expect(bench.chip.register("ESTAT")).toBe(0);
    expect(bench.dump(0x1f00, 3)).toEqual([1, 2, 3]);
    bench.wait(300 * US);
    expect(bench.chip.register("ESTAT")).toBe(1);
  });

  it("flipRegisterBit: one bit tips over", () => {
    const bench = halfDuplex();
    bench.chip.flipRegisterBit("ERXFCON", 7);
    expect(bench.read(AT.ERXFCON)).toBe(0x21);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.filter).toBe(1);
  });
});
