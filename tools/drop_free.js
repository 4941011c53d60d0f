/**
 * Takes the calls of `free` (kern_malloc.ts) out of what is shipped: the interpreter counts references. A statement under an
 * `if` leaves a semicolon behind.
 */
const acorn = require("acorn");
const { applied, walk } = require("./top_level_names");

/** A rollup output plugin; to be run before terser, which drops the function that nobody calls any more. */
exports.dropFree = function dropFree() {
  return { name: "drop-free", renderChunk: (code) => ({ code: withoutFree(code), map: null }) };
};

function withoutFree(code) {
  const calls = [];
  walk(acorn.parse(code, { ecmaVersion: 5, sourceType: "script" }), (node) => {
    if (node.type === "ExpressionStatement" && isFree(node.expression)) calls.push(node);
    if (node.type === "FunctionDeclaration" && node.id.name === "free") calls.push(node);
  });
  return applied(
    code,
    calls.map(({ start, end, type }) => ({ start, end, text: type === "ExpressionStatement" ? ";" : "" })),
  );
}

function isFree({ type, callee }) {
  return type === "CallExpression" && callee.type === "Identifier" && callee.name === "free";
}

exports.withoutFree = withoutFree;
