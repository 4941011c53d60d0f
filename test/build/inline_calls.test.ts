/**
 * tools/inline_calls.js: functions put into their callers mean the same, and those that may not be are left alone.
 */
import { runInNewContext } from "node:vm";

const { inlineAll } = require("../../tools/inline_calls") as {
  inlineAll(code: string, temperature: (name: string) => number): string;
};

const cold = () => 0;

/** What the pass makes of `code`, without spaces and line ends. */
function made(code: string, temperature: (name: string) => number = cold): string {
  return inlineAll(code, temperature).replace(/\s+/g, " ");
}

/** The values of `f` for some arguments. */
function values(code: string): unknown[] {
  return [-2, -1, 0, 1, 2, 7].map((x) => runInNewContext(`var log = []; ${code}; [f(${x}), log.join()]`));
}

function expectSame(code: string): void {
  const after = inlineAll(code, cold);
  expect(after.match(/function /g)?.length)
    .withContext(after)
    .toBe(1);
  expect(JSON.stringify(values(after)))
    .withContext(after)
    .toBe(JSON.stringify(values(code)));
}

describe("tools/inline_calls.js", () => {
  it("puts statements where a function was called for its effect", () => {
    expect(made("function g(a) { log.push(a); }\nfunction f(x) { g(x); g2(x); }")).toBe(
      " function f(x) { log.push(x); g2(x); }",
    );
  });

  it("turns early returns into else branches", () => {
    expectSame(
      "function g(a) { if (a < 0) return 1; log.push(a); if (a > 1) return 2; return 3; } function f(x) { var y = g(x); return y; }",
    );
    expectSame(
      "function g(a) { if (a < 0) { log.push(1); if (a < -1) return; } else return; log.push(2); } function f(x) { g(x); return x; }",
    );
    expectSame(
      "function g(a) { if (a) { if (a > 1) return 5; else return 6; } return a; } function f(x) { var y; y = g(x); return y + 1; }",
    );
  });

  it("keeps the returns of a function whose value is returned", () => {
    expectSame(
      "function g(a) { for (var i = 0; i < 9; i++) if (i === a) return i; return -1; } function f(x) { if (x > 5) return 0; return g(x); }",
    );
    expectSame("function g(a) { if (a > 0) return 1; } function f(x) { if (x < 5) return g(x); return 9; }");
  });

  it("takes a call out of the expression that begins with it", () => {
    expectSame(
      "function g(a) { if (a > 0) return a; return 0; } function f(x) { if (!g(x) || x > 5) return 1; return 2; }",
    );
    expectSame("function g(a) { if (a > 0) return a; return 0; } function f(x) { return g(x) === 2 ? 1 : x; }");
  });

  it("turns expressions of which a call is one branch into statements", () => {
    const g = "function g(a) { if (a > 0) return a; log.push(a); return 0; }";
    for (const body of [
      "return x > 1 ? g(x) : x;",
      "return x < 1 ? -x : x < 3 ? 9 : g(x);",
      "return x < 0 || g(x);",
      "return x > 0 && g(x - 1);",
      "return x < -1 || g(x) || x + 5;",
      "var y = x < 0 && g(x); return y;",
      "var y; y = x < 0 ? g(x) : 4; return y;",
      "var y = 1, z = x || g(y); return z + y;",
      "x < 0 || g(-x); return x;",
      "if (x < 2) x > 0 ? log.push(8) : g(x); return x;",
    ])
      expectSame(`${g} function f(x) { ${body} }`);
  });

  it("binds what a parameter cannot stand for: what is assigned, what others may change, what is computed once", () => {
    expectSame(
      "function g(a, b) { a++; log.push(a, b); return a + b; } function f(x) { var y = g(x, x * 2); return y + x; }",
    );
    expectSame(
      "var n = 1; function g(a) { n++; log.push(a); return a; } function f(x) { var y = g(n); return y + n; }",
    );
    expectSame("function g(a, b) { log.push(a, b); return a - b; } function f(x) { var y = g(x, ++x); return y; }");
    expectSame("function g(a, b) { if (a) return b; return 3; } function f(x) { var y = g(x); return y; }");
  });

  it("gives variables new names, so that two of a name do not meet", () => {
    expectSame(
      "function g(a) { var i = a + 1; return i * 2 + (i > 1 ? 1 : 0); } function f(x) { var i = 5, y = g(x), z = i; return i + y + z; }",
    );
    const hidden =
      "var n = 4; function g(a) { log.push(n); return n + a; } function f(x) { var n = x, y = g(x); return y + n; }";
    expect(inlineAll(hidden, cold)).toBe(hidden);
  });

  it("resolves calls in calls", () => {
    expectSame(
      "function h(a) { if (a) return 1; return 2; } function g(a) { var r = h(a); return r + a; } function f(x) { var y = g(x); return y; }",
    );
  });

  it("puts a short expression wherever it is called", () => {
    expect(made("function g(a) { return a & 1; } function f(x) { return g(x) || g(3); }")).toBe(
      " function f(x) { return (x & 1) || (3 & 1); }",
    );
  });

  it("puts an expression wherever it is called for its effect, with arguments that nothing changes meanwhile", () => {
    expect(
      made("function g(o, a, b) { o.push(a, b, o.w); }\nfunction f(x) { g(x, 1 | 2, x.y ? 3 : 4); g(x.z, x & 1, 5); }"),
    ).toBe(" function f(x) { x.push((1 | 2), (x.y ? 3 : 4), x.w); (x.z).push((x & 1), 5, (x.z).w); }");
    const twice = "function g(a) { log.push(a + a); } function f(x) { g(x + 1); g(x); }";
    const called = "function g(a) { log.push(a, h(a)); } function f(x) { g(x.y + 1); g(x.z()); }";
    for (const code of [twice, called]) expect(inlineAll(code, cold)).toBe(code);
  });

  it("leaves alone what is handed around, recursive, makes functions, or returns from a loop", () => {
    for (const code of [
      "function g(a) { log.push(a); } function f(x) { g(x); return g; }",
      "function g(a) { if (a) g(a - 1); log.push(a); } function f(x) { g(x); }",
      "function g(a) { log.push(function () { return a; }); } function f(x) { g(x); }",
      "function g(a) { while (a--) if (a === 3) return 1; return 2; } function f(x) { var y = g(x); return y; }",
      "function g(a) { var b; if (a) b = 1; log.push(b); } function f(x) { for (var i = 0; i < x; i++) g(i & 1); }",
      "function g(a) { log.push(a); } function f(x) { while (g(x)) x--; }",
    ])
      expect(inlineAll(code, cold)).toBe(code);
  });

  it("keeps cold text out of hot functions, and hot functions out of branches", () => {
    const heat = (name: string) => (name === "cold" ? 0 : 2);
    const code =
      "function cold(a) { log.push(a); } function hot(a) { log.push(-a); } function f(x) { cold(x); if (x) hot(x); }".replace(
        "-a",
        `-a /* ${"long ".repeat(100)} */`,
      );
    expect(inlineAll(code, heat)).toBe(code);
    expect(made("function hot(a) { log.push(-a); } function f(x) { hot(x); }", heat)).toBe(
      " function f(x) { log.push(-x); }",
    );
  });
});
