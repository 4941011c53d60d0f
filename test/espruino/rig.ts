/**
 * A real interpreter as a machine of the simulation: Espruino's Linux build runs the shipped bundle from its Storage, and
 * its SPI bus and pins lead to a chip's model on a segment, in real time (wires.ts, wires.js).
 *
 * The board's program finds the chip's wires as `wires`; it prints with `print`.
 */
import { spawn } from "node:child_process";
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
import { espruino } from "./interpreter";
import { Wires } from "./wires";

const dist = join(__dirname, "../../dist");

export interface RigOptions {
  /** The program, in Espruino's JavaScript; it lives in Storage as it does on a board. */
  program: string;
  /** Further modules: paths by name. */
  modules?: Record<string, string>;
  /** Path of the bundle. Default: the shipped one for the chip. */
  bundle?: string;
  chip?: string;
  /**
   * The modules are in memory, not in Storage. Espruino's Linux build reads Storage by opening a file for every 16
   * characters, which makes it eight times slower than a board's flash makes it.
   */
  inMemory?: boolean;
  /** A command before the interpreter's own, such as valgrind and its options. */
  under?: string[];
}

export class Rig {
  readonly clock = new VirtualClock();
  readonly realTime = new RealTime(this.clock);
  readonly segment = new Segment(this.clock);
  readonly chip: NetworkChip;
  readonly wires: Wires;
  readonly console: BoardConsole;
  private readonly folder = mkdtempSync(join(tmpdir(), "espruino-"));
  private readonly end: () => void;

  /** `print` takes all that the interpreter prints. */
  constructor(options: RigOptions, print?: (text: string) => void) {
    if (!espruino) throw new Error("ESPRUINO names no interpreter");
    const kind = chips[options.chip ?? CHIP];
    this.chip = kind.create(this.clock, {});
    const port = this.segment.attach("board", (frame) => this.chip.receive(frame));
    this.chip.onTransmit = (frame, badCrc) => (badCrc ? undefined : port.send(frame));
    this.chip.setLink(true);
    this.wires = new Wires(this.folder, this.chip, this.clock, this.realTime);
    this.realTime.start();
    const [command, ...rest] = [...(options.under ?? []), espruino, this.script(kind.name, options)];
    // standard input stays open: at its end the interpreter would read rubbish for ever
    const child = spawn(command, rest, { cwd: this.folder, stdio: ["pipe", "pipe", "pipe"] });
    this.end = () => child.kill("SIGKILL");
    this.console = new BoardConsole(child, print);
  }

  private script(chip: string, options: RigOptions): string {
    const program = join(this.folder, "program.js");
    writeFileSync(program, options.program, "latin1");
    const bundle = options.bundle ?? join(dist, `${chip}.min.js`);
    const modules = { [chip]: bundle, wires: join(__dirname, "wires.js"), ...options.modules };
    if (options.inMemory) return bootScript(this.folder, { program }, modules);
    return bootScript(this.folder, { ...modules, program }, {});
  }

  /** Ends the interpreter and lets go of everything. */
  async stop(): Promise<void> {
    this.end();
    await this.console.ended;
    this.realTime.stop();
    this.wires.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
