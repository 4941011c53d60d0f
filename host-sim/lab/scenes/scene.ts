/**
 * A scene of the tour: something that the book tells of, made to happen in virtual time, recorded, and with notes of what to look at.
 */

import { chips } from "../../chips";
import { MS, VirtualClock } from "../../clock";
import { firmware } from "../../firmware";
import { createMachine, type Machine } from "../../machine";
import type { NetCalls, SockaddrIn } from "../../net_calls";
import { AF_INET } from "../../net_calls";
import { type CableFaults, Segment } from "../../segment";
import { BoardTap } from "../board_tap";
import { type LabProfile, labBundle } from "../lab_firmware";
import { Recorder } from "../recorder";
import type { LabRecord, Recording, ViewName } from "../records";

export const BOARD = "10.0.0.1";
export const NEIGHBOUR = "10.0.0.2";
/** Time of day at virtual time 0, ns: 2000-01-01. */
const EPOCH = "946684800000000000";

/** Calls of the test bundle that the simulator itself does not use. */
export type Calls = NetCalls & { getsockopt(fd: number, level: number, name: number): number };

export interface SceneOptions {
  chip?: string;
  /** of the board's stack */
  profile?: LabProfile;
  /** the board's program */
  app?: string;
  faults?: Partial<CableFaults>;
  /** leave out the functions that packets go through: of a scene with many packets */
  brief?: boolean;
}

/** A board and a neighbour on a cable; the board is recorded. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly segment: Segment;
  readonly board: Machine;
  readonly neighbour: Machine;
  readonly recorder: Recorder;
  private readonly tap: BoardTap;

  constructor(
    bundle: string,
    gateway: string,
    { chip = "enc28j60", app = "", faults = {}, brief = false }: SceneOptions,
  ) {
    const { clock } = this;
    this.segment = new Segment(clock, { seed: 1, ...faults });
    this.recorder = new Recorder(clock, this.segment);
    const info = { chip, core: "javascript", app: "", baud: chips[chip].baud };
    this.tap = new BoardTap(this.recorder, "board", info, { calls: !brief, gap: brief ? 2 * MS : 0 });
    const { onSpi, print } = this.tap;
    const common = { clock, segment: this.segment, chip };
    this.neighbour = createMachine({ ...common, bundle: gateway, name: "neighbour", ip: `${NEIGHBOUR}/24`, seed: 2 });
    this.board = createMachine({ ...common, bundle, name: "board", ip: `${BOARD}/24`, app, seed: 1, onSpi, print });
    this.tap.follow(this.board);
    this.run(4000); // past the announcements
    this.recorder.records = this.recorder.records.filter(({ k }) => k !== "spi" && k !== "call");
  }

  run(ms: number): void {
    this.clock.runFor(ms * MS);
  }

  note(view: ViewName, title: string, text: string): void {
    this.recorder.add({ k: "note", t: this.recorder.now(), title, text, view });
  }

  /** Does something on the board, in a turn of its own. */
  onBoard<T>(work: (net: Calls) => T): T {
    const result = turn(this.board, work);
    this.tap.touch(); // what a program has read is free now
    return result;
  }

  onNeighbour<T>(work: (net: Calls) => T): T {
    return turn(this.neighbour, work);
  }

  to(ip: string, port: number): SockaddrIn {
    return { sin_family: AF_INET, sin_addr: this.neighbour.net.inet_addr(ip), sin_port: port };
  }

  end(): LabRecord[] {
    this.tap.leave();
    this.recorder.stop();
    this.board.stop();
    this.neighbour.stop();
    return this.recorder.records;
  }
}

function turn<T>(machine: Machine, work: (net: Calls) => T): T {
  let result: { value: T } | undefined;
  machine.call(() => {
    result = { value: work(machine.net as Calls) };
  });
  machine.board.clock.runUntil(() => result !== undefined, MS);
  if (!result) throw new Error(`a call on ${machine.name} threw: ${machine.errors.at(-1)}`);
  return result.value;
}

export class Scene {
  constructor(
    readonly name: string,
    readonly title: string,
    /** where the book tells of it */
    readonly chapter: string,
    private readonly play: (stage: Stage) => void,
    private readonly options: SceneOptions = {},
  ) {}

  /** The same each time. */
  async record(): Promise<Recording> {
    const chip = this.options.chip ?? "enc28j60";
    const { gateway } = await firmware(chip, undefined, { own: [], others: {} }, () => {});
    const stage = new Stage(await labBundle(chip, this.options.profile), gateway, this.options);
    this.play(stage);
    const { title } = this;
    return { format: "espruino-ethernet lab", version: 1, title, epoch: EPOCH, records: stage.end() };
  }
}
