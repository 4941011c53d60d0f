/**
 * Conditions, comparisons, and values that are one or the other.
 */
import ts from "typescript";
import type { Compiler } from "./compiler";
import { constantOf } from "./constants";
import { type CType, isNumber, isReference, REFUSED, sameType } from "./ctype";
import { isAssignment } from "./effects";
import { exact } from "./expressions";
import { Sequence } from "./sequence";
import {
  asSigned,
  asUnsigned,
  BINDS,
  bound,
  cast,
  fitsInt32,
  flag,
  infix,
  type Operator,
  type Value,
  value,
} from "./value";

const K = ts.SyntaxKind;

export const COMPARISONS: { [operator: number]: Operator } = {
  [K.LessThanToken]: "<",
  [K.GreaterThanToken]: ">",
  [K.LessThanEqualsToken]: "<=",
  [K.GreaterThanEqualsToken]: ">=",
  [K.EqualsEqualsEqualsToken]: "==",
  [K.ExclamationEqualsEqualsToken]: "!=",
};

export function choice(cx: Compiler, node: ts.ConditionalExpression): Value {
  const when = condition(cx, node.condition);
  const [a, b] = [exact(cx, node.whenTrue), exact(cx, node.whenFalse)];
  const type = common(cx, a, b, node);
  const c = `${bound(when, BINDS["||"])} ? ${branch(a, type)} : ${branch(b, type)}`;
  return value(c, type, BINDS["?"], [Math.min(a.lo, b.lo), Math.max(a.hi, b.hi)]);
}

function branch(v: Value, type: CType): string {
  const same = v.type.kind === "null" || sameType(v.type, type) || isNumber(type);
  return bound(same ? v : cast(v, type), BINDS["?"] + 1);
}

/** The type of a value that is one or the other. */
function common(cx: Compiler, a: Value, b: Value, node: ts.Node): CType {
  const [x, y] = [a.type, b.type];
  if (x.kind === "refused" || y.kind === "refused") return REFUSED;
  if (sameType(x, y) || (y.kind === "null" && isReference(x))) return x;
  if (x.kind === "null" && isReference(y)) return y;
  if (x.kind === "ref" && y.kind === "ref" && y.to.isA(x.to)) return x;
  if (x.kind === "ref" && y.kind === "ref" && x.to.isA(y.to)) return y;
  if (x.kind === "u32" && isNumber(y) && fitsInt32(b) && b.lo >= 0) return x;
  if (y.kind === "u32" && isNumber(x) && fitsInt32(a) && a.lo >= 0) return y;
  const mixed = x.kind === "u32" || y.kind === "u32";
  cx.refuse(
    node,
    mixed ? "signed or unsigned" : "a value of one type or another",
    mixed ? "(...) | 0" : "=== 0, !== null",
  );
  return REFUSED;
}

/** What is asked: true for a number that is not 0, for a reference that is not null. */
export function condition(cx: Compiler, node: ts.Expression): Value {
  if (ts.isParenthesizedExpression(node)) return condition(cx, node.expression);
  if (constantOf(cx, node) !== undefined) return flag(exact(cx, node).c, exact(cx, node).binds);
  if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken) {
    const v = condition(cx, node.operand);
    return flag(`!${bound(v, BINDS.unary)}`, BINDS.unary);
  }
  if (ts.isBinaryExpression(node)) {
    const op = node.operatorToken.kind;
    if (op === K.AmpersandAmpersandToken || op === K.BarBarToken) {
      const [a, b] = [condition(cx, node.left), condition(cx, node.right)];
      return flag(infix(a, op === K.BarBarToken ? "||" : "&&", b), op === K.BarBarToken ? BINDS["||"] : BINDS["&&"]);
    }
    if (isAssignment(op)) return flag(`(${exact(cx, node).c})`);
  }
  const v = exact(cx, node);
  return flag(v.c, v.binds);
}

/** `a || b` and `a && b` as values: the last that was looked at. */
export function oneOf(cx: Compiler, node: ts.BinaryExpression, or: boolean): Value {
  const isFlag = (side: ts.Expression) => (cx.checker.getTypeAtLocation(side).flags & ts.TypeFlags.BooleanLike) !== 0;
  if (isFlag(node.left) && isFlag(node.right)) return condition(cx, node);
  const [a, b] = [exact(cx, node.left), exact(cx, node.right)];
  const type = common(cx, a, b, node);
  if (or) return value(`${bound(a, BINDS["||"] + 1)} ?: ${branch(b, type)}`, type, BINDS["?"], hull(a, b));
  const none = isNumber(type) ? "0" : "NULL";
  const when = bound(a, BINDS["||"]);
  return value(`${when} ? ${branch(b, type)} : ${none}`, type, BINDS["?"], [Math.min(b.lo, 0), Math.max(b.hi, 0)]);
}

function hull(a: Value, b: Value): [number, number] {
  return [Math.min(a.lo, b.lo), Math.max(a.hi, b.hi)];
}

export function comparison(cx: Compiler, node: ts.BinaryExpression, op: Operator): Value {
  const sequence = new Sequence(cx, [node.left, node.right]);
  const [a, b] = comparable(cx, sequence.values, op, node);
  return sequence.around(flag(infix(a, op, b), BINDS[op]));
}

function comparable(cx: Compiler, [a, b]: Value[], op: Operator, node: ts.Node): [Value, Value] {
  if (a.type.kind === "refused" || b.type.kind === "refused") return [a, b];
  if (isNumber(a.type) && isNumber(b.type)) {
    if (a.type.kind === b.type.kind) return [a, b];
    if (fitsInt32(a) && fitsInt32(b)) return [asSigned(a), asSigned(b)];
    if (a.lo >= 0 && b.lo >= 0) return [asUnsigned(a), asUnsigned(b)];
    cx.refuse(node, "signed compared with unsigned", "(...) | 0 on the one, or >>> 0 on the other");
    return [a, b];
  }
  const equal = op === "==" || op === "!=";
  if (equal && a.type.kind === "bool" && b.type.kind === "bool") return [a, b];
  if (equal && isReference(a.type) && isReference(b.type)) return comparableReferences(cx, a, b, node);
  cx.refuse(node, "a comparison of what is not alike", "two numbers, or two references by === and !==");
  return [a, b];
}

function comparableReferences(cx: Compiler, a: Value, b: Value, node: ts.Node): [Value, Value] {
  if (a.type.kind === "null" || b.type.kind === "null" || sameType(a.type, b.type)) return [a, b];
  if (a.type.kind === "ref" && b.type.kind === "ref" && a.type.to.isA(b.type.to)) return [cast(a, b.type), b];
  if (a.type.kind === "ref" && b.type.kind === "ref" && b.type.to.isA(a.type.to)) return [a, cast(b, a.type)];
  if (a.type.kind !== "opaque" && b.type.kind !== "opaque")
    cx.refuse(node, "two strangers compared", "references to one structure");
  return [a, b];
}
