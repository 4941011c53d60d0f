/**
 * The board: an Espruino in a context of its own, living in virtual time.
 *
 * Programs run as turns of the clock (see clock.ts): their start by `run`, everything later from the idle loop. What a
 * program throws is printed as a board does ("Uncaught ...") and kept in `errors`; the board goes on.
 */
import { MS, SECOND, type VirtualClock } from "../clock";
import { COUNTER, counted } from "../pace/count";
import type { Board as PacedBoard } from "../pace/figures";
import { Pace } from "../pace/pace";
import { Random } from "../random";
import { busGlobals } from "./buses";
import { consoleGlobals, uncaught } from "./console";
import { cryptoModule } from "./crypto";
import { espruinoE } from "./e";
import { heatshrink } from "./heatshrink";
import { IdleLoop } from "./idle_loop";
import { jsonGlobal } from "./json";
import { Loopback } from "./loopback";
import { LOOP, watched } from "./loops";
import { memoryGlobals } from "./memory";
import { Modules } from "./modules";
import { Network } from "./network/network";
import { Streams } from "./network/stream";
import { Pins } from "./pins";
import { Pipes } from "./pipes";
import { Realm } from "./realm";
import { serialGlobals } from "./serial";
import { SpiWiring, spiGlobals } from "./spi";
import { Storage } from "./storage";
import { StorageFiles } from "./storage_file";
import { Timers } from "./timers";
import { Watches } from "./watches";

export interface BoardOptions {
  /** Takes what the program prints, a line or more per call. Default: nothing. */
  print?: (line: string) => void;
  /** Of the hardware's random numbers and the serial number. Default 1. */
  seed?: number;
  /**
   * ns of virtual time that each SPI call costs besides its bytes, and each write to a pin, for the interpreter's own
   * work. Default 0, but a write to a pin takes at least 1000, so that pulses have a length.
   */
  callCost?: number;
  /** Host folder in which Storage lives across runs. Default: none. */
  storageFolder?: string;
  /** Bytes of flash for Storage. Default: a Pico's 48 KB. */
  storageBytes?: number;
  /** getTime() at virtual time 0, seconds since 1970. Default 946684800 (2000-01-01), as on a board after power-up. */
  epoch?: number;
  /** The board at whose pace programs run. Default: work takes no time. */
  pace?: PacedBoard;
  /** Called in each round of a program's loops; what it throws ends them. Default: they are the program's own affair. */
  inLoop?: () => void;
  /** What is in flash already: that of the board before its restart. Default: nothing. */
  storage?: Storage;
  /** Called when the program asks for a restart (`load`, `reset`, `E.reboot`), after it has ended. Default: it just ends. */
  onRestart?: (runs: Runs) => void;
}

/** What runs after a restart: as after power-up, nothing (`reset()`), or a file of Storage (`load(name)`). */
export type Runs = "saved program" | "nothing" | { file: string };

/** ns; a real board's interpreter takes a hundred times longer. */
const SHORTEST_PIN_CALL = 1000;
/** From load() until the program begins, ns. */
const RESTART = 100 * MS;
const NO_SAVE =
  "save(): the simulated board does not keep its RAM. load() runs the program that it was given, or Storage's .bootcde (E.setBootCode)";
const YEAR_2000 = 946684800;
/** Functions of a board that change nothing which a program here could see. */
const WITHOUT_EFFECT = ["trace", "echo", "setBusyIndicator", "setSleepIndicator"];
/** JsVars of a Pico, and a plausible number in use. */
const MEMORY = { total: 5100, usage: 1500 };

export class Board {
  /** What the program threw and did not catch, in order. */
  readonly errors: unknown[] = [];
  readonly loop: IdleLoop;
  readonly realm: Realm;
  readonly pins: Pins;
  readonly wiring: SpiWiring;
  readonly timers: Timers;
  readonly watches: Watches;
  readonly storage: Storage;
  readonly modules: Modules;
  readonly network: Network;
  private readonly pipes: Pipes;
  /** Of a board that keeps one. */
  readonly pace: Pace | undefined;
  private readonly loopback: Loopback;
  private readonly serialPorts: Record<string, unknown>;
  private readonly print: (line: string) => void;
  private readonly onRestart: (runs: Runs) => void;
  /** Nothing of the program runs any more. */
  hasEnded = false;
  private readonly inLoop: (() => void) | undefined;
  private readonly random: Random;
  private readonly serial: string;
  private readonly e: Record<string, unknown>;
  private epoch: number;

