/**
 * Which stack a board gets: machine code where its processor runs it, else JavaScript; and as much of it as there is room for.
 */
import { existsSync } from "node:fs";
import { type BoardFacts, boards, storageBytes, THUMBS } from "./boards";
import {
  bundlePath,
  type Feature,
  JS_VARIABLES,
  nativeStack,
  ROUTERS,
  readBundle,
  VARIETIES,
  type Variety,
} from "./bundles";
import { FlashError, flashBytes, type StorageFile } from "./storage";

/** The stack as a program in JavaScript, which every board runs. */
export const JS = "js";
/** The kinds of machine code, in words. */
const TITLES: Readonly<Record<string, string>> = { thumb1: "Thumb-1", thumb2: "Thumb-2" };

export interface StackOptions {
  board: BoardFacts;
  chip: string;
  /** "js", "thumb1", "thumb2"; the best one that the board runs, unless named */
  core?: string;
  /** the bundle; the most complete one that fits, unless named */
  bundle?: string;
  /** path of the program */
  app?: string;
  tell: (line: string) => void;
}

export interface Stack {
  /** for the Storage; machine code comes first */
  files: StorageFile[];
  /** which one it is, and why; for the user */
  reason: string;
}

/** A feature that somebody needs. */
export interface Need {
  feature: Feature;
  /** in words */
  who: string;
}

interface Candidate {
  variety: Variety;
  files: StorageFile[];
}

/** The kind of core that a board gets. Throws a FlashError when it cannot run the one that is wanted. */
export function coreOf({ title, processor }: BoardFacts, wanted?: string): string {
  const runs = THUMBS[processor];
  if (wanted === undefined) return runs[0] ?? JS;
  if (wanted !== JS && !(wanted in TITLES))
    throw new FlashError(`--core ${wanted}: there is ${[JS, ...Object.keys(TITLES)].join(", ")}`);
  if (wanted !== JS && !runs.includes(wanted))
    throw new FlashError(`--core ${wanted}: ${title} is ${a(processor)}, which runs ${[...runs, JS].join(" and ")}`);
  return wanted;
}

/** Throws a FlashError when the board's memory is too small for the stack as JavaScript. */
function checkVariables({ title, variables }: BoardFacts): void {
  if (variables < JS_VARIABLES)
    throw new FlashError(
      `${title}: the stack as JavaScript takes ${JS_VARIABLES} variables, and there are ${variables}`,
    );
}

/** In words: what the core is, and why that one. */
function wordsFor({ processor }: BoardFacts, core: string, wanted?: string): string {
  const why = wanted === undefined ? `for ${a(processor)}` : "as --core says";
  if (core !== JS) return `${TITLES[core]} machine code, ${why}`;
  return `JavaScript, ${wanted === undefined ? `since ${a(processor)} runs no machine code of ours` : why}`;
}

const a = (noun: string) => `${/^[AEIOUX]/.test(noun) ? "an" : "a"} ${noun}`;

/** The stack that was asked for, or the most complete that fits in `room` and has what is needed. */
export function chooseStack(options: StackOptions, room: number, needs: Need[]): Stack {
  const { board, chip, bundle } = options;
  const core = coreOf(board, options.core);
  const words = wordsFor(board, core, options.core);
  if (core === JS) checkVariables(board);
  if (bundle !== undefined && core === JS && !VARIETIES.some((variety) => isNamed(variety, options)))
    return { files: [{ name: chip, content: readBundle(bundle) }], reason: `${words}: ${bundle}, as --bundle says` };
  const all = core === JS ? bundlesOf(chip) : nativesOf(options, core);
  if (!all.length) throw new FlashError(`There is no bundle for ${chip} in dist/; "npm run build" makes them`);
  const { files, reason } =
    bundle === undefined ? largest(options, all, room, needs) : named(options, all, room, needs);
  return { files, reason: `${words}: ${reason}` };
}

function bundlesOf(chip: string): Candidate[] {
  const built = VARIETIES.filter(({ most, suffix }) => most !== undefined && existsSync(bundlePath(chip + suffix)));
  return built.map((variety) => ({
    variety,
    files: [{ name: chip, content: readBundle(chip + variety.suffix) }],
  }));
}

function nativesOf({ chip, tell }: StackOptions, thumb: string): Candidate[] {
  return VARIETIES.map((variety) => ({ variety, files: nativeStack(chip, variety, thumb, tell) }));
}

function isNamed({ suffix, profile }: Variety, { chip, bundle }: StackOptions): boolean {
  return bundle === chip + suffix || bundle === `${chip}-${profile}`;
}

