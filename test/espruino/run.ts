/**
 * The tests on a real Espruino, each file in a process of its own and three of them at a time: they mostly wait, for an
 * interpreter, a timer, a peer. `npm run test:espruino`; words after it choose files by a part of their name.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../tools/native/board";
import { hasThumbCompiler } from "../../tools/native/sizes";
import { profile, thumb } from "./interpreter";

const AT_A_TIME = 3;
/** Those that take longest, to begin with. */
const LONG = ["http", "sockets", "figures", "update", "modules", "net"];

const root = join(__dirname, "../..");
const jasmine = ["--import", "tsx", "node_modules/jasmine/bin/jasmine.js", "--config=test/jasmine.json"];

/** The test files, the long ones first. */
function files(chosen: string[]): string[] {
  const place = (name: string) => LONG.indexOf(name.split(".")[0]) + 1 || LONG.length + 1;
  const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
  return names
    .filter((name) => !chosen.length || chosen.some((part) => name.includes(part)))
    .sort((a, b) => place(a) - place(b));
}

/** Runs a file and prints all that it has to say at its end; resolves with whether it is well. */
function run(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const start = Date.now();
    const child = spawn(process.execPath, [...jasmine, join(__dirname, name)], { cwd: root });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("close", (status) => {
      console.log(`${name}, ${((Date.now() - start) / 1000).toFixed(1)} s\n${output}`);
      resolve(status === 0);
    });
  });
}

/** Machine code for what the tests run; without its compiler what is there already. */
function buildCore(): void {
  if (!hasThumbCompiler()) console.log("there is no compiler for machine code: what is in dist/ is used");
  else build((one) => one.thumb === thumb && [profile, "udp", "full"].includes(one.profile));
}

async function main(): Promise<number> {
  if (thumb) buildCore();
  const left = files(process.argv.slice(2));
  const bad: string[] = [];
  const worker = async () => {
    for (let name = left.shift(); name; name = left.shift()) if (!(await run(name))) bad.push(name);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  console.log(bad.length ? `failed: ${bad.join(", ")}` : "all well");
  return bad.length;
}

main().then((bad) => process.exit(bad ? 1 : 0));
