/**
 * Places in memory by what declares them: a variable at the top of a file, or a field of a structure, the same in all structures. Of a
 * table all elements are one place.
 */
import ts from "typescript";
import { type Compiler, isTopLevel } from "./compiler";

/** The place that an expression names; undefined: none, or one of several. */
export function placeOf(cx: Compiler, node: ts.Expression): ts.Node | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return placeOf(cx, node.expression);
  if (ts.isPropertyAccessExpression(node)) return fieldOf(cx, cx.declarationOf(node.name));
  if (ts.isElementAccessExpression(node)) {
    const table = placeOf(cx, node.expression);
    return table && isTable(table) ? table : undefined;
  }
  const declaration = ts.isIdentifier(node) ? cx.declarationOf(node) : undefined;
  return declaration && isTopLevel(declaration) && ts.isVariableDeclaration(declaration) ? declaration : undefined;
}

/** The field that a property of a literal is for. */
export function fieldIn(
  cx: Compiler,
  node: ts.ObjectLiteralExpression,
  { name }: ts.ObjectLiteralElementLike,
): ts.Node | undefined {
  const property = name && cx.checker.getContextualType(node)?.getProperty(name.getText());
  return fieldOf(cx, property?.declarations?.[0]);
}

/** A field that is declared once more, with a narrower type, is that of what its structure extends. */
export function fieldOf(cx: Compiler, node: ts.Node | undefined): ts.Node | undefined {
  if (!node || !ts.isPropertySignature(node) || !ts.isInterfaceDeclaration(node.parent)) return undefined;
  const type = cx.checker.getTypeAtLocation(node.parent) as ts.InterfaceType;
  const bases = cx.checker.getBaseTypes(type).map((base) => base.getProperty(node.name.getText())?.declarations?.[0]);
  return (
    fieldOf(
      cx,
      bases.find((base) => base),
    ) ?? node
  );
}

const TABLES = ["Bytes", "Words", "Table"];

/** A table or structure in place: its name is its address, which never changes. */
export function liesStill(place: ts.Node): boolean {
  return isOf(place, [...TABLES, "Embedded"]);
}

/** What else has elements is somewhere else. */
function isTable(place: ts.Node): boolean {
  return isOf(place, TABLES);
}

function isOf(place: ts.Node, types: string[]): boolean {
  const type = ts.isVariableDeclaration(place) || ts.isPropertySignature(place) ? place.type : undefined;
  return !!type && ts.isTypeReferenceNode(type) && types.includes(type.typeName.getText());
}
