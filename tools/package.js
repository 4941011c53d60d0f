/**
 * `npm pack`: makes of the simulator and the flash command what runs without a compiler, in lib/, and sees to it that the
 * bundles, the machine code and the lab's page are there (of today's sources, or there is no package), and the modules in the layout of Espruino's documentation. package.json says what goes into the package.
 */
const { execFileSync } = require("node:child_process");
const { cpSync, mkdirSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { buildSync } = require("esbuild");
const { CHIP_NAMES } = require("./chips");
const { espruinoDocs } = require("./espruino_docs");
const { ROOT } = require("./root");
const { transpiled } = require("./typescript");

/** The commands, as bin/ calls them. */
const COMMANDS = ["host-sim/cli.ts", "tools/flash/flash.ts", "tools/update.ts"];

/** What is JavaScript already. */
const AS_IT_IS = [
  "host-sim/espruino/realm",
  "host-sim/apps",
  "tools/chips.js",
  "tools/espruino_subset.js",
  "tools/program.js",
  "tools/root.js",
  "tools/flash/package.json",
  "tools/flash/package-lock.json",
];

/** The commands, and the sources that they import. */
function sources() {
  const options = { bundle: true, metafile: true, write: false, platform: "node", packages: "external", outdir: ROOT };
  const { metafile } = buildSync({ absWorkingDir: ROOT, entryPoints: COMMANDS, ...options });
  return Object.keys(metafile.inputs).filter((path) => path.endsWith(".ts"));
}

function compile(paths) {
  const texts = transpiled(paths.map((path) => join(ROOT, path)));
  paths.forEach((path, i) => {
    const target = join(ROOT, "lib", path.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, texts[i]);
  });
}

function copy(path) {
  const target = join(ROOT, "lib", path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, path), target, { recursive: true });
}

execFileSync(process.execPath, ["tools/build.js"], { cwd: ROOT, stdio: "inherit" });
execFileSync(process.execPath, ["-r", "./tools/typescript.js", "tools/native/board.ts"], {
  cwd: ROOT,
  stdio: "inherit",
});
rmSync(join(ROOT, "lib"), { recursive: true, force: true });
compile(sources());
AS_IT_IS.forEach(copy);
espruinoDocs();
execFileSync(process.execPath, ["tools/lab_page.js"], { cwd: ROOT, stdio: "inherit" });
for (const name of labBundles()) cpSync(join(ROOT, `dist/start/lab-${name}.js`), join(ROOT, `dist/lab/${name}.js`));

/** The lab's bundles, which are made now: the names that they have in the package. */
function labBundles() {
  const names = CHIP_NAMES.flatMap((chip) => [chip, `${chip}-router`]);
  const files = names.map((name) => `lab-${name}`);
  execFileSync(process.execPath, ["tools/quick_bundle.js", ...files], { cwd: ROOT, stdio: "inherit" });
  return names;
}
