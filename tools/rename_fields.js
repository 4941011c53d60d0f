/**
 * Gives the fields with a BSD prefix (mangled_fields.js) short names, the shortest to those that the bundle names most
 * often: there are more fields than names of one letter, and each use of a longer one costs a byte of Storage.
 */
const acorn = require("acorn");
const { RESERVED_WORDS } = require("./espruino_subset");
const { MANGLED_FIELDS } = require("./mangled_fields");
const { applied, walk } = require("./top_level_names");

const FIRST = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
const OTHERS = `${FIRST.replace("_", "")}0123456789`; // a_ would look like a prefix
/** Names of two letters that cannot be fields in every reader of ES5. */
const WORDS = new Set(["do", "if", "in", "of", ...RESERVED_WORDS]);

/** A rollup output plugin; to be run before terser, which would name fields in the order of their appearance. */
exports.renameFields = function renameFields() {
  return { name: "rename-fields", renderChunk: (code) => ({ code: rename(code), map: null }) };
};

function rename(code) {
  const fields = [];
  walk(acorn.parse(code, { ecmaVersion: 5, sourceType: "script" }), (node) => {
    if (node.type === "MemberExpression" && !node.computed) fields.push(node.property);
    if (node.type === "Property" && node.key.type === "Identifier") fields.push(node.key);
  });
  const names = shortNames(fields);
  return applied(
    code,
    fields.map(({ name, start, end }) => ({ start, end, text: names.get(name) ?? name })),
  );
}

exports.rename = rename;

/** A new name for each field that gets one; none that a field of another kind has. */
function shortNames(fields) {
  const uses = new Map();
  const taken = new Set(WORDS);
  for (const { name } of fields) {
    if (MANGLED_FIELDS.test(name)) uses.set(name, (uses.get(name) ?? 0) + 1);
    else taken.add(name);
  }
  const names = new Map();
  const next = candidates();
  for (const [name] of [...uses].sort((a, b) => b[1] - a[1])) {
    let short = next.next().value;
    while (taken.has(short)) short = next.next().value;
    names.set(name, short);
  }
  return names;
}

/** a, b ... $, aa, ab ... */
function* candidates() {
  yield* FIRST;
  for (const first of FIRST) for (const second of OTHERS) yield first + second;
}
