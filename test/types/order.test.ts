/**
 * What the interpreter does with numbers and strings, and no engine on a host does: it throws where a string of more than 64
 * characters is to become a number.
 */
import { join } from "node:path";
import ts from "typescript";

const FIRMWARE = join(__dirname, "../../firmware");
const NUMERIC = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
]);

function program(text?: string): ts.Program {
  const { config } = ts.readConfigFile(join(FIRMWARE, "tsconfig.json"), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, FIRMWARE);
  if (text === undefined) return ts.createProgram(fileNames, options);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...more) =>
    name === "given.ts" ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2015, true) : getSourceFile(name, ...more);
  return ts.createProgram(["given.ts"], options, host);
}

/** Where a number is made of what may be a string, whatever a cast says of it. */
function numbersOfStrings(from: ts.Program): string[] {
  const checker = from.getTypeChecker();
  const mayBeString = (node: ts.Expression) => {
    const type = checker.getTypeAtLocation(uncast(node));
    return (type.isUnion() ? type.types : [type]).some(({ flags }) => (flags & ts.TypeFlags.StringLike) !== 0);
  };
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && NUMERIC.has(node.operatorToken.kind))
      if (mayBeString(node.left) !== mayBeString(node.right)) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  for (const file of from.getSourceFiles()) if (!file.isDeclarationFile) visit(file);
  return found;
}

function uncast(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isParenthesizedExpression(node) ? uncast(node.expression) : node;
}

describe("The firmware", () => {
  it("makes no number of what may be a long string: the interpreter throws", () => {
    expect(numbersOfStrings(program())).toEqual([]);
  }, 60000);

  it("is searched for it behind casts, and not where the type is known", () => {
    const text = `function f(a: string | number) {
      if ((a as number) <= -64) return 1;
      return typeof a === "number" && a > 2 ? a - 1 : "x" + a;
    }`;
    expect(numbersOfStrings(program(text))).toEqual(["(a as number) <= -64"]);
  }, 60000);
});
