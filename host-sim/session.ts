/**
 * What the command line runs: a simulation that can be started again, with what is new of the program and the firmware.
 */
import { firmware } from "./firmware";
import type { Settings } from "./options";
import { readProgram } from "./program";
import type { Simulator } from "./simulator";
import { watchSources } from "./watch";

export class Session {
  simulator: Simulator | undefined;
  private endWatch = () => {};
  /** Starts and ends come one after the other. */
  private busy: Promise<void> = Promise.resolve();

  /** `print` takes lines for the user. */
  constructor(
    private readonly settings: Settings,
    private readonly print: (line: string) => void,
  ) {}

  /** Rejects with an OptionError or StartError, or what the compiler says. */
  async start(): Promise<void> {
    await this.run();
    if (this.settings.watch) this.endWatch = watchSources(this.settings, () => this.restart());
  }

  stop(): Promise<void> {
    this.endWatch();
    return this.next(() => this.simulator?.stop());
  }

  /** With what is new; when that cannot be built, the board runs on with the old. */
  private restart(): void {
    this.next(async () => {
      try {
        await this.run();
      } catch (error) {
        this.print(`not restarted: ${(error as Error).message}`);
      }
    });
  }

  private async run(): Promise<void> {
    const { settings, print } = this;
    const program = readProgram(settings);
    const bundles = await firmware(settings.chip, settings.bundle, program, print);
    const { Simulator } = await import("./simulator"); // not before the options are checked and the firmware is there
    if (this.simulator) print("-- the board restarts --");
    await this.simulator?.stop();
    this.simulator = undefined;
    for (const warning of program.warnings) print(warning);
    this.simulator = await Simulator.start(settings, bundles, print);
    if (!settings.quiet) print(this.simulator.summary);
    this.simulator.announce();
  }

  private next(work: () => Promise<void> | undefined): Promise<void> {
    this.busy = this.busy.then(work);
    return this.busy;
  }
}
