/**
 * The text that the body of a function becomes where it is put into its caller (inline_calls.js): early returns are else
 * branches, and names are new ones. What cannot be said so is refused.
 */
const { applied, walk } = require("./top_level_names");

/** Thrown where a call has to stay a call. */
class Refused extends Error {}

/** The text of a list of statements. `mode` says what becomes of what they return. */
function statements(code, list, names, mode) {
  let text = "";
  for (let i = 0; i < list.length; i++) {
    const node = list[i];
    const rest = list.slice(i + 1);
    if (mode.kind === "return" || !returns(node)) text += `${renamed(code, node, names)}\n`;
    else if (node.type === "ReturnStatement") return text + result(code, node.argument, names, mode);
    else if (node.type === "BlockStatement") return text + statements(code, [...node.body, ...rest], names, mode);
    else if (node.type === "IfStatement") return text + branches(code, node, rest, names, mode);
    else throw new Refused();
  }
  return mode.kind === "assign" ? `${text}${mode.target}=undefined;` : text;
}

/** An `if` that may return: what follows it goes into the branch that does not. */
function branches(code, node, rest, names, mode) {
  const { test, consequent, alternate } = node;
  const otherwise = alternate ? [alternate] : [];
  let yes = [consequent];
  let no = otherwise;
  if (alwaysReturns(consequent)) no = [...otherwise, ...rest];
  else if (alternate && alwaysReturns(alternate)) yes = [consequent, ...rest];
  else if (rest.length) throw new Refused();
  const head = `if(${renamed(code, test, names)}){${statements(code, yes, names, mode)}}`;
  const tail = statements(code, no, names, mode);
  return tail ? `${head}else{${tail}}` : head;
}

/** What a return statement becomes. */
function result(code, value, names, mode) {
  const text = value ? renamed(code, value, names) : "undefined";
  if (mode.kind === "assign") return mode.target === text ? "" : `${mode.target}=${text};`;
  return value && hasEffect(value) ? `${text};` : "";
}

function hasEffect(node) {
  return has(node, /^(Call|New|Assignment|Update)Expression$/);
}

function assigns(node) {
  return has(node, /^(Assignment|Update)Expression$/);
}

function has(node, types) {
  let found = false;
  walk(node, ({ type }) => {
    if (types.test(type)) found = true;
  });
  return found;
}

function returns(node) {
  return has(node, /^ReturnStatement$/);
}

function alwaysReturns(node) {
  if (!node) return false;
  if (node.type === "ReturnStatement" || node.type === "ThrowStatement") return true;
  if (node.type === "BlockStatement") return node.body.some(alwaysReturns);
  return node.type === "IfStatement" && alwaysReturns(node.consequent) && alwaysReturns(node.alternate);
}

/** Source text of a node with other names. */
function renamed(code, node, names) {
  const edits = [];
  const visit = (at, parent, key) => {
    if (at.type === "Identifier" && names.has(at.name)) {
      const isName = (parent?.type === "MemberExpression" && key === "property" && !parent.computed) || key === "key";
      if (!isName) edits.push({ start: at.start, end: at.end, text: names.get(at.name) });
    }
    for (const k of Object.keys(at))
      for (const child of [].concat(at[k])) if (typeof child?.type === "string") visit(child, at, k);
  };
  visit(node);
  return applied(code.slice(node.start, node.end), edits, node.start);
}

function hasOwnFunctions(func) {
  let found = false;
  walk(func.body, ({ type, name }) => {
    if (type === "FunctionExpression" || type === "ThisExpression" || name === "arguments") found = true;
  });
  return found;
}

/** Variables without a value: in a loop they would keep that of the last time. */
function hasBareVariables(func) {
  let found = false;
  walk(func.body, (node) => {
    if (node.type === "VariableDeclaration" && node.declarations.some(({ init }) => !init)) found = true;
  });
  return found;
}

function variablesOf(func) {
  const names = new Set(func.params.map(({ name }) => name));
  walk(func.body, (node) => {
    if (node.type === "VariableDeclarator") names.add(node.id.name);
    if (node.type === "CatchClause") names.add(node.param.name);
  });
  return names;
}

function assignedIn(func) {
  const names = new Set();
  walk(func.body, (node) => {
    const target = node.type === "AssignmentExpression" ? node.left : node.type === "UpdateExpression" && node.argument;
    if (target) names.add(target.name);
    if (node.type === "VariableDeclarator") names.add(node.id.name);
    if (/^For(In)?Statement$/.test(node.type) && node.left) names.add(node.left.name);
  });
  return names;
}

module.exports = {
  Refused,
  alwaysReturns,
  assignedIn,
  assigns,
  hasBareVariables,
  hasOwnFunctions,
  renamed,
  statements,
  variablesOf,
};
