/**
 * A compiled core in a shared library (tools/native/host.ts), and what it asks of whoever hosts it: the time, chance, timers, the
 * wires of chips and a program's data. core.ts and shell.ts say how the core is called.
 */
import { address, view as koffiView, type LibraryHandle, load, pointer, proto, register } from "koffi";
import { pin, transfer } from "./wires";

// biome-ignore lint/suspicious/noExplicitAny: C's functions, and those that C calls
export type Func = (...args: any[]) => any;

/** What a core asks of the machine that it runs on. */
export interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
}

export interface Clock {
  setTimeout(func: () => void, ms: number): number;
  clearTimeout(id: number): void;
}

/** A library, loaded once; its calls are about one core at a time. */
export class Library {
  private static readonly loaded = new Map<string, Library>();
  /** bytes of a core's memory */
  readonly size: number;
  private readonly plains = new Map<string, Func>();
  private readonly handle: LibraryHandle;
  private readonly use: Func;
  private current: HostedCore | undefined;
  private thrown: unknown[] = [];
  private depth = 0;

  /** A library by what it is known as; the first who asks for it makes it. */
  static once<L extends Library>(key: string, make: () => L): L {
    const known = (Library.loaded.get(key) as L | undefined) ?? make();
    Library.loaded.set(key, known);
    return known;
  }

  constructor(path: string) {
    this.handle = load(path);
    this.size = this.plain("int32_t native_size(void)")();
    this.use = this.plain("void native_use(void *memory)");
    this.plain("void native_machine(void *a, void *b, void *c)")(
      this.callback("int32_t", "", (core) => core.machine.random32()),
      this.callback("int32_t", "", (core) => core.machine.uptime()),
      this.callback("int32_t", "", (core) => core.machine.timeofday()),
    );
    this.plain("void native_keeps_time(void *f)")(
      this.callback("void", "int32_t, int32_t", (core, slot, ms) => core.timeout(slot, ms)),
    );
    this.plain("void native_spi(void *a, void *b, void *c)")(
      this.callback(
        "void",
        "int32_t, void *, int32_t, void *, int32_t, int32_t",
        (core, dev, out, outlen, into, inlen, hold) => core.transfer(dev, out, outlen, into, inlen, hold),
      ),
      this.callback("int32_t", "int32_t, int32_t", (core, dev, what) => core.pin(dev, what)),
      this.callback("void", "int32_t, int32_t, int32_t", (core, dev, cause, fault) => core.told(dev, cause, fault)),
    );
    this.plain("void native_data(void *f)")(
      this.callback("void", "int32_t, void *, int32_t", (core, off, to, len) => core.copyin(off, to, len)),
    );
  }

  /** Where a function lies. */
  addressOf(name: string): bigint {
    return address(this.handle.symbol(name));
  }

  plain(declaration: string): Func {
    const known = this.plains.get(declaration) ?? this.handle.func(declaration);
    this.plains.set(declaration, known);
    return known;
  }

  /** Is a core being called? */
  get isBusy(): boolean {
    return this.depth > 0;
  }

  /** Calls into the core; what a function of the host's threw meanwhile is thrown now. */
  enter(core: HostedCore, func: Func, args: unknown[]): ReturnType<Func> {
    const before = this.current;
    this.turnTo(core);
    this.depth++;
    const answer = func(...args);
    this.depth--;
    if (before) this.turnTo(before);
    if (!this.depth && this.thrown.length) throw this.thrown.splice(0)[0];
    return answer;
  }

  private turnTo(core: HostedCore): void {
    if (this.current === core) return;
    this.current = core;
    this.use(core.bytes);
  }

  /** A function of the host's by its pointer, called with the core whose turn it is. An exception cannot pass through C. */
  protected callback(result: string, params: string, func: Func): unknown {
    const guarded: Func = (...args) => {
      try {
        return func(this.current, ...args) ?? 0;
      } catch (error) {
        this.thrown.push(error);
        return 0;
      }
    };
    return register(guarded, pointer(proto(`${result} Callback${callbacks++}(${params || "void"})`)));
  }
}

let callbacks = 0;

/** One core, in memory of its own. */
export abstract class HostedCore {
  readonly bytes: Uint8Array;
  /** What the call at hand sends. */
  data: Uint8Array = new Uint8Array(0);
  protected readonly base: bigint;
  private readonly timers = new Map<number, number>();

  /** `memory`: bytes behind the core's own, or the memory of one that runs. */
  constructor(
    protected readonly library: Library,
    private readonly clock: Clock,
    memory: number | Uint8Array = 0,
  ) {
    const made = () => new Uint8Array(new ArrayBuffer(library.size + Number(memory)));
    this.bytes = typeof memory === "number" ? made() : memory;
    this.base = address(this.bytes);
  }

  abstract get machine(): Machine;
  /** The wires of a chip (wires.ts) by its number in the core. */
  protected abstract wiresOf(dev: number): object;
  /** A timeout of the core's is due. */
  protected abstract due(slot: number): void;
  /** A chip has something to tell. */
  abstract told(dev: number, cause: number, fault: number): void;

  /** Where a function of the library's lies. */
  addressOf(name: string): bigint {
    return this.library.addressOf(name);
  }

  /** A function of the library's, about this core. */
  plain(declaration: string): Func {
    const func = this.library.plain(declaration);
    return (...args) => this.library.enter(this, func, args);
  }

  /** The core has set a timeout (ms), or wants it no longer (-1). */
  timeout(slot: number, ms: number): void {
    const id = this.timers.get(slot);
    if (id !== undefined) this.clock.clearTimeout(id);
    this.timers.delete(slot);
    if (ms < 0) return;
    const due = () => {
      this.timers.delete(slot);
      this.due(slot);
    };
    this.timers.set(slot, this.clock.setTimeout(due, ms));
  }

  /** All timeouts are off. */
  protected timeoutsOff(): void {
    for (const slot of [...this.timers.keys()]) this.timeout(slot, -1);
  }

  transfer(dev: number, out: bigint | null, outlen: number, into: bigint | null, inlen: number, hold: number): void {
    const sent = out ? this.outside(out, outlen) : new Uint8Array(0);
    const answer = transfer(this.wiresOf(dev), sent, inlen, Boolean(hold));
    if (into && inlen) this.outside(into, inlen).set(answer);
  }

  pin(dev: number, what: number): number {
    return pin(this.wiresOf(dev), what);
  }

  copyin(off: number, to: bigint, len: number): void {
    if (len) this.outside(to, len).set(this.data.subarray(off, off + len));
  }

  /** Bytes at a pointer, in the core's memory or on its stack. */
  private outside(at: bigint, length: number): Uint8Array {
    const offset = at - this.base;
    if (offset >= 0n && offset < this.bytes.length) return this.bytes.subarray(Number(offset), Number(offset) + length);
    return stackBytes(at, length);
  }
}

const PAGE = 4096;
/** Views of pages of C's stack, by address and how many: one that is let go of keeps its memory until the event loop comes round. */
const views = new Map<number, Uint8Array>();

function stackBytes(at: bigint, length: number): Uint8Array {
  const from = Number(at) % PAGE;
  const start = Number(at) - from;
  const pages = Math.ceil((from + length) / PAGE);
  const key = start + pages;
  const view = views.get(key) ?? new Uint8Array(koffiView(BigInt(start), pages * PAGE));
  views.set(key, view);
  return view.subarray(from, from + length);
}
