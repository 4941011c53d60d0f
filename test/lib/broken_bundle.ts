/**
 * A bundle whose turns can be broken off: before each of its statements it asks whether this is the one. What an interpreter
 * without memory breaks off no `catch` and no `finally` sees; so all further statements of that turn throw as well.
 *
 *     $fault.at = 17      // the 17th statement from now on is not reached
 *     $fault.entry = "softclock 2"      // of the second call of that name from outside not even the first statement is
 *     $fault.within = "accept 2 5"      // of the second call of that name from anywhere the 5th statement is not reached
 *     $fault.hit          // it was met
 *     $fault.entries      // how often each function was called from outside
 */
import { type Node, parse } from "acorn";

/** Of the bundle's own: what each function enters and leaves, and what stands before each statement. */
const PRELUDE = `
var $fault = global.$fault = { n: 0, at: 0, entry: "", entries: {}, within: "", calls: 0, depth: 0, hit: false, broken: false, where: "" };
function $in(name) {
  var within = $fault.within.split(" ");
  if (name === within[0] && ++$fault.calls === +within[1]) $fault.at = $fault.n + +within[2];
  if ($fault.depth++) return;
  $fault.entries[name] = ($fault.entries[name] || 0) + 1;
  if ($fault.entry === name + " " + $fault.entries[name]) $fault.broken = $fault.hit = true;
}
function $out() { if (!--$fault.depth) $fault.broken = false; }
function $tick() {
  if ($fault.broken || (++$fault.n === $fault.at && ($fault.broken = $fault.hit = true))) { if (!$fault.where) $fault.where = new Error("x").stack; throw new Error("broken off"); }
}
`;

interface Tree extends Node {
  [key: string]: unknown;
}

const SINGLE: Record<string, string[]> = {
  IfStatement: ["consequent", "alternate"],
  ForStatement: ["body"],
  ForInStatement: ["body"],
  WhileStatement: ["body"],
  DoWhileStatement: ["body"],
};

/** The bundle `code` so prepared. */
export function breakableBundle(code: string): string {
  const inserts: [number, string][] = [];
  const visit = (node: Tree, inFunction: boolean): void => {
    const isFunction = /^Function/.test(node.type);
    if (isFunction) {
      const body = node["body"] as Tree;
      const name = (node["id"] as Tree | null)?.["name"] ?? "";
      inserts.push([body.start + 1, `$in("${name}");try{`], [body.end - 1, "}finally{$out();}"]);
    }
    const inside = inFunction || isFunction;
    if (inside) ticks(node);
    for (const child of Object.values(node).flat())
      if (typeof (child as Tree | null)?.type === "string") visit(child as Tree, inside);
  };
  const ticks = (node: Tree): void => {
    const list = node.type === "BlockStatement" ? node["body"] : node.type === "SwitchCase" ? node["consequent"] : [];
    for (const statement of list as Tree[])
      if (statement.type !== "FunctionDeclaration") inserts.push([statement.start, "$tick();"]);
    for (const field of SINGLE[node.type] ?? []) {
      const statement = node[field] as Tree | null;
      if (!statement || statement.type === "BlockStatement") continue;
      inserts.push([statement.start, "{$tick();"], [statement.end, "}"]);
    }
  };
  visit(parse(code, { ecmaVersion: 2020, sourceType: "script" }) as unknown as Tree, false);
  return PRELUDE + insert(code, inserts);
}

/** At one place what comes first in the list comes first, but that what closes goes before what opens. */
function insert(code: string, inserts: [number, string][]): string {
  const order = inserts.map(([at, text], i) => ({ at, text, i, closes: text.startsWith("}") && text === "}" }));
  order.sort((a, b) => a.at - b.at || Number(b.closes) - Number(a.closes) || a.i - b.i);
  let out = "";
  let from = 0;
  for (const { at, text } of order) {
    out += code.slice(from, at) + text;
    from = at;
  }
  return out + code.slice(from);
}
