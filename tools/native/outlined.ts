/**
 * Functions that had better not be put into their callers (outline.ts, which has found them).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const LIST = join(__dirname, "outlined.json");
export const OUTLINED = "__attribute__((noinline))";

export function outlined(): Set<string> {
  return new Set(JSON.parse(readFileSync(LIST, "utf8")) as string[]);
}
