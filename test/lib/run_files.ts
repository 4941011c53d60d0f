/**
 * Test files in several processes, some of them at a time, so that what one process breaks harms no other. Prints all that each has to
 * say at its end, and below all of it how many specs there were and which have failed. Called by test/run.ts and the run.ts of a folder.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
const jasmine = [
  "--import",
  "tsx",
  "node_modules/jasmine/bin/jasmine.js",
  "--config=test/jasmine.json",
  "--helper=lib/tell_runner.ts",
];

const LOW = constants.priority.PRIORITY_BELOW_NORMAL;

/** Files that share a process. */
export interface Group {
  name: string;
  /** these only compute, and let others go first who meet the clock on the wall */
  yields?: boolean;
  /** from the root of the project */
  files: string[];
}

/** What test/lib/tell_runner.ts tells of a spec: as it begins without, as it ends with its status. */
export interface SpecReport {
  spec: string;
  file: string;
  status?: string;
}

interface Total {
  specs: number;
  pending: number;
  failed: string[];
}

/** The test files below a folder. */
export function testFiles(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort();
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
}

/** Each test file of a folder in a process of its own; those of the names in `long` begin. */
export function eachAlone(folder: string, long: string[] = []): Group[] {
  const place = ({ name }: Group) => long.findIndex((one) => name.endsWith(`/${one}.test.ts`)) + 1 || long.length + 1;
  return testFiles(folder)
    .map((file) => ({ name: file, files: [file] }))
    .sort((a, b) => place(a) - place(b));
}

/** Of the groups those files that have one of the words in their path; all without words. */
export function chosen(groups: Group[], words: string[]): Group[] {
  const wanted = (file: string) => !words.length || words.some((word) => file.includes(word));
  return groups
    .map((group) => ({ ...group, files: group.files.filter(wanted) }))
    .filter(({ files }) => files.length > 0);
}

/** Runs the groups in this order, `atATime` of them at once, then those of `alone` one after another. Answers the exit code. */
export async function runGroups(groups: Group[], atATime: number, alone: Group[] = []): Promise<number> {
  const start = Date.now();
  const total: Total = { specs: 0, pending: 0, failed: [] };
  const work = async (left: Group[]) => {
    for (let group = left.shift(); group; group = left.shift()) await run(group, total);
  };
  const shared = [...groups];
  await Promise.all(Array.from({ length: atATime }, () => work(shared)));
  await work([...alone]);
  for (const what of total.failed) console.log(`failed: ${what}`);
  const { specs, pending, failed } = total;
  console.log(`${specs} specs, ${failed.length} failures, ${pending} pending specs in ${seconds(start)} s`);
  return failed.length || !specs ? 1 : 0;
}

const seconds = (start: number) => ((Date.now() - start) / 1000).toFixed(1);

/** Runs the files of a group, and adds to `total` what became of them. */
function run({ name, files, yields }: Group, total: Total): Promise<void> {
  return new Promise((resolve) => {
    const start = Date.now();
    const child = spawn(process.execPath, [...jasmine, ...files], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    if (yields && child.pid) setPriority(child.pid, LOW);
    let output = "";
    let running = "before its first spec";
    const failed: string[] = [];
    child.stdout!.on("data", (text) => (output += text));
    child.stderr!.on("data", (text) => (output += text));
    child.on("message", (report: SpecReport) => {
      running = `${report.file}: ${report.spec}`;
      if (!report.status) return;
      if (report.status !== "suite failed") total.specs++;
      if (report.status === "pending") total.pending++;
      if (/failed/.test(report.status)) failed.push(running);
    });
    child.on("close", (status, signal) => {
      console.log(`${name}, ${seconds(start)} s\n${output}`);
      if (signal || (status !== 0 && !failed.length))
        failed.push(`${name} ended with ${signal ?? status}, last at ${running}`);
      total.failed.push(...failed);
      resolve();
    });
  });
}
