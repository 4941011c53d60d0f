/**
 * A shell's calls of its core go to machine code itself: `call(7, fd, 0, 0)`, a function that adds where the core's memory is, becomes
 * `core(base | 7, fd, 0, 0)`. A function of JavaScript between costs the interpreter 7,000 instructions each time. What has data to send
 * still goes by `entry`, which says first where they lie (firmware/core/port.ts has these four).
 */
const acorn = require("acorn");
const { applied, usesOf, walk } = require("./top_level_names");

const NAMES = ["call", "entry", "core", "base"];

/** A rollup output plugin, to be run before calls are inlined. */
exports.coreCalls = function coreCalls() {
  return { name: "core-calls", renderChunk: (code) => ({ code: direct(code), map: null }) };
};

function direct(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const uses = new Set(usesOf(new Set(NAMES), program));
  for (const name of NAMES)
    if (![...uses].some((use) => use.name === name)) throw new Error(`core_calls.js: nothing is called ${name}`);
  const edits = [];
  walk(program, (node) => {
    if (node.type === "CallExpression" && uses.has(node.callee) && hasNoData(node)) edits.push(...editsOf(node));
  });
  return applied(code, edits);
}

/** A call of `call`, or of `entry` with nothing to send. */
function hasNoData({ callee, arguments: args }) {
  return callee.name === "call" || (callee.name === "entry" && args.length === 5 && args[4].raw === "null");
}

function editsOf({ callee, arguments: args }) {
  const [which] = args;
  const [open, close] = which.type === "Literal" || which.type === "Identifier" ? ["", ""] : ["(", ")"];
  return [
    { start: callee.start, end: callee.end, text: "core" },
    { start: which.start, end: which.start, text: `base | ${open}` },
    { start: which.end, end: which.end, text: close },
    ...(args.length > 4 ? [{ start: args[3].end, end: args[4].end, text: "" }] : []),
  ];
}

exports.direct = direct;
