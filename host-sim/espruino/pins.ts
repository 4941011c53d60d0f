/**
 * Pins, and what is wired to them.
 *
 * The simulated board is an Espruino Pico (STM32F401): A0..A15, B0..B15, C0..C15, LED1, LED2, BTN1. D0..D47 exist too,
 * so that programs for nRF52 and ESP32 boards run unchanged.
 */
import { MS, SECOND, type VirtualClock } from "../clock";
import type { Random } from "../random";
import { bytesOf } from "./bytes";

const PORTS = [
  { name: "A", count: 16 },
  { name: "B", count: 16 },
  { name: "C", count: 16 },
  { name: "D", count: 48 },
];
/** Pins of a Pico that have an analog input, and those with a timer for PWM. */
const ANALOG = "A0 A1 A2 A3 A4 A5 A6 A7 B0 B1".split(" ");
const PWM = "A0 A1 A2 A3 A5 A6 A7 A8 A9 A10 A15 B0 B1 B3 B4 B5 B6 B7 B8 B9 B10 B13 B14 B15".split(" ");
const ADC_STEPS = 4096;
const ALIASES: Record<string, string> = { LED: "B2", LED1: "B2", LED2: "B12", BTN: "C13", BTN1: "C13" };

/** Tells a change of level, with the level after it. */
export type LevelListener = (high: boolean) => void;

/** What pins need of the board. */
export interface PinHost {
  clock: VirtualClock;
  /** ns of virtual time that each call which writes to a pin takes */
  callCost: number;
  /** of the noise on an input that floats */
  random: Random;
  print(line: string): void;
}

/** A pin as a program has it: `B1.write(1)`. */
export class Pin {
  private modeName = "analog";
  /** What the board drives while the pin is an output. */
  private latch = false;
  /** What the outside drives; undefined: nothing, a pull resistor decides. */
  private outside: boolean | undefined;
  private last = false;
  private readonly listeners = new Set<LevelListener>();

  constructor(
    readonly name: string,
    readonly number: number,
    private readonly host: PinHost,
  ) {}

  read(): boolean {
    return this.level();
  }

  /** The call takes its time with the new level on the pin: two of them make a pulse that long. */
  write(value: unknown): void {
    this.output(Boolean(value));
    this.host.clock.advance(this.host.callCost);
  }

  set(): void {
    this.write(true);
  }

  reset(): void {
    this.write(false);
  }

  toggle(): boolean {
    this.write(!this.latch);
    return this.latch;
  }

  /** Writes `value` when getTime() of a clock that was never set is `time` (seconds). */
  writeAtTime(value: unknown, time: number): void {
    this.host.clock.at(time * SECOND, () => this.output(Boolean(value)));
  }

  /** A pulse of `ms` milliseconds, or several of alternating level. Returns at once. */
  pulse(value: unknown, ms: number | number[]): void {
    let high = Boolean(value);
    let at = 0;
    for (const length of Array.isArray(ms) ? ms : [ms]) {
      const level = high;
      this.host.clock.after(at, () => this.output(level));
      at += length * MS;
      high = !high;
    }
    this.host.clock.after(at, () => this.output(high));
  }

  /** 0 to 1: what the outside drives, or where there is nothing the noise of an input that floats. */
  analog(): number {
    if (!ANALOG.includes(this.name)) return this.incapable("Analog Input", ANALOG);
    if (this.modeName !== "analog") this.change("analog");
    const steps =
      this.outside === undefined ? this.host.random.fraction() * ADC_STEPS : this.outside ? ADC_STEPS - 1 : 0;
    return Math.floor(steps) / ADC_STEPS;
  }

  /** PWM with `value` of the time high. Nothing here sees its pulses: the level is high when they are for half of it. */
  pwm(value: unknown, options?: { soft?: unknown; forceSoft?: unknown }): void {
    if (!PWM.includes(this.name) && !options?.soft && !options?.forceSoft) {
      this.incapable("PWM Output", PWM);
      this.host.print("You can also use analogWrite(pin, val, {soft:true}) for Software PWM on this pin");
    } else this.write(Number(value) >= 0.5);
  }

  private incapable(of: string, suitable: string[]): number {
    this.host.print(`ERROR: Pin ${this.name} is not capable of ${of}\nSuitable pins are:\n${suitable.join(" ")}`);
    return 0;
  }

  mode(mode: string): void {
    this.change(mode);
  }

  getMode(): string {
    return this.modeName;
  }

  getInfo(): { port: string; num: number } {
    return { port: this.name[0], num: Number(this.name.slice(1)) };
  }

  toString(): string {
    return this.name;
  }

  valueOf(): number {
    return this.number;
  }

  isOutput(): boolean {
    return this.modeName === "output" || this.modeName === "opendrain" || this.modeName === "af_output";
  }

