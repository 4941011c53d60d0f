/**
 * The folder of the project; or of the package that was made of it, where the same code lies one folder deeper, in lib/
 * (package.js).
 */
const { existsSync } = require("node:fs");
const { dirname, resolve } = require("node:path");

function rootAbove(folder) {
  return existsSync(resolve(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}

exports.ROOT = rootAbove(dirname(__dirname));
