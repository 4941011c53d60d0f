/**
 * Expressions: which kind is translated where. Names, fields, elements, comparisons and choices are here; arithmetic,
 * assignments, calls and literals have files of their own.
 */
import ts from "typescript";
import { arithmetic, wrappedArithmetic } from "./arithmetic";
import { assignment, increment } from "./assignments";
import { call } from "./calls";
import { COMPARISONS, choice, comparison, condition, oneOf } from "./choices";
import type { Compiler } from "./compiler";
import { constantOf } from "./constants";
import { NULL, sameType } from "./ctype";
import { isAssignment } from "./effects";
import { element, name, property } from "./places";
import { typeOf } from "./types";
import { BINDS, cast, constant, fitsInt32, flag, refuse, type Value, value } from "./value";

const K = ts.SyntaxKind;

/** The exact value of an expression. */
export function exact(cx: Compiler, node: ts.Expression): Value {
  const known = constantOf(cx, node);
  if (known !== undefined) return knownValue(cx, node, known);
  switch (node.kind) {
    case K.ParenthesizedExpression:
      return exact(cx, (node as ts.ParenthesizedExpression).expression);
    case K.NonNullExpression:
      return exact(cx, (node as ts.NonNullExpression).expression);
    case K.NullKeyword:
      return value("NULL", NULL);
    case K.Identifier:
      return name(cx, node as ts.Identifier);
    case K.PropertyAccessExpression:
      return property(cx, node as ts.PropertyAccessExpression);
    case K.ElementAccessExpression:
      return element(cx, node as ts.ElementAccessExpression);
    case K.CallExpression:
      return call(cx, node as ts.CallExpression);
    case K.AsExpression:
      return downcast(cx, node as ts.AsExpression);
    case K.ConditionalExpression:
      return choice(cx, node as ts.ConditionalExpression);
    case K.PrefixUnaryExpression:
      return prefix(cx, node as ts.PrefixUnaryExpression);
    case K.PostfixUnaryExpression:
      return increment(cx, node as ts.PostfixUnaryExpression, true);
    case K.BinaryExpression:
      return binary(cx, node as ts.BinaryExpression);
    default:
      return refuse(cx, node, ...unknownExpression(node));
  }
}

/** An expression of which only the lower 32 bits matter. */
export function wrapped(cx: Compiler, node: ts.Expression): Value {
  if (ts.isParenthesizedExpression(node)) return wrapped(cx, node.expression);
  const known = constantOf(cx, node);
  if (known === undefined) return wrappedArithmetic(cx, node) ?? exact(cx, node);
  const large = Math.floor(known) === known && !fitsInt32({ lo: known, hi: known });
  return large && Math.abs(known) <= Number.MAX_SAFE_INTEGER ? constant(known | 0) : exact(cx, node);
}

function knownValue(cx: Compiler, node: ts.Expression, known: number): Value {
  const type = cx.checker.getTypeAtLocation(node);
  if (type.flags & ts.TypeFlags.BooleanLike) return flag(known ? "true" : "false");
  if (Math.floor(known) !== known)
    return refuse(cx, node, "a fraction", "integers: scale it, as (x * 5) >> 2 for x * 1.25");
  if (known < -0x80000000 || known > 0xffffffff) return refuse(cx, node, "a number of more than 32 bits", "an int32");
  const named = ts.isIdentifier(node) && cx.declarationOf(node);
  if (!named || !cx.isNative(named) || !fitsInt32({ lo: known, hi: known })) return constant(known);
  return { ...constant(known), c: cx.nameOf(named), binds: BINDS.primary };
}

function unknownExpression(node: ts.Node): [what: string, instead: string] {
  const known: { [kind: number]: [string, string] } = {
    [K.StringLiteral]: ["a string", "bytes of a fixed length (Bytes<6>), or leave it to the shell"],
    [K.NoSubstitutionTemplateLiteral]: ["a string", "bytes of a fixed length (Bytes<6>), or leave it to the shell"],
    [K.TemplateExpression]: ["a string", "leave it to the shell"],
    [K.ArrowFunction]: ["a function in an expression", "a function of its own, at the top of the file"],
    [K.FunctionExpression]: ["a function in an expression", "a function of its own, at the top of the file"],
    [K.ArrayLiteralExpression]: ["an array", "a table of a fixed length, made where it is declared"],
    [K.NewExpression]: ["new", "a table of a fixed length (Bytes<N>, Words<N>), made where it is declared"],
    [K.TypeOfExpression]: ["typeof", "a type that is known"],
    [K.DeleteExpression]: ["delete", "set the field to 0 or null"],
    [K.ObjectLiteralExpression]: ["a structure made here", "make it in a statement that asks whether there was one"],
    [K.BigIntLiteral]: ["a bigint", "an int32"],
    [K.RegularExpressionLiteral]: ["a regular expression", "compare bytes"],
    [K.SpreadElement]: ["spread", "name each argument"],
    [K.VoidExpression]: ["void", "a statement of its own"],
  };
  return known[node.kind] ?? [`${K[node.kind]}`, "what docs/subset.md has"];
}

/** `x as Derived`: the author knows better than the type. A caddr_t is cast back by whoever owns what it refers to. */
function downcast(cx: Compiler, node: ts.AsExpression): Value {
  const v = exact(cx, node.expression);
  const type = typeOf(cx, node.type, node);
  if (v.type.kind === "refused" || type.kind === "refused") return { ...v, type };
  const related = v.type.kind === "ref" && type.kind === "ref" && (type.to.isA(v.type.to) || v.type.to.isA(type.to));
  if (sameType(v.type, type)) return v;
  if (v.type.kind === "func" && type.kind === "func") return v; // its place decides
  if (related || (v.type.kind === "opaque" && type.kind === "ref")) return cast(v, type);
  return refuse(
    cx,
    node,
    "a cast between strangers",
    "a type that says what it is; as from a structure to one that extends it",
  );
}

function prefix(cx: Compiler, node: ts.PrefixUnaryExpression): Value {
  switch (node.operator) {
    case K.ExclamationToken:
      return condition(cx, node);
    case K.PlusPlusToken:
    case K.MinusMinusToken:
      return increment(cx, node, true);
    default:
      return arithmetic(cx, node);
  }
}

function binary(cx: Compiler, node: ts.BinaryExpression): Value {
  const op = node.operatorToken.kind;
  if (isAssignment(op)) return assignment(cx, node, true);
  if (op === K.AmpersandAmpersandToken || op === K.BarBarToken) return oneOf(cx, node, op === K.BarBarToken);
  if (op in COMPARISONS) return comparison(cx, node, COMPARISONS[op]);
  if (op in REFUSED_OPERATORS) return refuse(cx, node, ...REFUSED_OPERATORS[op]);
  return arithmetic(cx, node);
}

const REFUSED_OPERATORS: { [operator: number]: [string, string] } = {
  [K.EqualsEqualsToken]: ["==", "==="],
  [K.ExclamationEqualsToken]: ["!=", "!=="],
  [K.QuestionQuestionToken]: ["??", "||, or ask for null"],
  [K.AsteriskAsteriskToken]: ["**", "a product, or a shift"],
  [K.CommaToken]: ["a comma", "two statements"],
  [K.InKeyword]: ["in", "a field that is always there"],
  [K.InstanceOfKeyword]: ["instanceof", "a type that is known"],
};
