/**
 * The Espruino subset of JavaScript: what the interpreter (2v29) lacks, refuses or silently does otherwise, told before a
 * program is sent to a board. test/espruino/language.test.ts compares each rule with the interpreter.
 *
 * Bundles are ES5 besides; programs and other people's modules may use all of the newer language that a board has.
 */
const acorn = require("acorn");

/** Names that other engines have and Espruino has not. */
const MISSING = new Set(
  "Map Set WeakMap WeakSet Symbol Proxy Reflect BigInt Buffer TextEncoder queueMicrotask setImmediate".split(" "),
);

/** Words that other engines allow as names and Espruino's lexer does not. */
const RESERVED_WORDS = ["of", "let", "static"];

exports.RESERVED_WORDS = RESERVED_WORDS;

/** All words of the lexer: no class can have a member of that name. */
const WORDS = new Set(
  (
    "if else do while for break continue function return var let const this throw try catch finally true false null " +
    "undefined new in instanceof switch case default delete typeof void debugger class extends super static of"
  ).split(" "),
);

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

/** Everything in a bundle's `code` that Espruino would not run, one line each. */
function findFaults(code) {
  return faultsIn(code, 5).map(({ reason, line, column }) => `${reason} (${line}:${column})`);
}

exports.findFaults = findFaults;

/** The same of a program or module that may be in newer JavaScript: as "FILE:LINE:COLUMN: reason". */
exports.programFaults = function programFaults(code, file) {
  return faultsIn(code, 2024).map(({ reason, line, column }) => `${file}:${line}:${column + 1}: ${reason}`);
};

function faultsIn(code, ecmaVersion) {
  let program;
  try {
    program = acorn.parse(code, { ecmaVersion, sourceType: "script", locations: true, allowHashBang: false });
  } catch (error) {
    return [{ reason: error.message.replace(/ \(\d+:\d+\)$/, ""), ...error.loc }];
  }
  const faults = [];
  const blame = (node, reason) => reason && faults.push({ reason, ...node.loc.start });
  visit(program, (node, above) => {
    blame(node, faultOf(node, above));
    if (node.type === "Program" || node.type === "BlockStatement") usedBeforeDeclared(node, blame);
    if (/Function/.test(node.type)) varsNotYetThere(node, ecmaVersion === 5, blame);
  });
  missingNames(program, blame);
  return faults;
}

/** What is wrong with a node by its type; `above`: those that it is in, the innermost first. */
const FAULTS = {
  LabeledStatement: () => "label",
  WithStatement: () => "with",
  AssignmentPattern: () => "default value",
  RestElement: () => "rest parameter (...)",
  SpreadElement: () => "spread (...)",
  ArrayPattern: () => "destructuring",
  ObjectPattern: () => "destructuring",
  ChainExpression: () => "?.",
  TaggedTemplateExpression: () => "tagged template",
  PrivateIdentifier: () => "private field",
  StaticBlock: () => "static block",
  MetaProperty: () => "new.target",
  ImportExpression: () => "import()",
  AwaitExpression: () => "await",
  YieldExpression: () => "yield",
  FunctionDeclaration: functionFault,
  FunctionExpression: functionFault,
  ArrowFunctionExpression: functionFault,
  ClassDeclaration: classFault,
  ClassExpression: classFault,
  Property: (node) => (node.computed ? "computed name" : ""),
  MethodDefinition: memberFault,
  PropertyDefinition: (node) => memberFault(node) || (node.value ? "" : "field of a class without a value"),
  ThisExpression: thisFault,
  AssignmentExpression: (node) => (/^(\*\*|&&|\|\||\?\?)=$/.test(node.operator) ? node.operator : ""),
  BinaryExpression: (node) => (node.operator === "**" ? "**" : ""),
  SwitchStatement: switchFault,
  Identifier: identifierFault,
  Literal: literalFault,
};

function faultOf(node, above) {
  return FAULTS[node.type]?.(node, above) ?? "";
}

function functionFault(node) {
  return node.async ? "async function" : node.generator ? "generator" : "";
}

/** An Error's constructor makes an object of its own, so that of a class of ours would be lost. */
function classFault(node) {
  return node.superClass?.type === "Identifier" && /Error$/.test(node.superClass.name)
    ? `extends ${node.superClass.name}: its fields are lost`
    : "";
}

function memberFault({ key, computed }) {
  if (computed) return "computed name";
  if (key.type === "Literal") return "name of a class's member in quotes";
  return WORDS.has(key.name) ? `${key.name} as a name of a class's member` : "";
}

/** Fields of a class get their values while there is no object yet. */
function thisFault(_node, above) {
  const at = above.findIndex(({ type }) => /^Function|^PropertyDefinition$/.test(type));
  return above[at]?.type === "PropertyDefinition" && !above[at].static ? "this in a field of a class" : "";
}

function switchFault(node) {
  const at = node.cases.findIndex((c) => !c.test);
  return at >= 0 && at < node.cases.length - 1 ? "case after default" : "";
}

