import { sanitized, sanitizers } from "./sanitized";

describe("Machine code with sanitizers", () => {
  beforeEach(() => {
    if (!sanitizers()) pending("needs gcc with its sanitizers");
  });

  it("has nothing to report of 300 mutated frames, and 100 segments near a window", async () => {
    expect(await sanitized("receive.ts", ["--frames", "300", "--segments", "100", "--seed", "3"])).toEqual({
      status: 0,
      reports: [],
    });
  }, 120_000);

  it("reports a structure that was given back, and an index that is none", async () => {
    const { reports } = await sanitized("freed_pcb.ts", []);
    expect(reports.join("\n")).toMatch(/AddressSanitizer: use-after-poison/);
    expect(reports.join("\n")).toMatch(/runtime error: index 2 out of bounds/);
  }, 120_000);
});
