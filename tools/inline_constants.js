/**
 * Puts top-level numeric constants where they are used, and drops them. Terser keeps a constant by name when the name is
 * shorter than the number; on Espruino a name costs a search of the module's scope (5.5k instructions against 1.4k,
 * anchors.md 10) and a variable of memory, whatever its length.
 */
const acorn = require("acorn");
const { usesOf, walk } = require("./top_level_names");

/** A rollup output plugin; to be run before terser. */
exports.inlineConstants = function inlineConstants() {
  return { name: "inline-constants", renderChunk: (code) => ({ code: inline(code), map: null }) };
};

/** `code` with its constants inlined. */
function inline(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const constants = findConstants(program);
  let text = "";
  let at = 0;
  for (const use of usesOf(constants, program)) {
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
    const target =
      node.type === "AssignmentExpression" ? node.left : node.type === "UpdateExpression" ? node.argument : 0;
    if (target && target.type === "Identifier") constants.delete(target.name);
  });
  return constants;
}

/** The value of a constant expression of numbers and constants, or undefined. */
function numberOf(node, constants) {
  if (!node) return undefined;
  if (node.type === "Literal" && typeof node.value === "number") return node.value;
  if (node.type === "Identifier" && constants.has(node.name))
    return Number(constants.get(node.name).replace(/[()]/g, ""));
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
