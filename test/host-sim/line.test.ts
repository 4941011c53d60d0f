import type { NetworkChip } from "../../host-sim/chips";
import { Enc28j60 } from "../../host-sim/chips/enc28j60";
import { W5500 } from "../../host-sim/chips/w5500";
import { MS, SECOND, US, VirtualClock } from "../../host-sim/clock";
import { Line, type Transceiver } from "../../host-sim/line";
import { RealTime } from "../../host-sim/realtime";
import { Segment, type SegmentPort } from "../../host-sim/segment";
import * as enc28j60 from "../chips/enc28j60_bench";
import * as w5500 from "../chips/w5500_bench";

/** A device that notes what its end of the line tells it, and can be made to send for a while. */
class Device implements Transceiver {
  sendingUntil = Number.NEGATIVE_INFINITY;
  readonly begins: [number, number][] = [];
  readonly ends: number[] = [];

  constructor(
    private readonly clock: VirtualClock,
    readonly byteTime: number,
  ) {}

  announce(length: number): void {
    this.begins.push([this.clock.now(), length]);
  }
}

function connected(byteTime: number) {
  const clock = new VirtualClock();
  const device = new Device(clock, byteTime);
  const segment = new Segment(clock);
  const port = segment.attach("device", () => device.ends.push(clock.now()), device);
  const host = segment.attach("host", () => {});
  return { clock, device, segment, port, host };
}

/** ns from the first bit of one frame to the first of the next: preamble, frame, CRC, gap. */
function distance(length: number, byteTime: number): number {
  return (8 + length + 4 + 12) * byteTime;
}

describe("The line to a device", () => {
  for (const [name, byteTime] of [
    ["10", 800],
    ["100", 80],
  ] as const)
    it(`carries what comes at once one after another, at ${name} Mbit/s`, () => {
      const { clock, device, host } = connected(byteTime);
      for (const length of [60, 1514, 60]) host.send(new Uint8Array(length));
      clock.runFor(SECOND);
      const begins = [0, distance(60, byteTime), distance(60, byteTime) + distance(1514, byteTime)];
      expect(device.begins).toEqual([
        [begins[0], 64],
        [begins[1], 1518],
        [begins[2], 64],
      ]);
      expect(device.ends).toEqual([60, 1514, 60].map((length, i) => begins[i] + (8 + length + 4) * byteTime));
    });

  it("does not begin while the device sends, nor in the gap after it", () => {
    const { clock, device, host } = connected(800);
    device.sendingUntil = MS;
    host.send(new Uint8Array(60));
    clock.runFor(SECOND);
    expect(device.begins[0][0]).toBe(MS + 9_600);
  });

  it("keeps 128 KB that have to wait, counts what is more as lost, and goes on", () => {
    const { clock, device, segment, host } = connected(800);
    for (let n = 0; n < 200; n++) host.send(new Uint8Array(1514));
    clock.runFor(SECOND);
    expect([device.ends.length, segment.counters.overrun]).toEqual([86, 114]);
    host.send(new Uint8Array(1514));
    clock.runFor(SECOND);
    expect(device.ends.length).toBe(87);
  });

  it("loses what waits, and the frame on its way, when the plug is pulled", () => {
    const { clock, device, segment, port, host } = connected(800);
    for (let n = 0; n < 5; n++) host.send(new Uint8Array(1000));
    clock.runFor(2 * MS);
    port.unplug();
    clock.runFor(SECOND);
    expect([device.ends.length, segment.counters.unplugged]).toEqual([2, 3]);
    port.plug();
    host.send(new Uint8Array(1000));
    clock.runFor(SECOND);
    expect(device.ends.length).toBe(3);
  });

  it("goes on with what is sent from within the arrival of a frame, once", () => {
    const clock = new VirtualClock();
    const device = new Device(clock, 800);
    const heard: number[] = [];
    const line: Line = new Line(clock, device, (frame) => {
      heard.push(frame[0]);
      if (frame[0] !== 1) return;
      line.cut();
      line.send(Uint8Array.of(3));
    });
    for (const n of [1, 2]) line.send(Uint8Array.of(n));
    clock.runFor(SECOND);
    expect(heard).toEqual([1, 3]);
    expect(device.begins.length).toBe(2);
  });

  it("keeps its rate in real time too, with what a link to the host delivers at once", async () => {
    const { clock, device, host } = connected(800);
    const realTime = new RealTime(clock);
    realTime.start();
    const begun = process.hrtime.bigint();
    realTime.inject(() => {
      for (let n = 0; n < 80; n++) host.send(new Uint8Array(1514)); // 98 ms of wire
    });
    while (device.ends.length < 80) await new Promise((resolve) => setTimeout(resolve, 2));
    realTime.stop();
    const wallMs = Number(process.hrtime.bigint() - begun) / MS;
    expect(wallMs).toBeGreaterThan((80 * distance(1514, 800)) / MS - 3);
    expect(device.ends[79] - device.ends[0]).toBe(79 * distance(1514, 800));
  });
});

/** A chip on the cable, as a board has it, and a host. */
function plugged(chip: NetworkChip, clock: VirtualClock): { segment: Segment; host: SegmentPort; heard: number[] } {
  const segment = new Segment(clock);
  const port = segment.attach("chip", (frame) => chip.receive(frame), chip);
  chip.onTransmit = (frame) => port.send(frame);
  port.onLink((up) => chip.setLink(up));
  const heard: number[] = [];
  const host = segment.attach("host", () => heard.push(clock.now()));
  return { segment, host, heard };
}

