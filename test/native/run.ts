/**
 * The tests of machine code, each file in a process of its own: a core that crashes, or a library of another file's, then harms
 * no other. `npm run test:native`; words after it choose files by a part of their name.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const jasmine = ["--import", "tsx", "node_modules/jasmine/bin/jasmine.js", "--config=test/jasmine.json"];
const chosen = process.argv.slice(2);
const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
const bad: string[] = [];

for (const name of names.filter((one) => !chosen.length || chosen.some((part) => one.includes(part)))) {
  console.log(name);
  const { status } = spawnSync(process.execPath, [...jasmine, join(__dirname, name)], { cwd: root, stdio: "inherit" });
  if (status !== 0) bad.push(name);
}
console.log(bad.length ? `failed: ${bad.join(", ")}` : "all well");
process.exit(bad.length ? 1 : 0);
