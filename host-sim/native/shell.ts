/**
 * A board whose stack is machine code, as firmware/core has it: the compiled core behind its numbered entries, and the shell in
 * JavaScript (tools/shell_modules.js), which finds it as `nativeCore` (firmware/core/port_host.ts). Needs gcc or clang.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { address, view as koffiView, type LibraryHandle, load, pointer, proto, register } from "koffi";
import { NATIVE_FILES } from "../../tools/native/files";
import { cachedEntries } from "../../tools/native/host";
import { pin, SPI_WATCH, transfer } from "./wires";

// biome-ignore lint/suspicious/noExplicitAny: C's functions, and those that C calls
type Func = (...args: any[]) => any;

const { PROFILES } = require("../../tools/profile") as {
  PROFILES: Record<string, { [name: string]: number | boolean }>;
};

const ROOT = join(__dirname, "../..");
/** firmware/core/sysent.ts: handed to the runtime, not to the core. */
const CORE_TIMEOUT = 1;

/** A library, loaded once; its calls are about one core at a time. */
class Library {
  private static readonly loaded = new Map<string, Library>();
  readonly size: number;
  readonly boot: Func;
  readonly timeoutRun: Func;
  private readonly handle: LibraryHandle;
  private readonly use: Func;
  private current: ShellCore | undefined;
  private thrown: unknown[] = [];
  private depth = 0;

  /** The core of a profile; those of all chips are in it. */
  static of(profile: string): Library {
    const known = Library.loaded.get(profile) ?? new Library(profile);
    Library.loaded.set(profile, known);
    return known;
  }

  private constructor(profile: string) {
    const names = ["enc28j60", "w5500_raw"].flatMap((chip) => [`${chip}_entry`, `${chip}_told`]);
    this.handle = load(cachedEntries({ files: NATIVE_FILES, constants: PROFILES[profile] }, names));
    this.size = this.plain("int32_t native_size(void)")();
    this.use = this.plain("void native_use(void *memory)");
    this.boot = this.plain("void native_boot(void)");
    this.timeoutRun = this.plain("void native_timeout_run(int32_t slot)");
    const now = () => this.current!;
    this.plain("void native_machine(void *a, void *b, void *c)")(
      this.callback("int32_t", "", () => now().machine.random32()),
      this.callback("int32_t", "", () => now().machine.uptime()),
      this.callback("int32_t", "", () => now().machine.timeofday()),
    );
    this.plain("void native_keeps_time(void *f)")(
      this.callback("void", "int32_t, int32_t", (slot, ms) => now().timeout(slot, ms)),
    );
    this.plain("void native_spi(void *a, void *b, void *c)")(
      this.callback("void", "int32_t, void *, int32_t, void *, int32_t, int32_t", (...args) =>
        now().transfer(...(args as [number, bigint, number, bigint, number, number])),
      ),
      this.callback("int32_t", "int32_t, int32_t", (unit, what) => now().pin(unit, what)),
      this.callback("void", "int32_t, int32_t, int32_t", (unit, cause, fault) => now().told(unit, cause, fault)),
    );
    this.plain("void native_data(void *f)")(
      this.callback("void", "int32_t, void *, int32_t", (off, to, len) => now().copyin(off, to, len)),
    );
  }

  plain(declaration: string): Func {
    return this.handle.func(declaration);
  }

  /** Calls into the core; what a function of the host's threw meanwhile is thrown now. */
  enter(core: ShellCore, func: Func, ...args: number[]): number {
    const before = this.current;
    this.turnTo(core);
    this.depth++;
    const answer = func(...args);
    this.depth--;
    if (before) this.turnTo(before);
    if (!this.depth && this.thrown.length) throw this.thrown.splice(0)[0];
    return answer;
  }

  private turnTo(core: ShellCore): void {
    if (this.current === core) return;
    this.current = core;
    this.use(core.bytes);
  }

  /** A function of the host's by its pointer. An exception cannot pass through C. */
  private callback(result: string, params: string, func: Func): unknown {
    const guarded: Func = (...args) => {
      try {
        return func(...args) ?? 0;
      } catch (error) {
        this.thrown.push(error);
        return 0;
      }
    };
    return register(guarded, pointer(proto(`${result} ShellCallback${callbacks++}(${params || "void"})`)));
  }
}

let callbacks = 0;

/** What the core asks of the machine. */
interface Machine {
  random32(): number;
  uptime(): number;
  timeofday(): number;
}

/** Evaluates a script in the realm of the board, and answers its value. */
type Evaluate = <T>(text: string, filename: string) => T;

