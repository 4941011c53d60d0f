/**
 * A real interpreter as a machine of the simulation: Espruino's Linux build runs the shipped bundle from its Storage, and
 * its SPI bus and pins lead to a chip's model on a segment, in real time (wires.ts, wires.js).
 *
 * The board's program finds the chip's wires as `wires`; it prints with `print`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chips, type NetworkChip } from "../../host-sim/chips";
import { VirtualClock } from "../../host-sim/clock";
import { RealTime } from "../../host-sim/realtime";
import { Segment } from "../../host-sim/segment";
import { CHIP } from "../lib/chip";
import { bootScript } from "./boot";
import { BoardConsole } from "./console";
import { espruino, profile, stackFiles, thumb } from "./interpreter";
import { Wires } from "./wires";

export interface RigOptions {
  /** The program, in Espruino's JavaScript; it lives in Storage as it does on a board. */
  program: string;
  /** Further modules: paths by name. */
  modules?: Record<string, string>;
  /** What is in the stack. Default: as PROFILE says (interpreter.ts). */
  profile?: string;
  chip?: string;
  /** A second chip of the kind is on the board, on a cable of its own. */
  secondChip?: boolean;
  /** The program finds its wires by the names of a Pico's pins, not as `wires`. */
  pins?: boolean;
  /** The console shows what is typed and what it is worth, as a board's does. */
  echo?: boolean;
  /**
   * The modules are in memory, not in Storage. Espruino's Linux build reads Storage by opening a file for every 16
   * characters, which makes it eight times slower than a board's flash makes it. One that maps it needs no such thing.
   */
  inMemory?: boolean;
  /**
   * The wires are the interpreter's own SPI1, D1 (CS), D2 (INT) and D3 (RST), made in C: whoever counts instructions then counts none
   * of a stand-in's. The interpreter finds the FIFOs by the variable ESPR_WIRES; what it says on them is in wires.ts.
   */
  ownPins?: boolean;
  /** Further environment variables of the interpreter. */
  environment?: Record<string, string>;
  /** A command before the interpreter's own, such as valgrind and its options. */
  under?: string[];
}

export class Rig {
  readonly clock = new VirtualClock();
  readonly realTime = new RealTime(this.clock);
  /** The cables, one for each chip; the first one is the one that is meant where there are not two. */
  readonly segments: Segment[];
  readonly chips: NetworkChip[];
  readonly wires: Wires;
  readonly console: BoardConsole;
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-"));
  private readonly under: string[];
  private readonly environment: Record<string, string>;
  private child: ChildProcess;

  /** `print` takes all that the interpreter prints. */
  constructor(options: RigOptions, print?: (text: string) => void) {
    if (!espruino) throw new Error("ESPRUINO names no interpreter");
    const kind = chips[options.chip ?? CHIP];
    this.segments = options.secondChip ? [new Segment(this.clock), new Segment(this.clock)] : [new Segment(this.clock)];
    this.chips = this.segments.map((segment) => {
      const chip = kind.create(this.clock, {});
      const port = segment.attach("board", (frame) => chip.receive(frame), chip);
      chip.onTransmit = (frame, badCrc) => (badCrc ? undefined : port.send(frame));
      chip.setLink(true);
      return chip;
    });
    this.wires = new Wires(this.folder, this.chips, this.clock, this.realTime);
    this.realTime.start();
    this.under = options.under ?? [];
    this.environment = { ...options.environment, ...(options.ownPins && { ESPR_WIRES: this.folder }) };
    this.child = this.start(this.script(kind.name, options));
    this.console = new BoardConsole(this.child, print);
  }

  get segment(): Segment {
    return this.segments[0];
  }

  /** Takes the board's power away and gives it back: it boots with what is in its Storage. The chips keep theirs. */
  async powerCycle(): Promise<void> {
    const { child } = this;
    const ended = new Promise((resolve) => child.once("close", resolve));
    this.console.unplug();
    child.kill("SIGKILL");
    await ended;
    this.wires.clear();
    this.child = this.start(); // it boots by itself when it is called without a program
    this.console.plug(this.child);
  }

  private start(...script: string[]): ChildProcess {
    const [command, ...rest] = [...this.under, espruino as string, ...script];
    // standard input stays open: at its end the interpreter would read rubbish for ever
    const env = { ...process.env, ...this.environment };
    return spawn(command, rest, { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"], env });
  }

  private script(chip: string, options: RigOptions): string {
    const program = join(this.folder, "program.js");
    writeFileSync(program, `${options.program}\nprint("BOOTED " + process.memory().usage);`, "latin1");
    const inMemory = options.inMemory && !thumb;
    const stack = stackFiles(chip, options.profile ?? profile, inMemory ? "min" : "tok");
    const modules: Record<string, string> = { ...stack, ...options.modules };
    if (!options.ownPins) modules.wires = join(__dirname, "wires.js");
    if (options.pins) modules.pins = join(__dirname, "pins.js");
    return bootScript(this.folder, {
      program,
      storage: inMemory ? {} : modules,
      memory: inMemory ? modules : {},
      chips: options.ownPins ? 0 : this.chips.length,
      pins: !!options.pins,
      echo: !!options.echo,
    });
  }

  /** Ends the interpreter and lets go of everything. */
  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.console.ended;
    this.realTime.stop();
    this.wires.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
