/**
 * setWatch and clearWatch: a pin's edges become events of the idle loop, with the level and the time of the edge.
 *
 * As on STM32 boards one interrupt line serves all pins of the same number, so A1 and B1 cannot both be watched.
 */
import { type ClockEvent, MS, SECOND, type VirtualClock } from "../clock";
import type { IdleLoop } from "./idle_loop";
import type { Pin, Pins } from "./pins";
import type { Realm } from "./realm";

const EDGES: Record<string, number> = { rising: 1, falling: -1, both: 0 };
const BUTTON = "C13";
const BUTTON_DEBOUNCE_MS = 25;

interface Watch {
  pin: Pin;
  callback: (event: unknown) => void;
  /** 1 rising, -1 falling, 0 both */
  edge: number;
  repeat: boolean;
  /** ns the level must stay before it counts */
  debounce: number;
  /** The level that counts so far. */
  state: boolean;
  /** s, of the last event of either edge */
  lastTime: number | undefined;
  settling: ClockEvent | undefined;
  stop: () => void;
}

type WatchOptions = { repeat?: boolean; edge?: unknown; debounce?: number };

export class Watches {
  private readonly watches = new Map<number, Watch>();
  private lastId = 0;
  /** So many of the next edges are lost, as when a board's event queue is full (FIFO_FULL). */
  loseEdges = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly loop: IdleLoop,
    private readonly pins: Pins,
    private readonly realm: Realm,
    private readonly print: (line: string) => void,
  ) {}

  /** How many watches there are. */
  get size(): number {
    return this.watches.size;
  }

  globals(): Record<string, unknown> {
    return {
      setWatch: (callback: unknown, pin: unknown, options?: unknown) => this.add(callback, pin, options),
      clearWatch: (...id: unknown[]) => this.clear(id),
    };
  }

  clearAll(): void {
    for (const id of this.watches.keys()) this.remove(id);
  }

  private add(callback: unknown, where: unknown, options: unknown): number | undefined {
    const pin = this.pins.from(where);
    if (!pin) throw this.realm.error("Invalid pin");
    if (typeof callback !== "function") throw this.realm.error("Function or String not supplied!");
    if (!this.lineIsFree(pin)) {
      this.print(`WARNING: Unable to set watch. You may already have a watch on a pin with the same number as ${pin}`);
      return undefined;
    }
    const watch = this.watch(pin, callback as Watch["callback"], optionsOf(options));
    const id = ++this.lastId;
    watch.stop = pin.onLevel((high) => this.edge(id, watch, high));
    this.watches.set(id, watch);
    return id;
  }

  private watch(pin: Pin, callback: Watch["callback"], options: WatchOptions): Watch {
    const isButton = pin.name === BUTTON;
    const debounceMs = options.debounce ?? (isButton ? BUTTON_DEBOUNCE_MS : 0);
    return {
      pin,
      callback,
      edge: this.edgeOf(options.edge ?? (isButton ? "rising" : "both")),
      repeat: Boolean(options.repeat),
      debounce: debounceMs > 0 ? debounceMs * MS : 0,
      state: pin.read(),
      lastTime: undefined,
      settling: undefined,
      stop: () => {},
    };
  }

  private edgeOf(edge: unknown): number {
    const number = typeof edge === "number" ? Math.sign(edge) : EDGES[String(edge)];
    if (number === undefined) {
      throw this.realm.typeError("'edge' in setWatch should be 1, -1, 0, 'rising', 'falling' or 'both'");
    }
    return number;
  }

  private lineIsFree(pin: Pin): boolean {
    const line = pin.name.slice(1);
    return [...this.watches.values()].every(({ pin: other }) => other === pin || other.name.slice(1) !== line);
  }

  private clear(id: unknown[]): void {
    if (!id.length) this.clearAll();
    else if (id[0] === undefined) throw this.realm.error("clearWatch(undefined) not allowed. Use clearWatch() instead");
    else if (this.watches.has(id[0] as number)) this.remove(id[0] as number);
    else throw this.realm.error(`Unknown Watch ${id[0]}`);
  }

  private remove(id: number): void {
    const watch = this.watches.get(id);
    watch?.stop();
    this.clock.cancel(watch?.settling);
    this.watches.delete(id);
  }

  /** The interrupt: nothing of the program runs here, only the note of what happened when. */
  private edge(id: number, watch: Watch, high: boolean): void {
    if (this.loseEdges > 0) {
      this.loseEdges--;
      return;
    }
    const time = this.clock.now() / SECOND;
    const note = () => this.loop.pinEvent(() => this.fire(id, watch, high, time));
    this.clock.cancel(watch.settling);
    if (!watch.debounce) note();
    else watch.settling = this.clock.after(watch.debounce, () => (high !== watch.state ? note() : undefined));
  }

  private fire(id: number, watch: Watch, high: boolean, time: number): void {
    if (this.watches.get(id) !== watch) return;
    const lastTime = watch.lastTime;
    watch.state = high;
    watch.lastTime = time;
    if (watch.edge && high !== watch.edge > 0) return;
    if (!watch.repeat) this.remove(id);
    watch.callback(this.realm.object({ state: high, time, lastTime, pin: watch.pin }));
  }
}

/** Options may be an object, or a boolean for `repeat` alone. */
function optionsOf(options: unknown): WatchOptions {
  return typeof options === "object" && options !== null ? options : { repeat: Boolean(options) };
}
