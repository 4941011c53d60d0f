import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SCRIPTS } from "./script";

describe("the table of RFC 9293's requirements", () => {
  const lines = readFileSync(join(__dirname, "rfc9293.md"), "utf8").split("\n");
  const rows = lines.map((line) => /^\| (MUST|SHLD)-(\d+) \|(.*)\|(.*)\|$/.exec(line)).filter((row) => row !== null);

  /** What stands in backquotes in a row's last column. */
  function named(proof: string): string[] {
    return [...proof.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  }

  function exists(name: string): boolean {
    return existsSync(join(SCRIPTS, `${name}.pkt`)) || existsSync(join(__dirname, "../..", name));
  }

  for (const [kind, count] of [
    ["MUST", 69],
    ["SHLD", 31],
  ] as const)
    it(`has all ${count} ${kind} of appendix B, each once`, () => {
      const numbers = rows.filter((row) => row[1] === kind).map((row) => Number(row[2]));
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    });

  it("names nothing that does not exist", () => {
    for (const row of rows) expect(named(row[4]).filter((name) => !exists(name))).toEqual([]);
  });

  it("says of each what shows it, or why nothing does", () => {
    for (const row of rows)
      expect(named(row[4]).length > 0 || row[4].includes(" Not "))
        .withContext(row[0])
        .toBe(true);
  });
});
