/**
 * Machine code on a real Espruino through all that a board's memory and Storage may go through: load(), reset(), E.defrag(), power
 * cuts, Storage.compact() before boot, a file that is not what it should be. It works, or refuses in one clear error.
 */
import { CHIP } from "../lib/chip";
import { whyNoNamespace } from "../live/namespace";
import { CONNECT } from "./boot";
import { thumb, whyNoInterpreter } from "./interpreter";
import { LiveBoard } from "./live_board";

const TEST_MS = 240000;
/** Cells that two starts may differ in. */
const SLACK = 20;
const CORE = `${CHIP}.core`;
/** What a board connects with, said to its console. */
const AGAIN = JSON.stringify(CONNECT);
const obstacle = thumb ? whyNoInterpreter(CHIP) || whyNoNamespace() : "CORE is not thumb1 or thumb2";
if (obstacle) console.log(`skipped: machine code and restarts of a real Espruino, because ${obstacle}`);

const program = `${CONNECT}
require("http").createServer(function (req, res) { res.end("Hello\\n"); }).listen(80);
// not while a typed line runs: the interpreter moves that as well
function tidy(count) {
  global.waste = [E.toFlatString({ data: 1, count: count }), "x".repeat(count)];
  setTimeout(function () { E.defrag(); print("TIDY " + count); }, 10);
}
print("HELLO");
`;
/** A program that connects only if it can. */
const careful = `try { ${CONNECT} print("RUNS"); } catch (e) { print("REFUSED " + e.message); }`;

describe("Machine code on a real Espruino", () => {
  let board: LiveBoard | undefined;

  async function boots(text: string): Promise<LiveBoard> {
    if (obstacle) pending(obstacle);
    board = new LiveBoard({ program: text });
    expect(await board.boots())
      .withContext(board.console.output)
      .toBe(true);
    return board;
  }

  afterEach(async () => {
    const { violations } = (await board?.stop()) ?? { violations: [] };
    expect(violations).toEqual([]);
    if (board) expect(board.console.output).not.toMatch(/Segmentation|Uncaught|ASSERT/);
    board = undefined;
  }, TEST_MS);

  const page = async (live: LiveBoard) =>
    expect((await live.run("curl", "-s", "-m", "30", `http://${live.address}/`)).output).toBe("Hello\n");
  const again = (live: LiveBoard, times: number) =>
    live.console.until(
      () => live.console.allLines().filter((line) => line.startsWith("HELLO")).length >= times,
      60000,
      `HELLO ${times} times`,
    );
  /** Waits until it answers a ping. */
  async function reachable(live: LiveBoard): Promise<void> {
    const ping = () => live.run("ping", "-c", "1", "-W", "1", live.address);
    for (let tries = 0; (await ping()).status !== 0; tries++) expect(tries).toBeLessThan(30);
  }

  it(
    "runs again after load(), five times, with as much memory",
    async () => {
      const live = await boots(program);
      const used: number[] = [];
      for (let i = 2; i < 7; i++) {
        live.console.type("load()\n");
        await again(live, i);
        await reachable(live);
        await page(live);
        used.push(await live.settledCells());
      }
      expect(Math.max(...used) - Math.min(...used)).toBeLessThan(SLACK);
    },
    TEST_MS,
  );

  it(
    "is gone after reset(), and may be connected anew",
    async () => {
      const live = await boots(program);
      live.console.type("reset()\n");
      for (let tries = 0; await live.console.evaluate("!!global.eth"); tries++) expect(tries).toBeLessThan(50);
      const used = await live.console.evaluate<number>("process.memory().usage");
      expect(used).toBeLessThan(700);
      live.console.type(`eval(require("Storage").read(".boot0"));eval(${AGAIN});print("HELLO anew")\n`);
      await again(live, 2);
      await reachable(live);
    },
    TEST_MS,
  );

  it(
    "outlives E.defrag() while it serves",
    async () => {
      const live = await boots(program);
      for (let count = 200; count < 400; count += 50) {
        await live.console.evaluate(`tidy(${count})`);
        await live.console.until(() => live.console.lines("TIDY").includes(`${count}`), 60000, `TIDY ${count}`);
        await page(live);
      }
      expect(await live.console.evaluate("eth.getStatus().state")).toBe("online");
    },
    TEST_MS,
  );

  it(
    "comes up by itself after power cuts, at any moment",
    async () => {
      const live = await boots(program);
      for (let i = 2; i < 5; i++) {
        const served = live.run("curl", "-s", "-m", "5", `http://${live.address}/`);
        live.powerCycle();
        await served;
        await again(live, i);
        await reachable(live);
      }
      await page(live);
    },
    TEST_MS,
  );

  it(
    "is found where Storage.compact() has put it before boot, and stays where it is first",
    async () => {
      const live = await boots(program);
      await live.console.evaluate('(require("Storage").write("later","x",0,3000),require("Storage").erase("later"),1)');
      await live.console.evaluate('(require("Storage").compact(),1)'); // it lies first: nothing of it moves
      await page(live);
      const file = `require("Storage").read(${JSON.stringify(CORE)})`;
      const at = await live.console.evaluate<number>(`E.getAddressOf(${file},true)`);
      expect(at & 1023).toBe(32); // behind its header, at a page's beginning
    },
    TEST_MS,
  );

  for (const [what, change, why] of [
    ["is missing", `f.erase(${JSON.stringify(CORE)})`, `${CORE} is not in the Storage`],
    ["is something else", `f.write(${JSON.stringify(CORE)},"x".repeat(99))`, `${CORE} is not whole`],
    [
      "was written by half",
      `(f.erase(${JSON.stringify(CORE)}),f.write(${JSON.stringify(CORE)},"EEH1",0,20000))`,
      `${CORE} is not whole`,
    ],
  ] as const)
    it(
      `refuses in one clear error when its file ${what}`,
      async () => {
        const live = await boots(careful);
        await live.console.evaluate(`(function(f){${change};return 1;})(require("Storage"))`);
        live.powerCycle();
        expect(await live.console.line("REFUSED")).toBe(why);
        expect(await live.console.evaluate("1+1")).toBe(2);
      },
      TEST_MS,
    );
});
