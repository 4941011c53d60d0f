/**
 * The shipped bundles, one for each chip, as text: that it is what architecture.md section 5 wants of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Node, parse } from "acorn";
import { chips } from "../../host-sim/chips";

const { findFaults } = require("../../tools/espruino_subset") as { findFaults(code: string): string[] };
const { MANGLED_FIELDS } = require("../../tools/mangled_fields") as { MANGLED_FIELDS: RegExp };

/** Bytes that the bundle may have. A board keeps it in Storage; what adds to it should be worth it. */
const SIZE_LIMIT = 110 * 1024;

interface Tree extends Node {
  [key: string]: unknown;
}

function bundle(name: string): string {
  return readFileSync(join(__dirname, "../../dist", name), "utf8");
}

function nodesOf(code: string): Tree[] {
  const nodes: Tree[] = [];
  const visit = (node: Tree): void => {
    nodes.push(node);
    for (const child of Object.values(node).flat())
      if (typeof (child as Tree | null)?.type === "string") visit(child as Tree);
  };
  visit(parse(code, { ecmaVersion: 5, sourceType: "script" }) as unknown as Tree);
  return nodes;
}

/** The names of all fields that the code reads, writes or lists. */
function fieldsOf(nodes: Tree[]): string[] {
  const names = nodes.flatMap((node) => {
    if (node.type === "MemberExpression" && !node["computed"]) return [(node["property"] as { name: string }).name];
    if (node.type === "Property") return [(node["key"] as { name?: string }).name ?? ""];
    return [];
  });
  return [...new Set(names)].sort();
}

/** Functions that are called where they stand. */
function calledInPlace(nodes: Tree[]): Tree[] {
  const isFunction = (node: unknown) => (node as Tree).type === "FunctionExpression";
  return nodes.filter((node) => {
    const callee = node["callee"] as Tree | undefined;
    if (!callee) return false;
    return isFunction(callee) || (callee.type === "MemberExpression" && isFunction(callee["object"]));
  });
}

/** Names that are used as variables and declared nowhere. */
function freeNames(nodes: Tree[]): string[] {
  const fieldNames = new Set<unknown>();
  const declared = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === "MemberExpression" && !node["computed"]) fieldNames.add(node["property"]);
    if (node.type === "Property") fieldNames.add(node["key"]);
    const names = [node.type === "CatchClause" ? node["param"] : node["id"], node["params"] ?? []].flat();
    for (const name of names as ({ name: string } | null)[]) if (name) declared.add(name.name);
  }
  const used = nodes.filter((node) => node.type === "Identifier" && !fieldNames.has(node));
  return [...new Set(used.map((node) => node["name"] as string))].filter((name) => !declared.has(name)).sort();
}

for (const chip of Object.keys(chips)) describe(`The shipped bundle, ${chip}.min.js,`, () => isAsItShouldBe(chip));

function isAsItShouldBe(chip: string): void {
  const code = bundle(`${chip}.min.js`);
  const nodes = nodesOf(code);

  it("is of a size that a board has room for", () => {
    console.log(`dist/${chip}.min.js: ${code.length} bytes of ${SIZE_LIMIT}`);
    expect(code.length).toBeLessThanOrEqual(SIZE_LIMIT);
  });

  it("is what Espruino reads: ES5, without what its interpreter lacks", () => {
    expect(findFaults(code)).toEqual([]);
    expect(findFaults(bundle(`${chip}.js`))).toEqual([]);
  });

  it("is plain ASCII, one byte a character", () => {
    expect([...code].filter((char) => char > "\x7e")).toEqual([]);
  });

  it("calls no function where it stands, which costs the interpreter 75 us", () => {
    expect(calledInPlace(nodes).map(({ start }) => code.slice(start, start + 80))).toEqual([]);
  });

  it("has no field left with a prefix of ours, other than those that programs see", () => {
    const seen = /^(sin_(family|addr|port)|sun_(family|path)|inet_(addr|ntoa))$/;
    const left = fieldsOf(nodes).filter((name) => /^[a-z]+_/.test(name) && !seen.test(name));
    expect(left).withContext("tools/mangled_fields.js should have their prefixes").toEqual([]);
  });

  it("has short names for all functions and variables at top level", () => {
    const body = nodes[0]["body"] as Tree[];
    const names = body.flatMap((node) => {
      if (node.type === "FunctionDeclaration") return [(node["id"] as { name: string }).name];
      if (node.type !== "VariableDeclaration") return [];
      return (node["declarations"] as { id: { name: string } }[]).map(({ id }) => id.name);
    });
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => name.length > 3)).toEqual([]);
  });

  it("keeps the names of what programs use", () => {
    const fields = fieldsOf(nodes);
    for (const name of ["connect", "setIP", "getIP", "getStatus", "end", "net", "socket", "recvfrom", "sin_addr"])
      expect(fields).toContain(name);
  });

  it("exports connect, and nothing else", () => {
    const exported = nodes.filter(
      (node) => node.type === "MemberExpression" && (node["object"] as { name?: string }).name === "exports",
    );
    expect(exported.map((node) => (node["property"] as { name: string }).name)).toEqual(["connect"]);
  });

  it("refers to nothing that it has not declared, but to what a board has", () => {
    const board =
      "ArrayBuffer DataView Uint8Array Uint16Array Uint32Array Object String Math Error undefined exports console E require global".split(
        " ",
      );
    const natives = "process getTime getSerial setTimeout clearTimeout setWatch clearWatch".split(" ");
    expect(freeNames(nodes).filter((name) => !board.includes(name) && !natives.includes(name))).toEqual([]);
  });
}

describe("The test of the bundle itself", () => {
  it("finds functions that are called where they stand, in any dress", () => {
    for (const code of ["(function(){})()", "!function(a){}(1)", "x=function(){}.call(y)", "new(function(){})"])
      expect(calledInPlace(nodesOf(code)).length)
        .withContext(code)
        .toBe(1);
    expect(calledInPlace(nodesOf("function f(k){return function(){}}f(1)(2);a(function(){})"))).toEqual([]);
  });

  it("finds names that nobody has declared", () => {
    expect(freeNames(nodesOf("function f(a){try{var b=a.c;g(b)}catch(d){h={e:d}}}"))).toEqual(["g", "h"]);
  });

  it("knows which fields are to be mangled", () => {
    expect(["so_rcv", "m_next", "if_flags", "at_hold"].every((name) => MANGLED_FIELDS.test(name))).toBe(true);
    expect(["sin_port", "socket", "fromCharCode"].some((name) => MANGLED_FIELDS.test(name))).toBe(false);
  });
});
