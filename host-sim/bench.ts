/**
 * The world around the board, within reach of whoever sits before it: pins that are pulled to a level, as a button does;
 * LEDs that are seen; the plug of its cable. And what is typed at its prompt.
 */
import { type PinLevel, pinLevel } from "./bench_pins";
import { MS } from "./clock";
import { shown, uncaught } from "./espruino/console";
import type { Machine } from "./machine";
import type { PromptHost } from "./prompt";
import type { RealTime } from "./realtime";

const LEDS = ["LED1", "LED2"];
/** Changes of a LED that are closer than this are not seen, ns. */
const FLICKER = 50 * MS;
/** Between two looks whether a board that restarts is there again, ns. */
const PATIENCE = 10 * MS;

/** Drives a pin from outside. Throws an Error when the board has none of that name. */
export function drivePin({ board }: Machine, { name, level }: PinLevel): void {
  board.pins.get(name).drive(level);
}

/** Prints changes of the board's LEDs from now on. */
export function watchLeds({ board }: Machine, print: (line: string) => void): void {
  for (const name of LEDS) {
    let seen = false;
    let since = -FLICKER;
    let looking = false;
    const pin = board.pins.get(name);
    const look = () => {
      looking = false;
      if (pin.read() === seen) return;
      seen = !seen;
      since = board.clock.now();
      print(`${name} ${seen ? "on" : "off"}`);
    };
    pin.onLevel(() => {
      if (looking) return;
      looking = true;
      board.clock.at(since + FLICKER, look);
    });
  }
}

const HELP = [
  ".pin B3=1   pulls a pin high (0: low; nothing: lets it go); BTN1 is the button",
  ".cable out  pulls the plug of the board's cable (in: puts it in again)",
  ".exit       ends, as Ctrl-D does",
  'eth, netstat("iarns"), require("...") and all else are the board\'s',
].join("\n");

/** What the prompt has of a machine. `machine()` gives the one that runs now. */
export class Bench implements PromptHost {
  constructor(
    private readonly machine: () => Machine,
    private readonly realTime: () => RealTime,
    readonly end: () => void,
  ) {}

  evaluate(source: string): Promise<string> {
    return new Promise((resolve) => {
      const run = (machine: Machine) => {
        this.lendNames(machine);
        try {
          resolve(`=${quoted(machine.board.realm.interruptible(machine.board.programText(source), "console"))}`);
        } catch (error) {
          resolve(uncaught(error));
        }
      };
      const begin = () => {
        const machine = this.machine();
        const { board } = machine;
        if (board.hasEnded)
          board.clock.after(PATIENCE, begin); // it restarts
        else machine.call(() => run(machine));
      };
      this.realTime().inject(begin);
    });
  }

  complete(start: string): string[] {
    const { realm } = this.machine().board;
    const [, object, field] = /^(?:(.*)\.)?([\w$]*)$/.exec(start) ?? [];
    if (field === undefined) return [];
    try {
      const owner = object ? realm.evaluate<object>(object, "console") : realm.global;
      return namesOf(owner).flatMap((name) => (name.startsWith(field) ? [object ? `${object}.${name}` : name] : []));
    } catch {
      return [];
    }
  }

  command(name: string, argument: string): string {
    const machine = this.machine();
    if (name === "help") return HELP;
    if (name === "exit") this.end();
    else if (name === "pin") return this.setPin(machine, argument);
    else if (name === "cable" && /^(in|out)$/.test(argument))
      this.realTime().inject(() => (argument === "in" ? machine.port.plug() : machine.port.unplug()));
    else return `.${name} ${argument}: there is no such thing; .help tells`;
    return "";
  }

  private setPin(machine: Machine, argument: string): string {
    const wanted = pinLevel(argument);
    if (!wanted) return ".pin NAME=1 (0: low; nothing: lets it go)";
    try {
      machine.board.pins.get(wanted.name);
    } catch (error) {
      return (error as Error).message;
    }
    this.realTime().inject(() => drivePin(machine, wanted));
    return "";
  }

  /** `eth` and `netstat`, where the program has nothing of that name. */
  private lendNames({ board, eth }: Machine): void {
    const { global } = board.realm;
    const netstat = (options?: string) => {
      const module = board.modules.require("netstat") as { netstat(eth: unknown, options?: string): void };
      module.netstat(global["eth"], options);
    };
    for (const [name, value] of Object.entries({ eth, netstat }))
      if (value && !(name in global))
        Object.defineProperty(global, name, { value, writable: true, configurable: true });
  }
}

/** As the prompt shows a value: a string in quotes. */
function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : shown(value);
}

function namesOf(object: object): string[] {
  const names = new Set<string>();
  for (let each: object | null = Object(object); each; each = Object.getPrototypeOf(each))
    for (const name of Object.getOwnPropertyNames(each)) if (/^[\w$]+$/.test(name)) names.add(name);
  return [...names].sort();
}
