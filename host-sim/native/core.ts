/**
 * The compiled core seen from JavaScript as its sources are: functions by name, structures as objects whose fields lie in the core's
 * memory, variables as properties. So a test that reaches into the stack does so in both worlds alike.
 */
import { address } from "koffi";
import { type Description, type FfiType, TRAMPOLINES } from "../../tools/native/ffi";
import { type Clock, type Func, HostedCore, Library, type Machine } from "./library";
import { told } from "./wires";

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

/** A library with all of the core to be called. */
class FfiLibrary extends Library {
  readonly functions = new Map<string, Func>();
  readonly layout: (i: number) => number;

  constructor(path: string, description: Description) {
    super(path);
    this.layout = this.plain("int32_t native_layout(int32_t i)");
    for (const { name, params, result } of description.functions)
      this.functions.set(name, this.plain(prototype(`ffi_${name}`, params, result)));
    this.plain("void native_host(void *f)")(
      this.callback(
        "int32_t",
        "int32_t, int32_t, int32_t, int32_t, int32_t, int32_t",
        (core: NativeCore, slot, ...words) => core.called(slot, words),
      ),
    );
  }
}

function prototype(name: string, params: FfiType[], result: FfiType): string {
  return `${spelled(result)} ${name}(${params.map((param, i) => `${spelled(param)} a${i}`).join(", ") || "void"})`;
}

const SPELLED: { [type: string]: string } = {
  i32: "int32_t",
  u32: "uint32_t",
  u16: "uint16_t",
  i16: "int16_t",
  u8: "uint8_t",
  i8: "int8_t",
  bool: "bool",
  void: "void",
  dev: "int32_t",
  opaque: "int32_t",
  bytes: "void *",
};

function spelled(type: FfiType): string {
  return typeof type === "string" ? SPELLED[type] : isReference(type) ? "int32_t" : "void *";
}

function isReference(type: FfiType): boolean {
  return type === "opaque" || (typeof type === "object" && "ref" in type);
}

/** A structure in the core's memory; its fields are properties. */
interface Struct {
  [AT]: number;
  [field: string]: unknown;
}
const AT = Symbol("where it lies");

/** Tables of a family, which a host may bring along, by a field that tells them. */
const LASTING: { [field: string]: string } = {
  dom_dispose: "RightsDomain",
  dom_family: "Domain",
  pr_protocol: "Protosw",
  fo_close: "Fileops",
};

type Structure = Description["structures"][number];

