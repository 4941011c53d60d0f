/**
 * Assignments: `=`, the operators with `=`, `++` and `--`.
 */
import ts from "typescript";
import { operandOf, operate } from "./arithmetic";
import { type Compiler, isConst, isTopLevel } from "./compiler";
import { type CType, I32, isNumber, RANGES, REFUSED, VOID } from "./ctype";
import { changesSame, hasEffects, mustPrecede, stores } from "./effects";
import { exact, wrapped } from "./expressions";
import { allocation, convertedTo, isStorage, makeInPlace, mayBeNull } from "./literals";
import { placeOf } from "./memory";
import { isMachine } from "./natives";
import { elementPlace, fieldPlace, globalType, localName, place, variablePlace } from "./places";
import { asSigned, BINDS, bound, convert, refuse, refusedValue, type Value, value } from "./value";

const K = ts.SyntaxKind;

/** Where something is put: as C names it, its type in memory, and does storing cut off what does not fit? */
interface Target {
  c: string;
  type: CType;
  wraps: boolean;
  /** what must be evaluated before: the text of temporaries */
  before: string[];
}

/** `used`: the value of the assignment is wanted. */
export function assignment(cx: Compiler, node: ts.BinaryExpression, used: boolean): Value {
  const operator = node.operatorToken.kind;
  if (isUnread(cx, node)) return unstored(cx, node.right);
  if (operator !== K.EqualsToken) return compound(cx, node, used);
  if (!used && isShells(cx, node.left) && !hasEffects(cx, node.right)) return value("(void)0", VOID);
  const storage = storageOf(cx, node.left);
  if (storage && isStorage(storage.type)) return makeInPlace(cx, node, storage.c, storage.type);
  const to = target(cx, node.left, mustPrecede(cx, node.left, node.right));
  if (!to) return refusedValue;
  if (ts.isObjectLiteralExpression(node.right))
    return stored(cx, node, to, "=", allocated(cx, node, node.right, to.type), used);
  const v = to.wraps ? narrowed(wrapped(cx, node.right), to.type) : convertedTo(cx, node.right, to.type);
  return stored(cx, node, to, "=", changesSame(cx, node.left, node.right) ? saved(cx, to, v) : v, used);
}

/** Is it a store to a place that is left out? */
function isUnread(cx: Compiler, node: ts.Node): boolean {
  const store = stores(cx, node);
  return !!store && cx.isGone(placeOf(cx, store.target));
}

/** What is left of a store to a place that nobody reads. */
function unstored(cx: Compiler, node: ts.Expression): Value {
  return value(hasEffects(cx, node) ? exact(cx, node).c : "(void)0", VOID);
}

/** A field that only JavaScript has: what is put there is left out. */
function isShells(cx: Compiler, node: ts.Expression): boolean {
  const field = ts.isPropertyAccessExpression(node) ? cx.declarationOf(node.name) : undefined;
  const type = field && ts.isPropertySignature(field) ? field.type : undefined;
  return !!type && ts.isTypeReferenceNode(type) && type.typeName.getText() === "Shell";
}

/** The value, evaluated before anything is stored. */
function saved(cx: Compiler, to: Target, v: Value): Value {
  const temporary = cx.temporary();
  to.before.push(`__auto_type ${temporary} = ${v.c};`);
  return { ...v, c: temporary, binds: BINDS.primary };
}

/** A structure out of its pool goes where there may be none. */
function allocated(cx: Compiler, node: ts.BinaryExpression, literal: ts.ObjectLiteralExpression, type: CType): Value {
  const declared = cx.declarationOf(ts.isPropertyAccessExpression(node.left) ? node.left.name : node.left);
  const typed =
    declared && (ts.isVariableDeclaration(declared) || ts.isPropertySignature(declared)) ? declared.type : undefined;
  if (!mayBeNull(typed)) return refuse(cx, literal, "a structure for a place that is never null", "a type with | null");
  return allocation(cx, literal, type);
}

/** Storage at the left of an assignment is made anew. */
function storageOf(cx: Compiler, node: ts.Expression): { c: string; type: CType } | undefined {
  const declaration = ts.isIdentifier(node) ? cx.declarationOf(node) : undefined;
  if (declaration && isTopLevel(declaration) && ts.isVariableDeclaration(declaration) && cx.isNative(declaration)) {
    const type = globalType(cx, declaration);
    return { c: variablePlace(cx, declaration, type), type };
  }
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
  const [c, type] = ts.isPropertyAccessExpression(node) ? fieldPlace(cx, node) : elementPlace(cx, node);
  return { c, type };
}

