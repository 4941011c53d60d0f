import { hostCompiler } from "../../tools/native/host";
import { Boards } from "./lib/boards";
import { needsCore } from "./lib/thumb";
import { Twins } from "./lib/twins";

describe("Two hosts, one with each core, through the same traffic, calls, faults and times", () => {
  beforeEach(() => {
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  for (const seed of [1, 2, 3])
    it(`say the same, answer the same and look the same (seed ${seed}, 400 steps)`, () => {
      const { frames, answers } = new Twins(seed).run(400);
      expect(frames).withContext("frames said").toBeGreaterThan(50);
      expect(answers).withContext("lines of the log").toBeGreaterThan(400);
    });

  it("would tell a difference", () => {
    const twins = new Twins(4);
    twins.sides[1].net.udpstat[twins.sides[1].net.UDPS_NOPORT]++;
    expect(() => twins.run(10)).toThrowError(/--from 4 --profile test, step 1, .*udpstat/s);
  });
});

describe("Two boards, one with the machine code that is shipped, through the same traffic, programs and times", () => {
  beforeEach(() => {
    needsCore();
  });

  for (const seed of [1, 2])
    it(`say the same (seed ${seed}, 150 steps)`, () => {
      expect(new Boards(seed).run(150).frames).toBeGreaterThan(30);
    });

  it("would tell a difference", () => {
    const boards = new Boards(5);
    boards.sides[1].machine.run("net.connect = function () { return -1; };");
    expect(() => boards.run(100)).toThrowError(/--boards --profile full --from 5, step \d+, dial/);
  });
});
