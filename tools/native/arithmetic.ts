/**
 * Arithmetic: what it means in JavaScript, in C. value.ts says what exact and wrapped is.
 */
import ts from "typescript";
import type { Compiler } from "./compiler";
import { I32, isNumber, RANGES } from "./ctype";
import { exact, wrapped } from "./expressions";
import { Sequence } from "./sequence";
import {
  asSigned,
  asUnsigned,
  BINDS,
  bound,
  constant,
  fitsInt32,
  infix,
  isConstant,
  refuse,
  refusedValue,
  type Value,
  value,
} from "./value";

const K = ts.SyntaxKind;
/** Up to here JavaScript's numbers are exact. */
const SAFE = 2 ** 53;

type Range = [lo: number, hi: number];

/** Operators that look at the lower 32 bits of their operands only. */
const BITWISE: readonly ts.SyntaxKind[] = [
  K.AmpersandToken,
  K.BarToken,
  K.CaretToken,
  K.LessThanLessThanToken,
  K.GreaterThanGreaterThanToken,
  K.GreaterThanGreaterThanGreaterThanToken,
];

/** Operators whose lower 32 bits depend on no others of their operands. */
const SUMS: readonly ts.SyntaxKind[] = [K.PlusToken, K.MinusToken, K.AsteriskToken];

/** The exact value of an operator on numbers. */
export function arithmetic(cx: Compiler, node: ts.BinaryExpression | ts.PrefixUnaryExpression): Value {
  return ts.isPrefixUnaryExpression(node) ? unary(cx, node) : binary(cx, node, false);
}

/** The lower 32 bits of what need not fit: sums, products and quotients; undefined for anything else. */
export function wrappedArithmetic(cx: Compiler, node: ts.Expression): Value | undefined {
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.MinusToken)
    return minus(asUnsigned(wrapped(cx, node.operand)));
  if (!ts.isBinaryExpression(node)) return undefined;
  const op = node.operatorToken.kind;
  return SUMS.includes(op) || op === K.SlashToken ? binary(cx, node, true) : undefined;
}

function binary(cx: Compiler, node: ts.BinaryExpression, wraps: boolean): Value {
  const op = node.operatorToken.kind;
  const sequence = new Sequence(cx, [node.left, node.right], operandOf(op, wraps));
  const [a, b] = sequence.values;
  return sequence.around(operate(cx, node, op, a, b, wraps));
}

/** How the operands of an operator are translated. */
export function operandOf(op: ts.SyntaxKind, wraps: boolean): typeof exact {
  if (BITWISE.includes(op)) return wrapped;
  return wraps && SUMS.includes(op) ? summand : exact;
}

/** A part of a sum that wraps: a fraction would not be cut off before it is added. */
function summand(cx: Compiler, node: ts.Expression): Value {
  if (ts.isParenthesizedExpression(node)) return summand(cx, node.expression);
  const fraction = ts.isBinaryExpression(node) && node.operatorToken.kind === K.SlashToken;
  return fraction ? exact(cx, node) : wrapped(cx, node);
}

/** `a op b`; `wraps` where only the lower 32 bits of it matter. */
export function operate(cx: Compiler, node: ts.Node, op: ts.SyntaxKind, a: Value, b: Value, wraps: boolean): Value {
  if (!numbers(cx, node, [a, b])) return refusedValue;
  if (SUMS.includes(op)) return wraps ? wrappedSum(cx, node, op, a, b) : sum(cx, node, op, a, b);
  if (op === K.PercentToken) return remainder(cx, node, a, b);
  if (op === K.SlashToken)
    return wraps ? quotient(cx, node, a, b) : refuse(cx, node, "a quotient, which may be a fraction", "(a / b) | 0");
  if (op in BIT_SYMBOLS) return bitwise(op, asSigned(a), asSigned(b));
  if (BITWISE.includes(op)) return shift(op, a, b);
  return refuse(cx, node, "this operator", "what docs/subset.md has");
}

/** Are these numbers? Others have been refused, or are now. */
function numbers(cx: Compiler, node: ts.Node, values: Value[]): boolean {
  if (values.every(({ type }) => isNumber(type))) return true;
  if (!values.some(({ type }) => type.kind === "refused"))
    refuse(cx, node, "arithmetic with what is no number", "numbers");
  return false;
}

