/**
 * Writes a bundle in the interpreter's own tokens: a word or an operator of several characters becomes one byte.
 *
 * The interpreter reads source text every time it runs it. In tokens there is less to read and less to skip, and a fifth
 * less to keep in Storage. The numbers are those of LEX_TYPES in Espruino's jslex.h, which promises not to change them
 * because its own tools write them too. `true`, `false` and `undefined` are one token each and come back in place of !0,
 * !1 and void 0. The result is bytes, one a character.
 */
const acorn = require("acorn");

/** In Espruino's order; the first is FIRST_TOKEN, the others count up from there. */
const TOKENS = (
  "== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => if else do while for break " +
  "continue function return var let const this throw try catch finally true false null undefined new in instanceof " +
  "switch case default delete typeof void debugger class extends super static of"
).split(" ");
const FIRST_TOKEN = 138;

const byteOf = new Map(TOKENS.map((text, i) => [text, String.fromCharCode(FIRST_TOKEN + i)]));

/** `code`, which is ASCII, in tokens. */
function toTokens(code) {
  let text = "";
  for (const token of tokensOf(code)) text += spaceBetween(text, token) + token;
  return text;
}

exports.toTokens = toTokens;

function tokensOf(code) {
  const tokens = [];
  const words = [];
  const program = acorn.parse(code, { ecmaVersion: 5, sourceType: "script", onToken: tokens });
  const whole = literals(program);
  for (let i = 0; i < tokens.length - 1; i++) {
    const { start, end } = tokens[i];
    const literal = whole.get(start);
    if (literal) while (tokens[i].end < literal.end) i++;
    const name = i > 0 && code[tokens[i - 1].start] === "."; // a field may be named as a word is
    const text = literal ? literal.text : code.slice(start, end);
    words.push((!name && byteOf.get(text)) || text);
  }
  return words;
}

/** !0, !1 and void 0, by where they begin. */
function literals(program) {
  const found = new Map();
  const visit = (node) => {
    const text = literalOf(node);
    if (text) found.set(node.start, { end: node.end, text });
    for (const child of Object.values(node).flat()) if (typeof child?.type === "string") visit(child);
  };
  visit(program);
  return found;
}

function literalOf(node) {
  if (node.type !== "UnaryExpression" || node.argument.type !== "Literal") return "";
  if (node.operator === "void") return "undefined";
  if (node.operator !== "!") return "";
  return { 0: "true", 1: "false" }[node.argument.raw] ?? "";
}

/** Between two names or numbers, and two signs that would be another one without. */
function spaceBetween(text, next) {
  const last = text[text.length - 1] ?? "";
  return (/[\w$]/.test(last) && /[\w$]/.test(next[0])) || (/[+-]/.test(last) && last === next[0]) ? " " : "";
}
