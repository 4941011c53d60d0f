/**
 * A board of the lab: the machine that it is at the moment, what is seen of it, and what can be done to it from outside.
 */
import { Bench, drivePin } from "../bench";
import { MS } from "../clock";
import { faultsOf } from "../faults";
import type { Fault, FaultProber, FaultSite, FaultyChip } from "../faults/fault";
import { Wires } from "../faults/wires";
import type { Machine } from "../machine";
import { Random } from "../random";
import type { RealTime } from "../realtime";
import type { Segment } from "../segment";
import type { BoardTap } from "./board_tap";
import type { Recorder } from "./recorder";

const INT_PIN = "B10";
const PINS = /^[A-D]\d{1,2}$|^(LED|BTN)\d?$/;

export class LabBoard {
  machine: Machine | undefined;
  private wires: Wires | undefined;
  private readonly random = new Random(1);
  private readonly bench: Bench;

  constructor(
    readonly tap: BoardTap,
    private readonly recorder: Recorder,
    private readonly segment: Segment,
    private readonly realTime: RealTime,
    private readonly prober: FaultProber,
  ) {
    this.bench = new Bench(
      () => this.running,
      () => realTime,
      () => {},
    );
  }

  /** Throws an Error while the board is not there. */
  get running(): Machine {
    if (!this.machine) throw new Error("the board does not run");
    return this.machine;
  }

  began(machine: Machine): void {
    this.machine = machine;
    this.wires = undefined;
    this.tap.follow(machine);
  }

  stop(): void {
    this.tap.leave();
    this.machine?.stop();
    this.machine = undefined;
  }

  async type(text: string): Promise<void> {
    const { recorder, tap } = this;
    recorder.add({ k: "print", t: recorder.now(), board: tap.name, text, typed: true });
    const command = /^\s*\.(\w+)\s*(.*)$/.exec(text);
    const answer = command ? this.bench.command(command[1], command[2].trim()) : await this.bench.evaluate(text);
    if (answer) tap.print(answer);
    tap.touch();
  }

  pin(name: string, level: boolean | null): void {
    if (!PINS.test(name)) throw new Error(`there is no pin ${name}`);
    this.realTime.inject(() => drivePin(this.running, { name, level: level ?? undefined }));
  }

  plug(isIn: boolean): void {
    const { port } = this.running;
    this.realTime.inject(() => (isIn ? port.plug() : port.unplug()));
  }

  /** The faults that it can be given as it is: not those for which its chip would have to be another. */
  get faults(): Fault[] {
    return faultsOf(this.tap.info.chip).filter(({ options }) => !options);
  }

  fault(name: string): void {
    const fault = this.faults.find((one) => one.name === name);
    if (!fault) throw new Error(`there is no fault "${name}"`);
    const site = this.site();
    const tell = (what: string) => this.tap.print(`-- ${what}: ${fault.name} --`);
    this.realTime.inject(() => {
      tell("fault");
      fault.begin(site);
      const { lasts = 0, end } = fault;
      if (end)
        site.clock.after(lasts * MS, () => {
          end(site);
          tell("over");
        });
    });
  }

  private site(): FaultSite {
    const machine = this.running;
    this.wires ??= new Wires(machine, this.random, INT_PIN);
    const { clock } = this.recorder;
    const { segment, wires, random, prober } = this;
    const chip = machine.chip as unknown as FaultyChip;
    return { clock, segment, machine, chip, wires, random, prober, now: () => clock.now() / MS };
  }
}
