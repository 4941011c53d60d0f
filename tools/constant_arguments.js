/**
 * Takes out of calls what says nothing: a parameter to which every call gives the same constant, as in a profile without what it
 * is for, becomes that constant in the function; and `undefined` at the end of a call is what a parameter has anyway.
 */
const acorn = require("acorn");
const { assignedIn } = require("./inlined_body");
const { MANGLED_FIELDS } = require("./mangled_fields");
const { applied, usesOf, walk } = require("./top_level_names");

/** A rollup output plugin; to be run after constants are inlined and before functions are put into one another. */
exports.constantArguments = function constantArguments() {
  return { name: "constant-arguments", renderChunk: (code) => ({ code: withoutConstants(code), map: null }) };
};

/** Until there is none: what was handed on as a parameter may be a constant now. */
function withoutConstants(code) {
  const next = once(code);
  return next === code ? withoutTail(code) : withoutConstants(next);
}

exports.withoutConstants = withoutConstants;

function once(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const functions = program.body.filter(({ type }) => type === "FunctionDeclaration");
  const calls = callsOf(program, new Map(functions.map((func) => [func.id.name, func])));
  const edits = [];
  for (const func of functions) {
    const found = calls.get(func.id.name);
    if (!found?.length || found.includes(undefined)) continue;
    const fixed = assignedIn(func);
    for (let i = func.params.length - 1; i >= 0; i--) {
      const text = constantAt(found, i);
      if (text === undefined || fixed.has(func.params[i].name)) continue;
      edits.push(...withoutParameter(code, func, found, i, text));
      break; // one at a time: edits beside one another would meet at their commas
    }
  }
  return applied(code, edits);
}

/** For each function its calls; one of them is undefined where it is used otherwise. */
function callsOf(program, functions) {
  const called = new Map();
  walk(program, (node) => {
    if (node.type === "CallExpression") called.set(node.callee, node);
  });
  const calls = new Map();
  for (const use of usesOf(functions, program)) {
    if (!calls.has(use.name)) calls.set(use.name, []);
    calls.get(use.name).push(called.get(use));
  }
  return calls;
}

/** The constant that all calls have as argument `i`. */
function constantAt(calls, i) {
  const texts = new Set(calls.map((call) => constantOf(call.arguments[i])));
  return texts.size === 1 ? [...texts][0] : undefined;
}

function constantOf(node) {
  if (!node || (node.type === "Identifier" && node.name === "undefined")) return "undefined";
  if (node.type === "UnaryExpression" && node.operator === "-" && node.argument.type === "Literal")
    return `(-${node.argument.raw})`;
  return node.type === "Literal" && typeof node.value !== "string" ? node.raw : undefined;
}

function withoutParameter(code, func, calls, i, text) {
  const uses = usesOf(new Set([func.params[i].name]), func.body);
  const said = calls.filter((call) => call.arguments[i]);
  return [
    withoutItem(code, func.params, i, func.id.end, code.lastIndexOf(")", func.body.start)),
    ...uses.map(({ start, end }) => ({ start, end, text })),
    ...said.map((call) => withoutItem(code, call.arguments, i, call.callee.end, call.end - 1)),
  ];
}

/** One of a list with the comma beside it, and parentheses of its own; the list is closed at `end`, and opened behind `name`. */
function withoutItem(code, list, i, name, end) {
  const last = i === list.length - 1;
  const next = last ? end : code.indexOf(",", list[i].end);
  if (i) return { start: code.indexOf(",", list[i - 1].end), end: next, text: "" };
  return { start: code.indexOf("(", name) + 1, end: last ? next : next + 1, text: "" };
}

/** Calls of functions of ours, by name or out of a structure, without `undefined` at their end. */
function withoutTail(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const own = new Set(program.body.filter(({ type }) => type === "FunctionDeclaration").map(({ id }) => id.name));
  const edits = [];
  walk(program, (node) => {
    if (node.type !== "CallExpression" || !isOwn(node.callee, own)) return;
    const list = node.arguments;
    let n = list.length;
    while (n && list[n - 1].type === "Identifier" && list[n - 1].name === "undefined") n--;
    if (n < list.length)
      edits.push({ start: n ? code.indexOf(",", list[n - 1].end) : list[0].start, end: node.end - 1, text: "" });
  });
  return applied(code, edits);
}

function isOwn(callee, own) {
  if (callee.type === "Identifier") return own.has(callee.name);
  return callee.type === "MemberExpression" && !callee.computed && MANGLED_FIELDS.test(callee.property.name);
}
