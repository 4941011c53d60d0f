/**
 * Functions of a shell that only some programs need, but those often: they are made when the first of them is used, all at once, and
 * cost the others a cell each. Whoever uses one sees to that before anything else; should memory be too short for them, the next does it
 * again. Their text stays in flash, since `late_make` is a function as all others.
 */
const acorn = require("acorn");
const { applied, usesOf } = require("./top_level_names");

const MADE = "late_made";
const MAKE = "late_make";

exports.MAKE = MAKE;

/** A rollup output plugin, to be run before the functions are sorted into drawers. A profile may lack some of `names`. */
exports.lateFunctions = function lateFunctions(names) {
  return { name: "late-functions", renderChunk: (code) => ({ code: late(code, names), map: null }) };
};

function late(code, names) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const isLate = (node) => node.type === "FunctionDeclaration" && names.includes(node.id.name);
  const functions = program.body.filter(isLate);
  if (!functions.length) return code;
  const made = new Set(functions.map(({ id }) => id.name));
  const users = program.body.filter((node) => !isLate(node) && usesOf(made, node).length);
  return `${applied(code, [...functions.map(({ start, end }) => ({ start, end, text: "" })), ...users.map(guarded)])}
var ${[...made, MADE].join(", ")};
function ${MAKE}() {
${functions.map((node) => `  ${node.id.name} = ${anonymous(code, node)};`).join("\n")}
  ${MADE} = true;
}`;
}

function guarded({ type, body }) {
  if (type !== "FunctionDeclaration") throw new Error("late_functions.js: one is used outside of functions");
  return { start: body.start + 1, end: body.start + 1, text: ` if (!${MADE}) ${MAKE}();` };
}

function anonymous(code, { params, body }) {
  return `function (${params.map(({ name }) => name).join(", ")}) ${code.slice(body.start, body.end)}`;
}

exports.late = late;
