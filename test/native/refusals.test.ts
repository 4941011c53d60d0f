/**
 * What is not in the subset (docs/subset.md) is refused, each thing where it stands; and what is in it is not.
 */
import { refusalsOf } from "./lib/house";

const S = "interface S { s_a: number; s_next: S | null; s_b: u8; s_fn: (n: number) => void }\n";
const T = `${S}interface D extends S { d_x: boolean }\ninterface Other { o_a: number }\n`;

/** A case, and what is refused in it, by line. */
const CASES: { [title: string]: [text: string, ...refused: string[]] } = {
  "a string as a type": ["let s: string;", "1: a string"],
  "a string as a value": ['function f(): boolean { return "a" === "b"; }', "1: a string"],
  "a template": [`function f(a: number): void { \`\${a}\`; }`, "1: an expression that does nothing", "1: a string"],
  "any, unknown, object": [
    "let a: any;\nlet b: unknown;\nlet c: object;",
    "1: the type any",
    "2: the type unknown",
    "3: the type object",
  ],
  "a union": [`${T}let u: S | Other | null;`, "4: the type S | Other | null"],
  "a number or null": ["let n: number | null;", "1: the type number | null"],
  "an array without a length": ["let a: number[];", "1: an array"],
  "a table whose length is no constant": [
    "let n: number;\nlet t: Table<number, number>;",
    "2: a table without a length",
  ],
  "an optional field": ["interface A { a?: number }", "1: a field that may be missing"],
  "a method": ["interface A { a(): void }", "1: a member that is no field"],
  "two bases": [`${T}interface B extends D, Other {}`, "4: B extends several structures"],
  "a structure with a parameter": ["interface G<T> { g: T }", "1: the type G<...>"],
  "an optional parameter": ["function f(a?: number): void {}", "1: a parameter that may be missing"],
  "a default": ["function f(a = 1): void {}", "1: a parameter that may be missing"],
  "a parameter without a type": ["function f(a): void {}", "1: a type is missing"],
  "a result without a type": ["function f() {}", "1: a type is missing"],
  "a closure": ["let g: () => void;\nfunction f(): void { g = () => {}; }", "2: a function in an expression"],
  "a function in a function": ["function f(): void { function g(): void {} g(); }", "1: a function in a function"],
  "a class": ["class C {}", "1: ClassDeclaration at the top of a file"],
  var: ["function f(): void { var a = 1; a = 2; }", "1: var"],
  "a pattern": ["function f(b: number): void { const [a] = [b]; }", "1: a pattern"],
  try: ["function f(): void { try { f(); } finally { f(); } }", "1: try"],
  throw: ["function f(): void { throw 1; }", "1: throw"],
  "for of, for in": [
    "function f(): void { for (const a of [1]) f(); for (const b in [1]) f(); }",
    "1: for of",
    "1: for in",
  ],
  "a label": ["function f(): void { a: while (true) break a; }", "1: a label"],
  "==": ["function f(a: number): boolean { return a == 1; }", "1: =="],
  "?? and ?.": [`${S}function f(s: S | null): number { return s?.s_a ?? 0; }`, "2: ??"],
  "?. alone": [`${S}function f(s: S): S | null { return s?.s_next; }`, "2: ?."],
  "**": ["function f(a: number): number { return a ** 2; }", "1: **"],
  typeof: ["function f(a: number): boolean { return typeof a === typeof a; }", "1: typeof"],
  delete: [
    `${S}function f(s: any): void { delete s.s_a; }`,
    "2: the type any",
    "2: an expression that does nothing",
    "2: delete",
  ],
  "in, instanceof": ["function f(a: number): boolean { return a in [1]; }", "1: in"],
  undefined: ["function f(a: number): boolean { return a === undefined; }", "1: undefined"],
  "an array in an expression": ["function f(): number { return [1, 2][0]; }", "1: an array"],
  "new in an expression": ["function f(): Uint8Array { return new Uint8Array(4); }", "1: new"],
  "a table of another length": [
    "let b: Bytes<6>;\nfunction f(): void { b = new Uint8Array(4); }",
    "2: a table that is given another",
  ],
  "a table that is given another": [
    "let b: Bytes<6>;\nfunction f(c: Uint8Array): void { b = c; }",
    "2: a table that is given another",
  ],
  "a method of arrays": ["let b: Bytes<6>;\nfunction f(): void { b.fill(0); }", "2: .fill()"],
  ".length of a reference": ["function f(b: Uint8Array): number { return b.length; }", "1: .length of no table"],
  "a fraction": ["function f(a: number): boolean { return a < 0.5; }", "1: a fraction"],
  "a constant that is a fraction": ["const HALF = 1 / 2;\nfunction f(): number { return HALF; }", "2: a fraction"],
  "a quotient that is not cut off": [
    "function f(a: number): number { return a / 2; }",
    "1: a quotient, which may be a fraction",
  ],
  "a sum of quotients": [
    "function f(a: number): number { return (a / 2 + 1) | 0; }",
    "1: a quotient, which may be a fraction",
  ],
  "a number of more than 32 bits": [
    "function f(a: number): boolean { return a < 4294967296; }",
    "1: a number of more than 32 bits",
  ],
  "a product that JavaScript rounds": [
    "function f(a: number, b: number): number { return (a * b) | 0; }",
    "1: a product of more than 53 bits",
  ],
  "an unsigned value as an int32": [
    "function f(a: number): number { return a >>> 0; }",
    "1: an unsigned value where an int32 belongs",
  ],
  "a sum with an unsigned value": [
    "function f(a: number): boolean { return (a >>> 0) + 1 > 5; }",
    "1: arithmetic with an unsigned value",
  ],
  "signed compared with unsigned": [
    "function f(a: number): boolean { return a >>> 0 > a; }",
    "1: signed compared with unsigned",
  ],
  "a plus sign": ["function f(a: number): number { return +a; }", "1: a plus sign"],
  "a value of one type or another": [
    `${S}function f(s: S | null, n: number): boolean { return !!(n && s) && (n || s) === s; }`,
    "2: a value of one type or another",
  ],
  "a number for a flag": [
    "function f(a: number): boolean { return (a & 1) as unknown as boolean; }",
    "1: the type unknown",
  ],
  "two strangers compared": [
    `${T}function f(a: S, b: Other): boolean { return (a as unknown) === b; }`,
    "4: the type unknown",
  ],
  "a cast between strangers": [`${T}function f(a: S): Other { return a as unknown as Other; }`, "4: the type unknown"],
  "a look into a stranger's reference": ["function f(a: caddr_t): number { return (a as any).x; }", "1: the type any"],
  "an assignment that cuts off, and its value": [
    "let b: Bytes<4>;\nfunction f(a: number): number { return (b[0] = a); }",
    "2: the value of an assignment that may cut it off",
  ],
  "++ of a byte within an expression": [
    "let b: Bytes<4>;\nfunction f(): number { return b[0]++; }",
    "2: ++ within an expression",
  ],
  "a comma": ["function f(a: number): number { return (a++, a); }", "1: a comma"],
  "a statement that does nothing": ["function f(a: number): void { a === 1; }", "1: an expression that does nothing"],
  "a case that is no constant": [
    "function f(a: number): void { switch (a) { case a: break; } }",
    "1: a case that is no constant",
  ],
  "a switch over what is no number": [
    "function f(a: boolean): void { switch (a) { case true: break; } }",
    "1: a switch over what is no number",
  ],
  "too few arguments": [
    "function g(a: number): void {}\nfunction f(): void { (g as () => void)(); }",
    "2: a call with too few arguments",
  ],
  "another signature": [
    "let h: (a: number) => number;\nfunction g(): boolean { return true; }\nfunction f(): void { h = g as never; }",
    "3: the type never",
  ],
  "a structure taken for granted": [
    `${S}function f(): number { const s: S = { s_a: 1, s_next: null, s_b: 0, s_fn: g }; return s.s_a; }\nfunction g(n: number): void {}`,
    "2: a structure that is taken for granted",
  ],
  "a structure that is not asked for": [
    `${S}function f(): number { const s: S | null = { s_a: 1, s_next: null, s_b: 0, s_fn: g };\n return s.s_a; }\nfunction g(n: number): void {}`,
    "2: a structure that is taken for granted",
  ],
  "a structure of some fields that is not asked for": [
    `${S}function f(): number { const s: S | null = { s_a: 1 } as S;\n return s.s_a; }`,
    "2: a structure that is taken for granted",
  ],
  "a look at the shell's fields, nor a call for what goes there": [
    "interface N { n_name: Shell<number>; n_a: number }\nfunction f(n: N): number { n.n_name = f(n);\n return n.n_name; }",
    "2: a look at what the shell keeps",
    "3: a look at what the shell keeps",
  ],
  "a structure as an argument": [
    `${S}function f(): void { h({ s_a: 1, s_next: null, s_b: 0, s_fn: g }); }\nfunction g(n: number): void {}\nfunction h(s: S): void {}`,
    "2: a structure made here",
  ],
  "a structure out of no pool": [
    "interface P { p: number }\nfunction f(): P | null { return { p: 1 }; }",
    "2: a P out of no pool",
  ],
  "a structure for a place that is never null": [
    `${S}interface Q { q_s: S }\nfunction f(q: Q): void { q.q_s = { s_a: 1, s_next: null, s_b: 0, s_fn: g }; }\nfunction g(n: number): void {}`,
    "3: a structure for a place that is never null",
  ],
  "an Embedded structure that is given another": [
    `${T}let e: Embedded<Other>;\nfunction f(o: Other): void { e = o; }`,
    "5: an Embedded structure that is given another",
  ],
  "a file that is not native": [
    'import { stranger } from "./stranger";\nfunction f(): number { return stranger(); }',
    "1: stranger, which is not native",
    "2: stranger, which is not native",
  ],
  "a variable of such a file": [
    'import { odd } from "./stranger";\nfunction f(): number { return odd; }',
    "1: odd, which is not native",
    "2: odd, which is not native",
  ],
  "what the machine keeps for the shell": [
    'import { printf, bcopy_string } from "./machdep";\nfunction f(): void { bcopy_string(null!, 1); }',
    "2: bcopy_string",
  ],
  "an import that is not by name": ['import * as all from "./stranger";', "1: an import that is not by name"],
  "a statement at the top": ["f();\nfunction f(): void {}", "1: ExpressionStatement at the top of a file"],
  async: ["async function f(): Promise<void> {}", "1: a function that waits", "1: the type Promise<...>"],
};

