/**
 * Tells the process that has started this one (run_files.ts) what becomes of each spec. A file is that of the outermost `describe`:
 * a spec may stand in a function that several files share.
 */
import { relative } from "node:path";
import type { SpecReport } from "./run_files";

const suites: string[] = [];
const tell = (spec: string, status?: string) => {
  const report: SpecReport = { spec, file: relative(process.cwd(), suites[0] ?? ""), ...(status ? { status } : {}) };
  process.send?.(report);
};

/** Others use the processor too: what takes a second alone may take many. */
jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;

jasmine.getEnv().addReporter({
  suiteStarted: ({ filename }) => {
    suites.push(filename);
  },
  suiteDone: ({ fullName, status }) => {
    if (status === "failed") tell(`${fullName}, afterwards`, "suite failed");
    suites.pop();
  },
  specStarted: ({ fullName }) => tell(fullName),
  specDone: ({ fullName, status }) => tell(fullName, status),
});
