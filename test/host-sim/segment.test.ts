import { MS, VirtualClock } from "../../host-sim/clock";
import { type CableFaults, Segment } from "../../host-sim/segment";

function cable(faults: Partial<CableFaults> = {}) {
  const clock = new VirtualClock();
  const segment = new Segment(clock, faults);
  const heard: Record<string, number[]> = { a: [], b: [], c: [] };
  const [a, b, c] = ["a", "b", "c"].map((name) => segment.attach(name, (frame) => heard[name].push(frame[0])));
  return { clock, segment, heard, a, b, c };
}

/** Frames numbered 0 to count - 1, a millisecond apart, from a; gives what b heard. */
function numbered(faults: Partial<CableFaults>, count = 200): { heard: number[]; segment: Segment } {
  const { clock, segment, heard, a, c } = cable(faults);
  c.detach();
  for (let i = 0; i < count; i++) {
    a.send(Uint8Array.of(i));
    clock.runFor(MS);
  }
  clock.runFor(100 * MS);
  return { heard: heard.b, segment };
}

describe("The cable", () => {
  it("carries a frame to every port but the sender's", () => {
    const { clock, heard, b } = cable();
    b.send(Uint8Array.of(7));
    clock.runFor(0);
    expect(heard).toEqual({ a: [7], b: [], c: [7] });
  });

  it("delivers by an event of its own, even without delay", () => {
    const { clock, heard, a } = cable();
    a.send(Uint8Array.of(1));
    expect(heard.b).toEqual([]);
    clock.runFor(0);
    expect(heard.b).toEqual([1]);
    expect(clock.now()).toBe(0);
  });

  it("keeps a copy, so that the sender may reuse its buffer", () => {
    const { clock, heard, a } = cable();
    const buffer = Uint8Array.of(1);
    a.send(buffer);
    buffer[0] = 2;
    clock.runFor(0);
    expect(heard.b).toEqual([1]);
  });

  it("delays by delayMs, and by up to jitterMs more", () => {
    const clock = new VirtualClock();
    const segment = new Segment(clock, { delayMs: 10, jitterMs: 5, seed: 3 });
    const times: number[] = [];
    segment.attach("b", () => times.push(clock.now() / MS));
    const a = segment.attach("a", () => {});
    for (let i = 0; i < 100; i++) a.send(Uint8Array.of(i));
    clock.runFor(100 * MS);
    expect(times.length).toBe(100);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...times)).toBeLessThanOrEqual(15);
    expect(new Set(times).size).toBeGreaterThan(90);
  });

  it("loses, doubles and reorders as often as told", () => {
    const lossy = numbered({ loss: 0.2 });
    expect(lossy.heard.length).toBe(200 - lossy.segment.counters.lost);
    expect(lossy.segment.counters.lost).toBeGreaterThan(20);
    expect(lossy.segment.counters.lost).toBeLessThan(60);
    const doubled = numbered({ dup: 1 });
    expect(doubled.heard.length).toBe(400);
    const shuffled = numbered({ reorder: 0.2 });
    expect(shuffled.heard.length).toBe(200);
    expect(shuffled.heard).not.toEqual([...shuffled.heard].sort((x, y) => x - y));
    expect(new Set(shuffled.heard).size).toBe(200);
  });

  it("flips exactly one bit of a corrupted frame, for one receiver", () => {
    const clock = new VirtualClock();
    const segment = new Segment(clock, { corrupt: 0.5, seed: 5 });
    const flips: number[] = [];
    const sent = new Uint8Array(100).fill(0x55);
    segment.attach("b", (frame) => flips.push(bitsDiffering(frame, sent)));
    const a = segment.attach("a", () => {});
    for (let i = 0; i < 100; i++) a.send(sent);
    clock.runFor(0);
    expect(new Set(flips)).toEqual(new Set([0, 1]));
    expect(flips.filter((count) => count === 1).length).toBe(segment.counters.corrupted);
  });

  it("makes the same choices again with the same seed, others with another", () => {
    const faults = { loss: 0.3, dup: 0.3, reorder: 0.3 };
    expect(numbered({ ...faults, seed: 9 }).heard).toEqual(numbered({ ...faults, seed: 9 }).heard);
    expect(numbered({ ...faults, seed: 9 }).heard).not.toEqual(numbered({ ...faults, seed: 10 }).heard);
  });

  it("carries nothing to or from a pulled plug, and loses what is on its way to it", () => {
    const { clock, segment, heard, a, b, c } = cable({ delayMs: 1 });
    a.send(Uint8Array.of(1));
    b.unplug();
    b.send(Uint8Array.of(2));
    a.send(Uint8Array.of(3));
    clock.runFor(2 * MS);
    expect(heard).toEqual({ a: [], b: [], c: [1, 3] });
    expect(segment.counters.unplugged).toBe(3);
    b.plug();
    c.send(Uint8Array.of(4));
    clock.runFor(2 * MS);
    expect(heard.b).toEqual([4]);
  });

  it("tells a port of its plug, once for each change", () => {
    const { segment, a } = cable();
    const told: boolean[] = [];
    a.onLink((up) => told.push(up));
    segment.unplug();
    segment.unplug();
    expect(segment.plugged).toBe(false);
    segment.plug();
    expect(told).toEqual([false, true]);
  });

  it("shows taps each frame once, as it was sent, with time and sender", () => {
    const { clock, segment, a } = cable({ loss: 1 });
    const seen: unknown[] = [];
    const untap = segment.tap((time, frame, from) => seen.push([time, [...frame], from]));
    clock.runFor(3 * MS);
    a.send(Uint8Array.of(8));
    untap();
    a.send(Uint8Array.of(9));
    expect(seen).toEqual([[3 * MS, [8], "a"]]);
  });
});

function bitsDiffering(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((count, byte, i) => count + (byte ^ b[i]).toString(2).replace(/0/g, "").length, 0);
}
