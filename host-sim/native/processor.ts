/**
 * A board that runs machine code: an emulated Cortex-M0+ (cortex.ts) beside the simulated Espruino, which gets what it has for
 * machine code: E.nativeCall, E.getAddressOf, E.memoryArea, peek and poke of memory that both see, and the table of functions
 * (exptr.ts). What the processor stops at is reported, and the machine code of that board never runs again.
 *
 * JavaScript's strings do not lie anywhere. A flat string, or one over memory, is known here by being the last that was made
 * when its address is asked for, a file or a long part of one by its bytes.
 */
import type { Board } from "../espruino/board";
import { byteString, bytesOf } from "../espruino/bytes";
import { Area, Interpreter } from "./exptr";
import { type Block, HardFault } from "./memory";

/** What a board may be short of; default: nothing. */
export interface ProcessorOptions {
  /** Files are to be found in the address space. Default true. */
  mapped?: boolean;
  /** There is a table of functions for machine code. Default true. */
  exptr?: boolean;
  /** Short strings' characters are where their variables are. Default true. */
  cells?: boolean;
  /** Arrays and long strings lie in one piece. Default true. */
  flat?: boolean;
  /** Bytes that a flat string may have. Default: as many as are asked for. */
  room?: number;
  /** Called before each function that machine code calls: may throw, as a function that is broken off does; true: no answer. */
  onCall?: () => boolean | undefined;
}

const FLASH = 0x10040000;
const FLATS = 0x20020000;
const ARRAYS = 0x30000000;
const ARRAYS_END = 0xe0000000;
const SIGNATURE = /^(int|JsVar)\(((?:int|JsVar)(?:,(?:int|JsVar)){0,3})\)$/;
/** What has so few bytes is never flat. */
const SHORT = 16;
/** A string of so many bytes that are in a file lies there. */
const PART = 256;
/** Arrays that machine code may still look into. */
const NARRAYS = 4;

/** A flat string, shared by both worlds. */
interface Flat {
  buffer: ArrayBuffer;
  block: Block;
}

type Call = (...words: unknown[]) => unknown;

export class Processor {
  /** what it stopped at */
  fault: HardFault | undefined;
  /** instructions that the board's pace knows of */
  private paced = 0;
  readonly interpreter: Interpreter;
  private readonly areas: (address: number, length: number) => string;
  private readonly flats = new Map<string, Flat>();
  private readonly arrays: { buffer: ArrayBufferLike; block: Block }[] = [];
  private latest: { text: string; area?: Area } | undefined;
  private nextFlat = FLATS;
  private nextArray = ARRAYS;

  constructor(
    private readonly board: Board,
    private readonly options: ProcessorOptions = {},
  ) {
    this.interpreter = new Interpreter(options.cells === false ? 1 : 0, (...call) => this.called(...call));
    if (options.mapped !== false) this.memory.map(FLASH, board.storage.mapped().bytes, true);
    const { E, process } = board.realm.global as { E: Record<string, unknown>; process: { env: { EXPTR?: number } } };
    const { toArrayBuffer } = E as { toArrayBuffer: (text: unknown) => unknown };
    this.areas = (address: number, length: number) => this.area(address, length);
    if (options.exptr !== false) process.env.EXPTR = Interpreter.EXPTR;
    Object.assign(E, {
      nativeCall: (address: number, signature: string) => this.nativeCall(address, signature),
      getAddressOf: (value: unknown, flat: unknown) => (flat ? this.flatAddress(value) : this.variable(value)),
      memoryArea: this.areas,
      toFlatString: (...values: unknown[]) => this.flatString(bytesOf(...values)),
      toArrayBuffer: (text: unknown) => this.flats.get(text as string)?.buffer ?? toArrayBuffer(text),
      defrag: () => this.defrag(),
    });
    board.realm.define({ ...this.peeks(1), ...this.peeks(2), ...this.peeks(4) });
  }

  /** Where the flat strings lie that have been asked for: the first is the core's memory. */
  get flatStrings(): Block[] {
    return [...this.flats.values()].map(({ block }) => block);
  }

  // biome-ignore lint/complexity/noBannedTypes: any function of a program's
  private called(func: Function, self: unknown, args: unknown[]): unknown {
    this.keepPace();
    if (this.options.onCall?.()) return undefined;
    const answer = Reflect.apply(func, self, args);
    return func === this.areas ? this.latest?.area : answer;
  }

  private get memory() {
    return this.interpreter.memory;
  }

  private nativeCall(address: number, signature: string): Call {
    const [, answered, params] = SIGNATURE.exec(signature) ?? [];
    if (!params) throw this.board.realm.error(`Not emulated: machine code as ${signature}`);
    const types = params.split(",");
    return (...words) => {
      const given = types.map((type, i) => (type === "JsVar" ? this.variable(words[i]) : Number(words[i]) | 0));
      const answer = this.call(address, given);
      return answered === "JsVar" ? this.interpreter.take(answer) : answer;
    };
  }

