/**
 * The language that a board understands: what tools/espruino_subset.js refuses the interpreter does not do as other engines
 * do, and what it lets pass the interpreter does.
 */
import { runInNewContext } from "node:vm";
import { espruino, runProgram } from "./interpreter";

const { findFaults, programFaults } = require("../../tools/espruino_subset") as {
  findFaults(code: string): string[];
  programFaults(code: string, file: string): string[];
};

/** Expressions that a board takes for what they are. */
const SPOKEN = [
  "(function (a) { return a; })(1)",
  "(function (x) { switch (x) { case 1: return 1; default: return 2; } })(3)",
  "null ?? 1",
  "`a${1}b${`${2}`}`",
  "`a\nb`.length",
  "(function () { class A { y = 5; } return new A().y; })()",
  "(function () { class A { static y = 5; } return A.y; })()",
  "(function () { class A { get y() { return 3; } } return new A().y; })()",
  "(function () { class A { static f() { return 3; } } return A.f(); })()",
  "(function () { class A { f() { return 3; } } class B extends A { f() { return super.f() + 1; } } return new B().f(); })()",
  "(function () { class A { constructor() { this.a = 1; } } class B extends A {} return new B().a; })()",
  "(function () { var c = class { f() { return 1; } }; return new c().f(); })()",
  "({ if: 7, of: 1, class: 2, static: 3 }).if",
  "({ of() { return 1; }, delete() { return 2; } }).delete()",
  "({ 'a b'() { return 1; }, 5() { return 2; } })[5]()",
  "(function (o) { return o.if + o.of + o.class; })({ 'if': 1, 'of': 1, 'class': 1 })",
  "(function () { var o = { get x() { return 1; }, set x(v) { this.y = v; } }; o.x = 3; return o.y + o.x; })()",
  "(function () { var a = 1, b = 2; return ({ a, b }).b; })()",
  "(function () { var async = 1, get = 2, set = 3, yield = 4, await = 5; return async + get + set + yield + await; })()",
  "(function () { var x = 1; { let x = 2; } return x; })()",
  "(function () { const x = 1; try { x = 2; } catch (e) { return 'thrown'; } return x; })()",
  "(function () { try { throw 1; } catch { return 2; } })()",
  "(function () { var n = 0; try { n = 1; } finally { n += 2; } return n; })()",
  "(function () { var n = 0; do n++; while (n < 3); return n; })()",
  "(function () { for (var i in { a: 1, b: 2 }); return i; })()",
  "(function () { var s = 0; for (const x of [1, 2]) s += x; return s; })()",
  "(function () { var s = 0; for (var i = 0, j = 5; i < j; i++, j--) s++; return s; })()",
  "(function () { var x = 0; for (var i = 0; i < 5; i++) { if (i === 2) continue; x += i; } return x; })()",
  "1_000 + 0b11 + 0o7 + 0x1f",
  "typeof undefinedName",
  "typeof Map === typeof Nothing ? 1 : 1",
  "'a' in { a: 1 }",
  "(1, 2)",
  "5 >>> 1 | ~1 & 7 ^ 2",
  "(function (a, b,) { return a; })(1,)",
  "[1, , 2].length + [1, 2,].length",
  "((a, b) => { return a + b; })(1, 2) + (x => ({ a: x }))(1).a",
  "(function () { return arguments.length; })(1, 2)",
  "'\\u0041\\x41\\101'",
  "(function f(n) { return n ? n * f(n - 1) : 1; })(4)",
  "(function () { function use() { return later(); } function later() { return 1; } return use(); })()",
  "/[a-c]+\\d*\\w\\s/.test('ab1x y')",
  "/a|b/i.test('B')",
  "/^(\\w+)=(.*)$/.exec('a=b c')[2]",
  "'a-b-c'.replace(/-/g, '+')",
  "/[^\\d\\s]\\.\\//.test('a./')",
  "/\\t\\n\\r/.test('\\t\\n\\r')",
  "/[?+*{}]/.test('{')",
];

