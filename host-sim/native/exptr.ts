/**
 * The interpreter as machine code sees it: variables at addresses, in cells, and the table of functions for them that a board has at
 * `process.env.EXPTR` (Espruino's exportPtrs, in its order). What machine code does wrong with them stops it: a variable that is
 * gone, a lock too many, a function that is not here.
 */
import { Cortex } from "./cortex";
import { HardFault, type Memory } from "./memory";

const CELLS = 0x20010000;
/** bytes of a cell, and how many there are */
const CELL = 13;
const NCELLS = 1000;
/** characters that a string's own cell has */
const CELL_TEXT = 8;
/** Locks of a variable at most. */
const MAXLOCKS = 15;
/** Variables that JavaScript has asked the address of, and nobody has locked yet. */
const NLENT = 4;
const TABLE = 0x20018000;
const FUNCTIONS =
  "lockAgainSafe unLock skipName mathsOp newWithFlags newFromFloat newFromInteger newFromString newFromBool getFloat getInteger getBool replaceWith jspeFunctionCall jspGetNamedVariable jspGetNamedField jspGetVarNamedField".split(
    " ",
  );

/** A string that lies over memory: nothing of it is copied (E.memoryArea). */
export class Area {
  constructor(
    readonly address: number,
    readonly length: number,
  ) {}
}

interface Variable {
  at: number;
  value: unknown;
  locks: number;
}

// biome-ignore lint/complexity/noBannedTypes: any function of a program's
type Called = (func: Function, self: unknown, args: unknown[]) => unknown;

export class Interpreter {
  /** where the table is */
  static readonly EXPTR = TABLE;
  readonly cortex = new Cortex((which) => this.exported(which) | 0);
  /** how often machine code has called a function */
  calls = 0;
  /** what a function has thrown, until whoever called machine code hears of it: meanwhile all calls answer nothing */
  private thrown: { error: unknown } | undefined;
  private readonly cells = new Uint8Array(CELL * NCELLS);
  private readonly free = Array.from({ length: NCELLS }, (_, i) => CELLS + CELL * i).reverse();
  private readonly variables = new Map<number, Variable>();
  private readonly lent: Variable[] = [];

  /**
   * `textAt`: where in its cell a short string has its characters; `called`: how functions are called. An answer that is
   * undefined is none.
   */
  constructor(
    private readonly textAt: number,
    private readonly called: Called,
  ) {
    const { memory } = this.cortex;
    const table = new Uint32Array(FUNCTIONS.map((_, which) => Cortex.outside(which)));
    memory.map(CELLS, this.cells);
    memory.map(TABLE, new Uint8Array(table.buffer), true);
  }

  get memory(): Memory {
    return this.cortex.memory;
  }

  /** The values of what is locked, each as often as it is. */
  get locked(): unknown[] {
    return [...this.variables.values()].flatMap(({ value, locks }) => new Array(locks).fill(value));
  }

  /** Calls machine code. Throws what a function that it has called has thrown. */
  call(address: number, words: readonly number[]): number {
    const answer = this.cortex.call(address, words);
    const { thrown } = this;
    this.thrown = undefined;
    if (thrown) throw thrown.error;
    return answer;
  }

  /** The variable that `value` is in, for whoever locks it soon. */
  lend(value: unknown): number {
    const variable = this.make(value, 0);
    this.lent.push(variable);
    if (this.lent.length > NLENT) this.drop(this.lent.shift()!);
    return variable.at;
  }

  /** What a variable that machine code has answered holds, which is given back; 0: undefined. */
  take(at: number): unknown {
    const value = this.value(at);
    if (at) this.unlock(this.variable(at));
    return value;
  }

  private make(value: unknown, locks: number): Variable {
    const at = this.free.pop();
    if (at === undefined) throw new HardFault("all variables are in use");
    const variable = { at, value, locks };
    this.variables.set(at, variable);
    this.cells.fill(0, at - CELLS, at - CELLS + CELL);
    if (typeof value === "string")
      this.cells.set(Buffer.from(value.slice(0, CELL_TEXT), "latin1"), at - CELLS + this.textAt);
    return variable;
  }