function rangeOf(op: ts.SyntaxKind, a: Value, b: Value): Range {
  if (op === K.PlusToken) return [a.lo + b.lo, a.hi + b.hi];
  if (op === K.MinusToken) return [a.lo - b.hi, a.hi - b.lo];
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return [Math.min(...corners), Math.max(...corners)];
}

function symbolOf(op: ts.SyntaxKind): "+" | "-" | "*" {
  return op === K.PlusToken ? "+" : op === K.MinusToken ? "-" : "*";
}

/** A sum, difference or product that fits an int32: proved or promised. */
function sum(cx: Compiler, node: ts.Node, op: ts.SyntaxKind, a: Value, b: Value): Value {
  if (!fitsInt32(a) || !fitsInt32(b))
    return refuse(cx, node, "arithmetic with an unsigned value", "(...) | 0 around the sum");
  const [lo, hi] = rangeOf(op, a, b);
  const range: Range = [Math.max(lo, RANGES.i32[0]), Math.min(hi, RANGES.i32[1])];
  if (range[0] > range[1]) return refuse(cx, node, "a sum that never fits an int32", "(...) | 0");
  const symbol = symbolOf(op);
  return value(infix(asSigned(a), symbol, asSigned(b)), I32, BINDS[symbol], range);
}

function wrappedSum(cx: Compiler, node: ts.Node, op: ts.SyntaxKind, a: Value, b: Value): Value {
  const range = rangeOf(op, a, b);
  if (range[0] < -SAFE || range[1] > SAFE)
    return refuse(cx, node, "a product of more than 53 bits", "factors of fewer bits: mask or shift one of them first");
  const symbol = symbolOf(op);
  if (fitsInt32({ lo: range[0], hi: range[1] }) && a.type.kind !== "u32" && b.type.kind !== "u32")
    return value(infix(a, symbol, b), I32, BINDS[symbol], range);
  // C makes both operands unsigned when one is
  const c = isConstant(a) ? infix(a, symbol, asUnsigned(b)) : infix(asUnsigned(a), symbol, b);
  return value(c, { kind: "u32" }, BINDS[symbol], range);
}

/** `a / b` where its fraction is cut off; 0 where b is. */
function quotient(cx: Compiler, node: ts.Node, a: Value, b: Value): Value {
  if (!fitsInt32(a) || !fitsInt32(b)) return unsignedQuotient(cx, node, a, "/", b);
  return divided(asSigned(a), "/", asSigned(b), quotientRange(a, b));
}

function quotientRange(a: Value, b: Value): Range {
  const most = Math.max(Math.abs(a.lo), Math.abs(a.hi));
  if (!isConstant(b) || !b.lo) return [a.lo >= 0 && b.lo >= 0 ? 0 : -most, most];
  const ends = [Math.trunc(a.lo / b.lo), Math.trunc(a.hi / b.lo)];
  return [Math.min(...ends), Math.max(...ends)];
}

/** C's own operator where the divisor is known to make no trouble, else the runtime's function. */
function divided(a: Value, op: "/" | "%", b: Value, [lo, hi]: Range): Value {
  const range: Range = [Math.max(lo, RANGES.i32[0]), Math.min(hi, RANGES.i32[1])];
  if (b.lo > 0 || b.hi < -1) return value(infix(a, op, b), I32, BINDS[op], range);
  return value(`${op === "/" ? "div32" : "mod32"}(${a.c}, ${b.c})`, I32, BINDS.primary, range);
}

/** With a value of 32 bits without a sign: when the divisor is known to be none that makes trouble. */
function unsignedQuotient(cx: Compiler, node: ts.Node, a: Value, op: "/" | "%", b: Value): Value {
  if (a.lo < 0 || b.lo <= 0)
    return refuse(
      cx,
      node,
      "an unsigned value divided by one of either sign",
      "a divisor that is positive for certain",
    );
  const range: Range = op === "/" ? [Math.floor(a.lo / b.hi), Math.floor(a.hi / b.lo)] : [0, Math.min(a.hi, b.hi - 1)];
  const v = value(infix(asUnsigned(a), op, b), { kind: "u32" }, BINDS[op], range);
  return fitsInt32(v) && op === "%" ? asSigned(v) : v;
}