/** `save`: what the place is made of must be evaluated before what is put there. */
function target(cx: Compiler, node: ts.Expression, save: boolean): Target | null {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return target(cx, node.expression, save);
  if (ts.isIdentifier(node)) return variable(cx, node);
  if (ts.isPropertyAccessExpression(node)) return field(cx, node, save);
  if (ts.isElementAccessExpression(node)) return element(cx, node, save);
  cx.refuse(node, "an assignment to what is no variable", "a variable, a field or an element");
  return null;
}

function variable(cx: Compiler, node: ts.Identifier): Target | null {
  const declaration = cx.declarationOf(node);
  if (!declaration || !ts.isVariableDeclaration(declaration)) {
    const parameter = declaration && ts.isParameter(declaration) ? cx.locals.get(declaration) : undefined;
    return parameter ? { c: localName(node.text), type: parameter, wraps: false, before: [] } : null;
  }
  if (isMachine(declaration)) {
    cx.refuse(node, `an assignment to ${node.text}`, "only the machine does that");
    return null;
  }
  if (!isTopLevel(declaration)) {
    const type = cx.locals.get(declaration);
    return type ? { c: localName(node.text), type, wraps: false, before: [] } : null;
  }
  const type = globalType(cx, declaration);
  return type.kind === "refused" || isConst(declaration)
    ? null
    : { c: variablePlace(cx, declaration, type), type, wraps: false, before: [] };
}

function field(cx: Compiler, node: ts.PropertyAccessExpression, save: boolean): Target | null {
  const base = exact(cx, node.expression);
  if (!save || /^&g->\w+$/.test(base.c)) {
    const [c, type] = fieldPlace(cx, node, base);
    return type.kind === "refused" ? null : { c, type, wraps: false, before: [] };
  }
  const temporary = cx.temporary();
  const [c, type] = fieldPlace(cx, node, { ...base, c: temporary, binds: BINDS.primary });
  return type.kind === "refused" ? null : { c, type, wraps: false, before: [`__auto_type ${temporary} = ${base.c};`] };
}

/** An element of bytes or words takes the lower bits of whatever is put there, as JavaScript's arrays do. */
function element(cx: Compiler, node: ts.ElementAccessExpression, save: boolean): Target | null {
  const [c, type, sequence] = elementPlace(cx, node);
  if (type.kind === "refused") return null;
  const wraps = isNumber(type) && isTypedArray(cx, node.expression);
  if (!save && !sequence.needed) return { c, type, wraps, before: [] };
  const temporary = cx.temporary();
  return {
    c: `*${temporary}`,
    type,
    wraps,
    before: [`__auto_type ${temporary} = ${sequence.around(place(`&${c}`, type)).c};`],
  };
}

/** Is it one of JavaScript's typed arrays, not a table of numbers, which keeps what does not fit? */
function isTypedArray(cx: Compiler, node: ts.Expression): boolean {
  const type = cx.checker.getNonNullableType(cx.checker.getTypeAtLocation(node));
  return /^(Uint|Int)(8|16|32)Array$/.test(type.symbol?.name ?? "");
}

/** The lower bits, which C's own assignment takes too. */
function narrowed(v: Value, type: CType): Value {
  return v.type.kind === "refused" || !isNumber(type) ? v : { ...v, type };
}

/** The store itself. */
function stored(cx: Compiler, node: ts.Node, to: Target, operator: string, v: Value, used: boolean): Value {
  const narrow = isNumber(to.type) && to.type.kind !== "i32";
  const fits = narrow && v.lo >= RANGES[to.type.kind as "u8"][0] && v.hi <= RANGES[to.type.kind as "u8"][1];
  if (used && narrow && !fits) cx.refuse(node, "the value of an assignment that may cut it off", "two statements");
  const c = `${to.c} ${operator} ${bound(v, BINDS["="])}`;
  const type = v.type.kind === "refused" ? REFUSED : resultType(to.type);
  if (!to.before.length) return value(c, type, BINDS["="], [v.lo, v.hi]);
  return value(`({ ${to.before.join(" ")} ${c}; })`, type, BINDS.primary, [v.lo, v.hi]);
}

function resultType(type: CType): CType {
  return place("", type).type;
}

