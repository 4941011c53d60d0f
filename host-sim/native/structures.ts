/**
 * The compiled core's memory as its sources see it: structures are objects whose fields lie in it, variables are properties. What
 * references mean is core.ts's.
 */
import type { Description, FfiType } from "../../tools/native/ffi";

export type Structure = Description["structures"][number];

/** A structure in the core's memory; its fields are properties. */
export interface Struct {
  [AT]: number;
  [field: string]: unknown;
}
export const AT = Symbol("where it lies");

/** Values that are more than numbers, as memory has them. */
export interface Values {
  toPointer(type: FfiType, value: unknown): bigint;
  fromPointer(type: FfiType, raw: bigint): unknown;
}

/** Where things are. */
export interface Memory {
  bytes: Uint8Array;
  description: Description;
  /** of the realm of whoever uses the core */
  realm: { Uint8Array: Uint8ArrayConstructor; Uint32Array: Uint32ArrayConstructor };
  /** native_layout: a distance, or a size, that the compiler has chosen */
  offset(at: number): number;
}

type TableType = { table: FfiType; length: number; step: string };

export class Structures {
  private readonly view: DataView;
  private readonly structs = new Map<number, Struct>();
  private readonly tables = new Map<string, unknown>();

  /** `heap`: from there on is room for structures that a host makes itself. */
  constructor(
    private readonly memory: Memory,
    private readonly values: Values,
    private heap: number,
  ) {
    this.view = new DataView(memory.bytes.buffer);
  }

  named(name: string): Structure {
    return this.memory.description.structures.find((one) => one.name === name)!;
  }

  /** Room for a structure that the host makes. */
  make(structure: Structure): Struct {
    const { bytes } = this.memory;
    const at = this.heap;
    this.heap = (at + this.sizeOf(structure) + 15) & ~15;
    if (this.heap > bytes.length) throw new Error("the host has made too many structures");
    bytes.fill(0, at, this.heap);
    return this.structOf(structure, at);
  }

  /** Gives back the last that was made. */
  unmake(struct: Struct): void {
    this.heap = struct[AT];
    this.structs.delete(this.heap);
  }

  sizeOf(structure: Structure): number {
    return this.memory.offset(structure.size);
  }

  /** Has the fields of an object of the host's lie at `at` from now on. */
  adopt(object: Struct, at: number, fields: Structure["fields"]): void {
    Object.defineProperty(object, AT, { value: at });
    this.structs.set(at, this.owned(object, at, fields));
  }

  /** What lies there; `name` is what it is taken for, which may be what it begins with. */
  struct(at: number, name?: string): Struct {
    const known = this.structs.get(at);
    if (known) return known;
    const pool = this.poolOf(at);
    const structure = pool && this.within(pool, at) === 0 ? pool.structure : name; // else it lies in one of the pool's
    if (!structure) throw new Error("a reference to nobody knows what");
    return this.structOf(this.named(structure), at);
  }

  property(object: object, name: string, type: FfiType, at: () => number): void {
    Object.defineProperty(object, name, {
      get: () => this.read(type, at()),
      set: (value) => this.write(type, at(), value),
      enumerable: true,
    });
  }

  private structOf(structure: Structure, at: number): Struct {
    const struct = this.owned({ [AT]: at } as Struct, at, structure.fields);
    Object.defineProperty(struct, AT, { enumerable: false });
    this.structs.set(at, struct);
    return struct;
  }

  /** The fields as properties of the object's own, as one of JavaScript's has them. */
  private owned(object: Struct, at: number, fields: Structure["fields"]): Struct {
    for (const { name, type, at: field } of fields)
      this.property(object, name, type, () => at + this.memory.offset(field));
    return object;
  }

  /** The pool in which that lies. */
  private poolOf(at: number): Description["pools"][number] | undefined {
    const { description, offset } = this.memory;
    return description.pools.find(({ structure, at: place, count }) => {
      const distance = at - offset(place);
      return distance >= 0 && distance < count * this.sizeOf(this.named(structure));
    });
  }

  /** How far from the beginning of one of the pool's. */
  private within(pool: Description["pools"][number], at: number): number {
    return (at - this.memory.offset(pool.at)) % this.sizeOf(this.named(pool.structure));
  }

  private read(type: FfiType, at: number): unknown {
    const { view, values } = this;
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
      default:
        return values.fromPointer(type, view.getBigInt64(at, true));
    }
  }

  private readMade(type: Exclude<FfiType, string>, at: number): unknown {
    if ("embedded" in type) return this.structs.get(at) ?? this.structOf(this.named(type.embedded), at);
    if (!("table" in type)) return this.values.fromPointer(type, this.view.getBigInt64(at, true));
    const key = `${at} ${type.length}`;
    const known = this.tables.get(key) ?? this.table(type, at);
    this.tables.set(key, known);
    return known;
  }

  private table(type: TableType, at: number): unknown {
    const { realm, bytes, offset } = this.memory;
    const buffer = bytes.buffer as ArrayBuffer;
    if (type.table === "u8") return new realm.Uint8Array(buffer, at, type.length);
    if (type.table === "u32") return new realm.Uint32Array(buffer, at, type.length);
    const step = offset(Number(type.step));
    const elements: unknown[] = [];
    for (let i = 0; i < type.length; i++) this.property(elements, String(i), type.table, () => at + i * step);
    return elements;
  }

  /** A table that lies in place in one of a pool, by a reference to it: how long it is its field says. */
  tableAt(at: number): unknown {
    const pool = this.poolOf(at)!;
    const within = this.within(pool, at);
    const field = this.named(pool.structure).fields.find((one) => this.memory.offset(one.at) === within)!;
    return this.readMade(field.type as TableType, at);
  }

  private write(type: FfiType, at: number, value: unknown): void {
    const { view, values } = this;
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
      default:
        view.setBigInt64(at, values.toPointer(type, value), true);
    }
  }
}