  private drop(variable: Variable): void {
    if (variable.locks || this.lent.includes(variable) || !this.variables.delete(variable.at)) return;
    this.cells.fill(0xff, variable.at - CELLS, variable.at - CELLS + CELL);
    this.free.unshift(variable.at); // last of all: what still uses it is seen
  }

  private variable(at: number): Variable {
    return this.variables.get(at) ?? this.wrong(`there is no variable at ${at.toString(16)}`);
  }

  private wrong(text: string): never {
    throw new HardFault(text);
  }

  private exported(which: number): number {
    const { cortex } = this;
    const a = cortex.argument(0);
    switch (FUNCTIONS[which]) {
      case "lockAgainSafe":
        return a && this.lock(this.variable(a));
      case "unLock":
        if (a) this.unlock(this.variable(a));
        return 0;
      case "newFromInteger":
        return this.make(a | 0, 1).at;
      case "newFromString":
        return this.make(this.text(a), 1).at;
      case "newFromBool":
        return this.make(Boolean(a & 255), 1).at;
      case "getInteger":
        return a && integerOf(this.value(a));
      case "getBool":
        return a && Number(Boolean(this.value(a)));
      case "jspGetNamedField":
        return this.field();
      case "jspeFunctionCall":
        return this.function();
    }
    return this.wrong(`${FUNCTIONS[which] ?? "no function"} of the interpreter`);
  }

  private lock(variable: Variable): number {
    if (variable.locks === MAXLOCKS) this.wrong(`more than ${MAXLOCKS} locks`);
    variable.locks++;
    return variable.at;
  }

  private unlock(variable: Variable): void {
    if (!variable.locks) this.wrong("a variable is given back that is not locked");
    variable.locks--;
    this.drop(variable);
  }

  private value(at: number): unknown {
    if (!at) return undefined;
    const { value } = this.variable(at);
    if (!(value instanceof Area)) return value;
    const bytes = this.memory.bytesAt(value.address, value.length);
    if (!bytes) this.wrong(`a string over no memory, ${value.address.toString(16)}`);
    return Buffer.from(bytes).toString("latin1");
  }

  /** What a zero ends. */
  private text(at: number): string {
    let text = "";
    for (let byte = this.memory.readUint8(at); byte; byte = this.memory.readUint8(at + text.length))
      text += String.fromCharCode(byte);
    return text;
  }

  /** (object, its field's name, is the name wanted) */
  private field(): number {
    const { cortex } = this;
    const name = this.text(cortex.argument(1));
    const value = (this.value(cortex.argument(0)) as Record<string, unknown> | undefined)?.[name];
    return this.thrown || value === undefined ? 0 : this.make(value, 1).at;
  }

  /** (function, its name, this, is it parsed, number of arguments, where they are) */
  private function(): number {
    const { cortex } = this;
    const [func, , self, isParsed, count, at] = [0, 1, 2, 3, 4, 5].map((i) => cortex.argument(i));
    const value = this.value(func);
    if (typeof value !== "function") this.wrong(`a call of ${typeof value}`);
    if (isParsed & 255) this.wrong("a call of what is being parsed");
    this.calls++;
    const args = Array.from({ length: count }, (_, i) => this.value(this.memory.readUint32(at + 4 * i)));
    if (this.thrown) return 0;
    const answer = this.guarded(() => this.called(value, this.value(self), args));
    return answer === undefined ? 0 : this.make(answer, 1).at;
  }

  private guarded(work: () => unknown): unknown {
    try {
      return work();
    } catch (error) {
      if (error instanceof HardFault) throw error;
      this.thrown = { error };
      return undefined;
    }
  }
}

function integerOf(value: unknown): number {
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string" ? Number(value) | 0 : 0;
}
