import { CHIPS } from "../lib/chip";
import { badCable } from "./bad_cable";

describe("a board behind a cable that loses, doubles, reorders and corrupts", () => {
  for (const chip of CHIPS)
    it(`throws nothing, delivers no wrong byte, and has all its memory afterwards (${chip}, seed 1, 6000 frames)`, () => {
      const result = badCable(6000, 1, chip);
      expect(result.errors).toEqual([]);
      expect(result.wrong).toBe(0);
      expect(result.violations).toBe(0);
      expect(result.returned).toBeGreaterThan(result.sent / 3);
      expect(result.after).toEqual(result.before);
    });
});
