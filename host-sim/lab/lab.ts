/**
 * `--lab`: a simulation that is recorded, and a page that shows the recording while it grows and does things to the simulation
 * (lab/ is the page, docs/lab.md what can be done there).
 */
import { basename } from "node:path";
import { chips } from "../chips";
import { CHIP_NAMES } from "../chips/names";
import { type Firmware, firmware } from "../firmware";
import { checkFiles, type Settings } from "../options";
import { readProgram } from "../program";
import { Simulator, type Watcher } from "../simulator";
import { watchSources } from "../watch";
import { BoardTap } from "./board_tap";
import { Examples } from "./examples";
import { LabBoard } from "./lab_board";
import { LabClock } from "./lab_clock";
import { labBundle, labPage } from "./lab_firmware";
import { CORES, type Command, type Core, type NewBoard, type Status } from "./messages";
import { MoreBoards } from "./more_boards";
import { Recorder } from "./recorder";
import { SCENES } from "./scenes";
import { LabServer, type Visitor } from "./server";
import type { TapOptions } from "./stack_tap";
import { step } from "./step";
import { Traffic } from "./traffic";
import { Visitors } from "./visitors";

/** ns of virtual time between two looks at the memory of a board that runs. */
const GAP = 20e6;
const CABLE_FAULTS = ["loss", "dup", "reorder", "corrupt", "delayMs", "jitterMs"] as const;
const LONGEST_DELAY = 60_000;

interface Prepared {
  settings: Settings;
  core: Core;
  bundles: Firmware;
}

