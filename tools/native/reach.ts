/**
 * What is left of a program of which only some functions are called from outside: those that these lead to, with the constants as they
 * are, and the variables that those name.
 */
import ts from "typescript";
import { type Compiler, isTopLevel } from "./compiler";
import { constantOf } from "./constants";

const K = ts.SyntaxKind;

/** Declarations of functions and variables that `roots` need. */
export function reached(cx: Compiler, roots: ts.FunctionDeclaration[]): Set<ts.Node> {
  const found = new Set<ts.Node>(roots);
  for (const node of found) {
    const meet = (declaration: ts.Declaration, live: boolean) => {
      // A branch that is never taken is there all the same, for the C compiler to drop: what it names must be declared.
      if (live || ts.isVariableDeclaration(declaration)) found.add(declaration);
    };
    const from = ts.isFunctionDeclaration(node) ? node.body : (node as ts.VariableDeclaration).initializer;
    if (from) visit(cx, from, true, meet);
  }
  return found;
}

type Meet = (declaration: ts.Declaration, live: boolean) => void;

function visit(cx: Compiler, node: ts.Node, live: boolean, meet: Meet): void {
  if (ts.isIdentifier(node)) {
    const declaration = cx.declarationOf(node);
    if (declaration && isTopLevel(declaration)) meet(declaration, live);
  } else if (ts.isBlock(node)) visitBlock(cx, node, live, meet);
  else if (ts.isIfStatement(node)) visitChoice(cx, node.expression, node.thenStatement, node.elseStatement, live, meet);
  else if (ts.isConditionalExpression(node)) visitChoice(cx, node.condition, node.whenTrue, node.whenFalse, live, meet);
  else if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.AmpersandAmpersandToken)
    visitChoice(cx, node.left, node.right, undefined, live, meet);
  else if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.BarBarToken)
    visitChoice(cx, node.left, undefined, node.right, live, meet);
  else if (!ts.isTypeNode(node)) ts.forEachChild(node, (child) => visit(cx, child, live, meet));
}

function visitChoice(
  cx: Compiler,
  condition: ts.Expression,
  whenTrue: ts.Node | undefined,
  whenFalse: ts.Node | undefined,
  live: boolean,
  meet: Meet,
): void {
  const known = truth(cx, condition);
  visit(cx, condition, live, meet);
  if (whenTrue) visit(cx, whenTrue, live && known !== false, meet);
  if (whenFalse) visit(cx, whenFalse, live && known !== true, meet);
}

/** Behind a statement that always leaves the function nothing is reached. */
function visitBlock(cx: Compiler, { statements }: ts.Block, live: boolean, meet: Meet): void {
  let open = live;
  for (const statement of statements) {
    visit(cx, statement, open, meet);
    if (leaves(cx, statement)) open = false;
  }
}

function leaves(cx: Compiler, node: ts.Statement): boolean {
  if (ts.isBlock(node)) return node.statements.some((statement) => leaves(cx, statement));
  if (ts.isIfStatement(node)) return truth(cx, node.expression) === true && leaves(cx, node.thenStatement);
  return ts.isReturnStatement(node);
}

/** What a condition is, whatever happens; undefined: nobody knows. */
function truth(cx: Compiler, node: ts.Expression): boolean | undefined {
  if (ts.isParenthesizedExpression(node)) return truth(cx, node.expression);
  if (ts.isBinaryExpression(node)) {
    const [a, b] = [truth(cx, node.left), truth(cx, node.right)];
    const { kind } = node.operatorToken;
    if (kind === K.AmpersandAmpersandToken && (a === false || b === false)) return false;
    if (kind === K.BarBarToken && (a === true || b === true)) return true;
  }
  const value = constantOf(cx, node);
  return value === undefined ? undefined : value !== 0;
}
