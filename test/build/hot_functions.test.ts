import { profileCalls } from "./function_calls";

const { HOT_FUNCTIONS } = require("../../tools/hot_functions") as { HOT_FUNCTIONS: string[] };

describe("the functions that run for each packet", () => {
  it("are all named in tools/hot_functions.js, so that none of them has to be taken out of a drawer", () => {
    const hot = new Set(HOT_FUNCTIONS);
    const { calls } = profileCalls();
    const missing = calls.filter(([name, perFrame]) => perFrame > 0.2 && !hot.has(name));
    expect(missing).toEqual([]);
  });
});
