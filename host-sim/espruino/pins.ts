/**
 * Pins, and what is wired to them.
 *
 * The simulated board is an Espruino Pico (STM32F401): A0..A15, B0..B15, C0..C15, LED1, LED2, BTN1. D0..D47 exist too,
 * so that programs for nRF52 and ESP32 boards run unchanged.
 */
import { MS, SECOND, type VirtualClock } from "../clock";

const PORTS = [
  { name: "A", count: 16 },
  { name: "B", count: 16 },
  { name: "C", count: 16 },
  { name: "D", count: 48 },
];
const ALIASES: Record<string, string> = { LED: "B2", LED1: "B2", LED2: "B12", BTN: "C13", BTN1: "C13" };

/** Tells a change of level, with the level after it. */
export type LevelListener = (high: boolean) => void;

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
    private readonly clock: VirtualClock,
    /** ns that a call which writes takes */
    private readonly callCost: number,
  ) {}

  read(): boolean {
    return this.level();
  }

  /** The call takes its time with the new level on the pin: two of them make a pulse that long. */
  write(value: unknown): void {
    this.output(Boolean(value));
    this.clock.advance(this.callCost);
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
    this.clock.at(time * SECOND, () => this.output(Boolean(value)));
  }

  /** A pulse of `ms` milliseconds, or several of alternating level. Returns at once. */
  pulse(value: unknown, ms: number | number[]): void {
    let high = Boolean(value);
    let at = 0;
    for (const length of Array.isArray(ms) ? ms : [ms]) {
      const level = high;
      this.clock.after(at, () => this.output(level));
      at += length * MS;
      high = !high;
    }
    this.clock.after(at, () => this.output(high));
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

export class Pins {
  private readonly pins = new Map<string, Pin>();
  private readonly byNumber: Pin[] = [];

  /** `callCost`: ns of virtual time that each call which writes to a pin takes. */
  constructor(clock: VirtualClock, callCost: number) {
    for (const port of PORTS) {
      for (let i = 0; i < port.count; i++) this.add(new Pin(`${port.name}${i}`, this.byNumber.length, clock, callCost));
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
      pinMode: (pin: unknown, mode: string) => this.valid(pin).mode(mode),
      getPinMode: (pin: unknown) => this.valid(pin).getMode(),
    };
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
