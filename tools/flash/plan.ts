/**
 * What goes to a board, and whether there is room for it.
 */
import { statSync } from "node:fs";
import { type BoardFacts, storageBytes } from "./boards";
import { built, CHIPS, coreName, NEEDS, readBundle, shellName, VARIETIES } from "./bundles";
import { minified } from "./minify";
import { chooseStack, coreOf, JS, type Need } from "./stack";
import { FlashError, flashBytes, MAX_NAME, type StorageFile } from "./storage";

const { OWN_MODULES, programOf } = require("../program") as {
  OWN_MODULES: string[];
  programOf(file: string | undefined, options: object): Program;
};

export interface Plan {
  board: BoardFacts;
  /** in the order in which they go into the Storage */
  files: StorageFile[];
  /** which stack it is, and why; for the user */
  reason: string;
  /** the file that is machine code: the first one, and to lie first in the Storage, where nothing can move it */
  core?: string;
  /** runs after the transfer, from RAM; undefined when it is in Storage (".bootcde"), or there is none */
  program?: string;
  /** the board starts anew at the end */
  restarts: boolean;
}

export interface PlanOptions {
  board: BoardFacts;
  /** chip's module; the one that the program requires, unless named */
  chip?: string;
  /** "js", "thumb1", "thumb2"; the best one that the board runs, unless named */
  core?: string;
  /** the bundle that becomes it; the most complete one that fits, unless named */
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

/** Puts together what is to be sent. Rejects with a FlashError that says what cannot be. */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { board, app, boot } = options;
  if (app !== undefined && !statSync(app, { throwIfNoEntry: false })?.isFile())
    throw new FlashError(`--app ${app}: there is no such file`);
  const { tell = () => {} } = options;
  const found = programFor(options);
  const chip = chipOf(options, found);
  const core = coreOf(board, options.core);
  const stacks =
    core === JS
      ? VARIETIES.filter(({ most }) => most).map(({ suffix }) => chip + suffix)
      : VARIETIES.map((variety) => shellName(chip, variety));
  await built([...stacks, ...found.own], tell);
  const files = found.own.map((name) => ({ name, content: readBundle(name) }));
  for (const [name, text] of Object.entries(found.others)) files.push({ name, content: await minified(text, name) });
  if (app !== undefined && boot) files.push({ name: ".bootcde", content: found.text });
  const stack = chooseStack({ ...options, chip, tell }, storageBytes(board) - flashBytes(files), needsOf(found, app));
  files.unshift(...stack.files);
  const program = app === undefined || boot ? undefined : found.text;
  const restarts = boot && app !== undefined;
  const plan = {
    board,
    files,
    reason: stack.reason,
    core: core === JS ? undefined : coreName(chip),
    program,
    restarts,
  };
  check(plan);
  return plan;
}

/** What a build with NET has. */
const OF_NET = ["net", "dgram", "http", "tls"];

/** The program and what it requires; nothing is missing, and all of it is for boards. */
function programFor({ board, app, extras, modules }: PlanOptions): Program {
  const known = (name: string) => board.modules.includes(name) || CHIPS.includes(name);
  const found = programOf(app, { extras, folders: modules === undefined ? [] : [modules], known });
  if (found.faults.length) throw new FlashError(`Espruino would not understand this:\n  ${found.faults.join("\n  ")}`);
  for (const name of found.missing) {
    if (!board.net && OF_NET.includes(name))
      throw new FlashError(`${board.title}: its firmware has no "${name}", since Espruino builds it without NET`);
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

function needsOf({ required, text, others }: Program, app = "the program"): Need[] {
  const needs: Need[] = Object.entries(required).flatMap(([name, by]) =>
    (NEEDS[name] ?? []).map((feature) => ({ feature, who: `"${name}" (${by})` })),
  );
  for (const [by, words] of [[app, text], ...Object.entries(others)]) {
    const asks = CONNECTS.exec(words);
    if (asks) needs.push({ feature: "connections out", who: `${asks[1]}.${asks[2]} (${by})` });
  }
  if (ASKS_DHCP.test(text) && !NAMES_ADDRESS.test(text))
    needs.push({ feature: "DHCP", who: `setIP() without an address (${app})` });
  return needs;
}

/** setIP with nothing, or with a function alone; and with an address, which a program may have for where there is no DHCP. */
const ASKS_DHCP = /\bsetIP\s*\(\s*(\)|function\b|\(|\w+\s*(=>|\)))/;
const NAMES_ADDRESS = /\bsetIP\s*\(\s*\{[^}]*\bip\b/;
/** net.connect, http.get and their like, also of what require gives. */
const CONNECTS = /\b(net|http|tls)["']?\s*\)?\s*\.\s*(connect|get|request)\s*\(/;

function check({ board, files }: Plan): void {
  const long = files.find(({ name }) => name.length > MAX_NAME);
  if (long) throw new FlashError(`${long.name}: a name in Storage has at most ${MAX_NAME} characters`);
  const twice = files.find(({ name }, i) => files.findIndex((file) => file.name === name) < i);
  if (twice) throw new FlashError(`${twice.name} would be written twice`);
  const bytes = flashBytes(files);
  const room = storageBytes(board);
  if (bytes > room) throw new FlashError(`${board.title}: ${bytes} bytes do not fit into its ${room} bytes of Storage`);
}
