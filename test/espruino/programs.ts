/**
 * The programs of programs/, as a board runs them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONNECT } from "./boot";

/** The text of a program. */
export function programText(name: string): string {
  return readFileSync(join(__dirname, "programs", `${name}.js`), "latin1");
}

/** Connects the interface and runs a program. */
export function program(name: string): string {
  return CONNECT + programText(name);
}

/** Espruino's own modules: not ours to bring along, found where ESPRUINO_MODULES says. */
const folder = process.env.ESPRUINO_MODULES;

/** Path of one of Espruino's modules. */
export function moduleFile(name: string): string {
  return join(folder ?? "", `${name}.js`);
}

/** Why that module cannot be had, or "". */
export function whyNoModule(name: string): string {
  if (!folder) return "the variable ESPRUINO_MODULES does not name the folder of Espruino's modules";
  return existsSync(moduleFile(name)) ? "" : `ESPRUINO_MODULES has no ${name}.js`;
}