  constructor(
    readonly clock: VirtualClock,
    options: BoardOptions = {},
  ) {
    const print = options.print ?? (() => {});
    this.print = (line) => void (this.loopback.print(line) || print(line));
    this.onRestart = options.onRestart ?? (() => {});
    this.inLoop = options.inLoop;
    this.epoch = options.epoch ?? YEAR_2000;
    this.random = new Random(options.seed ?? 1);
    this.serial = serialNumber(this.random);
    this.loop = new IdleLoop(clock, (error) => this.report(error));
    this.realm = new Realm({
      queue: (callback, self, args) => this.loop.queue(() => void callback.apply(self, args)),
      random: () => this.random.fraction(),
      getTime: () => this.getTime(),
    });
    this.loopback = new Loopback(this.realm, this.loop);
    const callCost = options.callCost ?? 0;
    this.pins = new Pins({
      clock,
      callCost: Math.max(callCost, SHORTEST_PIN_CALL),
      random: this.random,
      print: this.print,
    });
    const pace = options.pace && new Pace(clock, options.pace);
    this.pace = pace;
    this.wiring = new SpiWiring(clock, this.realm, callCost, pace);
    this.timers = new Timers(clock, this.loop, this.realm);
    this.watches = new Watches(clock, this.loop, this.pins, this.realm, this.print);
    this.storage = new Storage(this.realm, options.storageFolder, options.storageBytes, options.storage);
    const report = (error: unknown) => this.report(error);
    const streams = new Streams(this.loop);
    this.pipes = new Pipes(this.realm, this.loop, clock, streams, report);
    const pipe = (source: unknown, destination: unknown, given: unknown) =>
      this.pipes.start(source, destination, given);
    this.network = new Network(this.realm, this.loop, clock, report, streams, pipe);
    this.serialPorts = serialGlobals(this.realm, this.loop, streams, {
      pipe,
      setConsole: (device) => this.loopback.setConsole(device),
    });
    const files = new StorageFiles(this.realm, this.storage, pipe);
    this.modules = new Modules(
      this.realm,
      this.storage,
      {
        Storage: this.storage.exports((name, mode) => files.open(name, mode)),
        ...this.network.libraries(),
        crypto: cryptoModule(this.realm),
        heatshrink: this.heatshrink(),
      },
      (source) => this.prepared(source),
    );
    const restart = () => this.restart("saved program");
    this.e = espruinoE({
      realm: this.realm,
      random: this.random,
      loop: this.loop,
      loopback: this.loopback,
      storage: this.storage,
      restart,
      pipe,
    });
    this.defineGlobals();
    if (pace) this.keep(pace);
    else if (this.inLoop) this.realm.define({ [LOOP]: this.inLoop });
  }

  /** Runs a program's text as a script, in a turn of its own; what it throws is reported. */
  run(source: string, filename = "program"): void {
    const text = this.programText(source);
    this.call(() => void this.realm.evaluate(text, filename));
  }

  /** The text of a program as it is run: its loops can be interrupted; those of modules at a board's pace only. */
  programText(source: string): string {
    return this.prepared(this.inLoop && !this.pace ? watched(source) : source);
  }

  /** The host calls into the program: always by this, so that programs never nest. */
  call(work: () => void): void {
    this.loop.turn(work);
  }

  /** Runs `work` now, for a caller that is no program's turn itself; what it throws is reported. */
  guarded(work: () => void): void {
    this.loop.guarded(work);
  }

  /** A text as it is run. */
  private prepared(source: string): string {
    return this.pace ? counted(source) : source;
  }