/** What port_host.ts finds. */
export class ShellCore {
  /** for the library; and the same as the board's own array */
  readonly bytes: Uint8Array;
  readonly memory: Uint8Array;
  machine: Machine = { random32: () => 0, uptime: () => 0, timeofday: () => 0 };
  private readonly library: Library;
  private readonly base: bigint;
  private readonly call: Func;
  private readonly tell: Func;
  private readonly setTimeout: (func: () => void, ms: number) => number;
  private readonly clearTimeout: (id: number) => void;
  private readonly timers = new Map<number, number>();
  private readonly wires: { dev: object; resync: () => void }[] = [];
  private onTimeout: (slot: number) => void = () => {};
  private data: Uint8Array = new Uint8Array(0);

  constructor(evaluate: Evaluate, chip: string, profile: string) {
    this.library = Library.of(profile);
    const memory = new ArrayBuffer(this.library.size);
    this.bytes = new Uint8Array(memory);
    this.memory = new (evaluate<Uint8ArrayConstructor>("Uint8Array", "core"))(memory);
    this.base = address(this.bytes);
    this.setTimeout = evaluate("setTimeout", "core");
    this.clearTimeout = evaluate("clearTimeout", "core");
    const root = chip.replaceAll("-", "_");
    this.call = this.library.plain(`int32_t native_${root}_entry(int32_t code, int32_t a, int32_t b, int32_t c)`);
    this.tell = this.library.plain(`void native_${root}_told(int32_t unit, int32_t cause, int32_t fault)`);
  }

  open(machine: Machine, onTimeout: (slot: number) => void): void {
    for (const slot of [...this.timers.keys()]) this.timeout(slot, -1);
    this.machine = machine;
    this.onTimeout = onTimeout;
    this.library.enter(this, this.library.boot);
  }

  entry(code: number, a: number, b: number, c: number, data: string | Uint8Array | null): number {
    if (code === CORE_TIMEOUT) return this.library.enter(this, this.library.timeoutRun, a) ?? 0;
    this.data = typeof data === "string" ? Buffer.from(data, "latin1") : (data ?? this.data);
    return this.library.enter(this, this.call, code, a | 0, b | 0, c | 0);
  }

  wire(unit: number, dev: object, resync: () => void): void {
    this.wires[unit] = { dev, resync };
  }

  /** The core has set a timeout (ms), or wants it no longer (-1). */
  timeout(slot: number, ms: number): void {
    const id = this.timers.get(slot);
    if (id !== undefined) this.clearTimeout(id);
    this.timers.delete(slot);
    if (ms < 0) return;
    const due = () => {
      this.timers.delete(slot);
      this.onTimeout(slot);
    };
    this.timers.set(slot, this.setTimeout(due, ms));
  }

  transfer(unit: number, out: bigint | null, outlen: number, into: bigint | null, inlen: number, hold: number): void {
    const sent = out ? this.bytesAt(out, outlen) : new Uint8Array(0);
    const answer = transfer(this.wires[unit].dev, sent, inlen, Boolean(hold));
    if (into && inlen) this.bytesAt(into, inlen).set(answer);
  }

  pin(unit: number, what: number): number {
    if (what === SPI_WATCH) this.wires[unit].resync();
    return pin(this.wires[unit].dev, what);
  }

  told(unit: number, cause: number, fault: number): void {
    this.library.enter(this, this.tell, unit, cause, fault);
  }

  copyin(off: number, to: bigint, len: number): void {
    if (len) this.bytesAt(to, len).set(this.data.subarray(off, off + len));
  }

  /** Bytes at a pointer, in the core's memory or on its stack. */
  private bytesAt(at: bigint, length: number): Uint8Array {
    const offset = at - this.base;
    if (offset >= 0n && offset < this.bytes.length) return this.bytes.subarray(Number(offset), Number(offset) + length);
    return new Uint8Array(koffiView(at, length));
  }
}

const texts = new Map<string, string>();

/** The text of the shell of a chip's bundle, built if it is not as its sources are. */
export function shellText(chip: string, profile: string): string {
  const name = `${chip}-${profile}.shell`;
  const known = texts.get(name);
  if (known !== undefined) return known;
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "tools/quick_bundle.js"), name], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const text = readFileSync(join(ROOT, `dist/start/${name}.js`), "latin1");
  texts.set(name, text);
  return text;
}

/** The profile of a bundle, by the name of its file: enc28j60-small.tok.js, enc28j60.test.js. */
export function profileOf(bundle: string): string {
  return /[-.](small|udp|test)\b/.exec(bundle)?.[1] ?? "full";
}