describe("An ENC28J60 on the cable", () => {
  const { AT, OTHER, OWN, frameTo } = enc28j60;

  it("shows RXBUSY while a frame arrives, not before and not after", () => {
    const bench = new enc28j60.Bench().setUp();
    const { host } = plugged(bench.chip, bench.clock);
    host.send(frameTo(OWN, 1514));
    const busy = Array.from({ length: 6 }, () => {
      bench.wait(250 * US);
      return bench.read(AT.ESTAT) & 4;
    });
    expect(busy).toEqual([4, 4, 4, 4, 0, 0]);
    expect(bench.take().length).toBe(1518);
    expect(bench.rules()).toEqual([]);
  });

  it("sends and receives in turn in half duplex, and at once in full duplex", () => {
    for (const fullDuplex of [false, true]) {
      const bench = new enc28j60.Bench().setUp(fullDuplex);
      const { host, heard } = plugged(bench.chip, bench.clock);
      const begun = bench.clock.now();
      for (let n = 0; n < 3; n++) host.send(frameTo(OWN, 1000));
      bench.wait(0);
      for (let n = 0; n < 3; n++) {
        bench.send(frameTo(OTHER, 1000));
        while (bench.read(AT.ECON1) & 8);
      }
      bench.wait(MS);
      expect([bench.chip.counters.framesIn, heard.length]).toEqual([3, 3]);
      const frames = (heard[2] - begun) / distance(1000, 800);
      expect(Math.round(frames))
        .withContext(`full duplex: ${fullDuplex}`)
        .toBe(fullDuplex ? 3 : 6);
      expect(bench.rules()).toEqual([]);
    }
  });

  it("is not left in RXBUSY by a plug that is pulled in the middle of a frame", () => {
    const bench = new enc28j60.Bench().setUp();
    const { segment, host } = plugged(bench.chip, bench.clock);
    host.send(frameTo(OWN, 1514));
    bench.wait(500 * US);
    segment.unplug();
    expect(bench.read(AT.ESTAT) & 4).toBe(0);
    segment.plug();
    bench.wait(5 * MS);
    host.send(frameTo(OWN));
    bench.sendAndWait(frameTo(OTHER));
    expect([bench.read(AT.EPKTCNT), bench.sent.length || bench.chip.counters.framesOut]).toEqual([1, 1]);
  });

  it("does not take the rest of a frame that was on the wire when it was reset, or switched on", () => {
    const bench = new enc28j60.Bench().setUp();
    const { host } = plugged(bench.chip, bench.clock);
    host.send(frameTo(OWN, 1514));
    bench.wait(10 * US);
    bench.reset();
    bench.wait(MS);
    bench.write(AT.MACON1, 1);
    bench.set(AT.ECON1, 4); // 0.2 ms before the frame's end
    bench.wait(5 * MS);
    expect([bench.chip.counters.framesArrived, bench.chip.counters.dropped.aborted]).toEqual([1, 1]);
    bench.setUp();
    bench.clear(AT.ECON1, 4);
    host.send(frameTo(OWN, 1514));
    bench.wait(500 * US);
    bench.set(AT.ECON1, 4);
    bench.wait(5 * MS);
    expect(bench.read(AT.EPKTCNT)).toBe(0);
    host.send(frameTo(OWN, 1514));
    bench.wait(5 * MS);
    expect(bench.read(AT.EPKTCNT)).toBe(1);
  });
});

describe("A W5500 on the cable", () => {
  const { AT, OTHER, OWN, frameTo } = w5500;

  it("sends and receives at once at 100 Mbit/s in full duplex, in turn in half duplex", () => {
    for (const [partner, turns, byteTime] of [
      ["100 full", 3, 80],
      ["100 half", 6, 80],
      ["10 half", 6, 800],
      ["10 full", 3, 800],
    ] as const) {
      const bench = new w5500.Bench({ partner }).setUp();
      const { host, heard } = plugged(bench.chip, bench.clock);
      const begun = bench.clock.now();
      for (let n = 0; n < 3; n++) host.send(frameTo(OWN, 1500));
      bench.wait(0);
      for (let n = 0; n < 3; n++) {
        bench.send(frameTo(OTHER, 1500));
        while (bench.word(AT.S0_TX_RD) !== bench.word(AT.S0_TX_WR));
      }
      bench.wait(10 * MS);
      expect([bench.chip.counters.framesIn, heard.length]).toEqual([3, 3]);
      const frames = (heard[2] - begun) / distance(1500, byteTime);
      expect(Math.round(frames)).withContext(partner).toBe(turns);
      expect(bench.rules()).toEqual([]);
    }
  });

  it("sends again after a plug was pulled in the middle of a frame to it", () => {
    const bench = new w5500.Bench({ partner: "10 half" }).setUp();
    const { segment, host, heard } = plugged(bench.chip, bench.clock);
    host.send(frameTo(OWN, 1500));
    bench.wait(100 * US);
    segment.unplug();
    segment.plug();
    bench.send(frameTo(OTHER));
    bench.wait(MS);
    expect(heard.length).toBe(1);
  });
});

describe("Chips have the rate of their kind:", () => {
  for (const [name, chip, bits] of [
    ["ENC28J60", () => new Enc28j60(new VirtualClock()), 10e6],
    ["W5500", () => new W5500(new VirtualClock()), 100e6],
  ] as const)
    it(`${name} ${bits / 1e6} Mbit/s`, () => expect(8e9 / chip().byteTime).toBe(bits));
});
