/**
 * Values as the text that a board makes of them: JSON.stringify, E.toJS, and the files of Storage.writeJSON; and JSON.parse.
 * Espruino: jsfGetJSON with its flags (src/jswrap_json.c), escapeCharacter (src/jsutils.c), ftoa_bounded.
 *
 * Differs: fields named by numbers come first, as V8 has them.
 */
import { asTypedArray } from "./bytes";
import { Pin } from "./pins";
import type { Realm } from "./realm";

/** How values are written. */
interface Style {
  /** Fields that are names have no quotes. */
  bareNames?: boolean;
  /** \u00ff in place of \xFF. */
  unicode?: boolean;
  /** Functions are left out, undefined alone. */
  withoutFunctions?: boolean;
  /** Pins are strings, and what is not finite is null. */
  asJson?: boolean;
  /** What lines are indented with; "": one line. */
  indent: string;
}

const TO_JS: Style = { bareNames: true, indent: "" };
const TO_FILE: Style = { bareNames: true, withoutFunctions: true, asJson: true, indent: "" };
const TO_JSON: Style = { unicode: true, withoutFunctions: true, asJson: true, indent: "" };
const MAX_INDENT = 10;

/** E.toJS: text that gives `value` back when it is evaluated. */
export function toJs(value: unknown): string {
  return text(value, TO_JS, []);
}

/** What Storage.writeJSON writes: the same without functions. */
export function toFile(value: unknown): string {
  return text(value, TO_FILE, []);
}

/** The JSON of programs. */
export function jsonGlobal(realm: Realm): object {
  return realm.object({
    stringify: (value: unknown, _replacer?: unknown, space?: unknown) =>
      text(value, { ...TO_JSON, indent: indentation(space) }, []),
    parse: (json: unknown) => parse(realm, String(json)),
  });
}

function indentation(space: unknown): string {
  if (typeof space === "number") return " ".repeat(Math.max(0, Math.min(MAX_INDENT, Math.trunc(space))));
  return typeof space === "string" ? space.slice(0, MAX_INDENT) : "";
}

function text(value: unknown, style: Style, above: object[]): string {
  if (value === undefined) return "null";
  if (typeof value === "function") return style.withoutFunctions ? "undefined" : functionText(value);
  if (typeof value === "string") return quoted(value, style);
  if (value instanceof Pin) return style.asJson ? quoted(value.name, style) : value.name;
  if (typeof value === "number") return style.asJson && !Number.isFinite(value) ? "null" : numberText(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (above.includes(value)) return " ... ";
  return objectText(value, style, [...above, value]);
}

function objectText(value: object, style: Style, above: object[]): string {
  const elements = elementsOf(value);
  if (elements) {
    const items = elements.map((item) => text(item, style, above));
    return joined("[", items, "]", style, above.length);
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return text(toJSON.call(value), style, above);
  const colon = style.indent ? ": " : ":";
  const fields = fieldsOf(value, style).map(([name, item]) => nameText(name, style) + colon + text(item, style, above));
  return joined("{", fields, "}", style, above.length);
}

/** Elements of arrays, views and buffers. */
function elementsOf(value: object): unknown[] | undefined {
  if (Array.isArray(value)) return Array.from(value);
  const typed = asTypedArray(value) ?? ("byteLength" in value ? new Uint8Array(value as ArrayBuffer) : undefined);
  return typed && Array.from(typed as Uint8Array);
}

function joined(open: string, parts: string[], close: string, { indent }: Style, depth: number): string {
  if (!indent) return open + parts.join(",") + close;
  const lines = parts.map((part) => `\n${indent.repeat(depth)}${part}`);
  return `${open} ${lines.join(", ")}${parts.length ? `\n${indent.repeat(depth - 1)}` : ""} ${close}`;
}

function fieldsOf(value: object, { withoutFunctions }: Style): [string, unknown][] {
  const isShown = (item: unknown) => item !== undefined && !(withoutFunctions && typeof item === "function");
  return Object.keys(value)
    .filter((name) => !Object.getOwnPropertyDescriptor(value, name)?.get)
    .map((name): [string, unknown] => [name, (value as Record<string, unknown>)[name]])
    .filter(([, item]) => isShown(item));
}

function nameText(name: string, style: Style): string {
  return style.bareNames && /^([A-Za-z_]\w*|\d+)$/.test(name) ? name : quoted(name, style);
}

const ESCAPES: Record<string, string> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
  '"': '\\"',
};

function quoted(string: string, style: Style): string {
  return `"${[...string].map((char, i) => ESCAPES[char] ?? escaped(char, string[i + 1] ?? "", style)).join("")}"`;
}

function escaped(char: string, next: string, { unicode }: Style): string {
  const code = char.charCodeAt(0);
  if (code >= 32 && code < 127) return char;
  const hex = code.toString(16).toUpperCase();
  if (unicode || code > 255) return `\\u${hex.padStart(4, "0")}`;
  if (char === "\v") return "\\v";
  return code < 8 && !/[0-7]/.test(next) ? `\\${code}` : `\\x${hex.padStart(2, "0")}`;
}

/** Eleven digits behind the point, as many as a board shows. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value === 0 ? 0 : value);
  const size = Math.abs(value);
  if (size >= 1e-6 && size < 1e21) return String(value).length < 13 ? String(value) : shortened(value.toFixed(11));
  const [digits, exponent] = value.toExponential().split("e");
  return `${shortened(Number(digits).toFixed(11))}e${exponent}`;
}

function shortened(digits: string): string {
  return digits.replace(/\.?0+$/, "");
}

/** "function (a,b) {body}", the name left out. */
// biome-ignore lint/complexity/noBannedTypes: any function at all
function functionText(value: Function): string {
  const source = Function.prototype.toString.call(value);
  const isOfHost = value instanceof Function;
  if (isOfHost || source.includes("[native code]")) return "function () { [native code] }";
  const whole = /^(?:function)?\s*[\w$]*\s*\(([^)]*)\)\s*(?:=>\s*)?\{([\s\S]*)\}$/.exec(source);
  const short = /^([\w$]+)\s*=>\s*\{([\s\S]*)\}$/.exec(source) ?? whole;
  const arrow = /^\(?([^)=]*)\)?\s*=>\s*([\s\S]*)$/.exec(source);
  if (!short && arrow) return `function (${parameters(arrow[1])}) {return ${arrow[2]}}`;
  return short ? `function (${parameters(short[1])}) ${bodyText(short[2])}` : "function () {}";
}

function parameters(list: string): string {
  return list.replace(/\s/g, "");
}

function bodyText(body: string): string {
  const trimmed = body.trim();
  return trimmed.includes("\n") ? `{\n  ${trimmed}\n}` : `{${trimmed}}`;
}

/** As a board reads it: \x41 and a comma before a closing bracket pass. */
function parse(realm: Realm, json: string): unknown {
  const tolerant = json.replace(/"(?:[^"\\]|\\[\s\S])*"|,(\s*\])/g, (part, end) =>
    end === undefined ? part.replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, escapeOf) : end,
  );
  try {
    return realm.parseJson(tolerant);
  } catch (error) {
    throw realm.syntaxError((error as Error).message);
  }
}

function escapeOf(all: string, hex: string | undefined): string {
  return hex ? `\\u00${hex}` : all;
}
