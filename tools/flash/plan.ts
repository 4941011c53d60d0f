/**
 * What goes to a board, and whether there is room for it.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BoardFacts, boards, storageBytes } from "./boards";
import { built, CHIPS, type Feature, NEEDS, VARIETIES, type Variety } from "./bundles";
import { minified } from "./minify";

const { OWN_MODULES, programOf } = require("../program") as {
  OWN_MODULES: string[];
  programOf(file: string | undefined, options: object): Program;
};

/** A call that cannot be carried out, in words for the user. */
export class FlashError extends Error {}

/** A file for the board's Storage: chars are bytes. */
export interface StorageFile {
  name: string;
  content: string;
}

export interface Plan {
  board: BoardFacts;
  files: StorageFile[];
  /** which bundle the chip's module is, and why; for the user */
  reason: string;
  /** runs after the transfer, from RAM; undefined when it is in Storage (".bootcde"), or there is none */
  program?: string;
  /** the board starts anew at the end */
  restarts: boolean;
}

export interface PlanOptions {
  board: BoardFacts;
  /** chip's module; the one that the program requires, unless named */
  chip?: string;
  /** the bundle in dist/ that becomes it; the most complete one that fits, unless named */
  bundle?: string;
  /** names of optional modules */
  extras: string[];
  /** path of the program */
  app?: string;
  /** the program starts with the board */
  boot: boolean;
  /** folder with the text of further modules that the program requires, NAME.js or NAME.min.js */
  modules?: string;
  /** takes a line about what takes time; default: nothing */
  tell?: (line: string) => void;
}

/** What tools/program.js finds. */
interface Program {
  text: string;
  own: string[];
  others: Record<string, string>;
  missing: string[];
  required: Record<string, string>;
  faults: string[];
}

/** A feature that somebody needs. */
interface Need {
  feature: Feature;
  /** in words */
  who: string;
}

/** What a file takes besides its bytes, and to what it is rounded up (Espruino's Storage). */
const HEADER = 32;
const ALIGNMENT = 4;
/** Longest name of a file. */
const MAX_NAME = 28;

const { ROOT } = require("../root") as { ROOT: string };
const dist = join(ROOT, "dist");

/** Bytes of flash that files take. */
export function flashBytes(files: readonly StorageFile[]): number {
  const size = ({ content }: StorageFile) => HEADER + Math.ceil(content.length / ALIGNMENT) * ALIGNMENT;
  return files.reduce((sum, file) => sum + size(file), 0);
}

/** Puts together what is to be sent. Rejects with a FlashError that says what cannot be. */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { board, app, boot } = options;
  if (app !== undefined && !statSync(app, { throwIfNoEntry: false })?.isFile())
    throw new FlashError(`--app ${app}: there is no such file`);
  const found = programFor(options);
  const chip = chipOf(options, found);
  await built([...VARIETIES.map(({ suffix }) => chip + suffix), ...found.own], options.tell ?? (() => {}));
  const files = found.own.map((name) => ({ name, content: read(bundlePath(name)) }));
  for (const [name, text] of Object.entries(found.others)) files.push({ name, content: await minified(text, name) });
  if (app !== undefined && boot) files.push({ name: ".bootcde", content: found.text });
  const module = chipModule({ ...options, chip }, storageBytes(board) - flashBytes(files), needsOf(found));
  files.unshift(module.file);
  const program = app === undefined || boot ? undefined : found.text;
  const plan = { board, files, reason: module.reason, program, restarts: boot && app !== undefined };
  check(plan);
  return plan;
}

/** The program and what it requires; nothing is missing, and all of it is for boards. */
function programFor({ board, app, extras, modules }: PlanOptions): Program {
  const known = (name: string) => board.modules.includes(name) || CHIPS.includes(name);
  const found = programOf(app, { extras, folders: modules === undefined ? [] : [modules], known });
  if (found.faults.length) throw new FlashError(`Espruino would not understand this:\n  ${found.faults.join("\n  ")}`);
  for (const name of found.missing) {
    if (extras.includes(name))
      throw new FlashError(`--with ${name}: there is ${OWN_MODULES.join(", ")}, and what --modules has`);
    throw new FlashError(`${found.required[name]} requires "${name}": name the folder that has it with --modules`);
  }
  return found;
}

/** The chip that was named, if the program agrees; else the program's. */
function chipOf({ chip, app }: PlanOptions, { required }: Program): string {
  const wanted = CHIPS.filter((name) => name in required);
  const names = wanted.map((name) => `"${name}"`).join(" and ");
  if (chip !== undefined && !CHIPS.includes(chip)) throw new FlashError(`--chip ${chip}: there is ${CHIPS.join(", ")}`);
  if (chip !== undefined && wanted.length && !wanted.includes(chip))
    throw new FlashError(`--chip is ${chip}, and ${app} requires ${names}`);
  if (wanted.length > 1 && chip === undefined) throw new FlashError(`${app} requires ${names}: choose one with --chip`);
  return chip ?? wanted[0] ?? CHIPS[0];
}