/** Expressions that it does not. */
const FOREIGN = [
  "(function (a = 2) { return a; })()",
  "(function (...a) { return a.length; })(1, 2)",
  "Math.max(...[1, 5])",
  "[...[1, 2]].length",
  "({ ...{ a: 1 } }).a",
  "(function () { var [x, y] = [1, 2]; return x + y; })()",
  "(function () { let { x } = { x: 1 }; return x; })()",
  "(function ({ x }) { return x; })({ x: 1 })",
  "(function () { var x, y; [x, y] = [1, 2]; return x + y; })()",
  "(function () { for (const [k, v] of [[1, 2]]) return k + v; })()",
  "(function () { try { throw { message: 1 }; } catch ({ message }) { return message; } })()",
  "({ ['a' + 1]: 2 }).a1",
  "(function (o) { return o?.x; })({ x: 1 })",
  "(function (o) { return o.f?.(); })({ f: () => 1 })",
  "(function () { var a; a ??= 1; return a; })()",
  "(function () { var a = 0; a ||= 1; return a; })()",
  "(function () { var a = 1; a &&= 2; return a; })()",
  "2 ** 3",
  "(function () { var a = 2; a **= 3; return a; })()",
  "(function () { function* g() { yield 1; } return g().next().value; })()",
  "({ *f() {} }).f ? 1 : 0",
  "(async function () { return 1; })() ? 1 : 0",
  "(async () => 1)() ? 1 : 0",
  "({ async f() { return 1; } }).f ? 1 : 0",
  "(function () { a: for (;;) { for (;;) { break a; } } return 1; })()",
  "(function (x) { switch (x) { default: return 2; case 1: return 1; } })(1)",
  "(function (t) { return t`x`; })(() => 5)",
  "(function () { class A { y; } return typeof new A().y; })()",
  "(function () { class A { #y = 5; g() { return this.#y; } } return new A().g(); })()",
  "(function () { class A { static { A.z = 4; } } return A.z; })()",
  "(function () { class E2 extends Error {} return new E2('m').message; })()",
  "(function () { class A { f = () => this; } var a = new A(); return a.f() === a; })()",
  "(function () { class A { a = 1; b = this.a + 1; } return new A().b; })()",
  "(function () { class A { ['f']() { return 1; } } return new A().f(); })()",
  "(function () { class A { 'f'() { return 1; } } return new A().f(); })()",
  "(function () { class A { delete() { return 1; } } return new A().delete(); })()",
  "(function () { return typeof new.target; })()",
  "typeof 10n",
  "(function () { return g(); function g() { return 1; } })()",
  "(function (x) { (function () { x = 2; var x = 3; })(); return x; })(1)",
  "(function () { var of = 1; return of; })()",
  "(function () { var let = 1; return let; })()",
  "(function () { var static = 1; return static; })()",
  "(function () { with ({ x: 3 }) { return x; } })()",
  "(function () { return (() => arguments.length)(); })(1, 2)",
  "new Map().size",
  "typeof Symbol('a')",
  "(function () { var \\u0061b = 1; return ab; })()",
  "(function () { var \u00e4 = 1; return \u00e4; })()",
  "'\\u{41}'",
  "'a\\\nb'",
  "/a(?=b)/.test('ab')",
  "/a(?!b)/.test('ac')",
  "/(?<=a)b/.test('ab')",
  "/(?<n>a)/.test('a')",
  "/(?:a)/.test('a')",
  "/a{2}/.test('aa')",
  "/x*?y/.test('xy')",
  "/(a|b)+/.test('b')",
  "/(a)\\1/.test('aa')",
  "/\\bfoo/.test('a foo')",
  "/^b/m.test('a\\nb')",
  "/a.b/s.test('a\\nb')",
];

/** What V8 makes of it, as a text; how it fails, where it does. */
function elsewhere(source: string): string {
  return `${runInNewContext(source)}`;
}

describe("The check of programs for boards", () => {
  it("lets pass what a board understands", () => {
    for (const source of SPOKEN) expect(programFaults(source, "app.js")).withContext(source).toEqual([]);
  });

  it("refuses what it does not", () => {
    for (const source of FOREIGN) expect(programFaults(source, "app.js").length).withContext(source).toBeGreaterThan(0);
  });

  it("names file, line and column, of faults and of what is no JavaScript at all", () => {
    expect(programFaults("var a = 1;\n  var b = [...a];\na?.b;", "app.js")).toEqual([
      "app.js:2:12: spread (...)",
      "app.js:3:1: ?.",
    ]);
    expect(programFaults("var a = ;\n", "app.js")).toEqual(["app.js:1:9: Unexpected token"]);
    expect(programFaults("var a;\nreturn a;", "module.js")).toEqual(["module.js:2:1: 'return' outside of function"]);
  });

  it("takes a name that the program has itself, and one that it asks after, for what it is", () => {
    expect(programFaults("function Set() {} new Set(); typeof Map; x = { Map: 1 }.Map;", "app.js")).toEqual([]);
    expect(programFaults("new Map();", "app.js")).toEqual(["app.js:1:5: Map does not exist"]);
  });
});

describe("The check of bundles", () => {
  it("refuses a variable whose var may not have been run: another one of that name would be written", () => {
    const merged =
      "for (var i = 0; i < 2; i++) (a = x[i]) && f(a); for (var j = 0; j < 2; j++) { var a = y[j]; g(a); }";
    expect(findFaults(`function h() { ${merged} }`)).toEqual(["a used before its var (1:44)"]);
    expect(findFaults("function h(c) { if (c) var a = 1; a = 2; }")).toEqual(["a used before its var (1:34)"]);
    for (const fine of ["var a; if (c) a = 1; a = 2;", "for (var k in c) a(k); return k;", "c = 1; var c;"])
      expect(findFaults(`function h(c) { ${fine} }`))
        .withContext(fine)
        .toEqual([]);
  });
});

describe("A real Espruino", () => {
  it("does with each of these what the check says", async () => {
    if (!espruino) {
      console.log("skipped: the language of a real Espruino, because ESPRUINO does not name one");
      pending("ESPRUINO is not set");
    }
    const sources = [...SPOKEN, ...FOREIGN];
    const attempts = sources.map(
      (source) =>
        `(function () { var r; try { r = "" + eval(${JSON.stringify(source)}); } catch (e) { r = "failed"; } say(JSON.stringify(r)); })();`,
    );
    const { lines } = await runProgram(`${attempts.join("\n")}\nquit();`, 30000);
    const results = lines.map((line) => JSON.parse(line));
    const otherwise = sources.filter((source, i) => results[i] !== elsewhere(source));
    expect(otherwise).toEqual(FOREIGN);
  }, 40000);
});
