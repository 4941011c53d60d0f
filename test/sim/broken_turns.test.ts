import { BrokenTurns } from "./broken_turns";

/** A few of the 20,000 statements of a round, always the same; `npm run broken-turns` takes as many as one likes. */
const EVERY = 2000;

describe("A turn that is broken off at any statement", () => {
  it(`costs what it was about, and nothing else: every ${EVERY}th`, () => {
    const { statements, broken, faults } = new BrokenTurns("enc28j60").run(1, EVERY, 1);
    expect(faults).toEqual([]);
    expect(statements).toBeGreaterThan(5000);
    expect(broken).toBeGreaterThan(5);
  }, 180000);
});
