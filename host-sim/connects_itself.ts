/**
 * Whether a program connects the chip itself, as one for a board does: it calls `connect` of the chip's module, which it has
 * from `require`. Comments, texts and other objects with a method of that name do not count.
 */
import { type AnyNode, type Identifier, type Node, parse } from "acorn";

/** `module`: the name of the chip's module, such as "enc28j60". A program that cannot be parsed does not. */
export function connectsItself(program: string, module: string): boolean {
  if (!program.includes(module)) return false;
  let tree: Node;
  try {
    tree = parse(program, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true });
  } catch {
    return false;
  }
  const names = new Set<string>();
  walk(tree, (node) => {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && isModule(node.init, module))
      names.add(node.id.name);
    if (node.type === "AssignmentExpression" && node.left.type === "Identifier" && isModule(node.right, module))
      names.add(node.left.name);
  });
  let found = false;
  walk(tree, (node) => {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return;
    const { object, property, computed } = node.callee;
    const isNamed = object.type === "Identifier" && names.has(object.name);
    if (!computed && (property as Identifier).name === "connect" && (isNamed || isModule(object, module))) found = true;
  });
  return found;
}

/** `require("enc28j60")` */
function isModule(node: AnyNode | null | undefined, module: string): boolean {
  if (node?.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require")
    return false;
  const [name] = node.arguments;
  return name?.type === "Literal" && name.value === module;
}

function walk(node: Node, enter: (node: AnyNode) => void): void {
  enter(node as AnyNode);
  for (const child of Object.values(node).flat())
    if (typeof (child as Node | null)?.type === "string") walk(child as Node, enter);
}
