/**
 * Bundles in the interpreter's tokens: tools/pretokenise.js writes them, the simulator's board reads them back.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { chips } from "../../host-sim/chips";
import { sourceOf } from "../../host-sim/espruino/tokens";
import { Bench } from "../lib/bench";

const { toTokens } = require("../../tools/pretokenise") as { toTokens(code: string): string };

const dist = join(__dirname, "../../dist");

/** Spaces mean nothing where no two words meet. */
function withoutSpaces(code: string): string {
  return code.replace(/[ \n]/g, "");
}

describe("tools/pretokenise.js", () => {
  it("writes a byte for each word and each operator of several characters", () => {
    expect(toTokens("function f(a){return a===1}")).toBe("\xaaf(a){\xaba\x8b1}");
    expect(toTokens("for(var i in o)i<<=2")).toBe("\xa7(\xaci\xb9o)i\x902");
  });

  it("makes one token of !0, !1 and void 0, and leaves other negations alone", () => {
    expect(toTokens("a=!0;b=!1;c=void 0;d=!x;e=!2")).toBe("a=\xb4;b=\xb5;c=\xb7;d=!x;e=!2");
  });

  it("leaves strings and names of fields as they are", () => {
    expect(toTokens("o.delete=\"if a===b\"+'return'")).toBe("o.delete=\"if a===b\"+'return'");
  });

  it("keeps signs apart that would be another one together", () => {
    expect(toTokens("a+ +b;c- -d;e-(-f);g+-h;a++ +b")).toBe("a+ +b;c- -d;e-(-f);g+-h;a\x98+b");
  });

  it("writes what the simulator's board reads back, word by word", () => {
    for (const name of Object.keys(chips).flatMap((chip) => [chip, `${chip}-udp.shell`])) {
      const plain = readFileSync(join(dist, `${name}.min.js`), "latin1");
      const tokens = toTokens(plain);
      const back = sourceOf(tokens, "read");
      expect(() => parse(back, { ecmaVersion: 5 })).not.toThrow();
      const literals = plain
        .replace(/void 0/g, "undefined")
        .replace(/!0\b/g, "true")
        .replace(/!1\b/g, "false");
      expect(withoutSpaces(back) === withoutSpaces(literals)).toBe(true);
      expect(tokens.length).toBeLessThan(0.85 * plain.length);
    }
  });

  it("makes a module that answers pings on a simulated board", () => {
    for (const chip of Object.keys(chips)) {
      const bench = new Bench({ chip, bundle: join(dist, `${chip}.tok.js`) });
      expect(bench.machine.errors).toEqual([]);
      expect(bench.answers()).toBe(true);
      bench.machine.stop();
    }
  });
});
