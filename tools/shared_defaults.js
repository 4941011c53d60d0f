/**
 * Lets records that begin alike share their beginning. A function that does nothing but make a record, such as a connection's
 * control block of seventy fields, makes one that has the constants among them in common with all others, by its prototype: a
 * field takes a cell of its own once it is set, and most of a connection's never are.
 *
 * So nothing may ask such a record for its own fields (`Object.keys`, `in`), and nothing in the stack does. A record for programs
 * is left alone: what they ask is not known, and there is but one of it.
 */
const acorn = require("acorn");
const { MANGLED_FIELDS } = require("./mangled_fields");
const { applied } = require("./top_level_names");

/** With fewer constants than this a prototype is not worth its cells: two for itself, one for each that is in use. */
const MIN_CONSTANTS = 20;

/** A rollup output plugin; to be run after constants are inlined and before fields are renamed. */
exports.sharedDefaults = function sharedDefaults() {
  return { name: "shared-defaults", renderChunk: (code) => ({ code: withPrototypes(code), map: null }) };
};

function withPrototypes(code) {
  const { body } = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  return applied(
    code,
    body.filter(isMaker).map((node) => ({ start: node.start, end: node.end, text: shared(code, node) })),
  );
}

exports.withPrototypes = withPrototypes;

/** Is it a function that answers a record, and nothing else? */
function isMaker({ type, body }) {
  if (type !== "FunctionDeclaration" || body.body.length !== 1) return false;
  const { argument } = body.body[0];
  if (argument?.type !== "ObjectExpression" || argument.properties.some(isSeen)) return false;
  return argument.properties.filter(isConstant).length >= MIN_CONSTANTS;
}

/** Is it a field that programs see? */
function isSeen({ key }) {
  return !MANGLED_FIELDS.test(key.name);
}

function isConstant({ value }) {
  const operand = value.type === "UnaryExpression" && value.operator === "-" ? value.argument : value;
  return isUndefined(value) || (operand.type === "Literal" && typeof operand.value === "number");
}

function isUndefined(value) {
  return value.type === "Identifier" && value.name === "undefined";
}

/**
 * The maker, and before it what its records have in common; who is undefined needs no field for it. The first field stays the
 * record's own: netstat knows fields by their order, and a record's own come first.
 */
function shared(code, { id, params, body }) {
  const { properties } = body.body[0].argument;
  const text = (node) => code.slice(node.start, node.end);
  const [first, ...others] = properties;
  const common = others.filter((property) => isConstant(property) && !isUndefined(property.value)).map(text);
  const own = [first, ...others.filter((property) => !isConstant(property))].map(
    ({ key, value }) => `record.${key.name} = ${text(value)};`,
  );
  return (
    `var ${id.name}_shared = { ${common.join(", ")} };\n` +
    `function ${id.name}(${params.map(text).join(", ")}) {\n` +
    `  var record = Object.create(${id.name}_shared);\n  ${own.join("\n  ")}\n  return record;\n}`
  );
}