function identifierFault(node, above) {
  const { name } = node;
  if (RESERVED_WORDS.includes(name)) return `${name} is a reserved word`;
  if (name.length !== node.end - node.start || /[^\x20-\x7e]/.test(name)) return `${name}: a name in other than ASCII`;
  const nearest = name === "arguments" && above.find(({ type }) => /Function/.test(type));
  return nearest?.type === "ArrowFunctionExpression" ? "arguments in an arrow function" : "";
}

function literalFault({ raw, regex, bigint }) {
  if (bigint) return "BigInt";
  if (regex) return regexFault(regex);
  if (/^["'].*\\(\r?\n|u\{)/s.test(raw ?? ""))
    return raw.includes("\\u{") ? "\\u{}" : "string that goes on in the next line";
  return "";
}

/** What the interpreter's regular expressions take for something else. */
const REGEXP = [
  [/\(\?<[=!]|\(\?[=!]/, "look-around"],
  [/\(\?</, "named group"],
  [/\(\?:/, "group without capture, (?:)"],
  [/[^\\]\{\d+(,\d*)?\}/, "quantifier {n}"],
  [/[^\\][*+?]\?/, "lazy quantifier"],
  [/(^|[^\\])(\\\\)*\)[*+?]/, "quantifier behind a group"],
  [/(^|[^\\])(\\\\)*\\[1-9]/, "back-reference"],
  [/(^|[^\\])(\\\\)*\\[bB]/, "\\b"],
];

function regexFault({ pattern, flags }) {
  const outsideSets = pattern.replace(/\[(?:[^\]\\]|\\.)*\]/g, "[]");
  const found = REGEXP.find(([what]) => what.test(outsideSets));
  if (found) return `regular expression: ${found[1]}`;
  const flag = flags.replace(/[gi]/g, "")[0];
  return flag ? `regular expression: flag ${flag}` : "";
}

/** Names that do not exist, unless the program asks whether they do, or has its own. */
function missingNames(program, blame) {
  const own = new Set();
  visit(program, (node) => {
    const names = [node.id, ...(node.params ?? []), node.type === "CatchClause" ? node.param : undefined];
    for (const name of names) if (name?.type === "Identifier") own.add(name.name);
  });
  visit(program, (node, above) => {
    if (node.type !== "Identifier" || !MISSING.has(node.name) || own.has(node.name)) return;
    if (above[0].operator !== "typeof") blame(node, `${node.name} does not exist`);
  });
}

/** Functions declared in `block` that an earlier statement of it uses while it runs (not merely inside a function). */
function usedBeforeDeclared(block, blame) {
  const later = new Set();
  for (let i = block.body.length - 1; i >= 0; i--) {
    const statement = block.body[i];
    if (statement.type === "FunctionDeclaration") later.add(statement.id.name);
    else
      visit(
        statement,
        (node) => {
          if (node.type === "Identifier" && later.has(node.name))
            blame(node, `${node.name} used before its declaration`);
        },
        (node) => /Function/.test(node.type),
      );
  }
}

/**
 * Variables of `func` that are used where their `var` has not been run: nothing is hoisted, so that what is meant is another
 * one, of the module or global. `strict`: nor may it lie in a branch or a loop that is not run; people who write both branches
 * alike may know better.
 */
function varsNotYetThere(func, strict, blame) {
  const own = new Set(func.params.map(({ name }) => name));
  const declared = [];
  const used = [];
  visit(
    func.body,
    (node, above) => {
      const inside = strict ? above.filter((outer, i) => mayBeSkipped(outer, above[i - 1] ?? node)) : [];
      if (node.type === "FunctionDeclaration") own.add(node.id.name);
      if (node.type === "VariableDeclarator" && above[0].kind === "var")
        declared.push({ node, name: node.id.name, inside });
      if (node.type === "Identifier") used.push({ node, name: node.name, above });
    },
    (node) => /Function/.test(node.type),
  );
  for (const { node, name, above } of used) {
    const before = (place) => place.node.start <= node.start && place.inside.every((outer) => above.includes(outer));
    const places = declared.filter((place) => place.name === name);
    if (!places.length || own.has(name) || places.some(before)) continue;
    blame(node, `${name} used before its var`);
    own.add(name); // once
  }
}

/** Is `child` a part of `node` that may not be run? */
function mayBeSkipped(node, child) {
  if (node.type === "IfStatement") return child !== node.test;
  if (/^(For|While)/.test(node.type)) return child === node.body;
  return node.type === "SwitchCase" || node.type === "CatchClause";
}

function visit(node, enter, skip, above = []) {
  if (skip?.(node)) return;
  enter(node, above);
  const inside = [node, ...above];
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const c of child) if (c && typeof c.type === "string") visit(c, enter, skip, inside);
    } else if (child && typeof child.type === "string" && !isName(node, key)) visit(child, enter, skip, inside);
  }
}

/** A field's name, which may be any word. */
function isName(node, key) {
  return (key === "property" || key === "key") && !node.computed && node[key].type !== "PrivateIdentifier";
}
