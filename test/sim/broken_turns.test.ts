import { Random } from "../../host-sim/random";
import { BrokenTurns } from "./broken_turns";

/** A few of the 20,000 statements of a round, others each time; `npm run broken-turns` takes as many as one likes. */
const EVERY = 2000;
const seed = Number(process.env.SEED ?? Date.now() % 100000);

for (const chip of ["enc28j60", "w5500-raw"])
  describe(`A turn of a board with ${chip} that is broken off`, () => {
    const random = new Random(seed);
    let turns: BrokenTurns;

    beforeEach(() => {
      turns = new BrokenTurns(chip);
    });

    it(`at any statement costs what it was about, and nothing else: every ${EVERY}th, seed ${seed}`, () => {
      const { statements, broken, faults } = turns.run(1 + random.below(EVERY), EVERY, 1);
      expect(faults).withContext(`SEED=${seed}`).toEqual([]);
      expect(statements).toBeGreaterThan(5000);
      expect(broken).toBeGreaterThan(5);
    }, 180000);

    it("where a connection goes from its listener's queue to a descriptor leaves it in neither, and aborts it", () => {
      turns.begin();
      for (const name of ["soqremque 1", "soqremque 2", "accept 1", "soaccept 1"])
        for (let statement = 1; statement <= 12; statement++) turns.breakOff(`${name} ${statement}`, true);
      turns.stop();
      expect(turns.faults).toEqual([]);
      expect(turns.broken).toBeGreaterThan(40);
    }, 180000);

    it(`before its first statement is made up for, whoever was called: seed ${seed}`, () => {
      const { entries } = turns.begin();
      const names = Object.keys(entries);
      for (const name of names) turns.breakOff(`${name} ${1 + random.below(entries[name])}`, true);
      turns.stop();
      expect(turns.faults).withContext(`SEED=${seed}`).toEqual([]);
      expect(names).toEqual(jasmine.arrayContaining(["softclock", "upcall_turn", "networkjs_close", "networkjs_recv"]));
      expect(turns.broken).toBeGreaterThan(names.length / 2);
    }, 180000);
  });
