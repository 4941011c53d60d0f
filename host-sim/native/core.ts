/**
 * The compiled core seen from JavaScript as its sources are: functions by name (functions.ts), structures as objects whose fields lie
 * in the core's memory (structures.ts), variables as properties. So a test that reaches into the stack does so in both worlds alike.
 */
import { address } from "koffi";
import type { Description, FfiType } from "../../tools/native/ffi";
import { FfiLibrary, Functions, isReference } from "./functions";
import { adopt, isLasting, Loans, structureLike } from "./lent";
import { type Clock, type Func, HostedCore, Library, type Machine } from "./library";
import { AT, type Memory, type Struct, type Structure, Structures } from "./structures";
import { NOTHING } from "./wires";

/** What the core needs of the world that it runs in. */
export interface World extends Machine, Clock {
  /** of the realm of whoever uses the core */
  Uint8Array: Uint8ArrayConstructor;
  Uint32Array: Uint32ArrayConstructor;
}

// biome-ignore lint/suspicious/noExplicitAny: what functions take and answer is in the description
type Any = any;

/** Memory behind the core's own, for structures that a host makes itself. */
const HEAP = 1 << 20;
/** A reference in a structure that was given back: runtime/spoil.h; in JavaScript firmware/net/kern/kern_malloc.ts. */
const SPOILT = BigInt.asIntN(64, 0xddddddddddddddddn);
/** Bytes that a reference to bytes is taken to have, where nothing says how many there are. */
const SOME_BYTES = 2048;

/** An empty structure for a stack: in the compiled core's memory, or an object. `exports`: what the stack exports. */
export function madeIn(exports: object, structure: string): object {
  const { [MAKE]: make } = exports as { [MAKE]?: (structure: string) => object };
  return make ? make(structure) : {};
}

const MAKE = Symbol("makes a structure");

/** What has been found wrong in the core since this was last asked: it counts that when compiled so (CORE_FLAGS). "": nothing. */
export function faultsIn(exports: object): string {
  const { [FAULTS]: faults } = exports as { [FAULTS]?: () => string };
  return faults ? faults() : "";
}

const FAULTS = Symbol("counts what is wrong");

export class NativeCore extends HostedCore {
  /** All that the sources export, as a module does. */
  readonly exports: { [name: string]: Any } = {};
  readonly functions: Functions;
  declare protected readonly library: FfiLibrary;
  private readonly structures: Structures;
  private readonly views = new Map<number, Uint8Array>();
  private readonly strangers: unknown[] = [];
  private readonly runTimeout: Func;

  /** `running`: the memory of a core which runs already, and is looked into (looking.ts). */
  constructor(
    path: string,
    protected readonly description: Description,
    readonly world: World,
    running?: Uint8Array,
  ) {
    super(
      Library.once(path, () => new FfiLibrary(path, description)),
      world,
      running ?? HEAP,
    );
    const offset = (at: number) => this.library.layout(at);
    const memory: Memory = { bytes: this.bytes, description, realm: world, offset };
    this.structures = new Structures(memory, this, (this.library.size + 15) & ~15);
    this.functions = new Functions(this.library, description.signatures, this, this);
    this.runTimeout = this.plain("void native_timeout_run(int32_t slot)");
    if (!running) this.plain("void native_boot(void)")();
    this.export();
  }

  private export(): void {
    const { exports, description, world } = this;
    Object.defineProperty(exports, "__esModule", { value: true });
    Object.assign(exports, description.constants);
    for (const [name, values] of Object.entries(description.tables)) exports[name] = new world.Uint8Array(values);
    for (const one of description.functions) exports[one.name] = this.functionOf(one);
    const { m_clget } = exports; // the one function that keeps the bytes it is given
    if (m_clget) exports["m_clget"] = (m: object, buf: Uint8Array, len: number) => m_clget(m, this.kept(buf), len);
    this.variables(exports, description.globals);
  }

  /** Has variables of the core's be properties of an object. */
  protected variables(object: object, variables: Description["globals"]): void {
    for (const { name, type, at } of variables)
      this.structures.property(object, name, type, () => this.library.layout(at));
  }

  /** Has what it exports make structures as well (`madeIn`). */
  makesFor(exports: object): void {
    const make = (name: string) => this.structures.make(this.structures.named(name));
    Object.defineProperty(exports, MAKE, { value: make });
    if (process.env["CORE_FLAGS"]?.includes("CHECKED"))
      Object.defineProperty(exports, FAULTS, { value: () => this.faults() });
  }

  private faults(): string {
    const found = this.plain("int32_t native_faults(void)")();
    if (!found) return "";
    const file = this.plain("const char *native_fault_file(void)")();
    return `${found} faults in machine code, the first in ${file}:${this.plain("int32_t native_fault_line(void)")()}`;
  }

  /** Where the mbufs' bytes are, in `bytes`. */
  get arena(): number {
    return this.plain("int32_t native_arena(void)")();
  }

  get machine(): Machine {
    return this.world;
  }

  protected due(slot: number): void {
    this.runTimeout(slot);
  }

  /** What an mbuf's m_data counts in. */
  bytesOf(m: object): Uint8Array {
    return this.exports["m_buf"](m);
  }

  /** Chips are the shell's (shell.ts): here are no wires to any. */
  protected wiresOf(): object {
    return NOTHING;
  }

  told(): void {}

