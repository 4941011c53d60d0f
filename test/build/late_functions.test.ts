/**
 * tools/late_functions.js and core_calls.js: a shell with functions that are made when they are needed, and calls that go to machine code
 * itself, does the same.
 */
import { runInNewContext } from "node:vm";

const { late } = require("../../tools/late_functions") as { late(code: string, names: string[]): string };
const { direct } = require("../../tools/core_calls") as { direct(code: string): string };

const SOCKETS = `
function send(x) { return put(x) + 1; }
function put(x) { log.push("put " + x); return x; }
function f(x) { return function () { return send(x); }; }
function g(put) { return put; }
`;

/** What the code does, and what it has said. */
function run(code: string, does: string): unknown {
  return runInNewContext(`var log = []; ${code}; [${does}, log.join()]`);
}

describe("tools/late_functions.js", () => {
  it("makes all of them when somebody uses the first", () => {
    const code = late(SOCKETS, ["send", "put", "missing"]);
    expect(run(code, "[typeof send, typeof put, late_made]")).toEqual([["undefined", "undefined", undefined], ""]);
    expect(run(code, "[f(3)(), typeof put, late_made]")).toEqual([[4, "function", true], "put 3"]);
    expect(run(SOCKETS, "f(3)()")).toEqual([4, "put 3"]);
  });

  it("makes them again when memory did not last for all of them", () => {
    const code = late(SOCKETS, ["send", "put"]).replace("put = function", "put = short() || function");
    const does = "[f(1) && 0, typeof put]";
    expect(() => run(`function short() { throw new Error("no memory"); } ${code}`, does)).toThrowError("no memory");
    const twice = `var tries = 0; function short() { if (!tries++) throw new Error("no memory"); } ${code}`;
    expect(run(`${twice}; try { f(1); } catch (error) { log.push(error.message); }`, "f(2)()")).toEqual([
      3,
      "no memory,put 2",
    ]);
  });

  it("asks nobody to make them who only has a variable of the name", () => {
    expect(late(SOCKETS, ["put"])).toContain("function g(put) { return put; }");
  });

  it("leaves alone what has none of them, and refuses a use outside of functions", () => {
    expect(late(SOCKETS, ["missing"])).toBe(SOCKETS);
    expect(() => late(`${SOCKETS}; exports.send = send;`, ["send"])).toThrowError(/outside of functions/);
  });
});

const PORT = `
var core = function (word, a, b, c) { log.push([word, a, b, c].join(" ")); return a; }, base = 256;
var call = function () { throw new Error("call"); };
var entry = function (code, a, b, c, data) { log.push("entry " + data); return core(base | code, a, b, c); };
`;

describe("tools/core_calls.js", () => {
  const code = `${PORT}
    function f(x) { return call(x ? 7 : 8, call(9, x, 0, 0), 0, 0) + entry(3, 1, 0, 0, null) + entry(4, 2, 0, 0, "x"); }
    function g(call) { return call(1); }`;

  it("calls machine code itself, but where there is something to send", () => {
    expect(run(direct(code), "f(5)")).toEqual([8, "265 5 0 0,263 5 0 0,259 1 0 0,entry x,260 2 0 0"]);
  });

  it("leaves another function of that name alone", () => {
    expect(direct(code)).toContain("function g(call) { return call(1); }");
  });

  it("refuses a shell in which there is nothing of the kind", () => {
    expect(() => direct("function f() {}")).toThrowError("core_calls.js: nothing is called call");
  });
});