  private heatshrink(): Record<string, unknown> {
    const { pace } = this;
    const module = heatshrink(this.realm) as { decompress(data: unknown): ArrayBuffer };
    const { decompress } = module;
    if (pace)
      module.decompress = (data) => {
        const bytes = decompress(data);
        pace.unpacked(bytes.byteLength);
        return bytes;
      };
    return module;
  }

  /** What is counted, and when it is paid for. */
  private keep(pace: Pace): void {
    this.loop.afterWork = () => pace.pay();
    const { inLoop } = this;
    const count: Pace["count"] = (tokens, skipped) => {
      inLoop?.();
      pace.count(tokens, skipped);
    };
    this.realm.define({ [COUNTER]: inLoop ? count : pace.count });
    const { sum } = this.e as { sum(values: ArrayLike<number>): number };
    this.e["sum"] = (values: ArrayLike<number>) => {
      pace.sum(values.length);
      return sum(values);
    };
  }

  /** Tells the program that the board has started: E's event `init`, then the function onInit where there is one. */
  start(): void {
    this.call(() => void this.realm.evaluate('E.emit("init"); if (typeof onInit === "function") onInit();', "start"));
  }

  /** Ends the program: nothing of it runs any more. */
  stop(): void {
    this.hasEnded = true;
    this.loop.stop();
    this.timers.clearAll();
    this.watches.clearAll();
  }

  /** As if the program had thrown `error` and not caught it. */
  report(error: unknown): void {
    this.errors.push(error);
    this.print(uncaught(error));
  }

  /** `new InternalError(message)` of the program's own. */
  private internalError(message: string): Error {
    const make = this.realm.global.InternalError as (message: string) => Error;
    return make(message);
  }

  /** The program has called load(), reset() or E.reboot(): it ends with this turn. The first call counts. */
  private restart(runs: Runs): void {
    if (this.hasEnded) return;
    this.stop();
    this.clock.after(RESTART, () => this.clock.defer(() => this.onRestart(runs)));
  }

  private reset(clearFlash: unknown): void {
    if (clearFlash) this.storage.eraseSaved();
    this.restart("nothing");
  }

  /** Seconds, with the fraction. */
  private getTime(): number {
    this.pace?.pay();
    return this.epoch + this.clock.now() / SECOND;
  }

  private setTime(seconds: number): void {
    this.epoch = seconds - this.clock.now() / SECOND;
  }

  private defineGlobals(): void {
    this.realm.define({
      ...this.pins.globals(),
      ...this.timers.globals(),
      ...this.watches.globals(),
      ...spiGlobals(this.wiring),
      ...this.modules.globals(),
      ...this.network.globals(),
      ...this.loopback.globals(),
      ...this.serialPorts,
      ...busGlobals(this.realm, this.clock, this.pins, (message) => this.internalError(message)),
      ...memoryGlobals(this.realm),
      load: (file?: unknown) => this.restart(file === undefined ? "saved program" : { file: String(file) }),
      reset: (clearFlash?: unknown) => this.reset(clearFlash),
      save: () => this.print(NO_SAVE),
      ...Object.fromEntries(WITHOUT_EFFECT.map((name) => [name, () => {}])),
      ...consoleGlobals(this.realm, this.print),
      E: this.e,
      JSON: jsonGlobal(this.realm),
      process: this.process(),
      getTime: () => this.getTime(),
      setTime: (seconds: number) => this.setTime(seconds),
      getSerial: () => this.serial,
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
    });
  }

  private process(): object {
    const { realm, serial } = this;
    const { total, usage } = MEMORY;
    const env = realm.object({
      VERSION: "2v29",
      BOARD: "PICO_R1_3",
      RAM: 98304,
      FLASH: 393216,
      SERIAL: serial,
      CONSOLE: "USB",
      MODULES: "Storage",
    });
    const memory = () =>
      realm.object({ free: total - usage, usage, total, history: 0, gc: 0, gctime: 0, blocksize: 13 });
    return realm.object({ version: "2v29", env, memory });
  }
}

/** Twelve bytes in hex, grouped by four, as STM32 boards tell theirs. */
function serialNumber(random: Random): string {
  const word = () => random.word().toString(16).padStart(8, "0");
  return `${word()}-${word()}-${word()}`;
}
