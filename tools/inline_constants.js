/**
 * Puts top-level numeric constants where they are used, and drops them. Terser keeps a constant by name when the name is
 * shorter than the number; on Espruino a name costs a search of the module's scope (5.5k instructions against 1.4k,
 * anchors.md 10) and a variable of memory, whatever its length.
 */
const acorn = require("acorn");

/** A rollup output plugin; to be run before terser. */
exports.inlineConstants = function inlineConstants() {
  return { name: "inline-constants", renderChunk: (code) => ({ code: inline(code), map: null }) };
};

/** `code` with its constants inlined. */
function inline(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const constants = findConstants(program, code);
  const uses = [];
  collectUses(program, constants, new Set(), uses);
  let text = "";
  let at = 0;
  for (const use of uses.sort((a, b) => a.start - b.start)) {
    text += code.slice(at, use.start) + constants.get(use.name);
    at = use.end;
  }
  return text + code.slice(at);
}

/** Name and literal text of each `var NAME = number;` at top level that is never assigned again. */
function findConstants(program) {
  const constants = new Map();
  for (const statement of program.body)
    if (statement.type === "VariableDeclaration")
      for (const { id, init } of statement.declarations) {
        const value = numberOf(init, constants);
        if (value !== undefined) constants.set(id.name, value < 0 ? `(${value})` : `${value}`);
      }
  walk(program, (node) => {
    const target = node.type === "AssignmentExpression" ? node.left : node.type === "UpdateExpression" ? node.argument : 0;
    if (target && target.type === "Identifier") constants.delete(target.name);
  });
  return constants;
}

/** The value of a constant expression of numbers and constants, or undefined. */
function numberOf(node, constants) {
  if (!node) return undefined;
  if (node.type === "Literal" && typeof node.value === "number") return node.value;
  if (node.type === "Identifier" && constants.has(node.name)) return Number(constants.get(node.name).replace(/[()]/g, ""));
  if (node.type === "UnaryExpression") return unary(node.operator, numberOf(node.argument, constants));
  if (node.type === "BinaryExpression")
    return binary(node.operator, numberOf(node.left, constants), numberOf(node.right, constants));
  return undefined;
}

function unary(operator, value) {
  if (value === undefined) return undefined;
  return { "-": -value, "~": ~value, "+": value }[operator];
}

function binary(operator, a, b) {
  if (a === undefined || b === undefined) return undefined;
  return {
    "+": a + b,
    "-": a - b,
    "*": a * b,
    "/": a / b,
    "|": a | b,
    "&": a & b,
    "^": a ^ b,
    "<<": a << b,
    ">>": a >> b,
    ">>>": a >>> b,
  }[operator];
}

/** Collects the identifiers that stand for a constant, passing over property names and functions that shadow it. */
function collectUses(node, constants, shadowed, uses) {
  if (node.type === "Identifier") {
    if (constants.has(node.name) && !shadowed.has(node.name)) uses.push(node);
    return;
  }
  const inner = node.type.startsWith("Function") ? new Set([...shadowed, ...namesOf(node)]) : shadowed;
  for (const key of Object.keys(node)) {
    if (isName(node, key)) continue;
    for (const child of [].concat(node[key])) if (child && typeof child.type === "string") collectUses(child, constants, inner, uses);
  }
}

/** Is `node[key]` a name and no use of a variable? */
function isName(node, key) {
  if (node.type === "MemberExpression") return key === "property" && !node.computed;
  if (node.type === "Property") return key === "key";
  if (node.type === "VariableDeclarator") return key === "id";
  return node.type.startsWith("Function") && (key === "id" || key === "params");
}

/** Parameters and variables of a function. */
function namesOf(func) {
  const names = func.params.map((p) => p.name);
  walk(func.body, (node) => {
    if (node.type === "VariableDeclarator") names.push(node.id.name);
  });
  return names;
}

function walk(node, enter) {
  enter(node);
  for (const key of Object.keys(node))
    for (const child of [].concat(node[key])) if (child && typeof child.type === "string") walk(child, enter);
}
