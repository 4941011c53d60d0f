import { advanceInRing, freeSpace, touches } from "../../host-sim/chips/enc28j60/ring";
import { AT, Bench, MS } from "./enc28j60_bench";

describe("ENC28J60 buffer memory", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
    bench.wait(MS);
  });

  it("reads back by RBM what WBM wrote", () => {
    bench.load(0x0100, [1, 2, 3, 4]);
    expect(bench.dump(0x0100, 4)).toEqual([1, 2, 3, 4]);
  });

  it("moves EWRPT and ERDPT by one with each byte", () => {
    bench.load(0x0100, [1, 2, 3]);
    bench.dump(0x0100, 2);
    expect(bench.read16(AT.EWRPT)).toBe(0x0103);
    expect(bench.read16(AT.ERDPT)).toBe(0x0102);
  });

  it("continues where the last instruction ended", () => {
    bench.load(0x0100, [1, 2]);
    bench.writeMemory([3, 4]);
    bench.dump(0x0100, 2);
    expect(bench.readMemory(2)).toEqual([3, 4]);
  });

  it("wraps ERDPT from ERXND to ERXST", () => {
    bench.write16(AT.ERXST, 0x0000);
    bench.write16(AT.ERXND, 0x0fff);
    bench.load(0x0ffe, [1, 2, 9]);
    bench.load(0x0000, [3]);
    expect(bench.dump(0x0ffe, 3)).toEqual([1, 2, 3]);
    expect(bench.read16(AT.ERDPT)).toBe(0x0001);
  });

  it("wraps ERDPT at the end of the memory to 0 when ERXND is elsewhere", () => {
    bench.write16(AT.ERXST, 0x0400);
    bench.write16(AT.ERXND, 0x0fff);
    bench.load(0x1fff, [7, 8]);
    expect(bench.dump(0x1fff, 2)).toEqual([7, 8]);
    expect(bench.read16(AT.ERDPT)).toBe(0x0001);
  });

  it("wraps ERDPT to ERXST when ERXND is the end of the memory", () => {
    bench.dump(0x1fff, 1);
    expect(bench.read16(AT.ERDPT)).toBe(0x05fa);
  });

  it("never wraps EWRPT at ERXND, only at the end of the memory", () => {
    bench.write16(AT.ERXND, 0x0fff);
    bench.load(0x0fff, [1, 2]);
    expect(bench.read16(AT.EWRPT)).toBe(0x1001);
    bench.load(0x1fff, [3, 4]);
    expect(bench.read16(AT.EWRPT)).toBe(0x0001);
    expect(bench.chip.ram[0]).toBe(4);
  });

  it("stays at one address with AUTOINC = 0", () => {
    bench.load(0x0200, [1, 2, 3]);
    bench.clear(AT.ECON2, 0x80);
    expect(bench.dump(0x0201, 3)).toEqual([2, 2, 2]);
    bench.load(0x0200, [7, 8, 9]);
    expect([...bench.chip.ram.subarray(0x200, 0x203)]).toEqual([9, 2, 3]);
    expect(bench.read16(AT.EWRPT)).toBe(0x0200);
  });

  it("works before the oscillator runs", () => {
    const cold = new Bench();
    cold.load(0, [0x42]);
    expect(cold.dump(0, 1)).toEqual([0x42]);
    expect(cold.rules()).toEqual([]);
  });

  it("holds anything after power on, the same for the same seed", () => {
    const same = new Bench().chip.ram;
    expect(same).toEqual(new Bench().chip.ram);
    expect(same).not.toEqual(new Bench({ seed: 2 }).chip.ram);
  });
});

describe("ENC28J60 ring arithmetic", () => {
  it("computes the free space by the formula of the data sheet", () => {
    expect(freeSpace(0x0100, 0x0040, 0x0000, 0x0fff)).toBe(0x0fff - 0xc0);
    expect(freeSpace(0x0040, 0x0040, 0x0000, 0x0fff)).toBe(0x0fff);
    expect(freeSpace(0x0040, 0x0100, 0x0000, 0x0fff)).toBe(0xbf);
    expect(freeSpace(0x0000, 0x0fff, 0x0000, 0x0fff)).toBe(0x0ffe);
  });

  it("advances around the ring from inside, below and above it", () => {
    expect(advanceInRing(0x0ff0, 0x10, 0, 0x0fff)).toBe(0);
    expect(advanceInRing(0x0ff0, 0x0f, 0, 0x0fff)).toBe(0x0fff);
    expect(advanceInRing(0x0000, 0x600, 0x0500, 0x05ff)).toBe(0x0500);
    expect(advanceInRing(0x1ff0, 0x20, 0, 0x0fff)).toBe(0x10);
  });

  it("finds whether a block meets a region, around the end of the memory too", () => {
    expect(touches(0x0100, 0x10, 0x010f, 0x0200)).toBeTrue();
    expect(touches(0x0100, 0x10, 0x0110, 0x0200)).toBeFalse();
    expect(touches(0x1fff, 2, 0x0000, 0x0010)).toBeTrue();
    expect(touches(0x1fff, 1, 0x0000, 0x0010)).toBeFalse();
    expect(touches(0x0100, 0, 0x0000, 0x1fff)).toBeFalse();
  });
});
