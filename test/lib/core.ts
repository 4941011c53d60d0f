/**
 * What is about the JavaScript build alone says so, aloud, where tests run on machine code (CORE=native).
 */
import { CORE } from "./kernel";

/** To be called in a spec, or before each of several. */
export function javascriptOnly(reason: string): void {
  if (CORE === "native") pending(`JavaScript only: ${reason}`);
}
