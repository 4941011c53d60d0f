/**
 * Random functions in the subset: integers of all kinds, wrapped and exact, variables, fields and tables that calls and
 * assignments change while an expression is being evaluated.
 */
import type { Random } from "../../../host-sim/random";

const EDGES = [0, 1, 2, 3, 7, 8, 31, 32, 255, 256, 65535, 65536, 0x7fffffff, 0x7ffffffe];

export class Generator {
  private depth = 0;
  private loops = 0;

  constructor(private readonly random: Random) {}

  /** The text of a module with the functions f0, f1 ...; `look(i)` tells of its variables. */
  module(functions: number): string {
    const bodies = Array.from({ length: functions }, (_, i) => this.function(i));
    return [
      "interface Base { s_a: number; s_b: u8 }",
      "interface Pair extends Base { s_c: u16; s_next: Pair | null; s_own: Embedded<Base>; s_bytes: Bytes<4> }",
      "export let x: number; export let y: number; let small: number; let n: u8;",
      "let bytes: Bytes<16>; let words: Words<4>; let pair: Embedded<Pair>;",
      "const table = [3, -1, 70000, 5];",
      `export function reset(a: number, b: number): void {
  x = a; y = b; small = a & 1023; n = b & 255;
  bytes = new Uint8Array(16); words = new Uint32Array(4);
  pair = { s_a: a ^ b, s_b: a & 255, s_c: b & 65535, s_next: null, s_own: { s_a: b, s_b: 1 }, s_bytes: new Uint8Array(4) };
  pair.s_next = pair;
}`,
      "function self(p: Pair): Pair { x = x ^ 5; return p.s_next!; }",
      "function bump(by: number): number { x = (x + by) | 0; small = (small + 1) & 1023; return x; }",
      "function peek(i: number): number { return (bytes[i & 15] + table[i & 3]) | 0; }",
      ...bodies,
      `export function look(i: number): number {
  if (i < 16) return bytes[i];
  if (i < 20) return words[i - 16] | 0;
  if (i < 24) return pair.s_bytes[i - 20];
  switch (i) {
    case 24: return x;
    case 25: return y;
    case 26: return small;
    case 27: return n;
    case 28: return pair.s_a;
    case 29: return pair.s_b;
    case 30: return pair.s_c;
    case 31: return pair.s_own.s_a;
    default: return pair.s_own.s_b;
  }
}`,
    ].join("\n");
  }

  static readonly LOOKS = 33;

  private function(i: number): string {
    this.callable = i;
    const lines = Array.from({ length: 1 + this.random.below(5) }, () => this.statement());
    return `export function f${i}(a: number, b: number, c: number, d: number): number {
  let v = a;
  let w: number = b;
  v = ${this.exact()};
  ${lines.join("\n  ")}
  return ${this.exact()};
}`;
  }

  private callable = 0;

  private one(...of: (() => string)[]): string {
    return of[this.random.below(of.length)]();
  }

  private statement(): string {
    return this.one(
      () => `${this.assignment()};`,
      () => `${this.assignment()};`,
      () => `if (${this.condition()}) ${this.assignment()};`,
      () =>
        `if (${this.condition()}) { ${this.assignment()}; } else if (${this.condition()}) ${this.assignment()}; else { ${this.assignment()}; }`,
      () => this.loop(),
      () =>
        `switch (${this.exact()} & 3) { case 0: ${this.assignment()}; case 1: ${this.assignment()}; break; default: ${this.assignment()}; }`,
      () => `const k${++this.loops} = ${this.exact()}; w = (w - k${this.loops}) | 0;`,
      () => `bytes[${this.index(16)}] = ${this.wrapped()};`,
      () => `words[${this.index(4)}] = ${this.wrapped()};`,
      () => `bytes[${this.index(16)}] ${this.operator("+=", "-=", "|=", "^=", "&=")} ${this.exact()};`,
      () => `words[${this.index(4)}] ${this.operator("+=", "-=", "|=", "<<=")} ${this.exact()};`,
      () => `words[${this.index(4)}]++; small = (small + 1) & 1023;`,
      () => `pair.s_b = ${this.exact()} & 255; n = (n + 1) & 255;`,
    );
  }

  private loop(): string {
    const i = `i${++this.loops}`;
    return this.one(
      () =>
        `for (let ${i} = ${this.random.below(5)}; ${i} < 5; ${i}++) { if (${this.condition()}) continue; ${this.assignment()}; }`,
      () => `let ${i} = 3; while (${i}--) { ${this.assignment()}; if (${this.condition()}) break; }`,
      () => `let ${i} = 0; do { ${this.assignment()}; } while (++${i} < 3 && ${this.condition()});`,
    );
  }

  private operator(...of: string[]): string {
    return of[this.random.below(of.length)];
  }

