/**
 * The real interpreter in a network namespace, the Linux kernel and other people's programs at the other end of its cable.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIP } from "../lib/chip";
import { type Finished, has, Namespace, whyNoNamespace } from "../live/namespace";
import { Caller } from "./caller";
import { BoardConsole } from "./console";
import { thumb, whyNoInterpreter } from "./interpreter";
import type { RigOptions } from "./rig";
import type { RigReport } from "./rig_cli";

/** The addresses of both ends of the cable. */
export const BOARD = "10.77.0.2";
export const HOST = "10.77.0.1";

/** What the rig is slow at: an emulated interpreter on a machine that is busy otherwise. ms */
const TEST_MS = 240000;
/** How often connections are counted, and for how long; ms. */
const CONNECTIONS_MS = 100;
const GONE_MS = 40000;
/** The memory has settled when so many counts of it agree, so many ms apart. */
const SETTLED = 4;
const SETTLED_MS = 500;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Why there can be no live board here, or "". */
function whyNoLiveBoard(): string {
  return whyNoInterpreter(CHIP) || whyNoNamespace();
}

export class LiveBoard {
  readonly address = BOARD;
  readonly console: BoardConsole;
  private readonly namespace = new Namespace();
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-live-"));
  private readonly rig: ChildProcess;

  constructor(readonly options: RigOptions) {
    const file = join(this.folder, "options.json");
    writeFileSync(file, JSON.stringify(options));
    this.rig = this.spawn(process.execPath, "--import", "tsx", join(__dirname, "rig_cli.ts"), "tap0", file);
    this.console = new BoardConsole(this.rig);
  }

  /** How many of `count` requests to make: a tenth of them where the code is JavaScript in Storage, which is slow. */
  some(count: number): number {
    return this.options.inMemory || thumb ? count : count / 10;
  }

  /** Waits until the program has run and the link is up; false when this board's memory is too small for it. */
  async boots(): Promise<boolean> {
    const { console } = this;
    const full = () => /OUT OF MEMORY|Unable to find or create file/.test(console.output);
    await console.until(() => full() || console.lines("BOOTED").length > 0, 60000, "BOOTED");
    if (full()) return false;
    await this.namespace.until(
      async () => full() || (await this.run("ping", "-c", "1", "-W", "1", BOARD)).status === 0,
    );
    return !full();
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

  /**
   * The same, once no more than `open` connections of Espruino's are left and it has stopped changing: connections that end
   * take their time.
   */
  async settledCells(open = 0): Promise<number> {
    const count = `["HttpSC","HttpCC"].reduce(function(n,l){return n+Object.keys(global["\\xff"][l]||{}).length},0)`;
    const start = Date.now();
    for (let left = -1; left !== open; await wait(CONNECTIONS_MS)) {
      left = await this.console.evaluate<number>(count);
      if (Date.now() - start > GONE_MS) throw new Error(`${left} connections are there, not ${open}`);
    }
    const last: number[] = [];
    for (let tries = 0; tries < 60; tries++, await wait(SETTLED_MS)) {
      last.push(await this.cells());
      const some = last.slice(-SETTLED);
      if (some.length === SETTLED && Math.max(...some) - Math.min(...some) < 4) break;
    }
    return last[last.length - 1];
  }

  /** Runs peers.js in the namespace. */
  async peer(mode: string, ...numbers: number[]): Promise<string> {
    const { output } = await this.run("node", "test/espruino/peers.js", mode, ...numbers.map(String));
    return output.trim();
  }

  /** Runs ab: that many requests of one page, four at a time; the requests per second. Throws when one fails. */
  async requests(count: number, path = "/"): Promise<number> {
    const { output } = await this.run("ab", "-q", "-s", "60", "-n", `${count}`, "-c", "4", `http://${BOARD}${path}`);
    const complete = Number(/Complete requests: +(\d+)/.exec(output)?.[1]);
    const failed = Number(/Failed requests: +(\d+)/.exec(output)?.[1]);
    if (complete !== count || failed !== 0) throw new Error(output);
    return Number(/Requests per second: +([\d.]+)/.exec(output)?.[1]);
  }

  /** Takes the board's power away for a moment; what is in Storage stays. */
  powerCycle(): void {
    this.rig.kill("SIGUSR1");
  }

  /** Connects to a port of the board's, as somebody does at a terminal. */
  call(port: number): Caller {
    return new Caller(this.spawn("node", "test/espruino/terminal.js", BOARD, `${port}`));
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

/** A board that has booted. One whose code does not fit its memory has it in Storage; undefined when nothing fits. */
async function bootedBoard(options: RigOptions): Promise<LiveBoard | undefined> {
  const board = new LiveBoard(options);
  try {
    if (await board.boots()) return board;
  } catch (error) {
    await board.stop();
    throw new Error(`${(error as Error).message}\n${board.console.output}`);
  }
  await board.stop();
  return options.inMemory && !thumb ? bootedBoard({ ...options, inMemory: false }) : undefined;
}

/**
 * A suite on one live board. Its specs name a program of the host's that they need; what cannot run here is skipped aloud,
 * as is all of it because of `obstacle`. At the end the chip must have seen no violation of its data sheet, and the
 * interpreter no error.
 */
export function describeLive(
  name: string,
  options: RigOptions,
  specs: (live: LiveSpec, board: () => LiveBoard) => void,
  obstacle = "",
): void {
  describe(name, () => {
    let why = whyNoLiveBoard() || obstacle;
    let board: LiveBoard | undefined;

    beforeAll(async () => {
      if (!why) board = await bootedBoard(options);
      if (!why && !board) why = "this Espruino's memory is too small for it";
      if (why) console.log(`skipped: ${name}, because ${why}`);
    }, TEST_MS);

    afterAll(async () => {
      if (!board) return;
      const { violations } = await board.stop();
      expect(violations).toEqual([]);
      expect(board.console.output).not.toMatch(/Uncaught|^FLAG|^ERROR/m);
    }, TEST_MS);

    const live: LiveSpec = (spec, command, test) =>
      it(
        spec,
        async () => {
          if (why) pending(why);
          if (!has(command)) {
            console.log(`skipped: ${spec}, because ${command} is not installed`);
            pending(`${command} is not installed`);
          }
          await test();
        },
        TEST_MS,
      );
    specs(live, () => board as LiveBoard);
  });
}
