/**
 * Where structures and tables come from. An object literal is a structure out of its pool, or null; or, where one lies
 * already (Embedded, at the top of a file), that one made anew. So a table is made in place by `new Uint8Array(n)`, `[]`.
 */
import ts from "typescript";
import { asSignature } from "./calls";
import type { Compiler } from "./compiler";
import { constantOf } from "./constants";
import { type CType, type Field, type Structure, sameType } from "./ctype";
import { hasEffects } from "./effects";
import { exact } from "./expressions";
import { fieldOf } from "./memory";
import { typeOf } from "./types";
import { BINDS, convert, refuse, refusedValue, type Value, value } from "./value";

/** Does something lie in that place, not elsewhere? */
export function isStorage(type: CType): boolean {
  return type.kind === "embedded" || type.kind === "table";
}

/** A function that does nothing but make a structure in place: `return { ... }`, never null. */
export function constructed(cx: Compiler, declaration: ts.FunctionDeclaration): Structure | null {
  const only = declaration.body?.statements.length === 1 ? declaration.body.statements[0] : undefined;
  if (!only || !ts.isReturnStatement(only) || !only.expression || !ts.isObjectLiteralExpression(only.expression))
    return null;
  if (!declaration.type || mayBeNull(declaration.type)) return null;
  const type = typeOf(cx, declaration.type, declaration);
  return type.kind === "ref" ? type.to : null;
}

/** Does a type say that there may be none? */
export function mayBeNull(node: ts.TypeNode | undefined): boolean {
  return !!node && ts.isUnionTypeNode(node) && node.types.some((type) => type.getText() === "null");
}

/**
 * Something out of a pool: a structure, or bytes for a cluster. `{ f: v } as S` is a structure whose other fields are 0 until
 * they are set.
 */
export function madeBy(node: ts.Expression): ts.ObjectLiteralExpression | ts.NewExpression | undefined {
  const plain = ts.isAsExpression(node) ? node.expression : node;
  if (ts.isObjectLiteralExpression(plain)) return plain;
  return ts.isNewExpression(node) && node.expression.getText() === "Uint8Array" ? node : undefined;
}

export function made(cx: Compiler, node: ts.ObjectLiteralExpression | ts.NewExpression, type: CType): Value {
  if (ts.isObjectLiteralExpression(node)) return allocation(cx, node, type);
  const bytes = type.kind === "array" && type.of.kind === "u8" && node.arguments?.length === 1;
  if (!bytes)
    return type.kind === "refused" ? refusedValue : refuse(cx, node, "new", "a number of bytes, for a cluster");
  return value(`cluster_get(${exact(cx, node.arguments[0]).c})`, type);
}

/** A structure out of its pool; NULL when there is none left. All values are evaluated before, as JavaScript does it. */
export function allocation(cx: Compiler, node: ts.ObjectLiteralExpression, type: CType): Value {
  if (type.kind !== "ref")
    return type.kind === "refused"
      ? refusedValue
      : refuse(cx, node, "a structure without a type", "name its interface");
  const structure = type.to;
  cx.allocated.add(structure);
  if (!(structure.name in cx.amounts.pools))
    return refuse(cx, node, `a ${structure.name} out of no pool`, "say how many there are in tools/native/pools.ts");
  const p = cx.temporary();
  const { before, fill } = filled(cx, `${p}->`, node, structure);
  const taken = cx.amounts.pools[structure.name] ? `pool_get(POOL_${structure.cname})` : "NULL";
  const made = `struct ${structure.cname} *${p} = ${taken};`;
  const text = fill.length ? [...before, made, `if (${p}) { ${fill.join(" ")} }`, `${p};`] : [...before, made, `${p};`];
  return value(`({ ${text.join(" ")} })`, type);
}

/** What is at the left of an assignment, and lies there, is made anew. */
export function makeInPlace(cx: Compiler, node: ts.BinaryExpression, c: string, type: CType): Value {
  const statements = inPlace(cx, c, type, node.right);
  if (!ts.isExpressionStatement(node.parent))
    cx.refuse(node, "something made in place within an expression", "a statement of its own");
  return value(`({ ${statements.join(" ")} })`, { kind: "void" }, BINDS.primary);
}

