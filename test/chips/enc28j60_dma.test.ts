import { AT, Bench, frameTo, MS, OTHER, OWN, US } from "./enc28j60_bench";

const DMAST = 0x20;
const CSUMEN = 0x10;
const DMAIF = 0x20;

/** The Internet checksum the slow way. */
function checksum(bytes: number[]): number {
  let sum = 0;
  for (let n = 0; n < bytes.length; n += 2) {
    sum += bytes[n] * 256 + (bytes[n + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return 0xffff - sum;
}

describe("ENC28J60 DMA", () => {
  let bench: Bench;

  beforeEach(() => {
    bench = new Bench();
    bench.wait(MS);
    bench.write16(AT.ERXST, 0);
    bench.write16(AT.ERXND, 0x0fff);
  });

  function program(start: number, end: number, destination = 0x1800): void {
    bench.write16(AT.EDMAST, start);
    bench.write16(AT.EDMAND, end);
    bench.write16(AT.EDMADST, destination);
  }

  it("copies from EDMAST to EDMAND inclusive", () => {
    bench.load(0x1000, [1, 2, 3, 4, 5]);
    bench.load(0x1800, [9, 9, 9, 9, 9]);
    program(0x1000, 0x1003);
    bench.set(AT.ECON1, DMAST);
    expect(bench.read(AT.ECON1) & DMAST).toBe(0);
    expect(bench.read(AT.EIR) & DMAIF).toBe(DMAIF);
    expect(bench.dump(0x1800, 5)).toEqual([1, 2, 3, 4, 9]);
  });

  it("takes 80 ns per byte to copy and 40 ns to sum up", () => {
    for (const [bits, time] of [
      [DMAST, 80 * 1000],
      [DMAST | CSUMEN, 40 * 1000],
    ]) {
      program(0x0000, 999);
      bench.set(AT.ECON1, bits);
      bench.wait(time - 3 * US);
      expect(bench.chip.register("ECON1") & DMAST).toBe(DMAST);
      bench.wait(US);
      expect(bench.chip.register("ECON1") & DMAST).toBe(0);
      bench.clear(AT.ECON1, CSUMEN);
    }
  });

  it("wraps the source at ERXND and the destination at the end of the memory", () => {
    bench.load(0x0ffe, [1, 2]);
    bench.load(0x0000, [3, 4]);
    program(0x0ffe, 0x0001, 0x1ffe);
    bench.set(AT.ECON1, DMAST);
    bench.wait(MS);
    expect([...bench.chip.ram.subarray(0x1ffe)]).toEqual([1, 2]);
    expect([...bench.chip.ram.subarray(0, 2)]).toEqual([3, 4]);
    program(0x0ffe, 0x0001, 0x1000);
    bench.set(AT.ECON1, DMAST);
    bench.wait(MS);
    expect(bench.dump(0x1000, 4)).toEqual([1, 2, 3, 4]);
  });

  it("computes the Internet checksum, odd lengths padded with zero", () => {
    const bytes = Array.from({ length: 1501 }, (_, n) => (n * 7) & 0xff);
    bench.load(0x1000, bytes);
    for (const length of [2, 20, 33, 1500, 1501]) {
      program(0x1000, 0x1000 + length - 1);
      bench.set(AT.ECON1, DMAST | CSUMEN);
      bench.wait(MS);
      expect(bench.read16(AT.EDMACS))
        .withContext(`${length}`)
        .toBe(checksum(bytes.slice(0, length)));
    }
  });

  it("leaves memory alone when it computes a checksum", () => {
    const before = bench.chip.ram.slice();
    program(0x1000, 0x1100);
    bench.set(AT.ECON1, DMAST | CSUMEN);
    bench.wait(MS);
    expect(bench.chip.ram).toEqual(before);
  });

  it("runs on over the memory when EDMAST equals EDMAND", () => {
    program(0x1000, 0x1000, 0x0000);
    bench.write16(AT.ERXND, 0x1fff);
    bench.load(0x1000, [0x77]);
    bench.set(AT.ECON1, DMAST);
    bench.wait(0x2000 * 80 - 10 * US);
    expect(bench.read(AT.ECON1) & DMAST).toBe(DMAST);
    bench.wait(20 * US);
    expect(bench.read(AT.ECON1) & DMAST).toBe(0);
    expect(bench.chip.ram[0]).toBe(0x77);
  });

  it("never ends when EDMAND cannot be reached, until it is cancelled with DMAIF", () => {
    program(0x0f00, 0x1100);
    bench.set(AT.ECON1, DMAST);
    bench.wait(1000 * MS);
    expect(bench.read(AT.ECON1) & DMAST).toBe(DMAST);
    expect(bench.read(AT.EIR) & DMAIF).toBe(0);
    bench.clear(AT.ECON1, DMAST);
    expect(bench.read(AT.EIR) & DMAIF).toBe(DMAIF);
    expect(bench.rules()).toEqual(["dma-endless"]);
  });

  it("has copied a part when it is cancelled", () => {
    bench.load(0x1000, new Array(100).fill(7));
    bench.load(0x1800, new Array(100).fill(0));
    program(0x1000, 0x1063);
    bench.set(AT.ECON1, DMAST);
    bench.clear(AT.ECON1, DMAST);
    const copied = bench.dump(0x1800, 100).filter((byte) => byte === 7).length;
    expect(copied).toBe(2000 / 80);
  });

  it("waits for a transmission, and a transmission for it", () => {
    bench = new Bench().setUp(true);
    bench.load(0x1000, [1, 2, 3, 4]);
    bench.send(frameTo(OTHER, 1514));
    program(0x1000, 0x1003, 0x0000);
    bench.set(AT.ECON1, DMAST);
    bench.wait(MS);
    expect(bench.chip.register("ECON1") & (DMAST | 0x08)).toBe(DMAST | 0x08);
    bench.wait(MS);
    expect(bench.chip.register("ECON1") & (DMAST | 0x08)).toBe(0);
    expect(bench.sent.length).toBe(1);

    program(0x1000, 0x17ff, 0x0000);
    bench.set(AT.ECON1, DMAST);
    const dmaEnd = bench.clock.now() - 2 * US + 0x800 * 80;
    bench.set(AT.ECON1, 0x08);
    bench.wait(10 * MS);
    expect(bench.sent.length).toBe(2);
    expect(bench.sent[1].time).toBe(dmaEnd + (8 + 1518) * 800);
  });

  it("moves received data into transmit memory", () => {
    bench = new Bench().setUp(true);
    bench.chip.receive(frameTo(OWN, 64));
    program(6, 6 + 63, 0x1a01);
    bench.set(AT.ECON1, DMAST);
    bench.wait(MS);
    expect(bench.dump(0x1a01, 64)).toEqual([...frameTo(OWN, 64)]);
    expect(bench.rules()).toEqual([]);
  });
});

describe("ENC28J60 self test", () => {
  const TME = 0x02;
  const BISTST = 0x01;

  /** Runs a fill and a DMA checksum over all of the memory; returns EBSTCS and EDMACS. */
  function run(bench: Bench, mode: number, upset?: () => void): [number, number] {
    bench.wait(MS);
    bench.write16(AT.EDMAST, 0);
    bench.write16(AT.EDMAND, 0x1fff);
    bench.write16(AT.ERXND, 0x1fff);
    bench.write(AT.EBSTSD, 0x35);
    bench.write(AT.EBSTCON, (mode << 2) | TME | BISTST);
    expect(bench.read(AT.EBSTCON) & BISTST).toBe(BISTST);
    bench.wait(MS);
    expect(bench.read(AT.EBSTCON) & BISTST).toBe(0);
    bench.clear(AT.EBSTCON, TME);
    upset?.();
    bench.set(AT.ECON1, 0x30);
    bench.wait(MS);
    return [bench.read16(AT.EBSTCS), bench.read16(AT.EDMACS)];
  }

  it("comes to 0xF807 with the address fill", () => {
    const bench = new Bench();
    expect(run(bench, 1)).toEqual([0xf807, 0xf807]);
    expect(bench.chip.ram[0x1234]).toBe(0x34);
  });

  it("agrees with the DMA for every fill", () => {
    for (const mode of [0, 1, 2, 3]) {
      const [bist, dma] = run(new Bench(), mode);
      expect(dma).withContext(`mode ${mode}`).toBe(bist);
    }
  });

  it("disagrees when a bit of the memory has tipped over", () => {
    const bench = new Bench();
    const [bist, dma] = run(bench, 0, () => {
      bench.chip.ram[0x0777] ^= 0x10;
    });
    expect(dma).not.toBe(bist);
  });
});