export class Lab {
  simulator: Simulator | undefined;
  private server: LabServer | undefined;
  private readonly clock = new LabClock();
  private readonly tapOptions: TapOptions = { calls: false, gap: GAP };
  private readonly examples = new Examples();
  private readonly visitors = new Visitors(() => this.recorder?.records ?? []);
  private readonly traffic = new Traffic(() => this.simulator?.gateway);
  private recorder: Recorder | undefined;
  private boards = new Map<string, LabBoard>();
  private more: MoreBoards | undefined;
  private core: Core;
  private endWatch = () => {};
  /** Starts and ends come one after the other. */
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private settings: Settings,
    private readonly print: (line: string) => void,
  ) {
    this.core = CORES.find((core) => core === process.env["CORE"]) ?? "javascript";
  }

  /** Rejects with an OptionError or StartError. */
  async start(): Promise<void> {
    const page = await labPage(this.print);
    await this.run(await this.prepared(this.settings, this.core));
    if (this.settings.watch) this.endWatch = watchSources(this.settings, () => this.changed());
    this.server = await LabServer.open(page, this.settings.labPort, {
      joined: (visitor) => this.joined(visitor),
      left: (visitor) => this.visitors.delete(visitor),
      command: (visitor, command) => this.command(visitor, command),
    });
    this.print(`lab:     ${this.server.address}`);
  }

  /** What the user opens. */
  get address(): string {
    return this.server?.address ?? "";
  }

  async stop(): Promise<void> {
    this.endWatch();
    await this.server?.close();
    this.visitors.close();
    await this.busy.catch(() => {});
    await this.end();
  }

  /** All that a simulation is made of, checked and built. Rejects when something is wrong with it. */
  private async prepared(settings: Settings, core: Core): Promise<Prepared> {
    checkFiles(settings);
    const program = readProgram(settings);
    const bundles = await firmware(settings.chip, settings.bundle, program, this.print);
    const isOwn = core === "javascript" && settings.bundle === undefined;
    const board = isOwn ? await labBundle(settings.chip) : bundles.board;
    for (const warning of program.warnings) this.print(warning);
    return { settings, core, bundles: { ...bundles, board } };
  }

  private async run({ settings, core, bundles }: Prepared): Promise<void> {
    Object.assign(this, { settings, core });
    this.simulator = await Simulator.start(settings, bundles, (line) => this.told(line), this.watcher());
    if (!settings.quiet) this.print(this.simulator.summary);
    this.simulator.announce();
  }

  /** The simulator says something, such as where the board's page is: in the terminal and in the page. */
  private told(line: string): void {
    this.print(line);
    this.boards.get("board")?.tap.print(line);
  }

  private async end(): Promise<void> {
    for (const board of this.boards.values()) board.stop();
    this.boards.clear();
    await this.simulator?.stop();
    this.simulator = undefined;
    this.recorder?.stop();
  }

  private watcher(): Watcher {
    const first = () => this.boards.get("board") as LabBoard;
    return {
      wall: () => this.clock.now(),
      core: this.core,
      onSpi: (transaction) => first().tap.onSpi(transaction),
      print: (line) => {
        first().tap.print(line);
        this.print(line);
      },
      opened: (simulator) => this.opened(simulator),
      began: (machine) => first().began(machine),
      addressOf: (mac) => this.more?.addressOf(mac),
    };
  }

  private opened(simulator: Simulator): void {
    const { settings, core } = this;
    const recorder = new Recorder(simulator.clock, simulator.segment);
    this.recorder = recorder;
    this.visitors.follow(recorder);
    this.more = new MoreBoards(simulator, settings, (name, info) => this.plugIn(simulator, name, info));
    const { chip, app } = settings;
    this.plugIn(simulator, "board", { chip, core, app: basename(app), baud: chips[chip].baud });
  }

  private plugIn(simulator: Simulator, name: string, info: BoardTap["info"]): LabBoard {
    const recorder = this.recorder as Recorder;
    const tap = new BoardTap(recorder, name, info, this.tapOptions);
    const board: LabBoard = new LabBoard(tap, recorder, simulator.segment, simulator.realTime, {
      datagram: (length) => this.traffic.datagram(length, ipOf(board)),
    });
    this.boards.set(name, board);
    return board;
  }

  private joined(visitor: Visitor): void {
    this.visitors.add(visitor, { say: "hello", epoch: this.epoch, status: this.status() });
  }

  private get epoch(): string {
    return String(this.simulator?.epochNs ?? 0n);
  }

  private status(): Status {
    return {
      chips: CHIP_NAMES,
      cores: [...CORES],
      examples: this.examples.names,
      scenes: SCENES.map(({ name, title, chapter }) => ({ name, title, chapter })),
      faults: Object.fromEntries(
        [...this.boards].map(([name, board]) => [name, board.faults.map((fault) => fault.name)]),
      ),
      paused: this.clock.paused,
      speed: this.clock.speed,
      calls: this.tapOptions.calls,
      summary: this.simulator?.summary ?? "",
    };
  }

  private tellStatus(): void {
    this.visitors.tell({ say: "status", status: this.status() });
  }

  private command(visitor: Visitor, command: Command): void {
    if (command.do === "scene") this.scene(visitor, command.name);
    else if (command.do === "begin") this.next(visitor, () => this.beginAnew(command));
    else if (command.do === "add") this.next(visitor, () => this.add(command));
    else {
      this.act(visitor, command);
      this.tellStatus();
    }
  }

  private act(visitor: Visitor, command: Exclude<Command, { do: "scene" | "begin" | "add" }>): void {
    const { clock, simulator, recorder } = this;
    if (!simulator || !recorder) throw new Error("nothing runs at the moment");
    const board = "board" in command ? this.boardOf(command.board) : undefined;
    if (command.do === "pause") clock.paused = true;
    else if (command.do === "run") clock.paused = false;
    else if (command.do === "speed") clock.speed = Number(command.value) || 1;
    else if (command.do === "step") step(simulator, recorder, clock, command.until);
    else if (command.do === "cable") this.cable(command.faults);
    else if (command.do === "calls") this.tapOptions.calls = Boolean(command.on);
    else if (command.do === "plug") this.plug(board as LabBoard, Boolean(command.in));
    else if (command.do === "fault") board?.fault(String(command.name));
    else if (command.do === "pin") board?.pin(String(command.name), command.level);
    else if (command.do === "traffic")
      simulator.realTime.inject(() => this.traffic.start(String(command.what), ipOf(board as LabBoard)));
    else if (command.do === "type")
      board?.type(String(command.text)).catch((error) => visitor.send({ say: "sorry", why: String(error) }));
    else throw new Error(`there is no command "${(command as { do: string }).do}"`);
  }

  private boardOf(name: string): LabBoard {
    const board = this.boards.get(name);
    if (!board) throw new Error(`there is no board "${name}"`);
    return board;
  }

  private cable(faults: { [name: string]: number }): void {
    const { simulator, recorder } = this;
    for (const name of CABLE_FAULTS) {
      const value = Number(faults?.[name]);
      const most = name.endsWith("Ms") ? LONGEST_DELAY : 1;
      if (simulator && value >= 0 && value <= most) simulator.segment.faults[name] = value;
    }
    recorder?.cable(this.plugged());
  }

  private plug(board: LabBoard, isIn: boolean): void {
    board.plug(isIn);
    this.recorder?.cable(this.plugged());
  }

  private plugged(): { [board: string]: boolean } {
    return Object.fromEntries([...this.boards].map(([name, { machine }]) => [name, Boolean(machine?.port.plugged)]));
  }

  private beginAnew(given: NewBoard): Promise<void> {
    const { chip, core, app } = this.examples.checked(given);
    return this.again({ ...this.settings, chip, app, bundle: undefined, board: undefined }, core);
  }

  /** Another simulation in place of the one that runs; that goes on when the other cannot be. */
  private async again(settings: Settings, core: Core): Promise<void> {
    const now = await this.prepared(this.settings, this.core).catch(() => undefined);
    const next = await this.prepared(settings, core);
    await this.end();
    try {
      await this.run(next);
    } catch (error) {
      await this.end();
      if (now) await this.run(now);
      throw error;
    } finally {
      this.visitors.again({ say: "again", epoch: this.epoch, status: this.status() });
    }
  }

  private async add(given: NewBoard): Promise<void> {
    await this.more?.add(this.examples.checked(given));
    this.tellStatus();
  }

  private scene(visitor: Visitor, name: string): void {
    this.next(visitor, async () => {
      const scene = SCENES.find((one) => one.name === name);
      if (!scene) throw new Error(`there is no scene "${name}"`);
      visitor.send({ say: "scene", name, recording: await scene.record() });
    });
  }

  /** `--watch`: the program or the firmware is not what it was. */
  private changed(): void {
    this.next(undefined, () => this.again(this.settings, this.core));
  }

  private next(visitor: Visitor | undefined, work: () => Promise<void>): void {
    this.busy = this.busy.then(work).catch((error) => {
      this.print(`lab: ${(error as Error).message}`);
      visitor?.send({ say: "sorry", why: (error as Error).message });
    });
  }
}

/** The board's address as its interface tells it. Throws an Error while it has none. */
function ipOf({ running }: LabBoard): string {
  const ip = running.eth?.getIP?.().ip ?? "0.0.0.0";
  if (ip === "0.0.0.0") throw new Error("the board has no address yet");
  return ip;
}
