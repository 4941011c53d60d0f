/**
 * What goes to a board, and whether there is room for it.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tokenizer } from "acorn";
import { type BoardFacts, storageBytes } from "./boards";

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
  /** runs after the transfer, from RAM; undefined when it is in Storage (".bootcde"), or there is none */
  program?: string;
  /** the board starts anew at the end */
  restarts: boolean;
}

export interface PlanOptions {
  board: BoardFacts;
  /** chip's module, and the bundle in dist/ that becomes it; the most complete one that fits, unless named */
  module: string;
  bundle?: string;
  /** names of optional modules */
  extras: string[];
  /** path of the program */
  app?: string;
  /** the program starts with the board */
  boot: boolean;
  /** folder with the text of further modules that the program requires, NAME.js or NAME.min.js */
  modules?: string;
}

/** What a file takes besides its bytes, and to what it is rounded up (Espruino's Storage). */
const HEADER = 32;
const ALIGNMENT = 4;
/** Longest name of a file. */
const MAX_NAME = 28;

const dist = join(__dirname, "../../dist");

/** Bytes of flash that files take. */
export function flashBytes(files: readonly StorageFile[]): number {
  const size = ({ content }: StorageFile) => HEADER + Math.ceil(content.length / ALIGNMENT) * ALIGNMENT;
  return files.reduce((sum, file) => sum + size(file), 0);
}

/** Puts together what is to be sent. Throws a FlashError that says what cannot be. */
export function makePlan(options: PlanOptions): Plan {
  const { board, app, boot } = options;
  const program = app === undefined ? undefined : read(app);
  const files = options.extras.map((name) => ({ name, content: read(bundlePath(name)) }));
  if (program !== undefined) files.push(...requiredFiles(program, options));
  if (program !== undefined && boot) files.push({ name: ".bootcde", content: program });
  files.unshift(chipModule(options, storageBytes(board) - flashBytes(files)));
  const plan = { board, files, program: boot ? undefined : program, restarts: boot && program !== undefined };
  check(plan);
  return plan;
}

/** The chip's bundle: the one asked for, or the first of the chip's that fits in `room`, most complete first. */
function chipModule({ module, bundle, board }: PlanOptions, room: number): StorageFile {
  if (bundle !== undefined) return { name: module, content: read(bundlePath(bundle)) };
  const choice = ["", "-small", "-udp"]
    .map((suffix) => `${module}${suffix}`)
    .filter((name) => existsSync(bundlePath(name)));
  if (!choice.length) throw new FlashError(`There is no bundle for ${module} in dist/; "npm run build" makes them`);
  const candidates = choice.map((name) => ({ name: module, content: read(bundlePath(name)) }));
  const fitting = candidates.find((file) => flashBytes([file]) <= room);
  if (fitting) return fitting;
  const least = Math.min(...candidates.map((file) => flashBytes([file])));
  throw new FlashError(
    `${board.title}: not even the smallest bundle of ${module} (${least} bytes) fits; ${room} bytes are left`,
  );
}

/** What is shipped: in the interpreter's tokens where there is that. */
function bundlePath(name: string): string {
  const tokens = join(dist, `${name}.tok.js`);
  return existsSync(tokens) ? tokens : join(dist, `${name}.min.js`);
}

/** The modules that a program requires and neither the firmware nor the plan has. */
function requiredFiles(program: string, options: PlanOptions): StorageFile[] {
  const known = new Set([...options.board.modules, options.module, ...options.extras]);
  const files: StorageFile[] = [];
  const visit = (text: string, from: string) => {
    for (const name of requires(text, from)) {
      if (known.has(name)) continue;
      known.add(name);
      const content = read(modulePath(name, options));
      files.push({ name, content });
      visit(content, name);
    }
  };
  visit(program, options.app as string);
  return files;
}

function modulePath(name: string, { modules }: PlanOptions): string {
  if (existsSync(bundlePath(name)))
    throw new FlashError(`The program requires "${name}": send it along with --with ${name}`);
  const paths = modules === undefined ? [] : [".min.js", ".js"].map((suffix) => join(modules, name + suffix));
  const path = paths.find((one) => existsSync(one));
  if (!path) throw new FlashError(`The program requires "${name}": name the folder that has it with --modules`);
  return path;
}

/** Names in `require("...")`. Throws a FlashError when the text is no JavaScript. */
export function requires(text: string, from: string): string[] {
  const names: string[] = [];
  try {
    let before = ["", ""];
    for (const token of tokenizer(text, { ecmaVersion: 2022, sourceType: "script", allowHashBang: true })) {
      const label = token.type.label;
      if (label === "string" && before[0] === "require" && before[1] === "(")
        names.push((token as { value?: string }).value ?? "");
      before = [before[1], label === "name" ? ((token as { value?: string }).value ?? "") : label];
    }
  } catch (error) {
    throw new FlashError(`${basename(from)}: ${(error as Error).message}`);
  }
  return names;
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
