/**
 * Statements.
 */
import ts from "typescript";
import { assignment, increment } from "./assignments";
import { call } from "./calls";
import { condition } from "./choices";
import type { Compiler } from "./compiler";
import { constantOf } from "./constants";
import { type CType, declaration, I32, isNumber, sameType } from "./ctype";
import { isAssignment } from "./effects";
import { exact } from "./expressions";
import { allocation, convertedTo, made, madeBy, mayBeNull } from "./literals";
import { localName } from "./places";
import { lineOf } from "./refusal";
import { typeOf } from "./types";
import type { Writer } from "./writer";

const K = ts.SyntaxKind;

/** Translates a statement, with the comments in front of it. */
export function statement(cx: Compiler, out: Writer, node: ts.Statement): void {
  comments(out, node);
  const translate = STATEMENTS[node.kind];
  if (translate) translate(cx, out, node as never);
  else cx.refuse(node, ...unknownStatement(node));
}

/** The comments between the token before and the node, as they stand. */
export function comments(out: Writer, node: ts.Node): void {
  const file = node.getSourceFile();
  for (const { pos, end } of ts.getLeadingCommentRanges(file.text, node.pos) ?? []) {
    const own = /^\s*$/.test(file.text.slice(file.text.lastIndexOf("\n", pos) + 1, pos));
    if (own) out.copy(file.text.slice(pos, end), file.getLineAndCharacterOfPosition(pos).line + 1);
  }
}

type Translate<N> = (cx: Compiler, out: Writer, node: N) => void;

const STATEMENTS: { [kind: number]: Translate<never> } = {
  [K.Block]: block as Translate<never>,
  [K.EmptyStatement]: ((_cx, out, node) => out.put(";", lineOf(node))) as Translate<ts.Statement> as Translate<never>,
  [K.ExpressionStatement]: effect as Translate<never>,
  [K.VariableStatement]: variables as Translate<never>,
  [K.ReturnStatement]: returned as Translate<never>,
  [K.IfStatement]: choice as Translate<never>,
  [K.WhileStatement]: whileLoop as Translate<never>,
  [K.DoStatement]: doLoop as Translate<never>,
  [K.ForStatement]: forLoop as Translate<never>,
  [K.SwitchStatement]: cases as Translate<never>,
  [K.BreakStatement]: jump as Translate<never>,
  [K.ContinueStatement]: jump as Translate<never>,
};

function unknownStatement(node: ts.Statement): [what: string, instead: string] {
  const known: { [kind: number]: [string, string] } = {
    [K.TryStatement]: ["try", "an errno; nothing throws"],
    [K.ThrowStatement]: ["throw", "an errno, or count it and drop"],
    [K.ForInStatement]: ["for in", "fields by their names"],
    [K.ForOfStatement]: ["for of", "for (let i = 0; i < n; i++)"],
    [K.LabeledStatement]: ["a label", "a function of its own, which returns"],
    [K.FunctionDeclaration]: ["a function in a function", "a function of its own, at the top of the file"],
    [K.ClassDeclaration]: ["a class", "a structure and functions"],
    [K.DebuggerStatement]: ["debugger", "nothing"],
  };
  return known[node.kind] ?? [K[node.kind], "what docs/subset.md has"];
}

function endOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.end - 1).line + 1;
}

export function block(cx: Compiler, out: Writer, node: ts.Block | ts.CaseBlock): void {
  out.put("{", lineOf(node));
  out.indent(1);
  if (ts.isBlock(node)) for (const inner of node.statements) statement(cx, out, inner);
  else for (const clause of node.clauses) caseClause(cx, out, clause);
  out.indent(-1);
  out.put("}", endOf(node));
}

/** A statement under another: indented where it has a line of its own. */
function under(cx: Compiler, out: Writer, node: ts.Statement): void {
  if (ts.isBlock(node)) block(cx, out, node);
  else {
    out.indent(1);
    statement(cx, out, node);
    out.indent(-1);
  }
}

function effect(cx: Compiler, out: Writer, node: ts.ExpressionStatement): void {
  out.put(`${effectText(cx, node.expression)};`, lineOf(node));
}

