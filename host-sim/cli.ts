/**
 * The command `npm start -- [options]`: a simulated board in real time, until it is interrupted.
 *
 * On a terminal it has Espruino's prompt (prompt.ts).
 *
 * Exit codes: 0 after SIGINT or SIGTERM, 2 when the options are wrong or the simulation cannot start, 130 when
 * interrupted again while everything is being released.
 */
import type { Machine } from "./machine";
import { checkFiles, helpText, OptionError, parseOptions, type Settings } from "./options";
import type { Prompt } from "./prompt";
import type { Session } from "./session";
import type { Simulator } from "./simulator";

/** One key press may reach us twice: from the terminal, and passed on by npm. ms */
const SAME_KEY_PRESS = 300;

let isEnding = false;

async function main(): Promise<void> {
  const settings = parseOptions(process.argv.slice(2));
  if (settings.help) {
    console.log(helpText());
    return;
  }
  checkFiles(settings);
  if (settings.lab) return startLab(settings);
  const { Session } = await import("./session"); // what is wrong with the options is told before this is loaded
  let prompt: Prompt | undefined;
  const session = new Session(settings, (line) => (prompt ? prompt.print(line) : console.log(line)));
  const stop = () => {
    prompt?.close();
    return session.stop();
  };
  const end = endOnSignals(stop, () => {
    prompt?.interrupt();
    return prompt !== undefined;
  });
  await session.start();
  if (process.stdin.isTTY && process.stdout.isTTY && !settings.quiet) prompt = await openPrompt(session, end);
}

/** Its console is in the page. */
async function startLab(settings: Settings): Promise<void> {
  const { Lab } = await import("./lab/lab");
  const lab = new Lab(settings, (line) => console.log(line));
  endOnSignals(
    () => lab.stop(),
    () => false,
  );
  await lab.start();
}

async function openPrompt(session: Session, end: () => void): Promise<Prompt> {
  const [{ Prompt }, { Bench }] = await Promise.all([import("./prompt"), import("./bench")]);
  const current = () => session.simulator as Simulator;
  const bench = new Bench(
    () => current().board as Machine,
    () => current().realTime,
    end,
  );
  return new Prompt(bench, process.stdin, process.stdout);
}

/** The result ends it, as SIGTERM does. `interrupt` has SIGINT where it takes it. */
function endOnSignals(stop: () => Promise<void>, interrupt: () => boolean): () => void {
  let since: number | undefined;
  const end = () => {
    if (since === undefined) {
      since = performance.now();
      isEnding = true;
      stop().then(() => process.exit(0), fail);
    } else if (performance.now() - since > SAME_KEY_PRESS) process.exit(130);
  };
  process.on("SIGINT", () => interrupt() || end());
  process.on("SIGTERM", end);
  return end;
}

/** What the user can mend is told in a line; anything else is a defect and shows where. */
function fail(error: unknown): void {
  if (isEnding) return; // what was being built or opened was broken off
  const expected = error instanceof OptionError || (error as Error).name === "StartError";
  console.error(expected ? (error as Error).message : error);
  process.exit(2);
}

main().catch(fail);
