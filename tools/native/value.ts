/**
 * A piece of C that stands for a value: its text, how tightly that binds, its type, and between what limits a number is.
 *
 * Two kinds of numbers. One that is *exact* is the number that JavaScript has: an int32, or a uint32 as `>>>` makes it. Of
 * one that is *wrapped* only the lower 32 bits are JavaScript's, since an operator that looks at no others follows. Sums are
 * taken as plain int32 where they are exact (that they fit is the author's promise, which the sanitizer checks) and as
 * uint32, which wraps, where they are not.
 */
import type ts from "typescript";
import type { Compiler } from "./compiler";
import { spell } from "./constants";
import {
  BOOL,
  type CType,
  declaration,
  I32,
  isNumber,
  RANGES,
  REFUSED,
  REFUSED_VALUE,
  type Scalar,
  sameType,
  U32,
} from "./ctype";

export interface Value {
  c: string;
  binds: number;
  type: CType;
  lo: number;
  hi: number;
}

/** How tightly C's operators bind. */
export const BINDS = {
  primary: 16,
  unary: 15,
  "*": 13,
  "/": 13,
  "%": 13,
  "+": 12,
  "-": 12,
  "<<": 11,
  ">>": 11,
  "<": 10,
  ">": 10,
  "<=": 10,
  ">=": 10,
  "==": 9,
  "!=": 9,
  "&": 8,
  "^": 7,
  "|": 6,
  "&&": 5,
  "||": 4,
  "?": 3,
  "=": 2,
} as const;

export type Operator = Exclude<keyof typeof BINDS, "primary" | "unary">;

const [LEAST, MOST] = RANGES.i32;

export function value(c: string, type: CType, binds: number = BINDS.primary, range?: [lo: number, hi: number]): Value {
  const [lo, hi] = range ?? (type.kind in RANGES ? RANGES[type.kind as Scalar] : [0, 0]);
  return { c, binds, type, lo, hi };
}

export const refusedValue: Value = value(REFUSED_VALUE, REFUSED);

/** What is not in the subset stands for nothing, so that nobody complains of it again. */
export function refuse(cx: Compiler, node: ts.Node, what: string, instead: string): Value {
  cx.refuse(node, what, instead);
  return refusedValue;
}

export function constant(number: number): Value {
  return value(spell(number), number > MOST ? U32 : I32, number < 0 ? BINDS.unary : BINDS.primary, [number, number]);
}

export function flag(c: string, binds: number = BINDS.primary): Value {
  return value(c, BOOL, binds);
}

/** A number that is known, and nothing happens on the way to it. */
export function isConstant({ c, lo, hi, type }: Value): boolean {
  return lo === hi && isNumber(type) && /^-?\w+$/.test(c);
}

export function fitsInt32({ lo, hi }: Pick<Value, "lo" | "hi">): boolean {
  return lo >= LEAST && hi <= MOST;
}

/** The text, in parentheses where `binds` would tear it apart. */
export function bound(v: Value, binds: number): string {
  return v.binds < binds ? `(${v.c})` : v.c;
}

/** Two values and an operator between them; parentheses also where a reader would have to know C's rules by heart. */
export function infix(a: Value, op: Operator, b: Value): string {
  return `${operand(a, op, BINDS[op])} ${op} ${operand(b, op, BINDS[op] + 1)}`;
}

function operand(v: Value, op: Operator, least: number): string {
  const bits = ["&", "^", "|", "<<", ">>"].includes(op);
  const unclear = bits ? v.binds < BINDS.unary && v.binds !== BINDS[op] : op === "||" && v.binds === BINDS["&&"];
  return unclear ? `(${v.c})` : bound(v, least);
}

/** The value as a uint32, for arithmetic that wraps. */
export function asUnsigned(v: Value): Value {
  if (v.type.kind === "u32") return v;
  if (isConstant(v)) return { ...v, c: `${v.lo >>> 0}u`, binds: BINDS.primary, type: U32 };
  return { ...v, c: `(uint32_t)${bound(v, BINDS.unary)}`, binds: BINDS.unary, type: U32 };
}

/** The value as an int32: of a wrapped one, what `| 0` makes of it. */
export function asSigned(v: Value): Value {
  if (v.type.kind !== "u32") return v;
  const range: [number, number] = fitsInt32(v) ? [v.lo, v.hi] : RANGES.i32;
  if (isConstant(v)) return constant(v.lo | 0);
  return value(`(int32_t)${bound(v, BINDS.unary)}`, I32, BINDS.unary, range);
}

/** An exact value as what a variable, parameter or field of type `to` takes. */
export function convert(cx: Compiler, v: Value, to: CType, node: ts.Node): Value {
  if (v.type.kind === "refused" || to.kind === "refused") return { ...v, type: to };
  if (isNumber(to) && isNumber(v.type)) return convertNumber(cx, v, to, node);
  if (sameType(v.type, to) || (to.kind === "bool" && v.type.kind === "bool")) return v;
  if (v.type.kind === "null") return { ...v, type: to };
  if (to.kind === "ref" && v.type.kind === "ref" && v.type.to.isA(to.to)) return cast(v, to);
  if (to.kind === "opaque" && (v.type.kind === "ref" || v.type.kind === "array")) return { ...v, type: to };
  if (to.kind === "null" && v.type.kind !== "bool") return v;
  cx.refuse(node, "a value of another type than its place", `this place takes ${typeName(to)}`);
  return { ...v, type: to };
}

function typeName(type: CType): string {
  if (type.kind === "ref") return type.to.name;
  return type.kind === "bool" ? "true or false (=== 0, !== null)" : declaration(type, "");
}

export function cast(v: Value, to: CType): Value {
  return value(`(${declaration(to, "")})${bound(v, BINDS.unary)}`, to, BINDS.unary);
}

/** Into less than 32 bits goes what fits: proved here, or promised and checked by a test build (U8 ... of the runtime). */
function convertNumber(cx: Compiler, v: Value, to: { kind: Exclude<Scalar, "bool"> }, node: ts.Node): Value {
  const [lo, hi] = RANGES[to.kind];
  if (v.lo >= lo && v.hi <= hi) return v.type.kind === "u32" && to.kind !== "u32" ? asSigned(v) : v;
  if (v.type.kind === "u32" && to.kind === "i32") {
    cx.refuse(node, "an unsigned value where an int32 belongs", "make it one: (...) | 0");
    return asSigned(v);
  }
  if (to.kind === "u32") return asUnsigned(v);
  return to.kind === "i32" ? v : value(`${to.kind.toUpperCase()}(${v.c})`, to);
}
