import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../host-sim/clock";
import { capture } from "../../host-sim/pcap";
import { Segment } from "../../host-sim/segment";

describe("A capture", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pcap-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is a nanosecond pcap file with every frame at its time, complete when closed", () => {
    const path = join(folder, "wire.pcap");
    const clock = new VirtualClock();
    const segment = new Segment(clock);
    const end = capture(segment, path, 1_700_000_000_000_000_000n);
    const port = segment.attach("a", () => {});
    clock.runFor(2_000_000_005);
    port.send(Uint8Array.of(1, 2, 3));
    end();
    port.send(Uint8Array.of(4));
    const file = readFileSync(path);
    expect(file.subarray(0, 24).toString("hex")).toBe(
      "4d3cb2a1020004000000000000000000000004000100 0000".replace(" ", ""),
    );
    expect(file.readUInt32LE(24)).toBe(1_700_000_002);
    expect(file.readUInt32LE(28)).toBe(5);
    expect([file.readUInt32LE(32), file.readUInt32LE(36)]).toEqual([3, 3]);
    expect([...file.subarray(40)]).toEqual([1, 2, 3]);
  });
});
