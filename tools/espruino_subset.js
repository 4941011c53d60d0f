/**
 * The Espruino subset, enforced on the bundle (not on the source): what passes here loads on a board.
 *
 * A bundle is ES5 without labels, regular expressions' look-around aside, with `default:` last in a switch, and with
 * every function declared before the statement that uses it, since the interpreter does not hoist.
 */
const acorn = require("acorn");

/** Names that other engines have and Espruino has not. */
const MISSING = new Set(
  "Map Set WeakMap WeakSet Symbol Proxy Reflect BigInt Buffer TextEncoder queueMicrotask setImmediate".split(" "),
);

/** Words that ES5 allows as names and Espruino's lexer does not. */
const RESERVED_WORDS = ["of", "let", "static"];

exports.RESERVED_WORDS = RESERVED_WORDS;

/** A rollup output plugin that fails the build with the place and the reason. */
exports.espruinoSubset = function espruinoSubset() {
  return {
    name: "espruino-subset",
    renderChunk: {
      order: "post",
      handler(code, chunk) {
        const faults = findFaults(code);
        if (faults.length) this.error(`${chunk.fileName} would not load on Espruino:\n  ${faults.join("\n  ")}`);
        return null;
      },
    },
  };
};

/** Everything in `code` that Espruino would not run, one line each. */
function findFaults(code) {
  let program;
  try {
    program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script", locations: true });
  } catch (error) {
    return [error.message];
  }
  const faults = [];
  visit(program, (node) => {
    const reason = faultOf(node);
    if (reason) faults.push(`${reason} (${node.loc.start.line}:${node.loc.start.column})`);
    if (node.type === "Program" || node.type === "BlockStatement") faults.push(...usedBeforeDeclared(node));
  });
  return faults;
}

exports.findFaults = findFaults;

function faultOf(node) {
  if (node.type === "LabeledStatement") return "label";
  if (node.type === "SwitchStatement") {
    const at = node.cases.findIndex((c) => !c.test);
    if (at >= 0 && at < node.cases.length - 1) return "case after default";
  }
  if (node.type === "Identifier" && RESERVED_WORDS.includes(node.name)) return `${node.name} is a reserved word`;
  if (node.type === "Identifier" && MISSING.has(node.name)) return `${node.name} does not exist`;
  return "";
}

/** Functions declared in `block` that an earlier statement of it uses while it runs (not merely inside a function). */
function usedBeforeDeclared(block) {
  const faults = [];
  const later = new Set();
  for (let i = block.body.length - 1; i >= 0; i--) {
    const statement = block.body[i];
    if (statement.type === "FunctionDeclaration") later.add(statement.id.name);
    else
      visit(
        statement,
        (node) => {
          if (node.type === "Identifier" && later.has(node.name))
            faults.push(`${node.name} used before its declaration (${node.loc.start.line}:${node.loc.start.column})`);
        },
        (node) => node.type.startsWith("Function"),
      );
  }
  return faults;
}

function visit(node, enter, skip) {
  if (skip?.(node)) return;
  enter(node);
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const c of child) if (c && typeof c.type === "string") visit(c, enter, skip);
    } else if (child && typeof child.type === "string" && !(key === "property" && !node.computed) && key !== "key")
      visit(child, enter, skip);
  }
}
