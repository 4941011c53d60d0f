/**
 * How counted instructions become the table and the picture of docs/ (npm run figures:board counts them).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chips } from "../../../host-sim/chips";
import type { Measured } from "./measure";
import { plot } from "./plot";
import { INSTRUCTIONS, JAVASCRIPT, MACHINE, stackName, table } from "./table";
import { cost, median } from "./turns";

const docs = join(__dirname, "../../../docs");
const CHIP = "enc28j60";

/** All things cost `each`. */
function measured(each: number): Measured {
  const one = { each, longest: 2 * each, idle: 8000, selects: 10, bytes: 1250 };
  const costs = new Proxy({}, { get: () => one });
  return { costs, cells: 2000, total: 5100, storage: 59000 };
}

const figures = { [stackName(CHIP, JAVASCRIPT)]: measured(5e6), [stackName(CHIP, MACHINE)]: measured(84e3) };

describe("What the stack costs", () => {
  it("is what rounds of the interpreter take beyond those in which nothing happens", () => {
    expect(cost([100, 100, 500, 100, 200], 100, 2)).toEqual({ each: 250, longest: 500, idle: 100 });
    expect(cost([90, 100], 100, 1).each).toBe(0);
  });

  it("has the middle round for one in which nothing happens, and none without rounds", () => {
    expect(median([7, 900, 8, 9, 8])).toBe(8);
    expect(() => median([])).toThrowError("There is no median of nothing");
  });

  it("is a line for each kind of thing: both stacks, the aim, the time on a Pico with its bus", () => {
    const lines = table(figures, [CHIP, "none such"]);
    expect(lines[0]).toBe("| | enc28j60 JavaScript | enc28j60 machine code | aim | on a Pico |");
    expect(lines).toContain("| ping, 56 bytes | 5.00 M | 84.0 k | 80.0 k | 2.58 ms |");
    expect(lines).toContain("| 1,460 bytes in, by `net` | 5.00 M | 84.0 k |  | 2.58 ms; 565 kB/s |");
    expect(lines).toContain("| cells in use, connected, with an http server | 2,000 | 2,000 | 1,500 |  |");
  });

  it("is a picture with two bars and the aim for each that has one", () => {
    const svg = plot(figures, CHIP);
    const rows = INSTRUCTIONS.filter(({ aim }) => aim).length;
    const widths = [...svg.matchAll(/<rect x="290" y="\d+" width="([\d.]+)" height="11"/g)].map((match) => +match[1]);
    expect(widths.length).toBe(2 * rows);
    expect(widths[0]).toBeGreaterThan(widths[1]);
    expect(svg.match(/stroke="#d1242f"/g)?.length).toBe(rows);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("is in docs/ as it was counted", () => {
    const counted = join(docs, "board-cost.json");
    expect(existsSync(counted)).toBe(true);
    const numbers = JSON.parse(readFileSync(counted, "utf8"));
    const page = readFileSync(join(docs, "board-cost.md"), "utf8");
    expect(page).toContain(table(numbers, Object.keys(chips)).join("\n"));
    expect(readFileSync(join(docs, "board-cost.svg"), "utf8")).toBe(plot(numbers, Object.keys(chips)[0]));
  });
});
