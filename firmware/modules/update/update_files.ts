/**
 * The programs of a board that is updated over the network: two files, "app.a" and "app.b", a note of which runs and
 * which is on trial ("update.json"), and the loader that starts one of them (`.bootcde`). Called by update.ts.
 */
import { storage, storage_isfixed } from "../../machdep_board";

/** What the note says: the program that runs, the one on trial, and whether it has had its trial. */
interface UpdateState {
  run?: string;
  trial?: string;
  tried?: boolean;
}

const STATE = "update.json";
const LOADER = ".bootcde";
/** What a file takes in flash besides its bytes, and the note with it. */
const OVERHEAD = 256;

/**
 * The loader: runs the program on trial once, and the other one ever after. Should the note have been lost with the
 * power, it runs what is there. (Its text is all that stays of it.)
 */
const LOADER_TEXT =
  'var UPDATE=(function(s){var u=s.readJSON("update.json",1)||{},f=u.run||(s.read("app.a")?"app.a":"app.b");' +
  'if(u.trial){if(u.tried){s.erase(u.trial);u={run:f}}else{u.tried=true;f=u.trial}s.writeJSON("update.json",u)}' +
  'return f})(require("Storage"));' +
  'try{eval(require("Storage").read(UPDATE)||"")}catch(e){print("update: "+e);' +
  'if((require("Storage").readJSON("update.json",1)||{}).trial)setTimeout(load,1000)}';

function update_state(): UpdateState {
  return (storage().readJSON(STATE, true) as UpdateState) || {};
}

/** Notes it, and sees to it that the loader is there (writing what is there already costs flash nothing). */
function update_note(state: UpdateState): boolean {
  const files = storage();
  return files.write(LOADER, LOADER_TEXT) && files.write(STATE, JSON.stringify(state));
}

/** Makes `program` (its text) the one that the board starts with; throws an Error when there is no room. */
export function update_install(program: string): void {
  const files = storage();
  files.erase("app.b");
  if (!files.write("app.a", program) || !update_note({ run: "app.a" }))
    throw new Error("update: no room for the program");
}

/** Does the program that runs have its trial now? (One that is to have it at the next start does not run yet.) */
export function update_ontrial(): boolean {
  return !!update_state().tried;
}

/** The program on trial is the one to run from now on. */
export function update_passed(): void {
  const state = update_state();
  if (!state.tried) return;
  if (state.run) storage().erase(state.run);
  update_note({ run: state.trial });
}

/**
 * Makes room for a program beside the one that runs; the file that it goes to, "" when there is none. Not while one is on
 * trial: Espruino empties the functions of a file that is erased, also of a program that runs from it. Files are not moved
 * together where that would move the machine code that runs this (`npm run flash` puts it first, where it stays).
 */
export function update_room(length: number): string {
  const files = storage();
  const state = update_state();
  const file = state.run === "app.a" ? "app.b" : "app.a";
  files.erase(file);
  if (state.trial) update_note({ run: state.run });
  if (files.getFree() < length + OVERHEAD && storage_isfixed()) files.compact();
  return files.getFree() < length + OVERHEAD ? "" : file;
}

/** The program in `file` is whole: it gets its trial at the next start. */
export function update_totry(file: string): boolean {
  const run = update_state().run;
  return update_note(run ? { run: run, trial: file } : { run: file });
}