/** All in the subset. */
const FINE = `${T}
const N = 4;
const table = [1, 2, 300];
let first: S | null;
let ti: Embedded<Other>;
let counts: Words<typeof N>;
let calls: Table<(n: number) => void, 2>;
let free: caddr_t;
export function make(a: number): S | null {
  const s: S | null = { s_a: a, s_next: first, s_b: a & 255, s_fn: hear };
  if (!s) return null;
  first = s;
  ti = { o_a: a };
  counts = new Uint32Array(N);
  calls = [];
  calls[0] = hear;
  free = s;
  return s;
}
function hear(n: number): void {
  counts[n & 3]++;
  let p = first;
  while (p && p.s_a !== n) p = p.s_next;
  if (p) p.s_fn((n - 1) | 0);
  (free as S).s_a = table[1] + table.length;
}
function call<X>(f: (x: X) => void, x: X): void {
  f(x);
}
export function all(d: D): boolean {
  call(take, d);
  for (let i = 0, j = 9; i < j; i++, j--) if (((i - j) | 0) < 0) continue;
  const base: S = d;
  return d === (base as D) && (d.d_x || (d.s_a & 4) !== 0);
}
function take(d: D): void {
  d.s_b = ((d.s_a / 3) | 0) & 15;
  d.s_a += d.s_b ? 1 : -1;
}
interface Named { n_name: Shell<string>; n_a: number }
function named(n: Named): S | null {
  const s: S | null = {} as S;
  if (!s) return null;
  n.n_name = "";
  s.s_a = n.n_a;
  return s;
}
`;

describe("The subset", () => {
  let found: string[][];
  const titles = Object.keys(CASES);

  beforeAll(() => {
    found = refusalsOf([...titles.map((title) => CASES[title][0]), FINE], { S: 3 });
  });

  for (const [i, title] of titles.entries())
    it(`has no ${title}`, () => {
      const [, ...refused] = CASES[title];
      expect(found[i]).toEqual(refused);
    });

  it("has all that the stack is made of", () => {
    expect(found[titles.length]).toEqual([]);
  });
});
