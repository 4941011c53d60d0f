/**
 * Of what something was made, as one number: its sources, the constants of its profile, and the tools.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const { ROOT } = require("../root") as { ROOT: string };

export interface Made {
  /** paths from the root of the project */
  files: readonly string[];
  constants?: { [name: string]: number | boolean };
}

/** One hash over all that it is made of. `flags` are words that make it another; `without`: tools that have no part in it. */
export function digest({ files, constants }: Made, flags: string[], without: readonly string[] = []): string {
  const hash = createHash("sha256").update(JSON.stringify([constants ?? {}, flags]));
  const tools = readdirSync(__dirname, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"));
  const parts = tools.filter((name) => !without.includes(name)).map((name) => `tools/native/${name}`);
  for (const file of [...files, "firmware/machdep.ts", ...parts.sort()]) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}
