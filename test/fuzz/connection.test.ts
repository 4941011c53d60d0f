import { ConnectionFuzzer } from "./connection";

describe("A connection with timestamps, under segments in its peer's name", () => {
  for (const seed of [1, 2])
    it(`is changed by none that is not acceptable, and goes on (seed ${seed}, 2,000 segments)`, () => {
      const { segments, left, answers, echoed } = new ConnectionFuzzer(seed).run(2000);
      expect(segments).toBeGreaterThanOrEqual(2000);
      expect(left)
        .withContext("acceptable ones, left out")
        .toBeLessThan(segments / 2);
      expect(answers)
        .withContext("ten a second at most")
        .toBeLessThan(segments / 4);
      expect(answers).toBeGreaterThan(10);
      expect(echoed).toBeGreaterThan(10000);
    });
});
