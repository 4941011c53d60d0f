/**
 * What lies in memory: variables, fields, elements.
 */
import ts from "typescript";
import { functionValue } from "./calls";
import { type Compiler, isConst, isTopLevel, RESERVED } from "./compiler";
import { constantOf } from "./constants";
import { BYTES, type CType, isNumber, nowhere, RANGES, REFUSED, REFUSED_VALUE, type Scalar, valueType } from "./ctype";
import { exact } from "./expressions";
import { fieldOf } from "./memory";
import { isMachine, nativeOf } from "./natives";
import { Sequence } from "./sequence";
import { typeOf } from "./types";
import { BINDS, bound, constant, refuse, refusedValue, type Value, value } from "./value";

/** A local variable's name in C. */
export function localName(text: string): string {
  return RESERVED.has(text) || /^t\d+_$/.test(text) ? `${text}_` : text;
}

export function name(cx: Compiler, node: ts.Identifier): Value {
  if (node.text === "undefined") return refuse(cx, node, "undefined", "null, or 0");
  const declaration = cx.declarationOf(node);
  if (!declaration) return refuse(cx, node, `the name ${node.text}`, "something that is declared");
  if (ts.isFunctionDeclaration(declaration)) return functionValue(cx, node, declaration);
  if (isTopLevel(declaration)) return topLevelName(cx, node, declaration as ts.VariableDeclaration);
  const type = cx.locals.get(declaration);
  if (!type) return refusedValue;
  return value(localName(node.text), valueType(type), BINDS.primary, cx.ranges.get(declaration));
}

function topLevelName(cx: Compiler, node: ts.Identifier, declaration: ts.VariableDeclaration): Value {
  if (isMachine(declaration)) return machineName(cx, node, declaration);
  if (!cx.isNative(declaration))
    return refuse(cx, node, `${node.text}, which is not native`, "make its file native first");
  const type = globalType(cx, declaration);
  if (type.kind === "table" && type.constant) return value(cx.nameOf(declaration), valueType(type));
  return place(variablePlace(cx, declaration, type), type);
}

/** A variable at the top of a file, as C names it. */
export function variablePlace(cx: Compiler, declaration: ts.VariableDeclaration, type: CType): string {
  return cx.isGone(declaration) ? nowhere(type) : `g->${cx.nameOf(declaration)}`;
}

function machineName(cx: Compiler, node: ts.Identifier, declaration: ts.VariableDeclaration): Value {
  if (node.text === "arena") return value("g->arena", BYTES);
  if (nativeOf(declaration)) return refuse(cx, node, `${node.text} as a value`, "call it");
  return refuse(cx, node, node.text, "a machine's function that natives.ts lists");
}

/** The type of a variable at the top of a file: by its declaration, or for a constant table by its literal. */
export function globalType(cx: Compiler, declaration: ts.VariableDeclaration): CType {
  const literal = declaration.initializer;
  if (isConst(declaration) && literal && ts.isArrayLiteralExpression(literal)) return constantTable(cx, literal);
  const type = typeOf(cx, declaration.type, declaration);
  const made = literal && ts.isObjectLiteralExpression(literal);
  return made && type.kind === "ref" ? { kind: "embedded", of: type.to } : type;
}

/** A table of numbers that lies in the code, as wide as its widest. */
function constantTable(cx: Compiler, literal: ts.ArrayLiteralExpression): CType {
  const numbers = literal.elements.map((node) => constantOf(cx, node));
  if (numbers.includes(undefined) || !numbers.length) {
    cx.refuse(literal, "a table of what is no constant", "constants; or a Table that a function fills");
    return REFUSED;
  }
  const [lo, hi] = [Math.min(...(numbers as number[])), Math.max(...(numbers as number[]))];
  const kinds: Scalar[] = ["u8", "i8", "u16", "i16", "i32"];
  const kind = kinds.find((scalar) => lo >= RANGES[scalar][0] && hi <= RANGES[scalar][1]);
  if (kind) return { kind: "table", of: { kind }, length: numbers.length, constant: true };
  cx.refuse(literal, "a table of more than 32 bits", "int32s");
  return REFUSED;
}

