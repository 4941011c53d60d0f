/**
 * Program text in the interpreter's tokens, as Espruino's tools may store it and as the bundles for boards are: one byte
 * for each reserved word and operator of several characters, and strings of any bytes with their length before them
 * (LEX_TYPES of jslex.h).
 */

/** The words by their numbers, from 0x8a. */
const WORDS = (
  "== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => " +
  "if else do while for break continue function return var let const this throw try catch finally true false null " +
  "undefined new in instanceof switch case default delete typeof void debugger class extends super static of"
).split(" ");
const FIRST_WORD = 0x8a;
const RAW_STRING8 = 0xd1;
const RAW_STRING16 = 0xd2;

/** A string, or the start of something that text has not. */
const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\x8a-\xd2]/g;

/**
 * The text that the interpreter understands `code` to be; plain text is itself. What it gives to `eval` may be in tokens
 * too: that is read by a function that the result calls `reader`.
 */
export function sourceOf(code: string, reader: string): string {
  if (!/[\x8a-\xd2]/.test(code)) return code;
  let text = "";
  let at = 0;
  for (let found = next(code, 0); found; found = next(code, at)) {
    text += code.slice(at, found.index);
    const [piece, end] = pieceAt(code, found.index, found[0]);
    text += piece;
    at = end;
  }
  return withReader(text + code.slice(at), reader);
}

function next(code: string, at: number): RegExpExecArray | null {
  STRING_OR_TOKEN.lastIndex = at;
  return STRING_OR_TOKEN.exec(code);
}

/** Text of the token or string at `at`, and where it ends. */
function pieceAt(code: string, at: number, found: string): [text: string, end: number] {
  if (found.length > 1) return [found, at + found.length];
  const token = code.charCodeAt(at);
  if (token < RAW_STRING8) return [` ${WORDS[token - FIRST_WORD]} `, at + 1];
  const wide = token === RAW_STRING16;
  const length = code.charCodeAt(at + 1) + (wide ? code.charCodeAt(at + 2) << 8 : 0);
  const start = at + (wide ? 3 : 2);
  return [JSON.stringify(code.slice(start, start + length)), start + length];
}

/** `eval(x)` becomes `eval(reader(x))`. */
function withReader(text: string, reader: string): string {
  const [first, ...others] = text.split(/\beval\(/);
  return first + others.map((other) => `eval(${reader}(${closed(other)}`).join("");
}

/** The same with a second bracket where the first that was open is closed. */
function closed(text: string): string {
  const BRACKET = /"(?:[^"\\]|\\.)*"|[()]/g;
  let depth = 1;
  for (let found = BRACKET.exec(text); found; found = BRACKET.exec(text)) {
    if (found[0] === "(") depth++;
    if (found[0] === ")" && !--depth) return `${text.slice(0, found.index)})${text.slice(found.index)}`;
  }
  return text;
}
