/**
 * `node -r ./tools/typescript.js FILE.ts`: lets node run the project's commands in TypeScript without waiting for a compiler.
 *
 * What esbuild makes of a source is kept in dist/start/ts/ under a hash of that source, so esbuild is loaded only after one
 * has changed; then it makes all of them at once, since a call for each would be slower. (tsx, which runs the tests, can do
 * more, and takes half a second to begin.)
 */
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const Module = require("node:module");
const { basename, join } = require("node:path");
const { ROOT, writeWhole } = require("./builder");

const KEPT = join(ROOT, "dist/start/ts");
/** Where the commands are, and all that they are made of. */
const FOLDERS = ["firmware", "host-sim", "tools"];
/** What makes code of a source. */
const MAKER = readFileSync(__filename, "utf8") + readFileSync(join(ROOT, "node_modules/esbuild/package.json"), "utf8");

/** Answers the code that node understands of sources, which are paths; in their order. */
function transpiled(sources, options) {
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: sources,
    outbase: ROOT,
    outdir: ROOT, // for the source maps: beside the sources
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    supported: { "dynamic-import": false }, // so that import() is by require, too
    logLevel: "silent",
    ...options,
  });
  return outputFiles.map(({ text }) => text);
}

function kept(path) {
  const file = fileFor(path);
  if (!existsSync(file)) keepAll();
  return readFileSync(file, "utf8");
}

/** Another place of the project is another source: its code names it. */
function fileFor(path) {
  const hash = createHash("sha256").update(MAKER).update(path).update(readFileSync(path));
  return join(KEPT, `${hash.digest("hex").slice(0, 32)}.js`);
}

function keepAll() {
  const sources = FOLDERS.flatMap(sourcesIn);
  const files = sources.map(fileFor);
  mkdirSync(KEPT, { recursive: true });
  const texts = transpiled(sources, { sourcemap: "inline" });
  for (const [i, text] of texts.entries()) writeWhole(files[i], text);
  const current = new Set(files.map((file) => basename(file)));
  for (const name of readdirSync(KEPT)) if (!current.has(name)) rmSync(join(KEPT, name), { force: true });
}

function sourcesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sourcesIn(path);
    return path.endsWith(".ts") ? [join(ROOT, path)] : [];
  });
}

Module._extensions[".ts"] = (module, path) => module._compile(kept(path), path);
process.setSourceMapsEnabled(true);

module.exports = { transpiled };
