/**
 * The command `npm run instructions:espruino`: what the stack costs in instructions of the processor that the interpreter
 * runs on, counted by valgrind; programs/instructions.js is what it runs. Espruino's builds for boards are optimised for
 * size (-Os); its Linux build is not, unless it was told to, and then needs about a third more.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { espruino } from "./interpreter";
import { programText } from "./programs";

const VALGRIND = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
const bundle = join(__dirname, "../../dist/enc28j60.min.js");

/** Instructions of a whole run. */
function run(mode: string, count: number): number {
  const folder = mkdtempSync(join(tmpdir(), "espruino-"));
  mkdirSync(join(folder, "node_modules"));
  copyFileSync(bundle, join(folder, "node_modules", "enc28j60.js"));
  writeFileSync(join(folder, "run.js"), `var MODE = "${mode}", COUNT = ${count};\n${programText("instructions")}`);
  // the interpreter's input is a pipe without an end
  const command = `sleep 1000 | { ${VALGRIND} ${espruino} run.js; kill 0; }`;
  const { stdout, stderr } = spawnSync("setsid", ["-w", "sh", "-c", command], { cwd: folder, encoding: "latin1" });
  rmSync(folder, { recursive: true, force: true });
  const collected = /Collected : (\d+)/.exec(stderr);
  if (!collected || !/DONE/.test(stdout)) throw new Error(`${mode}: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  return Number(collected[1]);
}

/** Instructions of one more of what the mode does. */
export function each(mode: string, count: number): number {
  return (run(mode, 2 * count) - run(mode, count)) / count;
}

function print(name: string, instructions: number): void {
  console.log(`${name.padEnd(60)} ${Math.round(instructions / 1000)}k`);
}

function main(): void {
  if (!espruino) {
    console.log("skipped: instructions on a real Espruino, because ESPRUINO is not set");
    return;
  }
  const chip = each("wires", 50) - each("empty", 50);
  const ping = each("ping", 50);
  print("a ping answered, without what the stand-in for the chip takes", ping - chip);
  print("  what that takes", chip);
  print("a round of the idle loop with an HTTP server", each("idle", 200));
  print("a round of the idle loop with a timer of 0.1 ms and no server", each("none", 200));
}

if (require.main === module) main();
