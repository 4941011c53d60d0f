const { withoutQuestions } = require("../../tools/never_null") as { withoutQuestions(code: string): string };

/** Native code asks whether there was memory for a structure; JavaScript need not: tools/never_null.js. */
describe("What is asked behind a structure that is made", () => {
  const without = (code: string) => withoutQuestions(code).replace(/\s+/g, " ");

  it("is left out, and what follows stays", () => {
    expect(without("function f(){var a={x:1};if(!a)return null;g(a);}")).toBe("function f(){var a={x:1};;g(a);}");
    expect(without("function f(){var a;a={};if(!a)g();else h(a);}")).toBe("function f(){var a;a={};h(a);}");
  });

  it("is left out behind a function that makes one, by way of others too", () => {
    const makers = "function m(){return {};}function n(){var a=m();if(!a)return null;a.x=1;return a;}";
    expect(without(`${makers}function f(){var b=n();if(!b)return 1;return 0;}`)).toBe(
      "function m(){return {};}function n(){var a=m();;a.x=1;return a;}function f(){var b=n();;return 0;}",
    );
  });

  it("stays where there may be none: a function that says so, another variable, something in between", () => {
    for (const code of [
      "function m(n){if(n)return null;return {};}function f(){var a=m();if(!a)return 1;}",
      "function m(n){var a={};if(n)a=null;return a;}function f(){var a=m();if(!a)return 1;}",
      "function m(n){if(n)return {};}function f(){var a=m();if(!a)return 1;}",
      "function f(b){var a={};if(!b)return 1;}",
      "function f(b){var a={};a=b;if(!a)return 1;}",
      "function f(b){var a=b||{};if(!a)return 1;}",
      "function f(b){var a={};if(!a.x)return 1;}",
    ])
      expect(withoutQuestions(code)).toBe(code);
  });
});
