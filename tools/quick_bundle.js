/**
 * Bundles for the simulator, in a tenth of a second: the firmware's sources as they stand, without types and without any of
 * the passes that make a bundle small (rollup.config.js); dist/start/NAME.js. They run in the simulator, whose engine has all
 * of the language, and are nothing for a board.
 */
const { mkdirSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { Builder, ROOT, writeWhole } = require("./builder");
const { CHIP_NAMES } = require("./chips");
const { configured, PROFILES } = require("./profile");
const { OWN_MODULES } = require("./program");

/** What there is, each of firmware/boot-NAME.ts. */
const NAMES = [...CHIP_NAMES, ...OWN_MODULES];

/** Makes sure of the bundle of each name. Answers the files, in the order of the names. */
exports.quickBundles = async function quickBundles(names) {
  const files = names.map(fileOf);
  await new Builder("dist/start/.built.json", list).build(files);
  return files.map((file) => join(ROOT, file));
};

const fileOf = (name) => `dist/start/${name}.js`;

function list() {
  return NAMES.map((name) => ({ name, files: [fileOf(name)], make: () => bundled(name) }));
}

/** Answers the sources. */
async function bundled(name) {
  const { build } = require("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`firmware/boot-${name}.ts`],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2020",
    charset: "ascii",
    define: { require: "globalThis.require" }, // the board's, for what is in its firmware
    plugins: [{ name: "profile", setup: profile }],
    logLevel: "silent",
  });
  mkdirSync(dirname(join(ROOT, fileOf(name))), { recursive: true });
  writeWhole(join(ROOT, fileOf(name)), asModule(outputFiles[0].text));
  return Object.keys(metafile.inputs).filter((file) => file.startsWith("firmware/"));
}

/** A board's module is the body of a function, to which `exports` is given. */
function asModule(text) {
  return text.replace(/export \{([^}]*)\};\s*$/, (_, list) =>
    list
      .split(",")
      .map((item) => item.trim().split(" as "))
      .map(([name, exported = name]) => `exports.${exported} = ${name};\n`)
      .join(""),
  );
}

/** The constants of the full profile. */
function profile({ onLoad }) {
  onLoad({ filter: /\/firmware\/config\.ts$/ }, ({ path }) => ({
    contents: configured(readFileSync(path, "utf8"), PROFILES.full),
    loader: "ts",
  }));
}
