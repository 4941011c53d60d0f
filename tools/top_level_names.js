/**
 * Where a bundle uses the names that it declares at top level: what the passes over it share.
 */

/** Calls `enter` for `node` and everything below it. */
function walk(node, enter) {
  enter(node);
  for (const child of childrenOf(node)) walk(child, enter);
}

/** The identifiers in `program` that stand for one of `names` (anything with `has`), in order of place. */
function usesOf(names, program) {
  const uses = [];
  collect(program, names, new Set(), uses);
  return uses.sort((a, b) => a.start - b.start);
}

/** The names in `names` that `program` uses otherwise than by calling them. */
function valuesOf(names, program) {
  const called = new Set();
  walk(program, (node) => {
    if (node.type === "CallExpression") called.add(node.callee);
  });
  return new Set(
    usesOf(names, program)
      .filter((use) => !called.has(use))
      .map((use) => use.name),
  );
}

/** Passes over property names, declarations, and functions that have a variable of the same name. */
function collect(node, names, shadowed, uses) {
  if (node.type === "Identifier") {
    if (names.has(node.name) && !shadowed.has(node.name)) uses.push(node);
    return;
  }
  const inner = node.type.startsWith("Function") ? new Set([...shadowed, ...variablesOf(node)]) : shadowed;
  for (const child of childrenOf(node, isDeclaredOrProperty)) collect(child, names, inner, uses);
}

/** Is `node[key]` a name, and no use of a variable? */
function isDeclaredOrProperty(node, key) {
  if (node.type === "MemberExpression") return key === "property" && !node.computed;
  if (node.type === "Property") return key === "key";
  if (node.type === "VariableDeclarator") return key === "id";
  return node.type.startsWith("Function") && (key === "id" || key === "params");
}

function variablesOf(func) {
  const names = func.params.map((param) => param.name);
  walk(func.body, (node) => {
    if (node.type === "VariableDeclarator") names.push(node.id.name);
  });
  return names;
}

/** The nodes right below `node`. Called for every node of a bundle, many times in a build. */
function childrenOf(node, skip) {
  const children = [];
  for (const key in node) {
    const value = node[key];
    if (typeof value !== "object" || value === null || skip?.(node, key)) continue;
    if (!Array.isArray(value)) {
      if (typeof value.type === "string") children.push(value);
    } else for (const child of value) if (child && typeof child.type === "string") children.push(child);
  }
  return children;
}

/**
 * `code`, which begins at `offset` of the text that the edits ({start, end, text}) refer to, with them. One that lies in
 * another one is gone with what that replaces.
 */
function applied(code, edits, offset = 0) {
  let text = "";
  let at = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    if (edit.start - offset < at) continue;
    text += code.slice(at, edit.start - offset) + edit.text;
    at = edit.end - offset;
  }
  return text + code.slice(at);
}

module.exports = { applied, childrenOf, usesOf, valuesOf, walk };
