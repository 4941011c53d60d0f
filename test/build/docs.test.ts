/**
 * What the documents say of the code, where a test can tell.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const { CHIP_NAMES } = require("../../tools/chips") as { CHIP_NAMES: string[] };
const ROOT = join(__dirname, "../..");
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("The documents", () => {
  it("name the states that getStatus tells, all of them and no others", () => {
    const line = /^ {4}state: (.*),$/m.exec(text("firmware/lib/ethernet/ethernet_status.ts"))?.[1] ?? "";
    const states = [...line.matchAll(/"(\w+)"/g)].map((match) => match[1]).sort();
    expect(states.length).toBe(4);
    for (const path of ["README.md", ...CHIP_NAMES.map((chip) => `firmware/drivers/${chip}/README.md`)]) {
      const about = /getStatus(?:\(callback\))?[\s\S]*?"online"/.exec(
        text(path).replace(/[\s\S]*?## When it stays|[\s\S]*?## Reference/, ""),
      );
      const named = [...(about?.[0] ?? "").matchAll(/"(\w+)"/g)].map((match) => match[1]);
      expect(named.sort()).withContext(path).toEqual(states);
    }
  });
});
