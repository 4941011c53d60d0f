/**
 * The command `node tools/build.js [dist/FILE ...]`: builds bundles as rollup.config.js has them, all of them or the files
 * that are named, if they are not built already (builder.js).
 */
const { relative } = require("node:path");
const { Builder, ROOT } = require("./builder");

/** Makes sure of the files, "dist/enc28j60.tok.js"; of all bundles when there is no list. Answers those that had to be made. */
exports.build = function build(files, tell) {
  return new Builder("dist/.built.json", rollupBundles).build(files, tell);
};

function rollupBundles() {
  return require("../rollup.config.js").map(({ output, ...input }) => ({
    name: `${output.map(({ file }) => file).join(", ")}`,
    files: output.flatMap(({ file }) => [...new Set([file, file.replace(".min.js", ".tok.js")])]),
    make: () => rolledUp(input, output),
  }));
}

/** Answers the sources. */
async function rolledUp(input, outputs) {
  const { rollup } = require("rollup");
  const bundle = await rollup(input);
  for (const output of outputs) await bundle.write(output);
  await bundle.close();
  return bundle.watchFiles.map((file) => relative(ROOT, file).replaceAll("\\", "/"));
}

function main(files) {
  exports.build(files.length ? files : undefined).then(
    (made) => made.length && console.log(`built ${made.join(" ")}`),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}

if (require.main === module) main(process.argv.slice(2));
