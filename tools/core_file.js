/**
 * What a shell must know of the core that it is for: its file in a board's Storage, and a number in which both agree.
 */
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { PROFILES } = require("./profile");

const ROOT = join(__dirname, "..");
/** How they talk, and the constants that both have. */
const AGREED = [
  "firmware/core/sysent.ts",
  "firmware/core/port.ts",
  "firmware/config.ts",
  "tools/native/runtime/board.c",
  "tools/native/runtime/driver.h",
  "tools/native/runtime/objects.h",
  "tools/native/runtime/timer.h",
  "tools/native/runtime/unpack.h",
  "tools/native/runtime/wires.h",
  "tools/pack.js",
];

exports.AGREED = AGREED;

exports.coreFile = (chip) => `${chip}.core`;

/** uint32 */
exports.coreLayout = function coreLayout(profile) {
  const hash = createHash("sha256").update(JSON.stringify(PROFILES[profile]));
  for (const file of AGREED) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest().readUInt32LE(0);
};

/** port.ts, which knows them. */
function withCore(code, chip, profile) {
  const layout = exports.coreLayout(profile) | 0;
  return `var CORE_FILE = "${exports.coreFile(chip)}", CORE_LAYOUT = ${layout};\n${code}`;
}

/** A rollup input plugin. */
exports.coreConstants = (chip, profile) => ({
  name: "core-constants",
  transform(code, id) {
    if (!id.endsWith("/firmware/core/port.ts")) return null;
    for (const file of AGREED) this.addWatchFile(join(ROOT, file));
    return { code: withCore(code, chip, profile), map: null };
  },
});

/** An esbuild plugin. */
exports.boardCore = (chip, profile) => ({
  name: "core-constants",
  setup({ onLoad }) {
    onLoad({ filter: /\/firmware\/core\/port\.ts$/ }, ({ path }) => ({
      contents: withCore(readFileSync(path, "utf8"), chip, profile),
      loader: "ts",
    }));
  },
});
