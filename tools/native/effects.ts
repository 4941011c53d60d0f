/**
 * What an expression reads and changes. JavaScript evaluates from left to right, C as it likes: where that could be told
 * apart, what stands further left is put into a temporary first.
 */
import ts from "typescript";
import { type Compiler, isConst, isTopLevel } from "./compiler";
import { liesStill, placeOf } from "./memory";
import { isPureNative } from "./natives";

const K = ts.SyntaxKind;

/** Memory is all that is not a local variable. */
interface Footprint {
  readsMemory: boolean;
  writesMemory: boolean;
  reads: Set<ts.Node>;
  writes: Set<ts.Node>;
}

/** Must `first` have been evaluated before `then` is? */
export function mustPrecede(cx: Compiler, first: ts.Node, then: ts.Node): boolean {
  const a = footprint(cx, first);
  const b = footprint(cx, then);
  if (a.writesMemory && (b.readsMemory || b.writesMemory)) return true;
  if (a.readsMemory && b.writesMemory) return true;
  return meet(a.writes, b.reads) || meet(a.writes, b.writes) || meet(a.reads, b.writes);
}

export function hasEffects(cx: Compiler, node: ts.Node): boolean {
  const { writesMemory, writes } = footprint(cx, node);
  return writesMemory || writes.size > 0;
}

function meet(a: Set<ts.Node>, b: Set<ts.Node>): boolean {
  return [...a].some((node) => b.has(node));
}

function footprint(cx: Compiler, node: ts.Node): Footprint {
  const print: Footprint = { readsMemory: false, writesMemory: false, reads: new Set(), writes: new Set() };
  collect(cx, node, print);
  return print;
}

function collect(cx: Compiler, node: ts.Node, print: Footprint): void {
  if (ts.isIdentifier(node)) touch(cx, node, print, false);
  else if (ts.isPropertyAccessExpression(node)) print.readsMemory = true;
  else if (ts.isElementAccessExpression(node)) print.readsMemory = true;
  else if (ts.isCallExpression(node)) call(cx, node, print);
  const target = changed(node);
  if (target) touch(cx, target, print, true);
  node.forEachChild((child) => {
    if (!(ts.isPropertyAccessExpression(node) && child === node.name)) collect(cx, child, print);
  });
}

/**
 * Does an expression itself, not what it calls, change what may be `target`? Then C does not say whether an assignment to
 * that comes before or after. Fields of different names are different places.
 */
export function changesSame(cx: Compiler, target: ts.Expression, node: ts.Node): boolean {
  const own = changed(node);
  if (own && placeKey(cx, own) === placeKey(cx, target)) return true;
  return node.forEachChild((child) => changesSame(cx, target, child) || undefined) ?? false;
}

function placeKey(cx: Compiler, node: ts.Expression): ts.Node | string {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return placeKey(cx, node.expression);
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return (ts.isIdentifier(node) ? cx.declarationOf(node) : undefined) ?? "[]";
}

/** What an assignment or ++ changes. */
function changed(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return node.left;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  if (!ts.isPrefixUnaryExpression(node)) return undefined;
  return node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken ? node.operand : undefined;
}

/** A store whose value nobody asks for: where to, by what no effects has, and what; ++ stores what is there already. */
export function stores(cx: Compiler, node: ts.Node): { target: ts.Expression; value?: ts.Expression } | undefined {
  const target = changed(node);
  if (!target || !isUnused(node) || hasEffects(cx, target)) return undefined;
  if (!ts.isBinaryExpression(node)) return { target };
  const place = placeOf(cx, target);
  const plain = !isMade(node.right) || (!!place && liesStill(place) && !hasEffects(cx, node.right));
  return plain ? { target, value: node.right } : undefined;
}

/** What takes something out of a pool, or makes it anew where it lies. */
function isMade(node: ts.Expression): boolean {
  const plain = ts.isAsExpression(node) ? node.expression : node;
  return ts.isObjectLiteralExpression(plain) || ts.isNewExpression(plain) || ts.isArrayLiteralExpression(plain);
}

function isUnused(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isUnused(parent);
  return ts.isExpressionStatement(parent) || (ts.isForStatement(parent) && parent.condition !== node);
}

export function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= K.FirstAssignment && operator <= K.LastAssignment;
}

function touch(cx: Compiler, target: ts.Expression, print: Footprint, writes: boolean): void {
  const declaration = ts.isIdentifier(target) ? cx.declarationOf(target) : undefined;
  if (declaration && (ts.isFunctionDeclaration(declaration) || (!writes && liesStill(declaration)))) return;
  if (!declaration || (isTopLevel(declaration) && !isConst(declaration))) {
    if (writes) print.writesMemory = true;
    else print.readsMemory = true;
  } else if (!isTopLevel(declaration)) (writes ? print.writes : print.reads).add(declaration);
}

function call(cx: Compiler, node: ts.CallExpression, print: Footprint): void {
  print.readsMemory = true;
  if (!ts.isIdentifier(node.expression)) {
    print.writesMemory = true;
    return;
  }
  const declaration = cx.declarationOf(node.expression);
  if (!declaration || !isReader(cx, declaration)) print.writesMemory = true;
}

const readers = new WeakMap<ts.Node, boolean>();

/** Does a function change nothing but its own variables? */
function isReader(cx: Compiler, declaration: ts.Declaration): boolean {
  if (!cx.isNative(declaration)) return isPureNative(declaration);
  if (!ts.isFunctionDeclaration(declaration) || !declaration.body) return false;
  const known = readers.get(declaration);
  if (known !== undefined) return known;
  readers.set(declaration, false); // while it is being looked at: one that calls itself is taken for one that writes
  const reader = !footprint(cx, declaration.body).writesMemory;
  readers.set(declaration, reader);
  return reader;
}
