import { chips } from "../../host-sim/chips";
import { Soak, soakComplaints } from "./soak";

/** `npm run soak` does 90 days. */
const DAYS = 0.5;
const FAULTS_A_DAY = 24;

for (const chip of Object.keys(chips))
  describe(`Half a day in the life of a board with ${chip}`, () => {
    it("with a fault each hour: it is never deaf for longer than stated, and loses neither memory nor a connection (seed 1)", () => {
      const result = new Soak(chip, 1).run(DAYS, FAULTS_A_DAY);
      expect(soakComplaints(result)).toEqual([]);
      expect(result.faults).toBeGreaterThan(5);
      expect(result.whole).toBeGreaterThan(30);
      expect(result.ended).toBeLessThan(result.whole / 10);
      expect(result.keepalives).toBeGreaterThan(700);
    });
  });
