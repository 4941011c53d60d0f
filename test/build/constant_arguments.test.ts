const { withoutConstants } = require("../../tools/constant_arguments") as { withoutConstants(code: string): string };

/** What every call of a function says alike need not be said: tools/constant_arguments.js. */
describe("A parameter to which every call gives the same constant", () => {
  it("becomes that constant, in the function and in those that it hands it to", () => {
    expect(withoutConstants("function f(a,b){return a+b;}function g(a,b){return f(a,b);}g(1,x);g(1,y);")).toBe(
      "function f(b){return 1+b;}function g(b){return f(b);}g(x);g(y);",
    );
    expect(withoutConstants("function f(a,b,c){return a?b:c;}f(x,undefined,-1);f(y,undefined,-1);")).toBe(
      "function f(a){return a?undefined:(-1);}f(x);f(y);",
    );
  });

  it("goes with the parentheses that it has, and leaves its neighbours theirs", () => {
    expect(withoutConstants("function f(a,b,c){return c;}f((-1),(-2),(x));f((-1),(-2),(-y));")).toBe(
      "function f(c){return c;}f((x));f((-y));",
    );
    expect(withoutConstants("function f(a,b){return b;}f((-1),undefined);f((-2),1);")).toBe(
      "function f(a,b){return b;}f((-1));f((-2),1);",
    );
  });

  it("stays where calls differ, where it is assigned, and where the function is handed around", () => {
    for (const code of [
      "function f(a){return a;}f(1);f(2);",
      "function f(a){a=a+1;return a;}f(1);f(1);",
      "function f(a){return a;}f(1);g(f);",
      'function f(a){return a;}f("x");',
    ])
      expect(withoutConstants(code)).toBe(code);
  });

  it("leaves alone what has its name in another function", () => {
    const code = "function f(a,b){return function(a){return a+b;};}f(1,x);f(1,y);";
    expect(withoutConstants(code)).toBe("function f(b){return function(a){return a+b;};}f(x);f(y);");
  });
});

describe("undefined at the end of a call", () => {
  it("is left out in calls of what is ours, and of nobody else's", () => {
    expect(withoutConstants("function f(a,b){return b;}f(1,undefined);f(x,2);s.so_f(1,undefined,undefined);")).toBe(
      "function f(a,b){return b;}f(1);f(x,2);s.so_f(1);",
    );
    expect(withoutConstants("g(1,undefined);s.send(undefined);")).toBe("g(1,undefined);s.send(undefined);");
  });
});
