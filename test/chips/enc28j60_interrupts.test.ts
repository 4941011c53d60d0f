import { AT, Bench, frameTo, MS, OTHER, OWN } from "./enc28j60_bench";

const INTIE = 0x80;
const PKTIE = 0x40;
const DMAIE = 0x20;
const TXIE = 0x08;

describe("ENC28J60 interrupts", () => {
  let bench: Bench;
  let edges: boolean[];

  beforeEach(() => {
    bench = new Bench().setUp();
    edges = [];
    bench.chip.onInterruptPin = (high) => edges.push(high);
  });

  it("drives INT low while an enabled flag is pending and INTIE is set", () => {
    bench.write(AT.EIE, INTIE | PKTIE);
    expect(bench.chip.interruptPin()).toBeTrue();
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.interruptPin()).toBeFalse();
    expect(edges).toEqual([false]);
    bench.take();
    expect(bench.chip.interruptPin()).toBeTrue();
    expect(edges).toEqual([false, true]);
  });

  it("is a level: clearing INTIE raises the pin, setting it lowers it again", () => {
    bench.write(AT.EIE, INTIE | PKTIE);
    bench.chip.receive(frameTo(OWN));
    bench.clear(AT.EIE, INTIE);
    expect(edges).toEqual([false, true]);
    expect(bench.read(AT.ESTAT) & 0x80).toBe(0x80);
    bench.set(AT.EIE, INTIE);
    expect(edges).toEqual([false, true, false]);
  });

  it("gives no new edge for a second packet", () => {
    bench.write(AT.EIE, INTIE | PKTIE);
    bench.chip.receive(frameTo(OWN));
    bench.chip.receive(frameTo(OWN));
    bench.take();
    expect(edges).toEqual([false]);
    bench.take();
    expect(edges).toEqual([false, true]);
    expect(bench.chip.counters.interrupts).toBe(1);
  });

  it("latches flags that are not enabled, without INT", () => {
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.register("EIR")).toBe(0x40);
    expect(bench.read(AT.ESTAT) & 0x80).toBe(0);
    expect(edges).toEqual([]);
    bench.write(AT.EIE, INTIE | PKTIE);
    expect(edges).toEqual([false]);
  });

  it("does not let the host clear PKTIF", () => {
    bench.chip.receive(frameTo(OWN));
    bench.clear(AT.EIR, 0x40);
    expect(bench.chip.register("EIR")).toBe(0x40);
  });

  it("announces the end of a transmission, and TXIF stays over the next one until cleared", () => {
    bench.write(AT.EIE, INTIE | TXIE);
    bench.sendAndWait(frameTo(OTHER));
    expect(edges).toEqual([false]);
    bench.set(AT.ECON1, 0x08);
    bench.wait(MS);
    expect(edges).toEqual([false]);
    bench.clear(AT.EIR, 0x08);
    expect(edges).toEqual([false, true]);
  });

  it("announces the end of a DMA", () => {
    bench.write(AT.EIE, INTIE | DMAIE);
    bench.write16(AT.EDMAST, 0x1c00);
    bench.write16(AT.EDMAND, 0x1cff);
    bench.write16(AT.EDMADST, 0x1e00);
    bench.set(AT.ECON1, 0x20);
    bench.wait(MS);
    expect(edges).toEqual([false]);
  });

  it("announces a change of the link", () => {
    bench.write(AT.EIE, INTIE | 0x10);
    bench.phyWrite(0x12, 0x0012);
    bench.phyRead(0x13);
    bench.chip.setLink(false);
    expect(bench.chip.interruptPin()).toBeFalse();
    bench.phyRead(0x13);
    expect(bench.chip.interruptPin()).toBeTrue();
  });

  it("lets INT go at a reset", () => {
    bench.write(AT.EIE, INTIE | PKTIE);
    bench.chip.receive(frameTo(OWN));
    bench.reset();
    expect(edges).toEqual([false, true]);
  });
});