function needsOf({ required }: Program): Need[] {
  return Object.entries(required)
    .filter(([name]) => NEEDS[name])
    .map(([name, by]) => ({ feature: NEEDS[name], who: `"${name}" (${by})` }));
}

/** The chip's bundle: the one asked for, or the most complete that fits in `room` and has what is needed. */
function chipModule(options: PlanOptions, room: number, needs: Need[]): { file: StorageFile; reason: string } {
  const { chip: name = "", bundle, board } = options;
  const all = VARIETIES.filter(({ suffix }) => existsSync(bundlePath(name + suffix))).map((variety) => ({
    variety,
    file: { name, content: read(bundlePath(name + variety.suffix)) },
  }));
  if (bundle !== undefined) {
    const variety = VARIETIES.find(({ suffix }) => bundle === name + suffix);
    const missing = variety && needs.find((need) => lacks(variety, need));
    if (missing) throw new FlashError(unfit(`${bundle} has no ${missing.feature}`, missing, options, all, room));
    return { file: { name, content: read(bundlePath(bundle)) }, reason: `${bundle}, as --bundle says` };
  }
  if (!all.length) throw new FlashError(`There is no bundle for ${name} in dist/; "npm run build" makes them`);
  const fitting = all.filter(({ file }) => flashBytes([file]) <= room);
  const chosen = fitting.find(({ variety }) => !needs.some((need) => lacks(variety, need)));
  if (chosen) return { file: chosen.file, reason: reasonFor(chosen, all, room, needs) };
  if (!fitting.length) {
    const least = Math.min(...all.map(({ file }) => flashBytes([file])));
    throw new FlashError(
      `${board.title}: not even the smallest bundle of ${name} (${least} bytes) fits; ${room} are left`,
    );
  }
  const need = needs.find((one) => fitting.every(({ variety }) => lacks(variety, one))) ?? needs[0];
  const what = `${fitting.map(({ variety }) => name + variety.suffix).join(", ")}, which fits, has no ${need.feature}`;
  throw new FlashError(unfit(`${board.title}: ${what}`, need, options, all, room));
}

type Candidate = { variety: Variety; file: StorageFile };

function lacks({ features }: Variety, { feature }: Need): boolean {
  return !features.includes(feature);
}

function reasonFor({ variety, file }: Candidate, all: Candidate[], room: number, needs: Need[]): string {
  const better = all.slice(
    0,
    all.findIndex((one) => one.variety === variety),
  );
  const because = better.map((one) => {
    const missing = needs.find((need) => lacks(one.variety, need));
    const over = flashBytes([one.file]) - room;
    return `${file.name}${one.variety.suffix} ${missing ? `has no ${missing.feature}` : `is ${over} bytes too large`}`;
  });
  return `${file.name}${variety.suffix} (${variety.title})${because.length ? `, since ${because.join(" and ")}` : ""}`;
}

/** Why a program cannot have its bundle, and what would do. */
function unfit(what: string, need: Need, { chip, board }: PlanOptions, all: Candidate[], room: number): string {
  const least = all.filter(({ variety }) => !lacks(variety, need)).at(-1);
  if (!least) return `${what}, which is for ${need.who}`;
  const bytes = flashBytes([least.file]);
  const name = `${chip}${least.variety.suffix}`;
  const others = boards.filter((one) => one !== board && storageBytes(one) - (storageBytes(board) - room) >= bytes);
  const where = others.length ? ` It would fit on: ${others.map(({ title }) => title).join(", ")}.` : "";
  const lacking = bytes > room ? `: ${bytes - room} bytes of Storage are wanting` : " fits";
  return `${what}, and ${need.who} needs it. ${name} has it (${bytes} bytes)${lacking}.${bytes > room ? where : ""}`;
}

/** What is shipped: in the interpreter's tokens where there is that. */
function bundlePath(name: string): string {
  const tokens = join(dist, `${name}.tok.js`);
  return existsSync(tokens) ? tokens : join(dist, `${name}.min.js`);
}

function read(path: string): string {
  if (!existsSync(path)) throw new FlashError(`There is no ${path}`);
  return readFileSync(path, "latin1");
}

function check({ board, files }: Plan): void {
  const long = files.find(({ name }) => name.length > MAX_NAME);
  if (long) throw new FlashError(`${long.name}: a name in Storage has at most ${MAX_NAME} characters`);
  const twice = files.find(({ name }, i) => files.findIndex((file) => file.name === name) < i);
  if (twice) throw new FlashError(`${twice.name} would be written twice`);
  const bytes = flashBytes(files);
  const room = storageBytes(board);
  if (bytes > room) throw new FlashError(`${board.title}: ${bytes} bytes do not fit into its ${room} bytes of Storage`);
}
