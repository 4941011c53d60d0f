/**
 * Test files of a folder, each in a process of its own, so that what one breaks harms no other; a few at a time. Prints all that each
 * has to say at its end. Called by the run.ts of a folder, whose words choose files by a part of their name.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const jasmine = ["--import", "tsx", "node_modules/jasmine/bin/jasmine.js", "--config=test/jasmine.json"];

interface Options {
  folder: string;
  atATime: number;
  /** those that take longest, which begin */
  long?: string[];
}

/** Answers the process's exit code. */
export async function runFiles({ folder, atATime, long = [] }: Options): Promise<number> {
  const left = files(folder, process.argv.slice(2), long);
  const bad: string[] = [];
  const worker = async () => {
    for (let name = left.shift(); name; name = left.shift()) if (!(await run(join(folder, name)))) bad.push(name);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  console.log(bad.length ? `failed: ${bad.join(", ")}` : "all well");
  return bad.length ? 1 : 0;
}

function files(folder: string, chosen: string[], long: string[]): string[] {
  const place = (name: string) => long.indexOf(name.split(".")[0]) + 1 || long.length + 1;
  const names = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
  return names
    .filter((name) => !chosen.length || chosen.some((part) => name.includes(part)))
    .sort((a, b) => place(a) - place(b));
}

/** Resolves with whether all of the file is well. */
function run(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const start = Date.now();
    const child = spawn(process.execPath, [...jasmine, file], { cwd: root });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("close", (status) => {
      console.log(`${file.slice(root.length + 1)}, ${((Date.now() - start) / 1000).toFixed(1)} s\n${output}`);
      resolve(status === 0);
    });
  });
}
