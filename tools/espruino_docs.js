/**
 * Puts the modules together in the layout of Espruino's documentation, ready to be offered there: dist/docs/devices and
 * dist/docs/modules, each with NAME.js, which is the bundle as text, NAME.md of docs/modules, and for a chip its pictures.
 */
const { cpSync, mkdirSync, readdirSync, rmSync } = require("node:fs");
const { basename, join } = require("node:path");
const { CHIP_NAMES } = require("./chips");
const { ROOT } = require("./root");

const names = (folder, suffix) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(suffix))
    .map((file) => basename(file, suffix));

/** Answers the files, from dist/docs on. */
exports.espruinoDocs = function espruinoDocs() {
  const target = join(ROOT, "dist/docs");
  rmSync(target, { recursive: true, force: true });
  const made = [];
  const copy = (from, to) => {
    cpSync(join(ROOT, from), join(target, to));
    made.push(to);
  };
  for (const name of names("docs/modules", ".md")) {
    const folder = CHIP_NAMES.includes(name) ? "devices" : "modules";
    mkdirSync(join(target, folder, CHIP_NAMES.includes(name) ? name : ""), { recursive: true });
    copy(`docs/modules/${name}.md`, `${folder}/${name}.md`);
    copy(`dist/${name}.min.js`, `${folder}/${name}.js`);
    const pictures = names("docs/wiring", ".svg").filter(
      (file) => CHIP_NAMES.includes(name) && file.startsWith(`${name}-`),
    );
    for (const file of pictures) copy(`docs/wiring/${file}.svg`, `${folder}/${name}/${file}.svg`);
  }
  return made.sort();
};
