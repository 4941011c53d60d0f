/**
 * What the interpreter is started with: a script that fills its Storage and then does what a board does that boots.
 */
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHIP } from "../lib/chip";

/** Connects the chip and sets the address of the tests; for a program to begin with. */
export const CONNECT = `
var eth = require("${CHIP}").connect({ spi: wires.spi, cs: wires.cs, int: wires.int, rst: wires.rst, mac: "02:00:00:00:00:02" });
eth.on("error", function (e) { print("ERROR " + e); });
eth.setIP({ ip: "10.77.0.2", subnet: "255.255.255.0", gateway: "10.77.0.1" });
`;

/** Puts a file of the host into Storage without ever holding all of it in memory. */
const INSTALL = `function install(name, path, size) {
  var file = E.openFile(path, "r"), at = 0, piece;
  while (at < size && (piece = file.read(Math.min(256, size - at)))) {
    require("Storage").write(name, piece, at, size);
    at += piece.length;
  }
  file.close();
}`;

/**
 * Writes the script into `folder`, which has the FIFOs of the wires; its path. `storage`: what is in Storage, paths by
 * name; the one called "program" runs, from there, so that its functions cost what they cost on a board. `memory`:
 * modules that `require` finds in a folder instead, and keeps in memory.
 */
export function bootScript(folder: string, storage: Record<string, string>, memory: Record<string, string>): string {
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const [name, path] of Object.entries(memory)) copyFileSync(path, join(modules, `${name}.js`));
  const lines = ["echo(false);", ...installation(storage)];
  lines.push('E.on("errorFlag", function (flags) { print("FLAG " + flags); });');
  lines.push(`var wires = require("wires").connect(${JSON.stringify(folder)});`);
  lines.push('eval(require("Storage").read("program"));', 'print("BOOTED " + process.memory().usage);');
  const script = join(folder, "boot.js");
  writeFileSync(script, lines.join("\n"));
  return script;
}

/** Statements that fill an empty Storage. Throws when a file is not there. */
export function installation(files: Record<string, string>): string[] {
  const calls = Object.entries(files).map(([name, path]) => install(name, path));
  return ['require("Storage").eraseAll();', INSTALL, ...calls, "delete install;"];
}

function install(name: string, path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  return `install(${JSON.stringify(name)}, ${JSON.stringify(path)}, ${statSync(path).size});`;
}
