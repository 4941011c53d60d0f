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

export interface BootOptions {
  /** What is in Storage: paths by name. */
  storage: Record<string, string>;
  /** Modules that `require` finds in a folder instead, and keeps in memory: paths by name. */
  memory: Record<string, string>;
  /** Path of the program; it runs from Storage, so that its functions cost what they cost on a board. */
  program: string;
  /** How many chips there are whose wires wires.js makes. */
  chips: number;
  /** The program finds its wires by the names of a Pico's pins (pins.js). */
  pins: boolean;
  /** The console shows what is typed, and the value of it. */
  echo: boolean;
}

/**
 * Writes the script into `folder`, which has the FIFOs of the wires; its path. It ends as a board's programming does: what
 * is run at each start is in Storage, and the interpreter loads it.
 */
export function bootScript(folder: string, options: BootOptions): string {
  const { storage, memory, program, chips, pins, echo } = options;
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const [name, path] of Object.entries(memory)) copyFileSync(path, join(modules, `${name}.js`));
  const first = [`echo(${echo});`, 'E.on("errorFlag", function (flags) { print("FLAG " + flags); });'];
  if (chips) first.push(`var wires = require("wires").connect(${JSON.stringify(folder)}, ${chips});`);
  if (pins) first.push('require("pins").define(wires);');
  const wiring = join(folder, "wiring.js");
  writeFileSync(wiring, first.join("\n"));
  const lines = installation({ ...storage, ".boot0": wiring, ".bootcde": program });
  const script = join(folder, "boot.js");
  writeFileSync(script, ["echo(false);", ...lines, "load();"].join("\n"));
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
