/**
 * Do the native files lie in the subset? Part of `npm run check`.
 *
 *     tsx tools/native/check.ts                          those of files.ts; fails when one does not
 *     tsx tools/native/check.ts firmware/net ...         these files and folders instead: what is to be done to them
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { translate } from "./emit";
import { NATIVE_FILES } from "./files";
import { amounts } from "./pools";
import { ROOT } from "./program";
import { type Refusal, refusalText } from "./refusal";

/** The TypeScript files that a file or folder stands for. */
function filesIn(path: string): string[] {
  if (statSync(join(ROOT, path)).isFile()) return [path];
  const names = readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" }).sort();
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(path, name).replaceAll("\\", "/"));
}

function check(): void {
  const { errors, refusals } = translate({ files: NATIVE_FILES }, amounts);
  for (const text of [...errors, ...refusals.map(refusalText)]) console.error(text);
  if (errors.length || refusals.length) {
    console.error(`${refusals.length} places are not in the subset of native code: docs/subset.md`);
    if (refusals.some(({ what }) => what.endsWith("which is not native")))
      console.error("A file that is to be native is named in tools/native/files.ts.");
    process.exitCode = 1;
  }
}

/** What is to be done, file by file, and at the end how often each thing. */
function worklist(paths: string[]): void {
  const files = [...new Set([...NATIVE_FILES, ...paths.flatMap(filesIn)])];
  const { modules, refusals } = translate({ files }, amounts);
  const byFile = groups(refusals, ({ file }) => file);
  for (const [file, list] of byFile) {
    console.log(`\n## ${file} (${list.length})\n`);
    for (const { line, what, instead } of list) console.log(`- ${line}: ${what}: ${instead}`);
  }
  const functions = modules.flatMap((module) => module.functions);
  const done = functions.filter(({ text }) => text).length;
  console.log(`\n## All: ${refusals.length} places in ${byFile.size} of ${files.length} files\n`);
  console.log(`${done} of ${functions.length} functions lie in the subset.\n`);
  const kinds = [...groups(refusals, ({ what }) => what)].sort((a, b) => b[1].length - a[1].length);
  for (const [what, list] of kinds) console.log(`- ${list.length} times ${what}: ${list[0].instead}`);
}

function groups(list: Refusal[], keyOf: (refusal: Refusal) => string): Map<string, Refusal[]> {
  const found = new Map<string, Refusal[]>();
  for (const refusal of list) found.set(keyOf(refusal), [...(found.get(keyOf(refusal)) ?? []), refusal]);
  return found;
}

const paths = process.argv.slice(2);
if (paths.length) worklist(paths);
else check();
