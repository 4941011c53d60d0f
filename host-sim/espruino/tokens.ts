/**
 * Program text in the interpreter's tokens, as Espruino's tools may store it and as the bundles for boards are: one byte
 * for each reserved word and operator of several characters (LEX_TYPES of jslex.h).
 */

/** The words by their numbers, from 0x8a. */
const WORDS = (
  "== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => " +
  "if else do while for break continue function return var let const this throw try catch finally true false null " +
  "undefined new in instanceof switch case default delete typeof void debugger class extends super static of"
).split(" ");

/** Strings (which are as they are), or a token. */
const STRING_OR_TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\x8a-\xc6]/g;

/** The text that the interpreter understands `code` to be; plain text is itself. */
export function sourceOf(code: string): string {
  return code.replace(STRING_OR_TOKEN, (found) =>
    found.length > 1 ? found : ` ${WORDS[found.charCodeAt(0) - 0x8a]} `,
  );
}