/** An expression for what it does. */
function effectText(cx: Compiler, node: ts.Expression): string {
  const plain = ts.isParenthesizedExpression(node) ? node.expression : node;
  if (ts.isBinaryExpression(plain) && isAssignment(plain.operatorToken.kind)) return assignment(cx, plain, false).c;
  if (ts.isPostfixUnaryExpression(plain)) return increment(cx, plain, false).c;
  if (ts.isPrefixUnaryExpression(plain) && (plain.operator === K.PlusPlusToken || plain.operator === K.MinusMinusToken))
    return increment(cx, plain, false).c;
  if (ts.isCallExpression(plain)) return call(cx, plain).c;
  cx.refuse(node, "an expression that does nothing", "an assignment, a call, or if");
  return exact(cx, plain).c;
}

function variables(cx: Compiler, out: Writer, node: ts.VariableStatement): void {
  if (!(node.declarationList.flags & ts.NodeFlags.BlockScoped)) cx.refuse(node, "var", "let or const");
  for (const variable of node.declarationList.declarations) {
    out.put(`${variableText(cx, variable)};`, lineOf(variable));
    allocationIsAsked(cx, node, variable);
  }
}

function variableText(cx: Compiler, node: ts.VariableDeclaration): string {
  if (!ts.isIdentifier(node.name)) {
    cx.refuse(node, "a pattern", "one variable after the other");
    return "";
  }
  const [type, text] = initialized(cx, node);
  cx.locals.set(node, type);
  return `${declaration(type, localName(node.name.text))}${text}`;
}

/** A variable's type, as it is declared or as its first value has it, and that. */
function initialized(cx: Compiler, node: ts.VariableDeclaration): [type: CType, text: string] {
  const declared = node.type && typeOf(cx, node.type, node);
  if (!node.initializer) {
    if (!declared) cx.refuse(node, "a variable without a type", "write it down");
    return [declared ?? I32, ""];
  }
  const literal = madeBy(node.initializer);
  if (literal) {
    if (declared && mayBeNull(node.type)) return [declared, ` = ${made(cx, literal, declared).c}`];
    cx.refuse(node, "a structure that is taken for granted", "its type with | null, and ask whether there was one");
    return [declared ?? I32, ""];
  }
  const first = declared ? convertedTo(cx, node.initializer, declared) : exact(cx, node.initializer);
  if (!declared && first.type.kind === "null") cx.refuse(node, "a variable without a type", "write it down");
  if (!declared && first.type.kind === "u32")
    cx.refuse(node, "an unsigned value where an int32 belongs", "make it one: (...) | 0");
  const constant = (node.parent.flags & ts.NodeFlags.Const) !== 0;
  if (constant && isNumber(first.type)) cx.ranges.set(node, [first.lo, first.hi]);
  return [declared ?? (isNumber(first.type) ? I32 : first.type), ` = ${first.c}`];
}

/** Whoever takes a structure out of a pool asks at once whether there was one. */
function allocationIsAsked(cx: Compiler, node: ts.VariableStatement, variable: ts.VariableDeclaration): void {
  if (!variable.initializer || !madeBy(variable.initializer)) return;
  const siblings: readonly ts.Node[] = (node.parent as ts.Block).statements ?? [];
  const next = siblings[siblings.indexOf(node) + 1];
  const asked = next && ts.isIfStatement(next) && next.expression.getText().includes(variable.name.getText());
  if (!asked && !(next && ts.isReturnStatement(next) && next.expression?.getText() === variable.name.getText()))
    cx.refuse(
      node,
      "a structure that is taken for granted",
      `if (!${variable.name.getText()}) ... in the next statement`,
    );
}

function returned(cx: Compiler, out: Writer, node: ts.ReturnStatement): void {
  const line = lineOf(node);
  if (!node.expression) out.put("return;", line);
  else if (cx.result.kind === "void") out.put(`${effectText(cx, node.expression)}; return;`, line);
  else out.put(`return ${resultText(cx, node.expression)};`, line);
}

function resultText(cx: Compiler, node: ts.Expression): string {
  if (!ts.isObjectLiteralExpression(node)) return convertedTo(cx, node, cx.result).c;
  const func = ts.findAncestor(node, ts.isFunctionDeclaration);
  if (!mayBeNull(func?.type)) cx.refuse(node, "a structure that is taken for granted", "a result with | null");
  return allocation(cx, node, cx.result).c;
}

