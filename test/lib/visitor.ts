/**
 * A board with optional modules on it, and somebody elsewhere on the cable who opens TCP connections to it and says what
 * they say. All in virtual time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP } from "./chip";

const dist = join(__dirname, "../../dist");
const BOARD = "10.0.0.1";
const ENOBUFS = -105;

/** A connection as the visitor has it. */
export interface Visit {
  /** all that has come, a char per byte */
  heard: string;
  /** the other side has ended, or reset, it */
  ended: boolean;
  say(text: string): void;
  leave(): void;
}

export class VisitedBoard {
  readonly clock = new VirtualClock();
  readonly segment = new Segment(this.clock);
  readonly printed: string[] = [];
  /** restarts that the program has asked for */
  restarts = 0;
  board: Machine;
  private readonly visitor: Machine;

  /** `modules`: names of optional modules to put into Storage; `app`: the board's program. */
  constructor(
    private readonly modules: string[],
    private readonly options: Partial<MachineOptions> = {},
  ) {
    this.visitor = this.machine("visitor", bundleFor(CHIP, "test"), "10.0.0.9/24");
    this.board = this.start();
    this.clock.runFor(3 * SECOND);
  }

  /** A board as at power-up; what was in Storage is there again when it has a folder. */
  start(): Machine {
    const machine = this.machine("board", bundleFor(CHIP, "tok"), `${BOARD}/24`);
    for (const name of this.modules)
      machine.board.storage.install(name, readFileSync(join(dist, `${name}.min.js`), "latin1"));
    return machine;
  }

  restart(): void {
    this.board.stop();
    this.board = this.start();
    this.clock.runFor(3 * SECOND);
  }

  visit(port: number): Visit {
    const { visitor, clock } = this;
    const { net } = visitor;
    const fd = net.socket(2, 1, 0);
    let unsaid = "";
    const visit: Visit = {
      heard: "",
      ended: false,
      say: (text) => {
        unsaid += text;
        visitor.call(pump);
        clock.runFor(400 * MS);
      },
      leave: () => {
        visitor.call(() => net.close(fd));
        clock.runFor(SECOND);
      },
    };
    const pump = () => {
      const sent = unsaid ? net.send(fd, unsaid, 0) : 0;
      if (sent > 0) unsaid = unsaid.slice(sent);
      else if (sent === ENOBUFS) clock.after(100 * MS, () => visitor.call(pump)); // nobody tells when there is memory
      for (;;) {
        const data = net.recv(fd, 1460, 0);
        if (typeof data === "number") {
          if (data !== -11) visit.ended = true;
          return;
        }
        if (!data.length) visit.ended = true;
        if (!data.length) return;
        visit.heard += Buffer.from(data).toString("latin1");
      }
    };
    visitor.call(() => {
      net.connect(fd, { sin_family: 2, sin_addr: net.inet_addr(BOARD), sin_port: port });
      net.setupcall(fd, pump);
    });
    clock.runFor(SECOND);
    return visit;
  }

  private machine(name: string, bundle: string, ip: string): Machine {
    return createMachine({
      clock: this.clock,
      segment: this.segment,
      chip: CHIP,
      bundle,
      name,
      ip,
      ...(name === "board"
        ? { print: (line: string) => this.printed.push(line), onRestart: () => this.restarts++, ...this.options }
        : {}),
    });
  }
}
