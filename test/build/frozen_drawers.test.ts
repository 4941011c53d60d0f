/**
 * What seldom runs is compressed in the shells (tools/frozen_drawers.js), and comes back when it is called;
 * and tools/heatshrink.js makes what Espruino's library reads.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import type { Machine } from "../../host-sim/machine";
import { Bench } from "../lib/bench";
import { CHIPS, shellFor } from "../lib/chip";
import { VisitedBoard } from "../lib/visitor";
import { sourcesIn } from "./sources";

const { freeze } = require("../../tools/frozen_drawers") as { freeze(code: string): string };
const { compress } = require("../../tools/heatshrink") as { compress(bytes: Uint8Array): Buffer };
const { HOT_FUNCTIONS, WARM_FUNCTIONS } = require("../../tools/shell_functions") as Record<string, string[]>;

/** What the library on a simulated board makes of compressed bytes. */
function decompressed(bytes: Buffer): string {
  const board = new Board(new VirtualClock());
  const library = board.modules.require("heatshrink") as { decompress(data: string): ArrayBuffer };
  return Buffer.from(library.decompress(bytes.toString("latin1"))).toString("latin1");
}

describe("tools/heatshrink.js", () => {
  it("writes literals and matches bit by bit", () => {
    // 1 'a', 1 'b', 0 distance 2 length 4
    expect(compress(Buffer.from("ababab"))).toEqual(Buffer.from([0xb0, 0xd8, 0x80, 0x21, 0x80]));
  });

  it("is undone by the library, whatever the bytes", () => {
    const texts = [
      "",
      "a",
      "aa",
      "a".repeat(500),
      "function(){return 1}".repeat(20),
      String.fromCharCode(...Array(256).keys()),
    ];
    for (const text of texts) expect(decompressed(compress(Buffer.from(text, "latin1")))).toBe(text);
  });
});

describe("tools/frozen_drawers.js", () => {
  const warm = "function w0(_){return 0===_?function(a){return a+base}:function(a){return a-base}}";
  const cold = "function c0(_){return 0===_?function(a){return w0(0)(a)+3}:function(a){return c0(0)(2*a)}}";
  const code = `var base=100;${cold}${warm}exports.f=function(a){return c0(1)(a)};exports.g=function(a){return w0(1)(a)};`;

  it("puts drawers in strings, and what they make sees the names around it", () => {
    const board = new Board(new VirtualClock());
    board.storage.install("m", freeze(code));
    const module = board.modules.require("m") as { f(a: number): number; g(a: number): number };
    expect(module.f(7)).toBe(117);
    expect(module.g(7)).toBe(-93);
  });

  it("compresses the cold ones, and the others not", () => {
    expect(freeze(code)).toContain("a-base");
    expect(freeze(code)).not.toContain("(a)+3");
  });

  it("leaves a bundle without cold ones as it is", () => {
    expect(freeze(warm)).toContain("w0");
    expect(freeze(warm)).not.toContain("thaw");
  });

  it("lets go of the texts after a second", () => {
    const clock = new VirtualClock();
    const board = new Board(clock);
    board.storage.install("m", `${freeze(code)}exports.text=function(){return t0};`);
    const module = board.modules.require("m") as { f(a: number): number; text(): string | undefined };
    board.call(() => void module.f(1));
    clock.runFor(5e8);
    expect(module.text()).toContain("+3");
    clock.runFor(1e9);
    expect(module.text()).toBeUndefined();
  });

  /** Counts what a board decompresses from now on. */
  function thawing(machine: Machine): () => number {
    let thawed = 0;
    const library = machine.board.modules.require("heatshrink") as { decompress(data: unknown): unknown };
    const { decompress } = library;
    library.decompress = (data) => {
      thawed++;
      return decompress(data);
    };
    return () => thawed;
  }

  for (const chip of CHIPS) {
    it(`has nothing to thaw while a board with ${chip} answers pings, or nobody calls`, () => {
      const bench = new Bench({ chip, bundle: shellFor(chip, "full") });
      const thawed = thawing(bench.machine);
      for (let i = 0; i < 20; i++) expect(bench.answers(200)).toBe(true);
      bench.clock.runFor(20 * SECOND);
      expect(thawed()).toBe(0);
      bench.machine.stop();
    });

    it(`has nothing to thaw while a board with ${chip} serves pages`, () => {
      const app = 'require("http").createServer(function (req, res) { res.end("page"); }).listen(80);';
      const house = new VisitedBoard([], { chip, bundle: shellFor(chip, "full"), app });
      const page = () => {
        const visit = house.visit(80);
        visit.say("GET / HTTP/1.0\r\n\r\n");
        house.clock.runFor(2 * SECOND);
        return visit.heard;
      };
      expect(page()).toContain("page");
      const thawed = thawing(house.board);
      for (let i = 0; i < 5; i++) expect(page()).toContain("page");
      expect(thawed()).toBe(0);
    });
  }
});

describe("tools/shell_functions.js", () => {
  it("names functions that there are, each once", () => {
    const text = sourcesIn("firmware")
      .map((source) => source.text)
      .join("\n");
    const listed = [...HOT_FUNCTIONS, ...WARM_FUNCTIONS];
    expect(listed.filter((name) => !new RegExp(`function ${name}\\b`).test(text))).toEqual([]);
    expect(listed.filter((name, i) => listed.indexOf(name) < i)).toEqual([]);
  });
});