function choice(cx: Compiler, out: Writer, node: ts.IfStatement): void {
  out.put(`if (${condition(cx, node.expression).c})`, lineOf(node));
  const nested = node.elseStatement && !ts.isBlock(node.thenStatement) && !simple(node.thenStatement);
  if (nested) out.put("{", lineOf(node.thenStatement));
  under(cx, out, node.thenStatement);
  if (nested) out.put("}", endOf(node.thenStatement));
  if (!node.elseStatement) return;
  out.put("else", Math.max(endOf(node.thenStatement), lineOf(node.elseStatement)));
  if (ts.isIfStatement(node.elseStatement)) statement(cx, out, node.elseStatement);
  else under(cx, out, node.elseStatement);
}

/** No `else` behind it could be taken for its own. */
function simple(node: ts.Statement): boolean {
  return ![K.IfStatement, K.ForStatement, K.WhileStatement, K.DoStatement].includes(node.kind);
}

function whileLoop(cx: Compiler, out: Writer, node: ts.WhileStatement): void {
  out.put(`while (${condition(cx, node.expression).c})`, lineOf(node));
  under(cx, out, node.statement);
}

function doLoop(cx: Compiler, out: Writer, node: ts.DoStatement): void {
  out.put("do", lineOf(node));
  under(cx, out, node.statement);
  out.put(`while (${condition(cx, node.expression).c});`, lineOf(node.expression));
}

function forLoop(cx: Compiler, out: Writer, node: ts.ForStatement): void {
  const first = node.initializer ? forInitializer(cx, node.initializer) : "";
  const test = node.condition ? condition(cx, node.condition).c : "";
  const step = node.incrementor ? steps(cx, node.incrementor) : "";
  out.put(`for (${first}; ${test}; ${step})`.replace(/ \)$/, ")"), lineOf(node));
  under(cx, out, node.statement);
}

function forInitializer(cx: Compiler, node: ts.ForInitializer): string {
  if (!ts.isVariableDeclarationList(node)) return steps(cx, node);
  const [first, ...others] = node.declarations.map((variable) => ({ variable, text: variableText(cx, variable) }));
  const type = cx.locals.get(first.variable);
  for (const { variable } of others)
    if (type?.kind !== "i32" || !sameType(cx.locals.get(variable) ?? I32, type))
      cx.refuse(variable, "loop variables of several types", "declare the others in front of the loop");
  return [first.text, ...others.map(({ text }) => text.replace(/^\w+ /, ""))].join(", ");
}

/** What a loop does at its beginning or after each turn: several things, separated by commas. */
function steps(cx: Compiler, node: ts.Expression): string {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== K.CommaToken) return effectText(cx, node);
  return `${steps(cx, node.left)}, ${steps(cx, node.right)}`;
}

function cases(cx: Compiler, out: Writer, node: ts.SwitchStatement): void {
  const v = exact(cx, node.expression);
  if (!isNumber(v.type) && v.type.kind !== "refused") cx.refuse(node, "a switch over what is no number", "if");
  out.put(`switch (${v.c})`, lineOf(node));
  block(cx, out, node.caseBlock);
}

function caseClause(cx: Compiler, out: Writer, node: ts.CaseOrDefaultClause): void {
  comments(out, node);
  if (ts.isCaseClause(node) && constantOf(cx, node.expression) === undefined)
    cx.refuse(node, "a case that is no constant", "if");
  const declares = node.statements[0]?.kind === K.VariableStatement;
  out.put(
    `${ts.isCaseClause(node) ? `case ${exact(cx, node.expression).c}` : "default"}:${declares ? ";" : ""}`,
    lineOf(node),
  );
  out.indent(1);
  for (const inner of node.statements) statement(cx, out, inner);
  out.indent(-1);
}

function jump(cx: Compiler, out: Writer, node: ts.BreakOrContinueStatement): void {
  if (node.label) cx.refuse(node, "a label", "a function of its own, which returns");
  out.put(ts.isBreakStatement(node) ? "break;" : "continue;", lineOf(node));
}
