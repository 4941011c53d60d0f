import { chips } from "../../host-sim/chips";
import { type CallProfile, profileCalls } from "./function_calls";

const { HOT_FUNCTIONS } = require("../../tools/hot_functions") as { HOT_FUNCTIONS: string[] };

describe("tools/hot_functions.js", () => {
  let profiles: CallProfile[];

  beforeAll(() => {
    profiles = Object.keys(chips).map(profileCalls);
    for (const [n, chip] of Object.keys(chips).entries())
      console.log(`${chip}: ${profiles[n].ping} function calls a ping`);
  });

  it("names all functions that run for each packet, so that none of them has to be taken out of a drawer", () => {
    const hot = new Set(HOT_FUNCTIONS);
    for (const { calls } of profiles)
      expect(calls.filter(([name, perFrame]) => perFrame > 0.2 && !hot.has(name))).toEqual([]);
  });

  it("names only functions that there are", () => {
    const all = new Set(profiles.flatMap(({ names }) => names));
    expect(HOT_FUNCTIONS.filter((name) => !all.has(name))).toEqual([]);
  });
});
