/**
 * Specs that are about the stack in JavaScript itself: with CORE=native or thumb, which run them on machine code, they say so
 * and are left out.
 */

/** Called first in a spec, or before each: `why` goes into the report. */
export function javascriptOnly(why: string): void {
  const { CORE = "javascript" } = process.env;
  if (CORE !== "javascript") pending(`CORE=${CORE}: ${why}`);
}
