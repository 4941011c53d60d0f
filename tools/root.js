/**
 * The folder of the project; or of the package that was made of it, where the same code lies one folder deeper, in lib/
 * (package.js).
 */
const { existsSync } = require("node:fs");
const { dirname, resolve } = require("node:path");

function rootAbove(folder) {
  return existsSync(resolve(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}

const ROOT = rootAbove(dirname(__dirname));
/** The package has only what was made of the sources. */
const IS_PACKAGE = !existsSync(resolve(ROOT, "firmware"));

/** How the user calls a command: by the script of package.json, or by its name in the package. */
function commandLine(script, name) {
  return IS_PACKAGE ? `npx ${name}` : `npm ${script} --`;
}

module.exports = { commandLine, IS_PACKAGE, ROOT };