  private call(address: number, words: number[]): number {
    if (this.fault) throw this.fault;
    try {
      const answer = this.interpreter.call(address, words);
      this.keepPace();
      if (this.latest?.area) this.latest = undefined; // what the interpreter was given it has copied
      return answer;
    } catch (error) {
      if (error instanceof HardFault && !this.fault) {
        this.fault = error;
        this.board.report(error);
      }
      throw error;
    }
  }

  private keepPace(): void {
    const { instructions } = this.interpreter.cortex;
    this.board.pace?.machine(instructions - this.paced);
    this.paced = instructions;
  }

  /** Where the bytes of a value lie in one piece, or 0. */
  private flatAddress(value: unknown): number {
    if (typeof value === "string") return this.stringAddress(value);
    if (!ArrayBuffer.isView(value) || this.options.flat === false) return 0;
    const known = [...this.flats.values(), ...this.arrays].find(({ buffer }) => buffer === value.buffer);
    if (known) return known.block.start + value.byteOffset;
    return value.byteLength > SHORT ? this.array(value.buffer) + value.byteOffset : 0;
  }

  /** Which of a program's strings lie in one piece their past decides on a board; here it is those of odd length. */
  private stringAddress(text: string): number {
    const known =
      this.flats.get(text) ?? (text === this.latest?.text && !this.latest.area ? this.flat(text) : undefined);
    if (known) return known.block.start;
    const lies = this.options.mapped === false ? undefined : this.placeInFlash(text);
    if (lies !== undefined) return FLASH + lies;
    if (this.options.flat === false || text.length <= SHORT || !(text.length & 1)) return 0;
    return this.array(this.board.realm.bytes(bytesOf(text)).buffer);
  }

  private placeInFlash(text: string): number | undefined {
    const { storage } = this.board;
    const name = storage.nameOf(text);
    if (name !== undefined) return storage.mapped().at(name);
    const at = text.length < PART ? -1 : Buffer.from(storage.mapped().bytes.buffer).indexOf(text, 0, "latin1");
    return at < 0 ? undefined : at;
  }

  /** Bytes that a call is about, at an odd address. */
  private array(buffer: ArrayBufferLike): number {
    if (this.arrays.length === NARRAYS) this.memory.unmap(this.arrays.shift()!.block);
    const at = this.nextArray + buffer.byteLength < ARRAYS_END ? this.nextArray : ARRAYS;
    this.nextArray = at + ((buffer.byteLength + 4) & -4);
    const block = this.memory.map(at + 1, new Uint8Array(buffer));
    this.arrays.push({ buffer, block });
    return block.start;
  }

  /** Room for a flat string, at a multiple of 4. */
  private place(length: number): number {
    const at = this.nextFlat + 4;
    this.nextFlat = at + ((length + 3) & -4);
    return at;
  }

  private flatString(bytes: Uint8Array): string | undefined {
    if (bytes.length > (this.options.room ?? Number.POSITIVE_INFINITY)) return undefined;
    const text = byteString(bytes);
    this.latest = { text };
    return text;
  }

  private flat(text: string): Flat {
    const bytes = this.board.realm.bytes(bytesOf(text));
    const made = { buffer: bytes.buffer as ArrayBuffer, block: this.memory.map(this.place(bytes.length), bytes) };
    this.flats.set(text, made);
    return made;
  }

  /** Flat strings that nobody has locked move. */
  private defrag(): void {
    const { locked } = this.interpreter;
    for (const [text, { block, buffer }] of this.flats) {
      if (locked.includes(text)) continue;
      this.memory.unmap(block);
      const moved = this.memory.map(this.place(block.bytes.length), block.bytes);
      this.flats.set(text, { buffer, block: moved });
    }
  }

  private area(address: number, length: number): string {
    const bytes = this.memory.bytesAt(address, length);
    if (!bytes) throw new HardFault(`a string over no memory, ${address.toString(16)}`);
    const text = byteString(bytes);
    this.latest = { text, area: new Area(address, length) };
    return text;
  }

  private variable(value: unknown): number {
    const { latest } = this;
    return this.interpreter.lend(latest?.area && latest.text === value ? latest.area : value);
  }

  /** peek8, poke8 and so on, of the memory that there is; what a program has written elsewhere it finds there. */
  private peeks(size: number): Record<string, unknown> {
    const names = [`peek${8 * size}`, `poke${8 * size}`];
    const [peek, poke] = names.map((name) => this.board.realm.global[name] as (...args: unknown[]) => unknown);
    const found = (address: number, more: unknown) => (more ? undefined : this.memory.bytesAt(address, size));
    return {
      [names[0]]: (address: number, count?: number) => {
        const bytes = found(address, count);
        return bytes ? Buffer.from(bytes).readUIntLE(0, size) : peek(address, count);
      },
      [names[1]]: (address: number, value: unknown) => {
        const isBytes = size === 1 && (typeof value === "string" || ArrayBuffer.isView(value));
        const to = isBytes ? this.memory.bytesAt(address, bytesOf(value).length) : undefined;
        const bytes = found(address, typeof value !== "number");
        if (to) to.set(bytesOf(value));
        else if (!bytes) poke(address, value);
        else for (let i = 0; i < size; i++) bytes[i] = Number(value) >>> (8 * i);
      },
    };
  }
}
