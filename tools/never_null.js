/**
 * Takes out the questions whether a structure was to be had: native code asks, behind each one that it makes, since a pool has
 * an end (docs/subset.md), and JavaScript always has one. Only what the next statement asks is known here, and needs no looking
 * for what happens in between.
 */
const acorn = require("acorn");
const { applied, childrenOf, walk } = require("./top_level_names");

/** A rollup output plugin; to be run before functions are put into one another. */
exports.neverNull = function neverNull() {
  return { name: "never-null", renderChunk: (code) => ({ code: withoutQuestions(code), map: null }) };
};

/** Until there is no more to take out: a function that lost its answer for want of memory may be one that always makes. */
function withoutQuestions(code) {
  const next = askedLess(code);
  return next === code ? code : withoutQuestions(next);
}

exports.withoutQuestions = withoutQuestions;

function askedLess(code) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const makers = makersIn(program);
  const edits = [];
  walk(program, ({ type, body, consequent }) => {
    const list = type === "SwitchCase" ? consequent : body;
    if (!Array.isArray(list)) return;
    for (const [i, statement] of list.entries()) {
      const name = i && asked(statement);
      if (name && isMade(made(list[i - 1], name), makers)) edits.push(edit(code, statement));
    }
  });
  return applied(code, edits);
}

/** The functions that make a structure and nothing else answers: each return has one, and the last statement returns. */
function makersIn(program) {
  const functions = program.body.filter(({ type }) => type === "FunctionDeclaration");
  const makers = new Set();
  for (let size = -1; size < makers.size; ) {
    size = makers.size;
    for (const func of functions) if (alwaysMakes(func, makers)) makers.add(func.id.name);
  }
  return makers;
}

function alwaysMakes({ body }, makers) {
  if (body.body[body.body.length - 1]?.type !== "ReturnStatement") return false;
  const values = returned(body);
  const names = new Set(values.filter((value) => value?.type === "Identifier").map(({ name }) => name));
  const settings = [...names].map((name) => settingsOf(body, name));
  const known = settings.every((list) => list.length === 1 && isMade(list[0], makers));
  return known && values.every((value) => value && (value.type === "Identifier" || isMade(value, makers)));
}

/** What the return statements of a function answer, without those of functions in it. */
function returned(node) {
  if (node.type.startsWith("Function")) return [];
  if (node.type === "ReturnStatement") return [node.argument];
  return childrenOf(node).flatMap(returned);
}

/** Whatever is given to a variable. */
function settingsOf(body, name) {
  const found = [];
  walk(body, ({ type, id, init, left, right }) => {
    if (type === "VariableDeclarator" && id.name === name && init) found.push(init);
    if (type === "AssignmentExpression" && left.name === name) found.push(right);
  });
  return found;
}

/** `if (!name)`: the name. */
function asked({ type, test }) {
  return type === "IfStatement" && test.type === "UnaryExpression" && test.operator === "!" && test.argument.name;
}

/** What a statement gives to a variable as the last thing that it does. */
function made({ type, declarations, expression }, name) {
  if (type === "VariableDeclaration") {
    const { id, init } = declarations[declarations.length - 1];
    return id.name === name ? init : undefined;
  }
  const isSetting = type === "ExpressionStatement" && expression.type === "AssignmentExpression";
  return isSetting && expression.operator === "=" && expression.left.name === name ? expression.right : undefined;
}

function isMade(value, makers) {
  if (value?.type === "ObjectExpression") return true;
  return value?.type === "CallExpression" && makers.has(value.callee.name);
}

/** What remains of the question. */
function edit(code, { start, end, alternate }) {
  return { start, end, text: alternate ? code.slice(alternate.start, alternate.end) : ";" };
}
