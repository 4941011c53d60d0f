/**
 * print and console: values as a board's console shows them, each call one line (or more).
 */
import { asTypedArray } from "./bytes";
import { Pin } from "./pins";
import type { Realm } from "./realm";

/** How deep objects are shown. */
const MAX_DEPTH = 6;

/** The functions that programs see; each call hands one text to `print`. */
export function consoleGlobals(realm: Realm, print: (line: string) => void): Record<string, unknown> {
  const log = (...values: unknown[]) => print(values.map((value) => shown(value)).join(" "));
  return {
    print: log,
    console: realm.object({ log, debug: log, info: log, warn: log, error: log, trace: log }),
  };
}

/** The text that a board prints for `value`; a string is printed as it is. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : json(value, 0);
}

/** What is printed for an exception that nobody caught, with the program's own lines of the stack. */
export function uncaught(error: unknown): string {
  const { name, message, stack } = (error ?? {}) as Partial<Error>;
  if (message === undefined) return `Uncaught ${shown(error)}`;
  const lines = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const outside = lines.findIndex((line) => /node:|host-sim|\.ts:/.test(line));
  const own = outside < 0 ? lines : lines.slice(0, outside);
  return [
    `Uncaught ${name ?? "Error"}: ${message}`,
    ...(name === "SyntaxError" ? placeOfSyntax(stack) : []),
    ...own,
  ].join("\n");
}

/** Where a text could not be parsed: V8 says that first of all. */
function placeOfSyntax(stack = ""): string[] {
  const [first, source, marks] = stack.split("\n");
  return /^\S+:\d+$/.test(first) && /^\s*\^/.test(marks ?? "")
    ? [`    at ${first}`, `    ${source}`, `    ${marks}`]
    : [];
}

function json(value: unknown, depth: number): string {
  if (value instanceof Pin) return value.name;
  if (typeof value === "function") return "function () {[native or script]}";
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  if (depth >= MAX_DEPTH) return "...";
  const typed = asTypedArray(value);
  if (typed) return `new ${typed[Symbol.toStringTag]}(${list([...typed], depth)})`;
  if (Array.isArray(value)) return list(value, depth);
  return fields(value, depth);
}

function list(items: unknown[], depth: number): string {
  return items.length ? `[ ${items.map((item) => json(item, depth + 1)).join(", ")} ]` : "[  ]";
}

function fields(value: object, depth: number): string {
  const entries = Object.entries(value);
  if ("message" in value && "stack" in value) return `${String(value)}`;
  const texts = entries.map(([key, item]) => `${JSON.stringify(key)}: ${json(item, depth + 1)}`);
  return texts.length ? `{ ${texts.join(", ")} }` : "{  }";
}
