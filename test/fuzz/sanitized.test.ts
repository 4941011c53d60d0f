import { reports, sanitized, sanitizers } from "./sanitized";
import { FUZZED } from "./sanitized_frames";

describe("Machine code with sanitizers", () => {
  it("has nothing to report of 300 mutated frames and 100 segments near a window, but what is wrong it reports", async () => {
    if (!sanitizers()) return pending("needs gcc with its sanitizers");
    const { status, said } = await sanitized("sanitized_frames.ts", []);
    const [frames, wrong] = said.split(FUZZED);
    expect(status).withContext(said).toBe(0);
    expect(reports(frames)).toEqual([]);
    expect(reports(wrong).join()).toContain("use-after-poison");
  }, 300_000);
});
