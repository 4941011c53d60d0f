/**
 * All tests, as `npm test` runs them: a process for each folder, three at a time, since those that meet Linux's own network mostly
 * wait. What is measured by the clock on the wall, and what another process would disturb, runs alone at the end.
 * Words after the command choose files by a part of their path.
 */
import { chosen, type Group, runGroups, testFiles } from "./lib/run_files";

const ALONE = ["host-sim/line", "host-sim/realtime", "tools/typescript", "lab/page"];
/** Of test/native/: what makes small programs and parts of the stack, in one process, which reads the sources once. */
const COMPILER = ["arithmetic", "cortex", "drivers", "emit", "mbuf", "pitfalls", "refusals", "route", "sockbuf"];
/** Folders whose specs meet real time: the others let them go first. */
const REAL_TIME = ["live", "host-sim"];
/** Folders in the order in which they begin, longest first; then all others. */
const FIRST = ["live", "native", "sim", "unit", "faults", "host-sim"];

function groupOf(path: string): string {
  const [, folder, file] = path.split("/");
  if (folder !== "native") return `test/${folder}`;
  return COMPILER.some((name) => file === `${name}.test.ts`) ? "test/native, the compiler" : "test/native, whole cores";
}

function groups(files: string[]): Group[] {
  const byName = new Map<string, string[]>();
  for (const file of files) byName.set(groupOf(file), [...(byName.get(groupOf(file)) ?? []), file]);
  const place = ({ files }: Group) => FIRST.indexOf(files[0].split("/")[1]) + 1 || FIRST.length + 1;
  const yields = (name: string) => !REAL_TIME.some((folder) => name === `test/${folder}`);
  return [...byName]
    .map(([name, files]) => ({ name, files, yields: yields(name) }))
    .sort((a, b) => place(a) - place(b));
}

const isAlone = (file: string) => ALONE.some((path) => file === `test/${path}.test.ts`);
const files = testFiles("test");
const words = process.argv.slice(2);
const alone = files.filter(isAlone).map((file) => ({ name: file, files: [file] }));
const shared = groups(files.filter((file) => !isAlone(file)));
runGroups(chosen(shared, words), 3, chosen(alone, words)).then(process.exit);