/** The one that --bundle says. */
function named(options: StackOptions, all: Candidate[], room: number, needs: Need[]): Stack {
  const { chip, bundle } = options;
  const chosen = all.find(({ variety }) => isNamed(variety, options));
  const names = all.map(({ variety }) => chip + variety.suffix).join(", ");
  if (!chosen) throw new FlashError(`--bundle ${bundle}: there is ${names}`);
  const missing = needs.find((need) => lacks(chosen.variety, need));
  if (missing) throw new FlashError(unfit(`${bundle} has no ${missing.feature}`, [missing], options, all, room));
  return { files: chosen.files, reason: `${bundle}, as --bundle says` };
}

function largest(options: StackOptions, all: Candidate[], room: number, needs: Need[]): Stack {
  const { chip, board } = options;
  const fitting = all.filter(({ files }) => flashBytes(files) <= room);
  const chosen = fitting.find(({ variety }) => !needs.some((need) => lacks(variety, need)));
  if (chosen) return { files: chosen.files, reason: reasonFor(chip, chosen, all, room, needs) };
  if (!fitting.length) {
    const least = Math.min(...all.map(({ files }) => flashBytes(files)));
    throw new FlashError(
      `${board.title}: not even the smallest bundle of ${chip} (${least} bytes) fits; ${room} are left`,
    );
  }
  const missing = missingIn(fitting, needs);
  const what = [...missing].map(([need, names]) => `${names.join(", ")}, which fits, has no ${need.feature}`);
  throw new FlashError(unfit(`${board.title}: ${what.join("; ")}`, [...missing.keys()], options, all, room));
}

/** What is needed and none of these has; or else of each what it lacks. By need the names of those that lack it. */
function missingIn(candidates: Candidate[], needs: Need[]): Map<Need, string[]> {
  const common = needs.find((need) => candidates.every(({ variety }) => lacks(variety, need)));
  const missing = new Map<Need, string[]>();
  for (const { variety, files } of candidates) {
    const need = common ?? needs.find((one) => lacks(variety, one))!;
    missing.set(need, [...(missing.get(need) ?? []), files[files.length - 1].name + variety.suffix]);
  }
  return missing;
}

function lacks({ features }: Variety, { feature }: Need): boolean {
  return !features.includes(feature);
}

function reasonFor(chip: string, { variety }: Candidate, all: Candidate[], room: number, needs: Need[]): string {
  const better = all.slice(
    0,
    all.findIndex((one) => one.variety === variety),
  );
  const because = better.map((one) => {
    const missing = needs.find((need) => lacks(one.variety, need));
    const over = flashBytes(one.files) - room;
    return `${chip}${one.variety.suffix} ${missing ? `has no ${missing.feature}` : `is ${over} bytes too large`}`;
  });
  return `${chip}${variety.suffix} (${variety.title})${because.length ? `, since ${because.join(" and ")}` : ""}`;
}

/** Why a program cannot have its bundle, and what would do. */
function unfit(
  what: string,
  needs: Need[],
  { chip, board, core }: StackOptions,
  all: Candidate[],
  room: number,
): string {
  const least = all.filter(({ variety }) => !needs.some((need) => lacks(variety, need))).at(-1);
  const who = needs.map((need) => need.who).join(" and ");
  if (!least) return `${what}, and ${who} needs it. ${nowhere(needs)}`;
  const bytes = flashBytes(least.files);
  const name = `${chip}${least.variety.suffix}`;
  const kind = coreOf(board, core);
  const others = boards.filter(
    (one) => one !== board && one.net && runs(one, kind) && storageBytes(one) - (storageBytes(board) - room) >= bytes,
  );
  const where = others.length ? ` It would fit on: ${others.map(({ title }) => title).join(", ")}.` : "";
  const lacking = bytes > room ? `: ${bytes - room} bytes of Storage are wanting` : " fits";
  return `${what}, and ${who} needs it. ${name} has it (${bytes} bytes)${lacking}.${bytes > room ? where : ""}`;
}

/** What no bundle for boards has, at least some build may have. */
function nowhere(needs: Need[]): string {
  const isRouters = needs.every(({ feature }) => ROUTERS.includes(feature));
  return isRouters
    ? "Only builds with the profile router have it (tools/profile.js), and none of those is shipped"
    : "No bundle has it";
}

function runs({ processor }: BoardFacts, core: string): boolean {
  return core === JS || THUMBS[processor].includes(core);
}
