/**
 * Constants: numbers and booleans that are known before anything runs.
 */
import ts from "typescript";
import { type Compiler, isConst, isTopLevel } from "./compiler";

const K = ts.SyntaxKind;

/** The value of an expression of constants; undefined for any other. Booleans are 1 and 0. */
export function constantOf(cx: Compiler, node: ts.Expression): number | undefined {
  if (ts.isParenthesizedExpression(node)) return constantOf(cx, node.expression);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === K.TrueKeyword) return 1;
  if (node.kind === K.FalseKeyword) return 0;
  if (ts.isIdentifier(node)) return constantNamed(cx, node);
  if (ts.isPrefixUnaryExpression(node)) return unary(node.operator, constantOf(cx, node.operand));
  if (ts.isConditionalExpression(node)) {
    const condition = constantOf(cx, node.condition);
    return condition === undefined ? undefined : constantOf(cx, condition ? node.whenTrue : node.whenFalse);
  }
  if (ts.isBinaryExpression(node)) return binary(cx, node);
  return undefined;
}

function constantNamed(cx: Compiler, name: ts.Identifier): number | undefined {
  const declaration = cx.declarationOf(name);
  if (!declaration || !isTopLevel(declaration) || !isConst(declaration)) return undefined;
  const { initializer } = declaration as ts.VariableDeclaration;
  return initializer && constantOf(cx, initializer);
}

function unary(operator: ts.PrefixUnaryOperator, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (operator === K.MinusToken) return -value;
  if (operator === K.TildeToken) return ~value;
  return operator === K.ExclamationToken ? Number(!value) : undefined;
}

function binary(cx: Compiler, node: ts.BinaryExpression): number | undefined {
  const a = constantOf(cx, node.left);
  const b = a === undefined ? undefined : constantOf(cx, node.right);
  return a === undefined || b === undefined ? undefined : BINARY[node.operatorToken.kind]?.(a, b);
}

const BINARY: { [operator: number]: (a: number, b: number) => number } = {
  [K.PlusToken]: (a, b) => a + b,
  [K.MinusToken]: (a, b) => a - b,
  [K.AsteriskToken]: (a, b) => a * b,
  [K.SlashToken]: (a, b) => a / b,
  [K.PercentToken]: (a, b) => a % b,
  [K.AmpersandToken]: (a, b) => a & b,
  [K.BarToken]: (a, b) => a | b,
  [K.CaretToken]: (a, b) => a ^ b,
  [K.LessThanLessThanToken]: (a, b) => a << b,
  [K.GreaterThanGreaterThanToken]: (a, b) => a >> b,
  [K.GreaterThanGreaterThanGreaterThanToken]: (a, b) => a >>> b,
  [K.LessThanToken]: (a, b) => Number(a < b),
  [K.GreaterThanToken]: (a, b) => Number(a > b),
  [K.LessThanEqualsToken]: (a, b) => Number(a <= b),
  [K.GreaterThanEqualsToken]: (a, b) => Number(a >= b),
  [K.EqualsEqualsEqualsToken]: (a, b) => Number(a === b),
  [K.ExclamationEqualsEqualsToken]: (a, b) => Number(a !== b),
  [K.AmpersandAmpersandToken]: (a, b) => a && b,
  [K.BarBarToken]: (a, b) => a || b,
};

/** A constant as C writes it. */
export function spell(value: number): string {
  if (value === -0x80000000) return "INT32_MIN";
  return value > 0x7fffffff ? `${value}u` : String(value);
}
