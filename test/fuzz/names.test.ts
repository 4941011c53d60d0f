import { fuzzNames } from "./names";

describe("Resolver and mDNS under mutated messages", () => {
  for (const seed of [1, 2, 4])
    it(`throw nothing, take no time, and give everything back (seed ${seed}, 600 rounds)`, () => {
      const { messages, slowest, counters } = fuzzNames(seed, 600);
      expect(messages).toBeGreaterThan(2400);
      expect(slowest).withContext("ms for one message").toBeLessThan(100);
      // questions were sent, answered, not answered, answered by what is none, and by what cannot be read
      for (const count of counters.slice(0, 5)) expect(count).toBeGreaterThan(5);
    });
});