  private index(length: number): string {
    return this.one(
      () => `${this.random.below(length)}`,
      () => `${this.exact()} & ${length - 1}`,
    );
  }

  /** Something that changes, and has a value that is an int32. */
  private assignment(): string {
    return this.one(
      () => `${this.variable()} = ${this.exact()}`,
      () => `${this.variable()} = (${this.wrapped()}) | 0`,
      () => `${this.variable()} ${this.operator("&=", "|=", "^=")} ${this.exact()}`,
      () => `${this.variable()} ${this.operator("<<=", ">>=")} ${this.exact()}`,
      () => `${this.variable()} >>>= ${1 + this.random.below(31)}`,
      () => `self(pair).s_a = ${this.exact()}`,
      () => `self(pair).s_own.s_a ^= ${this.exact()}`,
    );
  }

  private variable(): string {
    return this.operator("a", "b", "v", "w", "x", "y", "pair.s_a", "pair.s_own.s_a");
  }

  private atom(): string {
    return this.one(
      () => this.variable(),
      () => this.operator("a", "b", "c", "d", "v", "w", "x", "n", "pair.s_b", "pair.s_c", "small"),
      () => this.literal(),
      () => `bytes[${this.random.below(16)}]`,
      () => `pair.s_bytes[${this.random.below(4)}]`,
      () => `table[${this.random.below(4)}]`,
    );
  }

  private literal(): string {
    const edge = EDGES[this.random.below(EDGES.length)];
    const value = this.random.below(3) ? edge : this.random.below(0x80000000);
    return this.random.below(2) ? String(value) : `(-${value})`;
  }

  /** An expression whose value is an int32. */
  private exact(): string {
    if (this.depth > 3 || !this.random.below(5)) return this.atom();
    this.depth++;
    const text = this.one(
      () => `((${this.wrapped()}) | 0)`,
      () => `(${this.wrapped()} ${this.operator("&", "|", "^")} ${this.wrapped()})`,
      () => `(~(${this.wrapped()}))`,
      () => `(${this.exact()} ${this.operator("<<", ">>")} ${this.exact()})`,
      () => `(${this.wrapped()} >>> ${1 + this.random.below(31)})`,
      () => `((${this.exact()} >>> ${this.exact()}) | 0)`,
      () => `((${this.exact()} * (${this.exact()} & 0xfffff)) | 0)`,
      () => `((${this.exact()} / ${this.exact()}) | 0)`,
      () => `((${this.exact()} % ${this.exact()}) | 0)`,
      () => `((${this.exact()} >>> 0) % ${1 + this.random.below(0x7fffffff)})`,
      () => `((${this.exact()} & 255) + (${this.exact()} & 1023) * 9)`,
      () => `((${this.exact()} & 65535) - small)`,
      () => `(-(${this.exact()} >> 1))`,
      () => `(${this.condition()} ? ${this.exact()} : ${this.exact()})`,
      () => `(${this.exact()} || ${this.exact()})`,
      () => `(${this.exact()} && ${this.exact()})`,
      () => `(${this.assignment()})`,
      () => `bump(${this.exact()})`,
      () => `peek(${this.exact()})`,
      () => `bytes[(${this.exact()}) & 15]`,
      () =>
        this.callable
          ? `f${this.random.below(this.callable)}(${this.atom()}, ${this.exact()}, ${this.atom()}, ${this.exact()})`
          : this.atom(),
    );
    this.depth--;
    return text;
  }

  /** An expression of which the lower 32 bits count: sums that need not fit, of less than 53 bits. */
  private wrapped(): string {
    if (this.depth > 4) return this.exact();
    this.depth++;
    const text = this.one(
      () => this.exact(),
      () => `${this.exact()} + ${this.exact()}`,
      () => `${this.exact()} - ${this.exact()}`,
      () => `(${this.exact()} - (${this.exact()} + ${this.exact()}))`,
      () => `${this.exact()} * ${1 + this.random.below(1000)}`,
      () => `(-(${this.exact()}))`,
      () => `(${this.exact()} >>> 0)`,
    );
    this.depth--;
    return `(${text})`;
  }

  private condition(): string {
    if (this.depth > 3) return `${this.atom()} < ${this.atom()}`;
    this.depth++;
    const text = this.one(
      () => `${this.exact()} ${this.operator("<", ">", "<=", ">=", "===", "!==")} ${this.exact()}`,
      () => `(${this.exact()} >>> 0) ${this.operator("<", ">=", "===")} (${this.exact()} >>> 0)`,
      () => `!(${this.condition()})`,
      () => `(${this.condition()} && ${this.condition()})`,
      () => `(${this.condition()} || ${this.condition()})`,
      () => `self(pair) === pair.s_next`,
      () => `(${this.exact()} & 4) !== 0`,
    );
    this.depth--;
    return text;
  }
}
