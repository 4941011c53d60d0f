import { AT, Bench, BROADCAST, crcOf, FIFO_END, frameTo, MS, OTHER, OWN } from "./enc28j60_bench";

const RXERIF = 0x01;
const BUFER = 0x40;

describe("ENC28J60 receiver", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench().setUp();
  });

  it("stores next packet pointer, status vector, frame and CRC", () => {
    const frame = frameTo(OWN, 60);
    bench.chip.receive(frame);
    const packet = bench.readPacket();
    expect(packet).toEqual({ next: 6 + 64, length: 64, status: 0x00c0, frame: [...frame, ...crcOf(frame)] });
    expect(bench.rules()).toEqual([]);
  });

  it("sets EPKTCNT and moves ERXWRPT once per packet", () => {
    expect(bench.read16(AT.ERXWRPT)).toBe(0);
    bench.chip.receive(frameTo(OWN));
    bench.chip.receive(frameTo(OWN));
    expect(bench.read(AT.EPKTCNT)).toBe(2);
    expect(bench.read16(AT.ERXWRPT)).toBe(140);
  });

  it("puts a byte of padding behind an odd length, so that the next packet starts even", () => {
    bench.chip.receive(frameTo(OWN, 61));
    const packet = bench.readPacket();
    expect(packet.length).toBe(65);
    expect(packet.next).toBe(72);
    expect(bench.read16(AT.ERXWRPT)).toBe(72);
  });

  it("leaves ERDPT at the next packet for a driver that reads the padding too", () => {
    bench.chip.receive(frameTo(OWN, 61));
    bench.chip.receive(frameTo(BROADCAST, 60));
    bench.take();
    expect(bench.take().frame.slice(0, 6)).toEqual(BROADCAST);
    expect(bench.rules()).toEqual([]);
  });

  it("tells multicast, broadcast, VLAN and control frames in the status vector", () => {
    bench.write(AT.ERXFCON, 0);
    bench.write(AT.MACON1, 0x03);
    bench.chip.receive(frameTo(BROADCAST, 60, 0x0806));
    bench.chip.receive(frameTo([1, 0, 0x5e, 0, 0, 1]));
    bench.chip.receive(frameTo(OWN, 60, 0x8100));
    const control = frameTo(OWN, 60, 0x8808);
    bench.chip.receive(control);
    control.set([0, 1], 14);
    bench.chip.receive(control);
    expect([1, 2, 3, 4, 5].map(() => bench.take().status)).toEqual([0x02c0, 0x01c0, 0x40c0, 0x28c0, 0x18c0]);
  });

  it("checks a length field when FRMLNEN is set", () => {
    const right = frameTo(OWN, 60, 46);
    bench.chip.receive(right);
    bench.chip.receive(frameTo(OWN, 60, 10));
    bench.chip.receive(frameTo(OWN, 64, 10));
    expect([1, 2, 3].map(() => bench.take().status)).toEqual([0x0080, 0x0080, 0x00a0]);
  });

  it("tells a dribble nibble", () => {
    bench.chip.receive(frameTo(OWN), { dribble: true });
    expect(bench.take().status & 0x0400).not.toBe(0);
  });

  it("wraps a packet at ERXND as a stream of bytes, its header too", () => {
    bench = new Bench().setUp(false, 0x00ff);
    const lengths = [60, 60, 60, 36, 60];
    let at = 0;
    for (const [n, length] of lengths.entries()) {
      const frame = frameTo(OWN, length);
      frame[20] = n;
      bench.chip.receive(frame);
      const packet = bench.readPacket();
      at = (at + 6 + length + 4) % 0x100;
      expect(packet.next).withContext(`packet ${n}`).toBe(at);
      expect(packet.frame)
        .withContext(`packet ${n}`)
        .toEqual([...frame, ...crcOf(frame)]);
      bench.free(packet.next, 0x00ff);
    }
    expect(bench.chip.counters.framesIn).toBe(5);
    expect(bench.rules()).toEqual([]);
  });

  it("wraps next packet pointers that would lie just behind ERXND to ERXST", () => {
    bench = new Bench().setUp(false, 0x0045 + 70);
    bench.chip.receive(frameTo(OWN, 60));
    bench.free(bench.readPacket().next, 0x0045 + 70);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.readPacket().next).toBe(0);
  });

  it("keeps count and order over many frames of every length around a small ring", () => {
    const end = 0x0bff;
    bench = new Bench().setUp(false, end);
    for (let n = 0; n < 400; n++) {
      const frame = frameTo(OWN, 14 + ((n * 37) % 1501));
      bench.chip.receive(frame);
      const packet = bench.readPacket();
      expect(packet.frame.length).toBe(frame.length + 4);
      expect(packet.frame.slice(14, -4)).toEqual([...frame.slice(14)]);
      bench.free(packet.next, end);
    }
    expect(bench.chip.counters.framesIn).toBe(400);
  });

  it("drops a frame that does not fit, keeps the older ones, and goes on when there is room", () => {
    bench = new Bench().setUp(false, 0x00ff);
    for (let n = 0; n < 4; n++) bench.chip.receive(frameTo(OWN, 60));
    expect(bench.read(AT.EPKTCNT)).toBe(3);
    expect(bench.chip.counters.dropped.overflow).toBe(1);
    expect(bench.read(AT.EIR) & RXERIF).toBe(RXERIF);
    expect(bench.read(AT.ESTAT) & BUFER).toBe(BUFER);
    expect(bench.read(AT.ECON1) & 0x04).toBe(0x04);
    const first = bench.readPacket();
    expect(first.frame.slice(0, 6)).toEqual(OWN);
    bench.free(first.next, 0x00ff);
    bench.clear(AT.EIR, RXERIF);
    bench.clear(AT.ESTAT, BUFER);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.read(AT.EPKTCNT)).toBe(3);
    expect(bench.read(AT.EIR) & RXERIF).toBe(0);
  });

  it("tells the drop in the status vector of the next packet", () => {
    bench = new Bench().setUp(false, 0x00ff);
    for (let n = 0; n < 4; n++) bench.chip.receive(frameTo(OWN, 60));
    for (let n = 0; n < 3; n++) bench.free(bench.readPacket().next, 0x00ff);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.readPacket().status & 1).toBe(1);
  });

  it("fills the FIFO up to ERXRDPT and no further, whatever it takes", () => {
    // 256 bytes from 0 to 0xFF, ERXRDPT at 0xFF: an even record of 254 bytes is the largest that fits.
    for (const [length, fits] of [
      [254 - 10, true],
      [256 - 10, false],
    ] as const) {
      bench = new Bench().setUp(false, 0x00ff);
      bench.chip.receive(frameTo(OWN, length));
      expect(bench.read(AT.EPKTCNT))
        .withContext(`${length}`)
        .toBe(fits ? 1 : 0);
    }
  });

  it("has room again only when the high byte of ERXRDPT is written", () => {
    bench = new Bench().setUp(false, 0x00ff);
    for (let n = 0; n < 3; n++) bench.chip.receive(frameTo(OWN, 60));
    bench.write(AT.ERXRDPT, 69);
    expect(bench.read16(AT.ERXRDPT)).toBe(0x00ff);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.chip.counters.dropped.overflow).toBe(1);
    bench.write(AT.ERXRDPT + 1, 0);
    expect(bench.read16(AT.ERXRDPT)).toBe(69);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.read(AT.EPKTCNT)).toBe(4);
  });

  it("protects memory by ERXRDPT and counts by PKTDEC, each on its own", () => {
    bench = new Bench().setUp(false, 0x00ff);
    for (let n = 0; n < 3; n++) bench.chip.receive(frameTo(OWN, 60));
    for (let n = 0; n < 3; n++) bench.set(AT.ECON2, 0x40);
    expect(bench.read(AT.EPKTCNT)).toBe(0);
    bench.chip.receive(frameTo(OWN, 60));
    expect(bench.chip.counters.dropped.overflow).toBe(1);
  });

  it("stops at 255 packets even with memory left", () => {
    bench.write(AT.ERXFCON, 0);
    for (let n = 0; n < 256; n++) {
      bench.chip.receive(frameTo(OWN, 14));
      if (n % 100 === 0) bench.write16(AT.ERXRDPT, bench.chip.word("ERXWRPTL") - 1);
    }
    expect(bench.read(AT.EPKTCNT)).toBe(255);
    expect(bench.chip.counters.dropped.packetCount).toBe(1);
    expect(bench.chip.register("EIR") & RXERIF).toBe(RXERIF);
  });

  it("reloads the write pointer and ERXWRPT when ERXST or ERXND is written", () => {
    bench = new Bench({ faults: { erratum5: false } }).setUp();
    bench.chip.receive(frameTo(OWN));
    bench.clear(AT.ECON1, 0x04);
    bench.write16(AT.ERXST, 0x0100);
    expect(bench.read16(AT.ERXWRPT)).toBe(0x0100);
    bench.set(AT.ECON1, 0x04);
    bench.chip.receive(frameTo(OWN));
    expect(bench.dump(0x0106, 6)).toEqual(OWN);
  });

  it("never stores frames shorter than 18 bytes, but runts from there on", () => {
    bench.write(AT.ERXFCON, 0);
    bench.chip.receive(frameTo(OWN).slice(0, 13));
    bench.chip.receive(frameTo(OWN, 14));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
    expect(bench.chip.counters.dropped.runt).toBe(1);
    expect(bench.take().length).toBe(18);
  });

  it("rejects frames longer than MAMXFL, CRC included, unless HFRMEN is set", () => {
    bench.chip.receive(frameTo(OWN, 1514));
    bench.chip.receive(frameTo(OWN, 1515));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
    expect(bench.chip.counters.dropped.oversize).toBe(1);
    bench.write(AT.MACON3, 0x36);
    bench.chip.receive(frameTo(OWN, 1515));
    expect(bench.read(AT.EPKTCNT)).toBe(2);
  });

  it("keeps pause and other control frames to itself unless PASSALL is set", () => {
    bench.chip.receive(frameTo(OWN, 60, 0x8808));
    expect(bench.chip.counters.dropped.controlFrame).toBe(1);
    bench.write(AT.MACON1, 0x03);
    bench.chip.receive(frameTo(OWN, 60, 0x8808));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
  });

  it("is off without RXEN, without MARXEN, and in RXRST", () => {
    bench.clear(AT.ECON1, 0x04);
    bench.chip.receive(frameTo(OWN));
    bench.set(AT.ECON1, 0x04);
    bench.write(AT.MACON1, 0);
    bench.chip.receive(frameTo(OWN));
    bench.write(AT.MACON1, 1);
    bench.set(AT.ECON1, 0x40);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.receiverOff).toBe(3);
    expect(bench.read(AT.ECON1) & 0x04).toBe(0);
  });

  it("keeps EPKTCNT over RXRST, or clears it by setting", () => {
    bench.chip.receive(frameTo(OWN));
    bench.set(AT.ECON1, 0x40);
    expect(bench.read(AT.EPKTCNT)).toBe(1);
    const other = new Bench({ rxrstClearsEpktcnt: true }).setUp();
    other.chip.receive(frameTo(OWN));
    other.set(AT.ECON1, 0x40);
    expect(other.read(AT.EPKTCNT)).toBe(0);
    expect(other.chip.register("EIR") & 0x40).toBe(0);
  });

  it("cannot set RXEN while RXRST is held", () => {
    bench.set(AT.ECON1, 0x40);
    bench.set(AT.ECON1, 0x04);
    expect(bench.read(AT.ECON1) & 0x04).toBe(0);
    bench.clear(AT.ECON1, 0x40);
    bench.set(AT.ECON1, 0x04);
    bench.chip.receive(frameTo(OWN));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
  });

  it("hears nothing without a link", () => {
    bench.chip.setLink(false);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.linkDown).toBe(1);
  });

  it("lets an ERXRDPT outside the FIFO protect nothing, or ignores it by setting", () => {
    bench = new Bench().setUp(false, 0x00ff);
    bench.write16(AT.ERXRDPT, 0xffff);
    for (let n = 0; n < 10; n++) bench.chip.receive(frameTo(OWN, 60));
    expect(bench.chip.counters.dropped.overflow).toBe(0);
    const other = new Bench({ erxrdptOutside: "ignore" }).setUp(false, 0x00ff);
    other.write16(AT.ERXRDPT, 0xffff);
    expect(other.read16(AT.ERXRDPT)).toBe(0x00ff);
  });

  it("counts packets exactly when PKTDEC races an arrival, or loses one by setting", () => {
    const race = (pktdecRace: number) => {
      const racing = new Bench({ pktdecRace }).setUp();
      racing.chip.receive(frameTo(OWN));
      racing.set(AT.ECON2, 0x40);
      racing.chip.receive(frameTo(OWN));
      return racing.read(AT.EPKTCNT);
    };
    expect(race(0)).toBe(1);
    expect(race(5_000)).toBe(0);
  });

  it("shows RXBUSY while an announced frame is on the wire", () => {
    bench.chip.announce(64);
    expect(bench.read(AT.ESTAT) & 0x04).toBe(0x04);
    expect(bench.phyRead(0x11) & 0x1000).toBe(0x1000);
    bench.chip.receive(frameTo(OWN));
    expect(bench.read(AT.ESTAT) & 0x04).toBe(0);
    expect(bench.read(AT.EPKTCNT)).toBe(1);
  });

  it("finishes an announced frame after RXEN is cleared, but not after RXRST", () => {
    bench.chip.announce(64);
    bench.clear(AT.ECON1, 0x04);
    bench.chip.receive(frameTo(OWN));
    expect(bench.read(AT.EPKTCNT)).toBe(1);
    bench.set(AT.ECON1, 0x04);
    bench.chip.announce(64);
    bench.set(AT.ECON1, 0x40);
    expect(bench.read(AT.ESTAT) & 0x04).toBe(0);
    bench.chip.receive(frameTo(OWN));
    expect(bench.chip.counters.dropped.aborted).toBe(1);
  });

  it("does not keep the frame it was given", () => {
    const frame = frameTo(OWN);
    bench.chip.receive(frame);
    frame.fill(0);
    expect(bench.readPacket().frame.slice(6, 12)).toEqual(OTHER);
  });

  it("starts with an ERXRDPT that leaves the whole FIFO when it equals the write pointer", () => {
    bench = new Bench({ faults: { erratum14: false } }).setUp(false, 0x00ff);
    bench.write16(AT.ERXRDPT, 0);
    for (let n = 0; n < 3; n++) bench.chip.receive(frameTo(OWN, 60));
    expect(bench.read(AT.EPKTCNT)).toBe(3);
  });

  it("keeps its FIFO apart from transmit memory", () => {
    bench.load(FIFO_END + 1, [0xaa]);
    for (let n = 0; n < 200; n++) bench.chip.receive(frameTo(OWN));
    expect(bench.dump(FIFO_END + 1, 1)).toEqual([0xaa]);
    bench.wait(MS);
  });
});
