/**
 * Bundles for the simulator, in a tenth of a second: the firmware's sources as they stand, without types and without any of
 * the passes that make a bundle small (rollup.config.js); dist/start/NAME.js. They run in the simulator, whose engine has all
 * of the language, and are nothing for a board.
 */
const { mkdirSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { Builder, ROOT, writeWhole } = require("./builder");
const { CHIP_NAMES } = require("./chips");
const { AGREED, boardCore } = require("./core_file");
const { configured, nativeConstants, PROFILES } = require("./profile");
const { labEntry, labTaps } = require("./lab_taps");
const { OWN_MODULES } = require("./program");
const { shellPlugin } = require("./shell_modules");

/** What there is, each of firmware/boot-NAME.ts. */
const NAMES = [...CHIP_NAMES, ...OWN_MODULES];
const whole = (name, root, profile) => ({ name, root, constants: PROFILES[profile], plugins: [], more: [] });
/** TCP without its options, as JavaScript: what tests of scarce memory have, and no board. */
const SMALL = CHIP_NAMES.map((root) => whole(`${root}-small`, root, "small"));
/** Boards that lead from one network to another. */
const ROUTERS = [
  ...CHIP_NAMES.map((root) => whole(`${root}-router`, root, "router")),
  whole("router", "router", "router"),
];
/**
 * The shells of a core that is machine code, firmware/boot-CHIP.ts without the stack: by profile, whose numbers both have. The core
 * is this host's, or for .board.shell a board's.
 */
const shells = (root, profile) => [
  {
    name: `${root}-${profile}.shell`,
    root,
    constants: PROFILES[profile],
    plugins: [shellPlugin(ROOT, root, true)],
    more: [],
  },
  {
    name: `${root}-${profile}.board.shell`,
    root,
    constants: PROFILES[profile],
    plugins: [shellPlugin(ROOT, root, false), boardCore(root, profile)],
    more: AGREED,
  },
];
const SHELLS = [
  ...CHIP_NAMES.flatMap((root) => Object.keys(PROFILES).flatMap((profile) => shells(root, profile))),
  ...shells("router", "router"),
];
/** The stack in JavaScript with no more of anything than machine code of the profile has: what that is compared with. */
const TWINS = CHIP_NAMES.flatMap((root) =>
  Object.keys(PROFILES).map((profile) => ({
    name: `${root}-${profile}.twin`,
    root,
    constants: nativeConstants(profile),
    plugins: [],
    more: [],
  })),
);

/** What the lab runs (lab_taps.js): the test bundles, in which packets can be followed. Their exports follow the variables. */
const lab = (name, root, profile) => ({
  ...whole(name, root, profile),
  entry: labEntry(root),
  plugins: [labTaps(ROOT)],
});
const LABS = CHIP_NAMES.flatMap((root) => [
  lab(`lab-${root}`, root, "full"),
  lab(`lab-${root}-router`, root, "router"),
]);

/** Makes sure of the bundle of each name. Answers the files, in the order of the names. */
exports.quickBundles = async function quickBundles(names) {
  const files = names.map(fileOf);
  await new Builder("dist/start/.built.json", list).build(files);
  return files.map((file) => join(ROOT, file));
};

const fileOf = (name) => `dist/start/${name}.js`;

function list() {
  const all = [...NAMES.map((name) => whole(name, name, "full")), ...SMALL, ...ROUTERS, ...SHELLS, ...TWINS, ...LABS];
  return all.map((one) => ({ name: one.name, files: [fileOf(one.name)], make: () => bundled(one) }));
}

/** Answers the sources. */
async function bundled({ name, root, constants, plugins, more, entry }) {
  const { build } = require("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    ...(entry
      ? { stdin: { contents: entry, resolveDir: join(ROOT, "firmware"), loader: "ts" }, globalName: "lab_exports" }
      : { entryPoints: [`firmware/boot-${root}.ts`] }),
    bundle: true,
    write: false,
    metafile: true,
    format: entry ? "iife" : "esm",
    target: "es2020",
    charset: "ascii",
    define: { require: "globalThis.require" }, // the board's, for what is in its firmware
    plugins: [profiled(constants), ...plugins],
    logLevel: "silent",
  });
  mkdirSync(dirname(join(ROOT, fileOf(name))), { recursive: true });
  writeWhole(join(ROOT, fileOf(name)), entry ? asLiveModule(outputFiles[0].text) : asModule(outputFiles[0].text));
  const inputs = Object.keys(metafile.inputs).filter((file) => file.startsWith("firmware/"));
  return [...new Set([...inputs, ...more])];
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

/** The same whose exports are what the variables hold at any time; `connect`, which the simulator wraps, apart. */
function asLiveModule(text) {
  return `${text}
for (const name of Object.keys(lab_exports))
  Object.defineProperty(exports, name, { get: () => lab_exports[name], enumerable: true, configurable: true });
Object.defineProperty(exports, "connect", { value: lab_exports.connect, enumerable: true, writable: true });
`;
}

/** The constants of a profile. */
function profiled(constants) {
  return {
    name: "profile",
    setup({ onLoad }) {
      onLoad({ filter: /\/firmware\/config\.ts$/ }, ({ path }) => ({
        contents: configured(readFileSync(path, "utf8"), constants),
        loader: "ts",
      }));
    },
  };
}

if (require.main === module) exports.quickBundles(process.argv.slice(2));
