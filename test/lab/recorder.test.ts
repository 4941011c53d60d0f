/**
 * What the lab records: what became of each packet, and what it costs when nobody looks.
 */
import { layersOf } from "../../host-sim/decode/fields";
import { segmentOf } from "../../host-sim/decode/tcp_fields";
import { Recorder } from "../../host-sim/lab/recorder";
import type { FateRecord, LabRecord } from "../../host-sim/lab/records";
import { Random } from "../../host-sim/random";
import { MS, VirtualClock } from "../../host-sim/clock";
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

describe("A packet taken apart", () => {
  it("has its layers from the outermost in, and of each field where it lies", () => {
    const arp = packets.arp({ op: packets.ARP_REQUEST, senderMac: MAC.a, senderIp: "10.0.0.1", targetMac: "00:00:00:00:00:00", targetIp: "10.0.0.2" });
    const layers = layersOf(Uint8Array.from(packets.ethernet({ to: packets.EVERYBODY, from: MAC.a, type: packets.TYPE_ARP, payload: arp })));
    expect(layers.map(({ name }) => name)).toEqual(["Ethernet", "ARP"]);
    expect(layers[1].fields.find(({ name }) => name === "target protocol")).toEqual({ name: "target protocol", value: "10.0.0.2", at: 38, length: 4 });
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
