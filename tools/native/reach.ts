/**
 * What is left of a program of which only some functions are called from outside: those that these lead to, with the constants as they
 * are; and of what lies in memory that which somebody reads. What is stored and never read is gone, and so is the store.
 */
import ts from "typescript";
import { type Compiler, isTopLevel } from "./compiler";
import { constantOf } from "./constants";
import { hasEffects, stores } from "./effects";
import { fieldIn, placeOf } from "./memory";

const K = ts.SyntaxKind;

export interface Reached {
  /** functions, and variables that they name, be it where nobody comes */
  declarations: Set<ts.Node>;
  /** variables and fields (memory.ts) that are read, and how often they are named */
  uses: Map<ts.Node, number>;
}

/** `read` by others: variables that the runtime, or who is outside, looks into. */
export function reached(cx: Compiler, roots: ts.FunctionDeclaration[], read: ts.Node[] = []): Reached {
  const walk = new Walk(cx, roots);
  for (const declaration of read) walk.use(declaration);
  walk.run();
  return walk;
}

class Walk implements Reached {
  readonly declarations: Set<ts.Node>;
  readonly uses = new Map<ts.Node, number>();
  /** what is stored in a place that nobody has been seen to read */
  private readonly stored = new Map<ts.Node, ts.Node[]>();

  constructor(
    private readonly cx: Compiler,
    roots: ts.FunctionDeclaration[],
  ) {
    this.declarations = new Set(roots);
  }

  run(): void {
    for (const node of this.declarations) {
      const from = ts.isFunctionDeclaration(node) ? node.body : (node as ts.VariableDeclaration).initializer;
      if (from && (ts.isFunctionDeclaration(node) || this.uses.has(node) || !this.cx.pruned)) this.visit(from, true);
    }
  }

  use(place: ts.Node): void {
    const known = this.uses.get(place) ?? 0;
    this.uses.set(place, known + 1);
    if (known) return;
    if (isTopLevel(place)) this.again(place);
    const stored = this.stored.get(place) ?? [];
    this.stored.delete(place);
    for (const node of stored) this.visit(node, true);
  }

  /** A variable that was named where nobody comes is looked at now. */
  private again(declaration: ts.Node): void {
    this.declarations.delete(declaration);
    this.declarations.add(declaration);
  }

  private visit(node: ts.Node, live: boolean): void {
    if (ts.isIdentifier(node)) this.name(node, live);
    else if (ts.isPropertyAccessExpression(node)) this.field(node, live);
    else if (ts.isObjectLiteralExpression(node)) this.literal(node, live);
    else if (ts.isBlock(node)) this.block(node, live);
    else if (ts.isIfStatement(node)) this.choice(node.expression, node.thenStatement, node.elseStatement, live);
    else if (ts.isConditionalExpression(node)) this.choice(node.condition, node.whenTrue, node.whenFalse, live);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.AmpersandAmpersandToken)
      this.choice(node.left, node.right, undefined, live);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === K.BarBarToken)
      this.choice(node.left, undefined, node.right, live);
    else if (!ts.isTypeNode(node) && !(live && this.store(node)))
      ts.forEachChild(node, (child) => this.visit(child, live));
  }

  private name(node: ts.Identifier, live: boolean): void {
    const declaration = this.cx.declarationOf(node);
    if (!declaration || !isTopLevel(declaration)) return;
    if (!ts.isVariableDeclaration(declaration)) {
      if (live) this.declarations.add(declaration);
    } else if (live) this.use(declaration);
    else this.declarations.add(declaration);
  }

  private field(node: ts.PropertyAccessExpression, live: boolean): void {
    const place = placeOf(this.cx, node);
    if (live && place) this.use(place);
    this.visit(node.expression, live);
  }

  /** Where what nobody reads is left out, a store waits until somebody reads what it stores. */
  private store(node: ts.Node): boolean {
    const store = this.cx.pruned ? stores(this.cx, node) : undefined;
    const place = store && placeOf(this.cx, store.target);
    if (!place || this.uses.has(place)) return false;
    if (store.value && hasEffects(this.cx, store.value)) {
      this.visit(store.value, true);
      this.waits(place, store.target);
    } else this.waits(place, node);
    return true;
  }

  private waits(place: ts.Node, node: ts.Node): void {
    const known = this.stored.get(place);
    if (known) known.push(node);
    else this.stored.set(place, [node]);
  }

  private literal(node: ts.ObjectLiteralExpression, live: boolean): void {
    for (const property of node.properties) {
      const value = ts.isPropertyAssignment(property) ? property.initializer : property.name;
      if (!value) continue;
      const place = fieldIn(this.cx, node, property);
      if (!this.cx.pruned || !place || !live || this.uses.has(place)) this.visit(value, live);
      else if (!hasEffects(this.cx, value)) this.waits(place, value);
      else {
        if (ts.isObjectLiteralExpression(value)) this.use(place);
        this.visit(value, live);
      }
    }
  }

  private choice(
    condition: ts.Expression,
    whenTrue: ts.Node | undefined,
    whenFalse: ts.Node | undefined,
    live: boolean,
  ): void {
    const known = truth(this.cx, condition);
    this.visit(condition, live);
    if (whenTrue) this.visit(whenTrue, live && known !== false);
    if (whenFalse) this.visit(whenFalse, live && known !== true);
  }

  /** Behind a statement that always leaves the function nothing is reached. */
  private block({ statements }: ts.Block, live: boolean): void {
    let open = live;
    for (const statement of statements) {
      this.visit(statement, open);
      if (leaves(this.cx, statement)) open = false;
    }
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
