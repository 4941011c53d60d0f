/**
 * Specs that are about the stack in JavaScript itself: with CORE=native, which runs them on machine code, they say so and are left
 * out.
 */

/** Called first in a spec, or before each: `why` goes into the report. */
export function javascriptOnly(why: string): void {
  if (process.env.CORE === "native") pending(`CORE=native: ${why}`);
}
