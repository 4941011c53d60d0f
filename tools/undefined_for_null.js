/**
 * Puts `undefined` in place of every `null`: the interpreter spends a cell of memory on a field that is null and none on one
 * that is undefined. The stack never tells the two apart.
 */
const acorn = require("acorn");
const { applied, walk } = require("./top_level_names");

/** A rollup output plugin; to be run before terser. */
exports.undefinedForNull = function undefinedForNull() {
  return { name: "undefined-for-null", renderChunk: (code) => ({ code: replaceNulls(code), map: null }) };
};

function replaceNulls(code) {
  const nulls = [];
  walk(acorn.parse(code, { ecmaVersion: 5, sourceType: "script" }), (node) => {
    if (node.type === "Literal" && node.raw === "null") nulls.push(node);
  });
  return applied(
    code,
    nulls.map(({ start, end }) => ({ start, end, text: "undefined" })),
  );
}
