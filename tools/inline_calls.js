/**
 * Puts functions that are called from one place only into their callers.
 *
 * A call costs the interpreter 10 to 25 thousand instructions, a function that exists seven cells, and the C stack of a
 * board holds only so many calls in each other. The source has a function for each step because people read it; the
 * bundle need not. No function is called where it stands, as other bundlers do it (that costs more than the call): its
 * statements become statements of its caller, with early returns turned into else branches.
 *
 * Not inlined: what is handed around, calls itself, makes functions, returns from within a loop; a cold function in a hot
 * one; a long hot one where its caller does not always come by, since text that is skipped costs time.
 */
const acorn = require("acorn");
const {
  Refused,
  alwaysReturns,
  assignedIn,
  assigns,
  hasBareVariables,
  hasOwnFunctions,
  renamed,
  statements,
  variablesOf,
} = require("./inlined_body");
const { applied, childrenOf, usesOf, walk } = require("./top_level_names");

/** Longest function that comes of it, in characters as they come. */
const LONGEST = 6000;
/** For cold ones less: they may be copied to memory while they run. */
const LONGEST_COLD = 2000;
/** A hot function in a branch is at most so long: reading over it should cost no more than calling it. */
const SKIPPED = 400;
/** A function of one short expression goes to wherever it is called. */
const SHORT = 48;

/** A rollup output plugin, to be run before the functions are sorted into drawers. `temperature` tells how hot a name is. */
exports.inlineCalls = function inlineCalls(temperature) {
  return { name: "inline-calls", renderChunk: (code) => ({ code: inlineAll(code, temperature), map: null }) };
};

function inlineAll(code, temperature) {
  let text = code;
  for (let rounds = 30; rounds; rounds--) {
    const next = inlineOnce(text, temperature, 31 - rounds);
    if (next === text) break;
    text = next;
  }
  return text;
}

exports.inlineAll = inlineAll;

/** As many calls as do not touch the same functions. */
function inlineOnce(code, temperature, round) {
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script" });
  const functions = program.body.filter((node) => node.type === "FunctionDeclaration");
  const byName = new Map(functions.map((func) => [func.id.name, func]));
  const sites = sitesOf(program, byName);
  const touched = new Set();
  const edits = [];
  for (const func of functions) {
    const uses = sites.get(func.id.name) ?? [];
    if (!uses.length || touched.has(func) || uses.some((use) => !use || touched.has(use.caller))) continue;
    const made = inlined(code, func, uses, temperature, round);
    if (!made) continue;
    edits.push(...made, { start: func.start, end: func.end, text: "" });
    touched.add(func);
    for (const { caller } of uses) touched.add(caller);
  }
  return applied(code, edits);
}

/** For each function the places where it is called; a use that is no call from a function is undefined. */
function sitesOf(program, byName) {
  const sites = new Map();
  const uses = new Set(usesOf(byName, program));
  const visit = (node, trail) => {
    if (uses.has(node)) {
      if (!sites.has(node.name)) sites.set(node.name, []);
      const call = trail[trail.length - 1];
      const caller = trail[1];
      const isCall = call.type === "CallExpression" && call.callee === node && caller.type === "FunctionDeclaration";
      sites.get(node.name).push(isCall ? { call, caller, trail: [...trail] } : undefined);
    }
    trail.push(node);
    for (const child of childrenOf(node)) visit(child, trail);
    trail.pop();
  };
  visit(program, []);
  return sites;
}