/** `a op= b`: a is read, b evaluated, the result stored. */
function compound(cx: Compiler, node: ts.BinaryExpression, used: boolean): Value {
  const op = BARE[node.operatorToken.kind];
  if (op === undefined) return refuse(cx, node, node.operatorToken.getText(), "what docs/subset.md has");
  const save = mustPrecede(cx, node.left, node.right);
  const to = target(cx, node.left, save || hasEffects(cx, node.left));
  if (!to) return refusedValue;
  const right = operandOf(op, to.wraps)(cx, node.right);
  if (save) return spelledOut(cx, node, to, op, right, used);
  return (
    shortForm(cx, node, to, op, right) ??
    result(cx, node, to, operate(cx, node, op, place(to.c, to.type), right, to.wraps), used)
  );
}

/** C's own `op=`, where it means the same. */
function shortForm(
  cx: Compiler,
  node: ts.BinaryExpression,
  to: Target,
  op: ts.SyntaxKind,
  right: Value,
): Value | undefined {
  if (to.type.kind !== "i32" || to.wraps || !isNumber(right.type)) return undefined;
  if (operate(cx, node, op, place(to.c, to.type), right, false).type.kind === "refused") return refusedValue;
  if (!SHORT.includes(op)) return undefined;
  const short = stored(cx, node, to, `${ts.tokenToString(op)}=`, asSigned(right), false);
  return { ...short, lo: RANGES.i32[0], hi: RANGES.i32[1] };
}

const SHORT: readonly ts.SyntaxKind[] = [
  K.PlusToken,
  K.MinusToken,
  K.AsteriskToken,
  K.AmpersandToken,
  K.BarToken,
  K.CaretToken,
];

/** `a = a op b`, with `a` as it was before `b`. */
function spelledOut(
  cx: Compiler,
  node: ts.BinaryExpression,
  to: Target,
  op: ts.SyntaxKind,
  right: Value,
  used: boolean,
): Value {
  const old = cx.temporary();
  to.before.push(`__auto_type ${old} = ${to.c};`);
  if (changesSame(cx, node.left, node.right)) {
    const v = operate(cx, node, op, place(old, to.type), right, to.wraps);
    return result(cx, node, to, v.type.kind === "refused" ? v : saved(cx, to, v), used);
  }
  return result(cx, node, to, operate(cx, node, op, place(old, to.type), right, to.wraps), used);
}

function result(cx: Compiler, node: ts.Node, to: Target, v: Value, used: boolean): Value {
  return stored(cx, node, to, "=", to.wraps ? narrowed(v, to.type) : convert(cx, v, to.type, node), used);
}

const BARE: { [operator: number]: ts.SyntaxKind } = {
  [K.PlusEqualsToken]: K.PlusToken,
  [K.MinusEqualsToken]: K.MinusToken,
  [K.AsteriskEqualsToken]: K.AsteriskToken,
  [K.SlashEqualsToken]: K.SlashToken,
  [K.PercentEqualsToken]: K.PercentToken,
  [K.AmpersandEqualsToken]: K.AmpersandToken,
  [K.BarEqualsToken]: K.BarToken,
  [K.CaretEqualsToken]: K.CaretToken,
  [K.LessThanLessThanEqualsToken]: K.LessThanLessThanToken,
  [K.GreaterThanGreaterThanEqualsToken]: K.GreaterThanGreaterThanToken,
  [K.GreaterThanGreaterThanGreaterThanEqualsToken]: K.GreaterThanGreaterThanGreaterThanToken,
};

/** `++` and `--`. */
export function increment(
  cx: Compiler,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  used: boolean,
): Value {
  if (isUnread(cx, node)) return value("(void)0", VOID);
  const to = target(cx, node.operand, false);
  if (!to) return refusedValue;
  const operator = node.operator === K.PlusPlusToken ? "++" : "--";
  if (!isNumber(to.type)) return refuse(cx, node, "arithmetic with what is no number", "numbers");
  if (used && (to.before.length || to.type.kind !== "i32"))
    return refuse(cx, node, `${operator} within an expression`, "a statement of its own");
  if (to.type.kind !== "i32" && !to.wraps) {
    const next = value(`${to.c} ${operator[0]} 1`, I32, BINDS["+"]);
    return stored(cx, node, to, "=", convert(cx, next, to.type, node), false);
  }
  const counter = !used && operator === "++" && !to.before.length && /^g->(\w+\[.*\])$/.exec(to.c);
  if (counter && to.type.kind === "u32") return value(`COUNT(${counter[1]})`, I32);
  const postfix = ts.isPostfixUnaryExpression(node);
  const c = to.before.length
    ? `({ ${to.before.join(" ")} (${to.c})${operator}; })`
    : postfix
      ? `${to.c}${operator}`
      : `${operator}${to.c}`;
  return value(c, I32, postfix ? BINDS.primary : BINDS.unary);
}
