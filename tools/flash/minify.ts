/**
 * Modules as they are sent: without comments and blanks, and with short names where nobody outside can see them, as
 * Espruino's own tools do it. A module that would not survive that goes as it is.
 */
import { minify } from "terser";

const { programFaults, RESERVED_WORDS } = require("../espruino_subset") as {
  programFaults(code: string, file: string): string[];
  RESERVED_WORDS: string[];
};

/** The interpreter does not hoist functions, and pays for those that are made of others. */
const SETTINGS = {
  compress: { inline: false, reduce_funcs: false, sequences: false, collapse_vars: false, hoist_funs: false },
  mangle: { reserved: RESERVED_WORDS },
  toplevel: true,
  format: { comments: false, ascii_only: true },
};

/** `text` is bytes, a char each. */
export async function minified(text: string, file: string): Promise<string> {
  try {
    const { code = text } = await minify(text, SETTINGS);
    return programFaults(code, file).length || code.length >= text.length ? text : code;
  } catch {
    return text;
  }
}