/** What lies in memory, read: storage is a reference to it. */
export function place(c: string, type: CType): Value {
  if (type.kind === "refused") return refusedValue;
  if (type.kind === "embedded") return value(`&${c}`, valueType(type), BINDS.unary);
  return value(c, valueType(type), BINDS.primary, isNumber(type) ? RANGES[type.kind] : undefined);
}

/** A field as C names it, and its type in memory. */
export function fieldPlace(
  cx: Compiler,
  node: ts.PropertyAccessExpression,
  base = exact(cx, node.expression),
): [string, CType] {
  if (node.questionDotToken) cx.refuse(node, "?.", "ask first: p && p.field, or if (p)");
  if (base.type.kind === "refused") return [REFUSED_VALUE, REFUSED];
  const field = base.type.kind === "ref" ? base.type.to.field(node.name.text) : undefined;
  if (!field) {
    if (base.type.kind === "ref" && base.type.to.isVague) return [REFUSED_VALUE, REFUSED];
    const what = base.type.kind === "opaque" ? "a look into a stranger's reference" : `.${node.name.text}`;
    cx.refuse(node, what, "a field of a structure");
    return [REFUSED_VALUE, REFUSED];
  }
  if (field.type.kind === "void") {
    cx.refuse(node, "a look at what the shell keeps", "do it in the shell");
    return [REFUSED_VALUE, REFUSED];
  }
  if (cx.isGone(fieldOf(cx, field.node))) return [nowhere(field.type), field.type];
  const inPlace = base.c.startsWith("&") && base.binds === BINDS.unary;
  return [inPlace ? `${base.c.slice(1)}.${field.name}` : `${bound(base, BINDS.primary)}->${field.name}`, field.type];
}

export function property(cx: Compiler, node: ts.PropertyAccessExpression): Value {
  if (node.name.text === "length") return length(cx, node);
  return place(...fieldPlace(cx, node));
}

/** The length of a table, which is a constant. */
function length(cx: Compiler, node: ts.PropertyAccessExpression): Value {
  const type = storageOf(cx, node.expression);
  if (type?.kind === "refused") return refusedValue;
  return type?.kind === "table"
    ? constant(type.length)
    : refuse(cx, node, ".length of no table", "carry the length along");
}

/** The type in memory of a variable or field. */
function storageOf(cx: Compiler, node: ts.Expression): CType | undefined {
  if (ts.isPropertyAccessExpression(node)) return fieldPlace(cx, node)[1];
  const declaration = ts.isIdentifier(node) ? cx.declarationOf(node) : undefined;
  if (!declaration || !isTopLevel(declaration) || !ts.isVariableDeclaration(declaration)) return undefined;
  return cx.isNative(declaration) ? globalType(cx, declaration) : undefined;
}

/** An element as C names it, and its type in memory. */
export function elementPlace(cx: Compiler, node: ts.ElementAccessExpression): [string, CType, Sequence] {
  const sequence = new Sequence(cx, [node.expression, node.argumentExpression]);
  const [base, index] = sequence.values;
  if (base.type.kind === "refused" || index.type.kind === "refused") return [REFUSED_VALUE, REFUSED, sequence];
  if (base.type.kind === "array" && index.type.kind === "i32")
    return [`${bound(base, BINDS.primary)}[${index.c}]`, base.type.of, sequence];
  cx.refuse(node, "an element of no table", "a table, and a number");
  return [REFUSED_VALUE, REFUSED, sequence];
}

export function element(cx: Compiler, node: ts.ElementAccessExpression): Value {
  const [c, type, sequence] = elementPlace(cx, node);
  return sequence.around(place(c, type));
}