/** An object of the host's that lies in the core's memory for the time of a call. */
interface Lent {
  object: Struct;
  struct: Struct;
  names: string[];
  heap: number;
  /** the bytes, as the call began */
  before: Uint8Array;
}

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
  declare protected readonly library: FfiLibrary;
  private readonly view: DataView;
  private readonly structs = new Map<number, Struct>();
  private readonly views = new Map<string, unknown>();
  private readonly strangers: unknown[] = [];
  private readonly hosted: Func[][] = [];
  private readonly runTimeout: Func;
  private heap: number;

  constructor(
    path: string,
    private readonly description: Description,
    readonly world: World,
  ) {
    super(
      Library.once(path, () => new FfiLibrary(path, description)),
      world,
      HEAP,
    );
    this.view = new DataView(this.bytes.buffer);
    this.runTimeout = this.plain("void native_timeout_run(int32_t slot)");
    this.heap = (this.library.size + 15) & ~15;
    this.plain("void native_boot(void)")();
    Object.defineProperty(this.exports, "__esModule", { value: true });
    Object.assign(this.exports, description.constants);
    for (const [name, values] of Object.entries(description.tables)) this.exports[name] = new world.Uint8Array(values);
    for (const one of description.functions) this.exports[one.name] = this.functionOf(one);
    const { m_clget } = this.exports; // the one function that keeps the bytes it is given
    if (m_clget) this.exports["m_clget"] = (m: object, buf: Uint8Array, len: number) => m_clget(m, this.kept(buf), len);
    for (const { name, type, at } of description.globals)
      this.property(this.exports, name, type, () => this.offset(at));
  }

  /** Has what it exports make structures as well (`madeIn`). */
  makesFor(exports: object): void {
    const make = (name: string) => this.make(this.structure(name));
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

  /** The core calls a function of the host's. */
  called(slot: number, words: number[]): number {
    const { params, result } = this.description.signatures[Math.floor(slot / TRAMPOLINES)];
    const func = this.hosted[Math.floor(slot / TRAMPOLINES)][slot % TRAMPOLINES];
    const args = params.map((param, i) => this.fromWord(param, words[i]));
    const answer = func(...args);
    return result === "void" ? 0 : Number(this.toNative(result, answer ?? 0));
  }

  /** What an mbuf's m_data counts in. */
  bytesOf(m: object): Uint8Array {
    return this.exports["m_buf"](m);
  }

  protected wiresOf(dev: number): object {
    return this.strangers[-1 - dev] as object;
  }

  told(dev: number, cause: number, fault: number): void {
    told(this.wiresOf(dev), cause, fault);
  }

  private offset(at: number): number {
    return this.library.layout(at);
  }

  private functionOf({ name, params, result, makes }: Description["functions"][number]): Func {
    const func = this.library.functions.get(name)!;
    if (!makes) return (...args) => this.call(func, params, result, args);
    const structure = this.structure(makes);
    return (...args) => {
      const made = this.make(structure);
      this.call(func, params, result, [made, ...args]);
      return made;
    };
  }

  private call(func: Func, params: FfiType[], result: FfiType, args: unknown[]): unknown {
    const lent: Lent[] = [];
    const given = params.map((param, i) => this.toNative(param, args[i], lent));
    const answer = this.library.enter(this, func, given);
    for (const one of lent.reverse()) this.giveBack(one);
    return this.fromNative(result, answer);
  }

  private structure(name: string): Structure {
    return this.description.structures.find((one) => one.name === name)!;
  }

  /** Room for a structure that the host makes. */
  private make(structure: Structure): Struct {
    const at = this.heap;
    this.heap = (at + this.offset(structure.size) + 15) & ~15;
    if (this.heap > this.bytes.length) throw new Error("the host has made too many structures");
    this.bytes.fill(0, at, this.heap);
    return this.structOf(structure, at);
  }

  private structOf(structure: Structure, at: number): Struct {
    const struct = this.owned({ [AT]: at } as Struct, at, structure.fields);
    Object.defineProperty(struct, AT, { enumerable: false });
    this.structs.set(at, struct);
    return struct;
  }

  /** The fields as properties of the object's own, as one of JavaScript's has them. */
  private owned(object: Struct, at: number, fields: Structure["fields"]): Struct {
    for (const { name, type, at: field } of fields) this.property(object, name, type, () => at + this.offset(field));
    return object;
  }

  /** What lies there; `name` is what it is taken for, which may be what it begins with. */
  private struct(at: number, name?: string): Struct {
    const known = this.structs.get(at);
    if (known) return known;
    const structure = this.pooled(at) ?? name;
    if (!structure) throw new Error("a reference to nobody knows what");
    return this.structOf(this.structure(structure), at);
  }

  /** The structure of whose pool there is one. */
  private pooled(at: number): string | undefined {
    const found = this.description.pools.find(({ structure, at: place, count }) => {
      const distance = at - this.offset(place);
      return distance >= 0 && distance < count * this.offset(this.structure(structure).size);
    });
    return found?.structure;
  }

  private property(object: object, name: string, type: FfiType, at: () => number): void {
    Object.defineProperty(object, name, {
      get: () => this.read(type, at()),
      set: (value) => this.write(type, at(), value),
      enumerable: true,
    });
  }

  private read(type: FfiType, at: number): unknown {
    const { view } = this;
    if (typeof type === "object") return this.readMade(type, at);
    switch (type) {
      case "i32":
        return view.getInt32(at, true);
      case "u32":
        return view.getUint32(at, true);
      case "u16":
        return view.getUint16(at, true);
      case "i16":
        return view.getInt16(at, true);
      case "u8":
        return view.getUint8(at);
      case "i8":
        return view.getInt8(at);
      case "bool":
        return view.getUint8(at) !== 0;
      case "dev":
        return this.strangers[-1 - view.getInt32(at, true)];
      default:
        return this.fromNative(type, view.getBigInt64(at, true));
    }
  }

  private readMade(type: Exclude<FfiType, string>, at: number): unknown {
    if ("embedded" in type) return this.structs.get(at) ?? this.structOf(this.structure(type.embedded), at);
    if ("ref" in type) return this.fromNative(type, this.view.getBigInt64(at, true));
    if ("func" in type) return this.functionAt(type.func, this.view.getBigInt64(at, true));
    if ("array" in type) throw new Error("a reference to several");
    const key = `${at} ${type.length}`;
    const known = this.views.get(key) ?? this.table(type, at);
    this.views.set(key, known);
    return known;
  }

  private table(type: { table: FfiType; length: number; step: string }, at: number): unknown {
    const { Uint8Array: U8, Uint32Array: U32 } = this.world;
    const buffer = this.bytes.buffer as ArrayBuffer;
    if (type.table === "u8") return new U8(buffer, at, type.length);
    if (type.table === "u32") return new U32(buffer, at, type.length);
    const step = this.offset(Number(type.step));
    const elements: unknown[] = [];
    for (let i = 0; i < type.length; i++) this.property(elements, String(i), type.table, () => at + i * step);
    return elements;
  }

  private write(type: FfiType, at: number, value: unknown): void {
    const { view } = this;
    if (typeof type === "object" && !("func" in type || "ref" in type))
      throw new Error("what lies in place is not given another");
    switch (type) {
      case "i32":
      case "u32":
        view.setInt32(at, Number(value), true);
        break;
      case "u16":
      case "i16":
        view.setInt16(at, Number(value), true);
        break;
      case "u8":
      case "i8":
      case "bool":
        view.setInt8(at, Number(value));
        break;
      case "dev":
        view.setInt32(at, this.stranger(value), true);
        break;
      default:
        view.setBigInt64(at, this.pointerTo(type, value), true);
    }
  }

  /** A value as memory has it. */
  private pointerTo(type: FfiType, value: unknown): bigint {
    if (value === null || value === undefined) return 0n;
    if (typeof type === "object" && "func" in type) return BigInt(this.toNative(type, value) as bigint);
    if (type === "bytes") return address(this.kept(value as Uint8Array));
    const offset = this.toNative(type, value) as number;
    return offset < 0 ? BigInt(offset) : this.base + BigInt(offset);
  }

  /** Bytes that the core keeps a reference to lie in its memory. */
  kept(bytes: Uint8Array): Uint8Array {
    if (bytes.buffer === this.bytes.buffer) return bytes;
    const at = this.plain("int32_t native_cluster(int32_t len)")(bytes.length) as number;
    if (!at) throw new Error("no cluster for the host's bytes");
    this.bytes.set(bytes, at);
    return this.bytes.subarray(at, at + bytes.length);
  }

  /** As a function of the core takes it. */
  private toNative(type: FfiType, value: unknown, lent?: Lent[]): unknown {
    if (isReference(type)) return this.toReference(type, value, lent);
    if (typeof type === "object") return "func" in type ? this.toFunction(type.func, value as Func | null) : value;
    if (type === "bool") return Boolean(value);
    if (type === "bytes") return value ?? null;
    if (type === "dev") return this.stranger(value);
    if (typeof value !== "boolean" && !Number.isFinite(value)) return -1; // as the gate has it of a program's
    return type === "u32" ? Number(value) >>> 0 : Number(value) | 0;
  }

  private toReference(type: FfiType, value: unknown, lent?: Lent[]): number {
    if (value === null || value === undefined) return 0;
    if (typeof value === "number") return value;
    const at = (value as Struct)[AT];
    if (at !== undefined) return at;
    const structure = type === "opaque" ? undefined : this.structureLike(value as object);
    if (structure && Object.values(LASTING).includes(structure.name)) return this.adopt(value as Struct, structure);
    if (lent && structure) return this.lend(value as Struct, structure, lent);
    return this.stranger(value);
  }

  /** The structure that an object of the host's is made like; one without any fields is to be a program's address. */
  private structureLike(object: object): Structure | undefined {
    const names = Object.keys(object);
    const { structures } = this.description;
    if (!names.length) return structures.find(({ name }) => name === "SockaddrIn");
    const lasting = Object.keys(LASTING).find((field) => field in object);
    if (lasting) return structures.find(({ name }) => name === LASTING[lasting]);
    return structures.find(({ fields }) => names.every((one) => fields.some(({ name }) => name === one)));
  }

  /** The object's fields lie in the core's memory, for ever; what the core does not know of it stays as it is. */
  private adopt(object: Struct, structure: Structure): number {
    const values = { ...object };
    const { [AT]: at } = this.make(structure);
    const fields = structure.fields.filter(({ name }) => name in object);
    Object.defineProperty(object, AT, { value: at });
    this.structs.set(at, this.owned(object, at, fields));
    for (const { name } of fields) object[name] = values[name];
    return at;
  }

  /** The object's fields in the core's memory, for the time of a call. */
  private lend(object: Struct, structure: Structure, lent: Lent[]): number {
    const heap = this.heap;
    const struct = this.make(structure);
    const names = structure.fields.map(({ name }) => name);
    for (const name of names) if (name in object) struct[name] = object[name];
    const before = this.bytes.slice(struct[AT], this.heap);
    lent.push({ object, struct, names, heap, before });
    return struct[AT];
  }

  /** What the core has not written the object does not get; what functions of the host's have put there it does. */
  private giveBack({ object, struct, names, heap, before }: Lent): void {
    const after = this.bytes.subarray(struct[AT], struct[AT] + before.length);
    const written = Buffer.compare(before, after) !== 0;
    for (const name in struct) if (written || !names.includes(name)) object[name] = struct[name];
    this.heap = heap;
    this.structs.delete(struct[AT]);
  }

  /** What is none of the core's business, by a number below 0. */
  private stranger(value: unknown): number {
    const known = this.strangers.indexOf(value);
    return known >= 0 ? -1 - known : -this.strangers.push(value);
  }

  private fromWord(type: FfiType, word: number): unknown {
    if (type !== "bytes") return this.fromNative(type, word);
    return word ? this.bytesAt(word) : null;
  }

  private fromNative(type: FfiType, raw: number | bigint | boolean | null): unknown {
    if (isReference(type)) return this.fromReference(type, raw as bigint | number);
    if (typeof type === "object") return "func" in type ? this.functionAt(type.func, raw as bigint) : raw;
    if (type === "void") return undefined;
    if (type === "bool") return Boolean(raw);
    if (type === "dev") return this.strangers[-1 - Number(raw)];
    if (type === "bytes") return raw ? this.bytesAt(Number(BigInt(raw as bigint) - this.base)) : null;
    return raw;
  }

  private fromReference(type: FfiType, raw: bigint | number): unknown {
    if (raw === SPOILT) return "freed";
    const at = typeof raw === "bigint" ? this.fromPointer(raw) : raw;
    if (!at) return null;
    return at < 0
      ? this.strangers[-1 - at]
      : this.struct(at, type === "opaque" ? undefined : (type as { ref: string }).ref);
  }

  private fromPointer(raw: bigint): number {
    if (!raw) return 0;
    return raw < 0n ? Number(raw) : Number(raw - this.base);
  }

  /** The arena as a whole; of clusters what lies there. */
  private bytesAt(at: number): Uint8Array {
    const { Uint8Array: U8 } = this.world;
    const isArena = at === this.arena;
    const key = `bytes ${at}`;
    const length = isArena ? this.description.constants["NMBUFS"] * this.description.constants["MSIZE"] : SOME_BYTES;
    const buffer = this.bytes.buffer as ArrayBuffer;
    const known = this.views.get(key) ?? new U8(buffer, at, Math.min(length, this.bytes.length - at));
    this.views.set(key, known);
    return known as Uint8Array;
  }

  /** One of the host's functions as the core calls it. */
  private toFunction(signature: number, func: Func | null): unknown {
    if (!func) return null;
    this.hosted[signature] ??= [];
    const table = this.hosted[signature];
    const known = table.indexOf(func);
    const slot = known >= 0 ? known : table.push(func) - 1;
    if (slot >= TRAMPOLINES) throw new Error("too many functions of the host's");
    return this.plain(`void *native_trampoline_${signature}(int32_t k)`)(slot);
  }

  /** One of the core's functions as the host calls it, or one of the host's own. */
  private functionAt(signature: number, at: bigint | null): Func | null {
    if (!at) return null;
    const own = this.hosted[signature]?.findIndex((func) => this.toFunction(signature, func) === at) ?? -1;
    if (own >= 0) return this.hosted[signature][own];
    const key = `function ${signature} ${at}`;
    const { params, result } = this.description.signatures[signature];
    const func = this.library.plain(prototype(`native_call_${signature}`, [{ func: 0 }, ...params], result));
    const known = this.views.get(key) ?? ((...args: unknown[]) => this.callAt(func, at, params, result, args));
    this.views.set(key, known);
    return known as Func;
  }

  private callAt(func: Func, at: bigint, params: FfiType[], result: FfiType, args: unknown[]): unknown {
    const given = params.map((param, i) => this.toNative(param, args[i]));
    return this.fromNative(result, this.library.enter(this, func, [at, ...given]));
  }
}
