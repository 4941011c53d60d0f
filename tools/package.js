/**
 * `npm pack`: makes of the simulator and the flash command what runs without a compiler, in lib/, and sees to it that the
 * bundles are there, and the modules in the layout of Espruino's documentation. package.json says what goes into the package.
 */
const { execFileSync } = require("node:child_process");
const { cpSync, mkdirSync, rmSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { espruinoDocs } = require("./espruino_docs");
const { ROOT } = require("./root");

/** What is JavaScript already. */
const AS_IT_IS = [
  "host-sim/espruino/realm",
  "host-sim/apps",
  "tools/espruino_subset.js",
  "tools/program.js",
  "tools/root.js",
  "tools/flash/package.json",
  "tools/flash/package-lock.json",
];

function run(...command) {
  execFileSync(process.execPath, command, { cwd: ROOT, stdio: "inherit" });
}

function copy(path) {
  const target = join(ROOT, "lib", path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, path), target, { recursive: true });
}

run("tools/build.js");
rmSync(join(ROOT, "lib"), { recursive: true, force: true });
run("node_modules/typescript/bin/tsc", "-p", "tools/package.tsconfig.json");
AS_IT_IS.forEach(copy);
espruinoDocs();
