/**
 * What the lab sees of a board: its chip's SPI and what the chip does with frames, its stack from within (stack_tap.ts), what it
 * prints, and its pins. Given to a machine as it is made, and again after each restart.
 */
import type { SpiTransaction } from "../decode/spi_tap";
import type { Machine } from "../machine";
import { nativeStackOf } from "./native_stack";
import { base64, type Recorder } from "./recorder";
import type { StateRecord } from "./records";
import { StackTap, type TapOptions } from "./stack_tap";
import { stackOf } from "./structures";

/** Bytes of a transaction that are kept of each direction. */
const SHOWN = 64;
const PINS = ["LED1", "LED2", "BTN1"];
/** ns between two looks at a board whose stack is machine code. */
const LOOK = 500e6;

export interface BoardInfo {
  chip: string;
  core: string;
  app: string;
  /** Hz of the SPI bus */
  baud: number;
}

export class BoardTap {
  private machine: Machine | undefined;
  private stack: StackTap | undefined;
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly recorder: Recorder,
    readonly name: string,
    readonly info: BoardInfo,
    readonly options: TapOptions,
  ) {
    recorder.onSend(name, (frame, id) => this.stack?.sent(frame, id));
  }

  /** For the option `onSpi` of the machine. */
  readonly onSpi = ({ mosi, miso }: SpiTransaction): void => {
    const ns = Math.round((mosi.length * 8 * 1e9) / this.info.baud);
    const [out, back] = [mosi, miso].map((bytes) => base64(bytes.subarray(0, SHOWN)));
    const { recorder, name } = this;
    recorder.add({ k: "spi", t: recorder.now(), board: name, mosi: out, miso: back, length: mosi.length, ns });
    this.stack?.touch();
  };

  /** For its option `print`. */
  readonly print = (text: string): void => {
    const { recorder, name } = this;
    recorder.add({ k: "print", t: recorder.now(), board: name, text });
  };

  /** The machine is there. */
  follow(machine: Machine): void {
    this.leave();
    this.machine = machine;
    const { recorder, name, info } = this;
    const { chip, core, app } = info;
    recorder.add({ k: "board", t: recorder.now(), board: name, chip, core, app, mac: machine.mac ?? "" });
    for (const pin of PINS) this.followPin(machine, pin);
    this.followChip(machine);
    const stack =
      core === "javascript" ? stackOf(machine.board.modules.require(chip)) : nativeStackOf(machine, this.print);
    if (stack) this.stack = new StackTap(recorder, machine, name, stack, this.options);
    else this.look();
  }

  /** Something was done to the board from outside. */
  touch(): void {
    this.stack?.touch();
  }

  leave(): void {
    for (const end of this.ends.splice(0)) end();
    this.stack?.leave();
    this.stack = undefined;
    this.machine = undefined;
  }

  private followPin(machine: Machine, pinName: string): void {
    const { recorder, name } = this;
    const pin = machine.board.pins.get(pinName);
    const tell = (level: boolean) => recorder.add({ k: "pin", t: recorder.now(), board: name, name: pinName, level });
    tell(pin.read());
    this.ends.push(pin.onLevel(tell));
  }

  /** Frames on their way into the chip. */
  private followChip(machine: Machine): void {
    const chip = machine.chip as Machine["chip"] & { counters?: { dropped: Record<string, number> } };
    const { recorder, name } = this;
    const receive = chip.receive.bind(chip);
    chip.receive = (frame) => {
      const id = recorder.idOf(frame);
      const before = { ...chip.counters?.dropped };
      receive(frame);
      if (id === undefined) return;
      const causes = Object.entries(chip.counters?.dropped ?? {}).filter(([cause, n]) => n > (before[cause] ?? 0));
      if (!causes.length) this.stack?.arrived(frame, id);
      else
        recorder.fate(id, {
          at: name,
          where: "chip",
          what: causes.map(([cause]) => said(cause)).join(", "),
          bad: true,
        });
    };
  }

  /** A stack that is machine code tells what netstat prints. */
  private look(): void {
    const { machine, recorder, name } = this;
    let before = "";
    const again = () => {
      if (this.machine !== machine || !machine || machine.board.hasEnded) return;
      machine.call(() => {
        const lines = netstatOf(machine);
        if (lines.join("\n") === before) return;
        before = lines.join("\n");
        const record: StateRecord = { k: "state", t: recorder.now(), board: name, part: "netstat", value: lines };
        recorder.add(record);
      });
      recorder.clock.after(LOOK, again);
    };
    recorder.clock.after(LOOK, again);
  }
}

/** "bufferFull" as "buffer full" */
function said(cause: string): string {
  return `chip: ${cause.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`;
}

function netstatOf({ board, eth }: Machine): string[] {
  const lines: string[] = [];
  try {
    const module = board.modules.require("netstat") as {
      netstat(eth: unknown, options: string, print: (line: string) => void): void;
    };
    if (eth) module.netstat(eth, "iarnsm", (line) => lines.push(line));
  } catch (error) {
    lines.push(String(error));
  }
  return lines;
}