  /** For the simulation, not for programs: sets the level at once, without the time of a call. */
  output(high: boolean): void {
    this.latch = high;
    this.change(this.isOutput() ? this.modeName : "output");
  }

  /** For the simulation: `listener` is told each change of the level. Returns how to end it. */
  onLevel(listener: LevelListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** For the simulation: the outside drives the pin to `level`, or lets it go (undefined). */
  drive(level: boolean | undefined): void {
    this.outside = level;
    this.notify();
  }

  private level(): boolean {
    if (this.isOutput()) return this.latch;
    return this.outside ?? this.modeName === "input_pullup";
  }

  private change(mode: string): void {
    this.modeName = mode;
    this.notify();
  }

  private notify(): void {
    const level = this.level();
    if (level === this.last) return;
    this.last = level;
    for (const listener of this.listeners) listener(level);
  }
}

type ShiftOptions = { clk?: unknown; clkPol?: unknown; repeat?: number };

export class Pins {
  private readonly pins = new Map<string, Pin>();
  private readonly byNumber: Pin[] = [];

  constructor(private readonly host: PinHost) {
    for (const port of PORTS) {
      for (let i = 0; i < port.count; i++) this.add(new Pin(`${port.name}${i}`, this.byNumber.length, host));
    }
    for (const alias of Object.keys(ALIASES)) this.pins.set(alias, this.get(ALIASES[alias]));
  }

  /** The pin of that name. Throws when the board has none. */
  get(name: string): Pin {
    const pin = this.pins.get(name);
    if (!pin) throw new Error(`The board has no pin ${name}`);
    return pin;
  }

  /** A pin from what programs give for one: a pin, its name or its number; undefined when it is none. */
  from(value: unknown): Pin | undefined {
    if (value instanceof Pin) return value;
    return typeof value === "number" ? this.byNumber[value] : this.pins.get(String(value));
  }

  /** The functions and pins that programs see. */
  globals(): Record<string, unknown> {
    const all = (pin: unknown) => (Array.isArray(pin) ? pin : [pin]).map((one) => this.valid(one));
    return {
      ...Object.fromEntries(this.pins),
      Pin,
      HIGH: 1,
      LOW: 0,
      digitalRead: (pin: unknown) => all(pin).reduce((bits, one) => (bits << 1) | Number(one.read()), 0),
      digitalWrite: (pin: unknown, value: number) => writeBits(all(pin), value),
      digitalPulse: (pin: unknown, value: unknown, ms: number | number[]) => this.valid(pin).pulse(value, ms),
      analogRead: (pin: unknown) => this.from(pin)?.analog() ?? this.unknown("Analog Input", ANALOG),
      analogWrite: (pin: unknown, value: unknown, options?: object) => {
        if (this.from(pin)) this.from(pin)?.pwm(value, options);
        else this.unknown("PWM Output", PWM);
      },
      shiftOut: (pins: unknown, options: ShiftOptions, data: unknown) => this.shiftOut(pins, options, data),
      pinMode: (pin: unknown, mode: string) => this.valid(pin).mode(mode),
      getPinMode: (pin: unknown) => this.valid(pin).getMode(),
    };
  }

  private unknown(of: string, suitable: string[]): number {
    this.host.print(`ERROR: Pin undefined is not capable of ${of}\nSuitable pins are:\n${suitable.join(" ")}`);
    return 0;
  }

  /** The bits of each byte, lowest first and the last pin first, `repeat` times over; with a pulse of the clock each time. */
  private shiftOut(where: unknown, options: ShiftOptions, data: unknown): void {
    const pins = (Array.isArray(where) ? where : [where]).map((pin) => this.valid(pin)).reverse();
    const clock = options?.clk === undefined ? undefined : this.valid(options.clk);
    for (const byte of bytesOf(data)) {
      let bits = byte;
      for (let i = 0; i < Math.max(1, options?.repeat ?? 1); i++) {
        for (const pin of pins) {
          pin.output((bits & 1) === 1);
          bits >>= 1;
        }
        clock?.output(Boolean(options.clkPol));
        clock?.output(!options.clkPol);
      }
    }
  }

  private add(pin: Pin): void {
    this.pins.set(pin.name, pin);
    this.byNumber.push(pin);
  }

  private valid(value: unknown): Pin {
    const pin = this.from(value);
    if (!pin) throw new Error("Invalid pin");
    return pin;
  }
}

/** One pin takes the truth of `value`; of several the last takes its lowest bit, and is written first. */
function writeBits(pins: Pin[], value: number): void {
  if (pins.length === 1) pins[0].write(value);
  else for (let i = 0; i < pins.length; i++) pins[pins.length - 1 - i].write((value >> i) & 1);
}
