/**
 * What the lab records: what became of each packet, and what it costs when nobody looks.
 */

import { MS, VirtualClock } from "../../host-sim/clock";
import { layersOf } from "../../host-sim/decode/fields";
import { segmentOf } from "../../host-sim/decode/tcp_fields";
import { BoardTap } from "../../host-sim/lab/board_tap";
import { labBundle } from "../../host-sim/lab/lab_firmware";
import { Recorder } from "../../host-sim/lab/recorder";
import type { FateRecord, LabRecord, Parts } from "../../host-sim/lab/records";
import { createMachine } from "../../host-sim/machine";
import { Random } from "../../host-sim/random";
import { Segment } from "../../host-sim/segment";
import * as packets from "../lib/packets";

const MAC = { a: "02:00:00:00:00:01", b: "02:00:00:00:00:02" };

function frame(payload: number[]): Uint8Array {
  return Uint8Array.from(packets.ethernet({ to: MAC.b, from: MAC.a, type: 0x88b5, payload }));
}

function fates(records: LabRecord[]): FateRecord[] {
  return records.filter((record): record is FateRecord => record.k === "fate");
}

describe("The recorder", () => {
  it("tells of each frame what the cable did to it", () => {
    const clock = new VirtualClock();
    const segment = new Segment(clock);
    const recorder = new Recorder(clock, segment);
    const a = segment.attach("a", () => {});
    const b = segment.attach("b", () => {});
    const say = (faults: object) => {
      Object.assign(segment.faults, { loss: 0, dup: 0, reorder: 0, corrupt: 0 }, faults);
      a.send(frame([1, 2, 3]));
      clock.runFor(20 * MS);
    };
    say({});
    say({ loss: 1 });
    say({ dup: 1 });
    say({ reorder: 1 });
    say({ corrupt: 1 });
    b.unplug();
    say({});
    expect(fates(recorder.records).map(({ id, what }) => `${id} ${what}`)).toEqual([
      "1 lost on the cable",
      "2 doubled by the cable",
      "3 held back by the cable",
      "4 a bit flipped on the cable",
      "5 the plug is out",
    ]);
    expect(segment.counters.sent).toBe(6);
    recorder.stop();
    say({ loss: 1 });
    expect(recorder.records.filter(({ k }) => k === "packet").length).toBe(6);
  });
});

describe("The tap of a board", () => {
  it("sees the stack of a program that connects the chip itself, and whose socket each packet is for", async () => {
    const clock = new VirtualClock();
    const segment = new Segment(clock);
    const recorder = new Recorder(clock, segment);
    const app = `var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
      eth.setIP({ ip: "10.0.0.1", subnet: "255.255.255.0" });
      require("dgram").createSocket("udp4", function () {}).bind(4000);`;
    const info = { chip: "enc28j60", core: "javascript", app: "", baud: 10_500_000 };
    const tap = new BoardTap(recorder, "board", info, { calls: false, gap: 0 });
    const bundle = await labBundle("enc28j60");
    const common = { clock, segment, chip: "enc28j60", core: "javascript" } as const;
    const board = createMachine({ ...common, bundle, app, name: "board", onSpi: tap.onSpi });
    const other = createMachine({ ...common, bundle, name: "other", ip: "10.0.0.2/24" });
    tap.follow(board);
    clock.runFor(4000 * MS);
    const { net } = other;
    const to = (port: number) => ({ sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: port });
    other.call(() => {
      const fd = net.socket(2, 2, 0);
      for (const port of [4000, 4001]) net.sendto(fd, "x", 0, to(port));
    });
    clock.runFor(100 * MS);
    const told = fates(recorder.records).filter(({ where, path }) => where === "stack" && path?.includes("udp_input"));
    expect(told.map(({ what, bad }) => [what, bad])).toEqual([
      ["to udp *:4000", false],
      ["udp: for no socket", true],
    ]);
    const memory = recorder.records.filter((record) => record.k === "state" && record.part === "memory").at(-1);
    expect((memory as { value: Parts["memory"] }).value.elsewhere).toBe(0);
    expect(board.errors).toEqual([]);
    tap.leave();
    board.stop();
    other.stop();
  });
});

describe("A packet taken apart", () => {
  it("has its layers from the outermost in, and of each field where it lies", () => {
    const arp = packets.arp({
      op: packets.ARP_REQUEST,
      senderMac: MAC.a,
      senderIp: "10.0.0.1",
      targetMac: "00:00:00:00:00:00",
      targetIp: "10.0.0.2",
    });
    const layers = layersOf(
      Uint8Array.from(packets.ethernet({ to: packets.EVERYBODY, from: MAC.a, type: packets.TYPE_ARP, payload: arp })),
    );
    expect(layers.map(({ name }) => name)).toEqual(["Ethernet", "ARP"]);
    expect(layers[1].fields.find(({ name }) => name === "target protocol")).toEqual({
      name: "target protocol",
      value: "10.0.0.2",
      at: 38,
      length: 4,
    });
  });

  it("survives any bytes: what is shown lies within the frame (seed 7)", () => {
    const random = new Random(7);
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from({ length: random.below(120) }, () => random.below(256));
      if (bytes.length > 24) bytes.set([8, 0, 0x45, 0, 0, random.below(256)], 12);
      if (bytes.length > 24) bytes[23] = [1, 6, 17, random.below(256)][random.below(4)];
      segmentOf(bytes);
      for (const { fields } of layersOf(bytes))
        for (const { at, length } of fields) expect(at + length).toBeLessThanOrEqual(bytes.length);
    }
  });
});
