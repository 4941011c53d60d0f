/**
 * Functions between a host and the compiled core: the core's by name, or by a pointer, and the host's own, each of which the core
 * calls by a trampoline (tools/native/ffi.ts).
 */
import { type Description, type FfiType, TRAMPOLINES } from "../../tools/native/ffi";
import { type Func, type HostedCore, Library } from "./library";

/** A library with all of the core to be called. */
export class FfiLibrary extends Library {
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
        (core: HostedCore & { functions: Functions }, slot, ...words) => core.functions.called(slot, words),
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
  opaque: "int32_t",
  bytes: "void *",
};

function spelled(type: FfiType): string {
  return typeof type === "string" ? SPELLED[type] : isReference(type) ? "int32_t" : "void *";
}

export function isReference(type: FfiType): boolean {
  return type === "opaque" || (typeof type === "object" && "ref" in type);
}

/** What goes to and fro, as a function has it. */
export interface Passing {
  toNative(type: FfiType, value: unknown): unknown;
  fromNative(type: FfiType, raw: number | bigint | boolean | null): unknown;
  /** a word, which is all that a trampoline passes */
  fromWord(type: FfiType, word: number): unknown;
}

export class Functions {
  /** the host's own, by signature and number; undefined is free */
  private readonly hosted: (Func | undefined)[][] = [];
  private readonly known = new Map<string, Func>();

  constructor(
    private readonly library: FfiLibrary,
    private readonly signatures: Description["signatures"],
    private readonly core: HostedCore,
    private readonly passing: Passing,
  ) {}

  /** The core calls a function of the host's. */
  called(slot: number, words: number[]): number {
    const { params, result } = this.signatures[Math.floor(slot / TRAMPOLINES)];
    const func = this.hosted[Math.floor(slot / TRAMPOLINES)][slot % TRAMPOLINES]!;
    const answer = func(...params.map((param, i) => this.passing.fromWord(param, words[i])));
    return result === "void" ? 0 : Number(this.passing.toNative(result, answer ?? 0));
  }

  /** One of the host's functions as the core calls it. */
  toPointer(signature: number, func: Func | null): unknown {
    if (!func) return null;
    this.hosted[signature] ??= Array.from({ length: TRAMPOLINES });
    const table = this.hosted[signature];
    if (!table.includes(func) && !table.includes(undefined)) this.giveBack(signature);
    const known = table.indexOf(func);
    const slot = known >= 0 ? known : table.indexOf(undefined);
    if (slot < 0) throw new Error("too many functions of the host's");
    table[slot] = func;
    return this.trampoline(signature, slot);
  }

  private trampoline(signature: number, slot: number): unknown {
    return this.core.plain(`void *native_trampoline_${signature}(int32_t k)`)(slot);
  }

  /** Functions that are nowhere in the core's memory it cannot call. While it is being called it may have some elsewhere. */
  private giveBack(signature: number): void {
    if (this.library.isBusy) return;
    const { buffer, byteOffset, length } = this.core.bytes;
    const kept = new Set(new BigInt64Array(buffer, byteOffset, length >> 3));
    const table = this.hosted[signature];
    for (const slot of table.keys()) if (!kept.has(this.trampoline(signature, slot) as bigint)) table[slot] = undefined;
  }

  /** One of the core's functions as the host calls it, or one of the host's own. */
  fromPointer(signature: number, at: bigint | null): Func | null {
    if (!at) return null;
    const own = this.hosted[signature]?.find((func, slot) => func && this.trampoline(signature, slot) === at);
    if (own) return own;
    const key = `${signature} ${at}`;
    const { params, result } = this.signatures[signature];
    const func = this.library.plain(prototype(`native_call_${signature}`, [{ func: 0 }, ...params], result));
    const known = this.known.get(key) ?? ((...args: unknown[]) => this.callAt(func, at, params, result, args));
    this.known.set(key, known);
    return known;
  }

  private callAt(func: Func, at: bigint, params: FfiType[], result: FfiType, args: unknown[]): unknown {
    const given = params.map((param, i) => this.passing.toNative(param, args[i]));
    return this.passing.fromNative(result, this.library.enter(this.core, func, [at, ...given]));
  }
}
