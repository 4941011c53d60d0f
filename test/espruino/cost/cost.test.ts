/**
 * How counted instructions become the table and the picture of docs/ (npm run figures:board counts them).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chips } from "../../../host-sim/chips";
import { cellsOf } from "./cells";
import { lists } from "./lists";
import type { Measured } from "./measure";
import { plot } from "./plot";
import { spentBeyond, spentIn } from "./spent";
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

  it("does not grow with the number of quiet rounds, which differ a little", () => {
    expect(cost([90, 110, 90, 90, 110, 90, 1100, 90], 100, 1).each).toBe(1000);
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
    expect(page).toContain(lists(numbers, CHIP));
    expect(lists(numbers, CHIP)).toContain("| TCP connect and close, as server |");
    expect(readFileSync(join(docs, "board-cost.svg"), "utf8")).toBe(plot(numbers, Object.keys(chips)[0]));
  });
});

describe("What instructions are spent on", () => {
  const files = [
    { name: CHIP, at: 1000, length: 100 },
    { name: ".bootcde", at: 2000, length: 100 },
  ];
  const before = "machine 0 10\ncalled jswrap_spi_send 20\ncalled jswrap_date_now 5\n";
  const after = "text 1000 7\ntext 1099 1\ntext 1100 2\ntext 2000 4\nnetwork 0 30\nidle 0 3\n";

  it("is told by where they lie, whom machine code has called, and what text was read", () => {
    const spent = { machine: 10, bus: 20, calls: 5, shell: 8, program: 4, interpreter: 35 };
    expect(spentIn([before, after], files)).toEqual(spent);
    expect(spentIn([""], files).machine).toBe(0);
  });

  it("is of each what quiet rounds do not spend as well", () => {
    const quiet = spentIn(["machine 0 2\nidle 0 50"], files);
    const each = spentBeyond(spentIn([before, after], files), 4, quiet, 8, 3);
    expect(each).toEqual({ machine: 3, bus: 20 / 3, calls: 5 / 3, shell: 8 / 3, program: 4 / 3, interpreter: 10 / 3 });
  });
});

describe("What cells are for", () => {
  /** A board's list with a shell of one function, f, and one variable; a page, a handler, and something that nothing leads to. */
  const list = `ref,size,flags,name,links...
1,1,1,Object,2,30,40,50,
2,1,25,"\\xFF",3,
3,1,5,Object,4,6,8,10,70,
4,2,28,"timers",5,
5,1,3,Array,
6,2,28,"watches",7,
7,1,3,Array,
8,1,27,"JSN",9,
9,1,5,Object,
10,2,28,"modules",11,
11,1,5,Object,12,
12,2,28,"enc28j60",13,
13,1,5,Object,14,
14,2,28,"connect",15,
15,1,7,,16,
16,1,28,"\\xFFsco",17,
17,1,5,Object,18,20,22,
18,1,25,"f",19,
19,1,7,,21,
20,1,25,"n",100,
21,1,28,"\\xFFsco",17,
22,1,25,"p",23,
23,1,13,Number D2,2,
30,1,27,"eth",31,
31,3,5,Object,
40,1,28,"page",41,
41,114,37,String "x,x...",
50,2,28,"Number",51,
51,1,8,,
60,5,7,,
70,2,28,"HttpS",71,
71,1,3,Array,72,
72,1,28,"#onconnect",73,
73,4,7,,
100,975,38,String "\\0...",
LISTED`;

  it("is counted once each, for the first that leads there", () => {
    const cells = cellsOf(list, CHIP);
    expect(Object.values(cells)).toEqual([975, 120, 3, 6, 3, 1, 3, 22, 5]);
    expect(Object.values(cells).reduce((a, b) => a + b)).toBe(1138);
  });

  it("is not told of a list without a shell", () => {
    expect(() => cellsOf(list, "w5500-raw")).toThrowError(/There is no .* among the variables/);
  });
});
