/**
 * The program that a board is to run, and what goes into its Storage with it: read, and checked for what a board would not
 * understand (tools/program.js, tools/espruino_subset.js).
 */
import { basename } from "node:path";
import { lackOf } from "../tools/flash/bundles";

/** Libraries of the simulated board's firmware. */
const LIBRARIES = "Storage NetworkJS net http dgram tls crypto heatshrink".split(" ");

interface Found {
  text: string;
  own: string[];
  others: Record<string, string>;
  missing: string[];
  required: Record<string, string>;
  faults: string[];
}

interface Tools {
  OWN_MODULES: string[];
  programOf(file: string, options: { extras: string[]; folders: string[]; known: (name: string) => boolean }): Found;
}

const { OWN_MODULES, programOf } = require("../tools/program") as Tools;

/** Why a program cannot be run, in words for the user. */
export class ProgramError extends Error {
  override readonly name = "StartError";
}

export interface Program {
  /** names of modules of ours that are to be built for it */
  own: string[];
  /** texts of others for Storage, by name */
  others: Record<string, string>;
  /** what it requires and nothing has: lines for the user */
  warnings: string[];
}

export interface ProgramOptions {
  app: string;
  chip: string;
  /** names of modules for Storage */
  with: string[];
  /** a folder of modules */
  modules: string | undefined;
  /** path of the bundle that it runs with; undefined: of one that has everything */
  bundle?: string | undefined;
}

/** Throws a ProgramError with all that is wrong, a line each. */
export function readProgram({ app, chip, with: extras, modules, bundle }: ProgramOptions): Program {
  const folders = modules === undefined ? [] : [modules];
  const known = (name: string) => name === chip || LIBRARIES.includes(name);
  const found = programOf(app, { extras, folders, known });
  const nowhere = extras.filter((name) => found.missing.includes(name));
  const { faults } = found;
  faults.push(...nowhere.map((name) => `--with ${name}: there is ${OWN_MODULES.join(", ")}, and what --modules has`));
  if (faults.length) throw new ProgramError(faults.join("\n"));
  const where = modules === undefined ? "--modules FOLDER names a folder that has it" : `${modules} has it not`;
  const warnings = found.missing
    .filter((name) => !found.text.includes(`addCached("${name}"`))
    .map((name) => `${app} requires "${name}", which the board has not: ${where}`);
  const twice = OWN_MODULES.filter((name) => name in found.others);
  warnings.push(...twice.map((name) => `"${name}" is that of ${modules}, not the one that belongs to the stack`));
  const lack = bundle && lackOf(basename(bundle).replace(/(\.tok|\.min)?\.js$/, ""), chip, Object.keys(found.required));
  if (lack) warnings.push(`${bundle} has no ${lack.feature}: what the program does with ${lack.names} will fail`);
  return { own: [...new Set(["netstat", ...found.own])], others: found.others, warnings };
}
