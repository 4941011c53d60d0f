/**
 * The command `npm start -- [options]`: a simulated board in real time, until it is interrupted.
 *
 * Exit codes: 0 after SIGINT or SIGTERM, 2 when the options are wrong or the simulation cannot start, 130 when
 * interrupted again while everything is being released.
 */
import { checkFiles, helpText, OptionError, parseOptions } from "./options";

/** One key press may reach us twice: from the terminal, and passed on by npm. ms */
const SAME_KEY_PRESS = 300;

async function main(): Promise<void> {
  const settings = parseOptions(process.argv.slice(2));
  if (settings.help) {
    console.log(helpText());
    return;
  }
  checkFiles(settings);
  const { Session } = await import("./session"); // what is wrong with the options is told before this is loaded
  const session = new Session(settings, (line) => console.log(line));
  endOnSignals(() => session.stop());
  await session.start();
}

function endOnSignals(stop: () => Promise<void>): void {
  let since: number | undefined;
  const end = () => {
    if (since === undefined) {
      since = performance.now();
      stop().then(() => process.exit(0), fail);
    } else if (performance.now() - since > SAME_KEY_PRESS) process.exit(130);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

/** What the user can mend is told in a line; anything else is a defect and shows where. */
function fail(error: unknown): never {
  const expected = error instanceof OptionError || (error as Error).name === "StartError";
  console.error(expected ? (error as Error).message : error);
  process.exit(2);
}

main().catch(fail);