/** Statements that make what lies at `c` anew. */
export function inPlace(cx: Compiler, c: string, type: CType, node: ts.Expression, cleared = false): string[] {
  const clear = cleared ? [] : [`clear(${type.kind === "table" ? "" : "&"}${c}, sizeof ${c});`];
  if (type.kind === "table") return tableInPlace(cx, c, type, node, clear);
  if (type.kind !== "embedded") return [];
  if (ts.isObjectLiteralExpression(node)) {
    const { before, fill } = filled(cx, `${c}.`, node, type.of);
    return [...before, ...clear, ...fill];
  }
  const maker = ts.isCallExpression(node) ? constructorOf(cx, node) : undefined;
  if (maker && ts.isCallExpression(node)) {
    const args = node.arguments.map((argument) => exact(cx, argument).c);
    return [...clear, `${cx.nameOf(maker)}(${[`&${c}`, ...args].join(", ")});`];
  }
  refuse(
    cx,
    node,
    "an Embedded structure that is given another",
    "make it here: { ... }, or a function that returns nothing but { ... }",
  );
  return [];
}

function constructorOf(cx: Compiler, node: ts.CallExpression): ts.FunctionDeclaration | undefined {
  const declaration = ts.isIdentifier(node.expression) ? cx.declarationOf(node.expression) : undefined;
  return declaration && ts.isFunctionDeclaration(declaration) && constructed(cx, declaration) ? declaration : undefined;
}

/** `new Uint8Array(n)`, `[]`, or a list of values. */
function tableInPlace(
  cx: Compiler,
  c: string,
  type: CType & { kind: "table" },
  node: ts.Expression,
  clear: string[],
): string[] {
  if (ts.isNewExpression(node) && node.arguments?.length === 1 && constantOf(cx, node.arguments[0]) === type.length)
    return clear;
  if (!ts.isArrayLiteralExpression(node) || node.elements.length > type.length) {
    refuse(cx, node, "a table that is given another", `new Uint8Array(${type.length}), [] or a list of its values`);
    return [];
  }
  const values = node.elements.map((element) => convertedTo(cx, element, type.of));
  return [...clear, ...values.flatMap((v, i) => (isZero(v) ? [] : [`${c}[${i}] = ${v.c};`]))];
}

function isZero(v: Value): boolean {
  return ["0", "NULL", "false"].includes(v.c);
}

interface Filled {
  /** temporaries for the values, evaluated in their order */
  before: string[];
  /** statements that store them */
  fill: string[];
}

/** The fields of a literal, stored behind `at` (`p->` or `g->x.`); what is 0 lies there already. */
export function filled(cx: Compiler, at: string, node: ts.ObjectLiteralExpression, structure: Structure): Filled {
  const made: Filled = { before: [], fill: [] };
  for (const property of node.properties) {
    const field = property.name && structure.field(property.name.getText());
    const initializer = initializerOf(property);
    if (!field && structure.isVague) continue;
    if (!initializer || !field) refuse(cx, property, "this in a literal", "a field of the structure, and its value");
    else fillField(cx, at, field, initializer, made);
  }
  return made;
}

function initializerOf(property: ts.ObjectLiteralElementLike): ts.Expression | undefined {
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

function fillField(
  cx: Compiler,
  at: string,
  { name, type, node }: Field,
  initializer: ts.Expression,
  { before, fill }: Filled,
): void {
  if (type.kind === "void") return; // the shell's
  if (cx.isGone(fieldOf(cx, node))) {
    if (hasEffects(cx, initializer)) before.push(`${exact(cx, initializer).c};`);
    return;
  }
  const c = `${at}${name}`;
  if (isStorage(type)) {
    fill.push(...inPlace(cx, c, type, initializer, true));
    return;
  }
  const v = convertedTo(cx, initializer, type);
  if (isZero(v)) return;
  const steady = constantOf(cx, initializer) !== undefined || v.type.kind === "func" || /^\w+$/.test(v.c);
  const temporary = steady ? v.c : cx.temporary();
  if (!steady) before.push(`__auto_type ${temporary} = ${v.c};`);
  fill.push(`${c} = ${temporary};`);
}

/** A value for a place of that type; a function in the form that the place calls. */
export function convertedTo(cx: Compiler, node: ts.Expression, type: CType): Value {
  if (ts.isObjectLiteralExpression(node))
    return refuse(cx, node, "a structure made here", "make it in a statement that asks whether there was one");
  const v = exact(cx, node);
  if (type.kind === "func" && v.type.kind === "func" && !sameType(type, v.type)) return asSignature(cx, node, v, type);
  return convert(cx, v, type, node);
}