/** The edits that put `func` wherever it is called, or nothing. */
function inlined(code, func, uses, temperature, round) {
  const heat = temperature(func.id.name);
  try {
    if (hasOwnFunctions(func)) return undefined;
    return uses.map((use, i) => {
      const { call, caller, trail } = use;
      if (caller === func || trail.some((node) => node.type === "FunctionExpression")) throw new Refused();
      const name = caller.id.name;
      if (temperature(name) > heat || (uses.length > 1 && func.end - func.start > 400)) throw new Refused();
      const limit = temperature(name) === 2 ? LONGEST : LONGEST_COLD;
      if (caller.end - caller.start + func.end - func.start > limit) throw new Refused();
      const site = { code, func, call, caller, trail, unique: `$${round}${i || ""}`, hot: heat === 2 };
      return asExpression(site, uses.length > 1) ?? (uses.length === 1 ? asStatements(site) : refuse());
    });
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function refuse() {
  throw new Refused();
}

/** A function that is only an expression, returned or for its effect, called with what may stand in it: the expression. */
function asExpression(site, many) {
  const { code, func, call, trail } = site;
  const [only] = func.body.body;
  if (func.body.body.length !== 1) return undefined;
  const effect = only.type === "ExpressionStatement" && trail[trail.length - 2].type === "ExpressionStatement";
  const expression = effect ? only.expression : only.type === "ReturnStatement" && only.argument;
  if (!expression) return undefined;
  if (many && only.end - only.start > SHORT) throw new Refused();
  if (effect && only.end - only.start > SKIPPED) return undefined;
  const { names, bindings } = argumentsFor(site, expression);
  if (bindings.length) return undefined;
  const text = renamed(code, expression, names);
  return { start: call.start, end: call.end, text: effect ? text : `(${text})` };
}

/**
 * May an argument stand in the expression as it is written? It changes nothing, stands there once (a field of a variable: as
 * often as it likes), and what it reads nothing changes in between.
 */
function mayStand(argument, param, expression, locals) {
  const kinds = { field: 0, call: 0, use: 0 };
  let pure = true;
  walk(argument, (node) => {
    if (node.type === "MemberExpression" && !node.computed) kinds.field++;
    else if (!/^(Literal|Identifier|(Unary|Binary|Logical|Conditional)Expression)$/.test(node.type)) pure = false;
  });
  const names = usedNames(argument);
  if (!pure || names.some((name) => !locals.has(name))) return false;
  walk(expression, ({ type, name }) => {
    if (/^(Call|New|Assignment|Update)Expression$/.test(type)) kinds.call++;
    if (type === "Identifier" && name === param) kinds.use++;
  });
  const field = argument.type === "MemberExpression" && argument.object.type === "Identifier";
  return (kinds.use <= 1 || field) && (!kinds.field || kinds.call <= 1);
}

/** Names of variables in an expression, not those of fields. */
function usedNames(node) {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "MemberExpression" && !node.computed) return usedNames(node.object);
  return childrenOf(node).flatMap(usedNames);
}

/** The statements of the function in place of the statement that calls it. */
function asStatements(site) {
  const { code, func, call, trail } = site;
  const at = trail.findIndex((node, i) => i > 2 && isStatement(node) && !trail.slice(i + 1).some(isStatement));
  const statement = trail[at];
  const parent = trail[at - 1];
  const branch = trail.slice(2, at).some((node) => /^(If|Switch|Try|Catch)/.test(node.type));
  if (site.hot && branch && func.end - func.start > SKIPPED) throw new Refused();
  const inLoop = trail.slice(2, at).some((node) => /^(For|While|DoWhile)/.test(node.type));
  if (inLoop && hasBareVariables(func)) throw new Refused();
  const listed = parent.type === "BlockStatement" || parent.type === "SwitchCase";
  const { names, bindings } = argumentsFor(site);
  const body = (mode) => bindings.join("") + statements(code, func.body.body, names, mode);
  const text = placed(site, statement, call, body);
  if (!listed && statement.type === "VariableDeclaration") throw new Refused();
  return { start: statement.start, end: statement.end, text: listed ? text : `{${text}}` };
}

/** What becomes of `statement`, which has `call` in it; `body(mode)` is the text of the function. */
function placed(site, statement, call, body) {
  const { code } = site;
  if (statement.type === "ExpressionStatement") {
    const { left, right, operator } = statement.expression;
    if (operator === "=" && left.type === "Identifier" && within(right, call))
      return within(firstPart(right), call) && right !== call
        ? firstOf(site, statement, body)
        : value(site, right, body, { kind: "assign", target: left.name });
    if (!within(firstPart(statement.expression), call) || statement.expression === call)
      return value(site, statement.expression, body, { kind: "drop" });
  }
  if (statement.type === "ReturnStatement" && statement.argument)
    if (!isFirst(statement.argument, call) || statement.argument === call)
      return value(site, statement.argument, body, { kind: "return" });
  if (statement.type === "VariableDeclaration") {
    const i = statement.declarations.findIndex(({ init }) => init && within(init, call));
    const { id, init } = statement.declarations[i];
    if (within(firstPart(init), call) && init !== call) return i ? refuse() : firstOf(site, statement, body);
    const list = statement.declarations.map(({ start, end }) => code.slice(start, end));
    const before = i ? `var ${list.slice(0, i).join(",")};` : "";
    const after = i + 1 < list.length ? `var ${list.slice(i + 1).join(",")};` : "";
    return `${before}var ${id.name};${value(site, init, body, { kind: "assign", target: id.name })}${after}`;
  }
  return firstOf(site, statement, body);
}

function within(node, call) {
  return node.start <= call.start && node.end >= call.end;
}

/** Is the call the first thing that a chain of && or || or a choice evaluates? */
function isFirst(node, call) {
  let first = node;
  while (firstPart(first) !== first) first = firstPart(first);
  return within(first, call);
}

/** The part of an expression that is always evaluated, and first. */
function firstPart(node) {
  if (node.type === "LogicalExpression") return node.left;
  return node.type === "ConditionalExpression" ? node.test : node;
}

/** Statements that return, assign or only compute an expression in which the call is one branch. */
function value(site, node, body, mode) {
  const { code, call } = site;
  const text = code.slice(node.start, node.end);
  if (node === call) return body(mode) + (mode.kind === "return" && !alwaysReturns(site.func.body) ? "return;" : "");
  if (!within(node, call)) {
    if (mode.kind === "return") return `return ${text};`;
    return mode.kind === "assign" ? `${mode.target}=${text};` : `${text};`;
  }
  const first = firstPart(node);
  if (first === node) throw new Refused();
  if (within(first, call)) return leftBranch(site, node, body, mode);
  const test = code.slice(first.start, first.end);
  if (node.type === "ConditionalExpression") {
    const [yes, no] = [node.consequent, node.alternate].map((branch) => value(site, branch, body, mode));
    return `if(${test}){${yes}}else{${no}}`;
  }
  const right = value(site, node.right, body, mode);
  const not = node.operator === "||" ? "!" : "";
  if (mode.kind === "drop") return `if(${not}(${test})){${right}}`;
  const known = variablesOf(site.caller).has(mode.target) || mode.target?.endsWith(site.unique);
  if (mode.kind === "assign" && !known) throw new Refused();
  const target = mode.kind === "assign" ? mode.target : `${site.func.id.name}${site.unique}`;
  if (new RegExp(`\\b${target.replaceAll("$", "\\$")}\\b`).test(code.slice(node.right.start, node.right.end)))
    throw new Refused();
  const early = mode.kind === "return" ? `if(${not ? "" : "!"}${target})return ${target};${right}` : "";
  const head = mode.kind === "return" ? `var ${target}=${test};` : `${target}=${test};`;
  return head + (early || `if(${not}${target}){${right}}`);
}

/** The call is in the left part of a returned chain of && or ||: the rest comes after it. */
function leftBranch(site, node, body, mode) {
  if (node.type !== "LogicalExpression" || mode.kind !== "return") throw new Refused();
  const target = `${site.func.id.name}${site.unique}`;
  const left = value(site, node.left, body, { kind: "assign", target });
  const right = site.code.slice(node.right.start, node.right.end);
  return `var ${target};${left}if(${node.operator === "||" ? "" : "!"}${target})return ${target};return ${right};`;
}

/** A call within an expression, if it is the first thing that the statement does. */
function firstOf(site, statement, body) {
  const { code, call } = site;
  let first = { IfStatement: "test", ExpressionStatement: "expression", ReturnStatement: "argument" }[statement.type];
  first = first ? statement[first] : statement.declarations?.[0].init;
  while (first && first !== call) {
    const { type } = first;
    if (type === "UnaryExpression") first = first.argument;
    else if (type === "LogicalExpression" || type === "BinaryExpression") first = first.left;
    else if (type === "ConditionalExpression") first = first.test;
    else if (type === "AssignmentExpression" && first.operator === "=" && first.left.type === "Identifier")
      first = first.right;
    else throw new Refused();
  }
  if (!first) throw new Refused();
  const target = `${site.func.id.name}${site.unique}`;
  const rest = code.slice(statement.start, call.start) + target + code.slice(call.end, statement.end);
  return `var ${target};${body({ kind: "assign", target })}${rest}`;
}

/**
 * New names for the parameters and variables of the function. A parameter that is never assigned is the argument itself
 * where that is a number or a variable of the caller's, or may stand in `expression`; others are bound to variables.
 */
function argumentsFor({ func, call, caller, code, unique }, expression) {
  const names = new Map();
  const bindings = [];
  if (call.arguments.length > func.params.length) throw new Refused();
  const locals = variablesOf(caller);
  const own = variablesOf(func);
  walk(func.body, ({ type, name }) => {
    if (type === "Identifier" && locals.has(name) && !own.has(name)) throw new Refused(); // it would mean another one
  });
  const assigned = call.arguments.some(assigns) ? own : assignedIn(func);
  func.params.forEach(({ name }, i) => {
    const argument = call.arguments[i];
    const text = argument ? code.slice(argument.start, argument.end) : "undefined";
    const simple = !argument || isNumber(argument) || (argument.type === "Identifier" && locals.has(argument.name));
    if (simple && !assigned.has(name)) names.set(name, text);
    else if (expression && !assigned.has(name) && mayStand(argument, name, expression, locals))
      names.set(name, `(${text})`);
    else {
      names.set(name, `${name}${unique}`);
      bindings.push(`var ${name}${unique}=${text};`);
    }
  });
  for (const name of own) if (!names.has(name)) names.set(name, `${name}${unique}`);
  return { names, bindings };
}

function isNumber(node) {
  return node.type === "Literal" || (node.type === "UnaryExpression" && node.argument.type === "Literal");
}

function isStatement(node) {
  return /Statement$|^VariableDeclaration$/.test(node.type);
}