/** What is left; 0 where b is (JavaScript has no number for it, so nobody can have asked). */
function remainder(cx: Compiler, node: ts.Node, a: Value, b: Value): Value {
  if (!fitsInt32(a) || !fitsInt32(b)) return unsignedQuotient(cx, node, a, "%", b);
  const most = Math.max(Math.abs(b.lo), Math.abs(b.hi)) - 1;
  const range: Range = [a.lo < 0 ? Math.max(a.lo, -most) : 0, a.hi > 0 ? Math.min(a.hi, most) : 0];
  return divided(asSigned(a), "%", asSigned(b), range);
}

function unary(cx: Compiler, node: ts.PrefixUnaryExpression): Value {
  const complement = node.operator === K.TildeToken;
  if (!complement && node.operator !== K.MinusToken)
    return refuse(cx, node, "a plus sign", "nothing: it is a number already");
  const v = complement ? wrapped(cx, node.operand) : exact(cx, node.operand);
  if (!numbers(cx, node, [v])) return refusedValue;
  if (complement)
    return value(`~${bound(asSigned(v), BINDS.unary)}`, I32, BINDS.unary, [~asSigned(v).hi, ~asSigned(v).lo]);
  if (!fitsInt32(v)) return refuse(cx, node, "arithmetic with an unsigned value", "(...) | 0 around it");
  const negative = minus(asSigned(v));
  return { ...negative, hi: Math.min(negative.hi, RANGES.i32[1]) };
}

function minus(v: Value): Value {
  const text = bound(v, BINDS.unary);
  return { ...v, c: `-${text.startsWith("-") ? `(${text})` : text}`, binds: BINDS.unary, lo: -v.hi, hi: -v.lo };
}

const BIT_SYMBOLS: { [op: number]: "&" | "|" | "^" } = {
  [K.AmpersandToken]: "&",
  [K.BarToken]: "|",
  [K.CaretToken]: "^",
};

function bitwise(op: ts.SyntaxKind, a: Value, b: Value): Value {
  if (op === K.BarToken && isConstant(b) && b.lo === 0) return a;
  const symbol = BIT_SYMBOLS[op];
  return value(infix(a, symbol, b), I32, BINDS[symbol], bitRange(symbol, a, b));
}

function bitRange(symbol: "&" | "|" | "^", a: Value, b: Value): Range {
  if (symbol === "&") {
    if (a.lo >= 0 && b.lo >= 0) return [0, Math.min(a.hi, b.hi)];
    if (a.lo >= 0 || b.lo >= 0) return [0, a.lo >= 0 ? a.hi : b.hi];
    return RANGES.i32;
  }
  return a.lo >= 0 && b.lo >= 0 ? [0, 2 ** (32 - Math.clz32(Math.max(a.hi, b.hi))) - 1] : RANGES.i32;
}

function shift(op: ts.SyntaxKind, a: Value, by: Value): Value {
  const count = by.lo >= 0 && by.hi < 32 ? by : value(infix(asSigned(by), "&", constant(31)), I32, BINDS["&"], [0, 31]);
  if (op === K.LessThanLessThanToken) return shiftLeft(a, count);
  if (op === K.GreaterThanGreaterThanToken) return shiftRight(asSigned(a), count);
  return shiftUnsigned(a, count);
}

function shiftLeft(a: Value, count: Value): Value {
  const signed = asSigned(a);
  const most = signed.hi * 2 ** count.hi;
  if (signed.lo >= 0 && most <= RANGES.i32[1]) return value(infix(signed, "<<", count), I32, BINDS["<<"], [0, most]);
  return asSigned(value(infix(asUnsigned(a), "<<", count), { kind: "u32" }, BINDS["<<"]));
}

function shiftRight(a: Value, count: Value): Value {
  const range: Range = [a.lo < 0 ? a.lo >> count.lo : a.lo >> count.hi, a.hi < 0 ? a.hi >> count.hi : a.hi >> count.lo];
  return value(infix(a, ">>", count), I32, BINDS[">>"], range);
}

/** Signed again where no bit can be the sign. */
function shiftUnsigned(a: Value, count: Value): Value {
  if (asSigned(a).lo >= 0) return count.hi ? shiftRight(asSigned(a), count) : asSigned(a);
  if (!count.hi) return value(asUnsigned(a).c, { kind: "u32" }, asUnsigned(a).binds);
  const v = value(infix(asUnsigned(a), ">>", count), { kind: "u32" }, BINDS[">>"], [0, 0xffffffff >>> count.lo]);
  return fitsInt32(v) ? asSigned(v) : v;
}
