/**
 * The real interpreter in a network namespace, the Linux kernel and other people's programs at the other end of its cable.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, has, Namespace, whyNoNamespace } from "../live/namespace";
import { BoardConsole } from "./console";
import { espruino } from "./interpreter";
import type { RigReport } from "./rig_cli";

/** The addresses of both ends of the cable. */
export const BOARD = "10.77.0.2";
export const HOST = "10.77.0.1";

/** What the rig is slow at: an emulated interpreter on a machine that is busy otherwise. ms */
const TEST_MS = 240000;

/** Why there can be no live board here, or "". */
function whyNoLiveBoard(): string {
  return espruino ? whyNoNamespace() : "ESPRUINO is not set";
}

export class LiveBoard {
  readonly address = BOARD;
  readonly console: BoardConsole;
  private readonly namespace = new Namespace();
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-live-"));
  private readonly rig: ChildProcess;

  /** `modules`: further ones for Storage, paths by name. */
  constructor(program: string, modules: Record<string, string> = {}) {
    const file = join(this.folder, "program.js");
    writeFileSync(file, program, "latin1");
    const given = Object.entries(modules).map(([name, path]) => `${name}=${path}`);
    this.rig = this.spawn(process.execPath, "--import", "tsx", join(__dirname, "rig_cli.ts"), "tap0", file, ...given);
    this.console = new BoardConsole(this.rig);
  }

  /** Waits until the program has run and the link is up; false when this board's memory is too small for it. */
  async boots(): Promise<boolean> {
    const { console } = this;
    const full = () => /OUT OF MEMORY|Unable to find or create file/.test(console.output);
    await console.until(() => full() || console.lines("BOOTED").length > 0, 60000, "BOOTED");
    if (full()) return false;
    await this.namespace.until(async () => (await this.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0);
    return true;
  }

  /** Runs a program of the host's in the namespace; its whole output. */
  run(...command: string[]): Promise<Finished> {
    return this.namespace.run(...command);
  }

  /** Starts a program of the host's in the namespace; who starts it ends it. */
  spawn(...command: string[]): ChildProcess {
    return spawn("ip", ["netns", "exec", this.namespace.name, ...command], { stdio: ["pipe", "pipe", "pipe"] });
  }

  /** The board's memory, in cells, after a garbage collection. */
  async cells(): Promise<number> {
    return this.console.evaluate("process.memory().usage");
  }

  /** Ends the board; what the rig has to tell. */
  async stop(): Promise<RigReport> {
    this.rig.kill("SIGTERM");
    await this.console.ended;
    await this.namespace.remove();
    rmSync(this.folder, { recursive: true, force: true });
    return JSON.parse(await this.console.line("RIG"));
  }
}

type LiveSpec = (name: string, program: string, test: () => Promise<void>) => void;

/**
 * A suite on one live board that runs `program`. Its specs name a program of the host's that they need; what cannot run
 * here is skipped aloud. At the end the chip must have seen no violation of its data sheet, and no error be reported.
 */
export function describeLive(
  name: string,
  program: string,
  modules: Record<string, string>,
  specs: (live: LiveSpec, board: () => LiveBoard) => void,
): void {
  describe(name, () => {
    let obstacle = whyNoLiveBoard();
    let board: LiveBoard;

    beforeAll(async () => {
      if (!obstacle) {
        board = new LiveBoard(program, modules);
        if (await board.boots()) return;
        await board.stop();
        obstacle = "this Espruino's memory is too small for it";
      }
      console.log(`skipped: ${name}, because ${obstacle}`);
    }, TEST_MS);

    afterAll(async () => {
      if (obstacle) return;
      const { violations } = await board.stop();
      expect(violations).toEqual([]);
      expect(board.console.output).not.toMatch(/Uncaught|^FLAG|^ERROR/m);
    }, TEST_MS);

    const live: LiveSpec = (spec, command, test) =>
      it(
        spec,
        async () => {
          if (obstacle) pending(obstacle);
          if (!has(command)) {
            console.log(`skipped: ${spec}, because ${command} is not installed`);
            pending(`${command} is not installed`);
          }
          await test();
        },
        TEST_MS,
      );
    specs(live, () => board);
  });
}