  private functionOf({ name, params, result, makes }: Description["functions"][number]): Func {
    const func = this.library.functions.get(name)!;
    if (!makes) return (...args) => this.call(func, params, result, args);
    const structure = this.structures.named(makes);
    return (...args) => {
      const made = this.structures.make(structure);
      this.call(func, params, result, [made, ...args]);
      return isPlain(structure) ? this.takenOut(made) : made;
    };
  }

  private call(func: Func, params: FfiType[], result: FfiType, args: unknown[]): unknown {
    const loans = new Loans(this.bytes, this.structures);
    const given = params.map((param, i) => this.toNative(param, args[i], loans));
    const answer = this.library.enter(this, func, given);
    loans.giveBack();
    return this.fromNative(result, answer);
  }

  /** Nothing but numbers: no memory is needed for them any longer. */
  private takenOut(struct: Struct): object {
    const numbers = { ...struct };
    this.structures.unmake(struct);
    return numbers;
  }

  /** A value as memory has it. */
  toPointer(type: FfiType, value: unknown): bigint {
    if (value === null || value === undefined) return 0n;
    if (typeof type === "object" && "func" in type) return BigInt(this.toNative(type, value) as bigint);
    if (type === "bytes") return address(this.kept(value as Uint8Array));
    const offset = this.toNative(type, value) as number;
    return offset < 0 ? BigInt(offset) : this.base + BigInt(offset);
  }

  fromPointer(type: FfiType, raw: bigint): unknown {
    return this.fromNative(type, raw);
  }

  /** Bytes that the core keeps a reference to lie in its memory. */
  kept(bytes: Uint8Array): Uint8Array {
    if (bytes.buffer === this.bytes.buffer) return bytes;
    const at = this.plain("int32_t native_cluster(int32_t len)")(bytes.length) as number;
    if (!at) throw new Error("no cluster for the host's bytes");
    this.bytes.set(bytes, at);
    return this.bytes.subarray(at, at + bytes.length);
  }

  /** As a function of the core takes it; objects of the host's go there for the time of `loans`, where there are some. */
  toNative(type: FfiType, value: unknown, loans?: Loans): unknown {
    if (isReference(type)) return this.toReference(type, value, loans);
    if (typeof type === "object")
      return "func" in type ? this.functions.toPointer(type.func, value as Func | null) : value;
    if (type === "bool") return Boolean(value);
    if (type === "bytes") return value ?? null;
    if (typeof value !== "boolean" && !Number.isFinite(value)) return -1; // as the gate has it of a program's
    return type === "u32" ? Number(value) >>> 0 : Number(value) | 0;
  }

  private toReference(type: FfiType, value: unknown, loans?: Loans): number {
    if (value === null || value === undefined) return 0;
    if (typeof value === "number") return value;
    const at = (value as Struct)[AT];
    if (at !== undefined) return at;
    const structure = type === "opaque" ? undefined : structureLike(value as object, this.description.structures);
    if (structure && isLasting(structure)) return adopt(value as Struct, structure, this.structures);
    if (loans && structure) return loans.lend(value as Struct, structure);
    return this.toStranger(value);
  }

  /** What is none of the core's business, by a number below 0. */
  private toStranger(value: unknown): number {
    const known = this.strangers.indexOf(value);
    return known >= 0 ? -1 - known : -this.strangers.push(value);
  }

  private fromStranger(n: number): unknown {
    return this.strangers[-1 - n];
  }

  fromWord(type: FfiType, word: number): unknown {
    if (type !== "bytes") return this.fromNative(type, word);
    return word ? this.bytesAt(word) : null;
  }

  fromNative(type: FfiType, raw: number | bigint | boolean | null): unknown {
    if (isReference(type)) return this.fromReference(type, raw as bigint | number);
    if (typeof type === "object") return this.fromMade(type, raw as bigint);
    if (type === "void") return undefined;
    if (type === "bool") return Boolean(raw);
    if (type === "bytes") return raw ? this.bytesAt(this.distance(BigInt(raw as bigint))) : null;
    return raw;
  }

  private fromMade(type: Exclude<FfiType, string>, raw: bigint): unknown {
    if ("func" in type) return this.functionAt(type.func, raw);
    if (!("array" in type)) return raw;
    return raw ? this.structures.tableAt(this.distance(BigInt(raw))) : null;
  }

  protected functionAt(signature: number, at: bigint | null): Func | null {
    return this.functions.fromPointer(signature, at);
  }

  private fromReference(type: FfiType, raw: bigint | number): unknown {
    if (raw === SPOILT) return "freed";
    const at = typeof raw === "bigint" ? this.distance(raw) : raw;
    if (!at) return null;
    if (at < 0) return this.fromStranger(at);
    return this.structures.struct(at, type === "opaque" ? undefined : (type as { ref: string }).ref);
  }

  /** From the beginning of the core's memory on; what is below 0 is a stranger's number. */
  private distance(raw: bigint): number {
    return raw > 0n ? Number(raw - this.base) : Number(raw);
  }

  /** The arena as a whole; of clusters what lies there. */
  protected bytesAt(at: number): Uint8Array {
    const { Uint8Array: U8 } = this.world;
    const { NMBUFS, MSIZE } = this.description.constants as { [name: string]: number };
    const length = at === this.arena ? NMBUFS * MSIZE : Math.min(SOME_BYTES, this.bytes.length - at);
    const known = this.views.get(at) ?? new U8(this.bytes.buffer as ArrayBuffer, at, length);
    this.views.set(at, known);
    return known;
  }
}

/** Has it fields of numbers alone? */
function isPlain({ fields }: Structure): boolean {
  return fields.every(({ type }) => typeof type === "string" && type !== "opaque" && type !== "bytes");
}
