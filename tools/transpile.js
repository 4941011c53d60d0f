/**
 * Takes the types off the firmware's files, one by one, for the bundler. Whether they are right is `npm run check`'s
 * business: a build that does not ask is four times as fast, and the work is shared by all bundles of a build.
 */
const { existsSync } = require("node:fs");
const { resolve, dirname } = require("node:path");
const { readFileSync } = require("node:fs");
const typescript = require("typescript");

const { config } = typescript.readConfigFile(resolve(__dirname, "../firmware/tsconfig.json"), (path) =>
  readFileSync(path, "utf8"),
);
const { compilerOptions } = config;

/** ES5 of a file's text, by that text. */
const done = new Map();

/** A rollup input plugin. */
exports.transpile = function transpile() {
  return {
    name: "transpile",
    resolveId(id, importer) {
      const file = importer && id.startsWith(".") ? `${resolve(dirname(importer), id)}.ts` : "";
      return existsSync(file) ? file : null;
    },
    transform(text, id) {
      if (!id.endsWith(".ts")) return null;
      if (!done.has(text)) done.set(text, es5(text, id));
      return { code: done.get(text), map: null };
    },
  };
};

function es5(text, fileName) {
  const { outputText, diagnostics } = typescript.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { ...compilerOptions, isolatedModules: true, noEmit: false },
  });
  if (diagnostics?.length) throw new Error(`${fileName}: ${diagnostics[0].messageText}`);
  return outputText;
}
