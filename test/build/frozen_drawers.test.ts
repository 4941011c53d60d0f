/**
 * What seldom runs is packed in the shells (tools/frozen_drawers.js, tools/pack.js), and comes back when it is called: machine code
 * unpacks it (tools/native/runtime/unpack.h).
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { Board } from "../../host-sim/espruino/board";
import type { Machine } from "../../host-sim/machine";
import { Interpreter } from "../../host-sim/native/exptr";
import { Processor, type ProcessorOptions } from "../../host-sim/native/processor";
import { Random } from "../../host-sim/random";
import { machineCode } from "../../tools/flash/bundles";
import { Bench } from "../lib/bench";
import { CHIPS, shellFor } from "../lib/chip";
import { VisitedBoard } from "../lib/visitor";
import { sourcesIn } from "./sources";

const { freeze } = require("../../tools/frozen_drawers") as { freeze(code: string): string };
const { pack } = require("../../tools/pack") as { pack(texts: Buffer[]): { table: Buffer; packed: Buffer[] } };
const { HOT_FUNCTIONS, WARM_FUNCTIONS } = require("../../tools/shell_functions") as Record<string, string[]>;

const BOARD_UNPACK = 118;

/** A board with a core in its Storage, and where that begins. */
class Unpacker {
  readonly board = new Board(new VirtualClock());
  readonly processor: Processor;

  constructor(options: ProcessorOptions = {}) {
    this.board.storage.install("a.core", machineCode("enc28j60", "small", "thumb1").toString("latin1"));
    this.processor = new Processor(this.board, options);
  }

  /** What becomes of a text. */
  unpacked(table: Buffer, packed: Buffer): string {
    const places = [0, 1].map((part) => 0x50000000 + 0x10000 * part);
    const { interpreter } = this.processor;
    const blocks = [table, packed].map((bytes, i) => interpreter.memory.map(places[i], bytes));
    const entry = this.board.realm.evaluate<number>(`${FIND}; core_find() + 20`, "test");
    const text = interpreter.take(interpreter.call(entry | 1, [BOARD_UNPACK, ...places, Interpreter.EXPTR]));
    for (const block of blocks) interpreter.memory.unmap(block);
    return text as string;
  }
}

/** As the shell has it (firmware/core/port.ts). */
const FIND = 'function core_find(){return E.getAddressOf(require("Storage").read("a.core"),true)}';

describe("tools/pack.js", () => {
  const roundTrip = (texts: string[]) => {
    const { table, packed } = pack(texts.map((text) => Buffer.from(text, "latin1")));
    const unpacker = new Unpacker();
    return packed.map((bytes) => unpacker.unpacked(table, bytes));
  };
  const inEights = (text: string) => text.padEnd((text.length + 7) & -8);

  it("is undone by machine code, text by text", () => {
    const texts = ["a", "aa", "a".repeat(500), "function(){return 1}".repeat(20), "ab".repeat(640)];
    texts.push(String.fromCharCode(...Array.from({ length: 224 }, (_, i) => 32 + i)));
    expect(roundTrip(texts)).toEqual(texts.map(inEights));
  });

  for (const seed of [1, 2, 3])
    it(`is undone by machine code, whatever the texts (seed ${seed})`, () => {
      const random = new Random(seed);
      const below = (n: number) => random.word() % n;
      const texts = Array.from({ length: 8 }, () => {
        const letters = 1 + below(224);
        let text = "";
        const length = 1 + below(1280);
        while (text.length < length) {
          const again = text.length > 4 && below(3) === 0;
          const from = below(text.length);
          text += again ? text.slice(from, from + 1 + below(60)) : String.fromCharCode(32 + below(letters));
        }
        return text.slice(0, length);
      });
      expect(roundTrip(texts)).toEqual(texts.map(inEights));
    });

  it("takes two thirds of a drawer's bytes", () => {
    const text = freezable.slice(0, 1280);
    const { table, packed } = pack([Buffer.from(text, "latin1")]);
    expect(table.length + packed[0].length).toBeLessThan((text.length * 2) / 3);
  });

  it("refuses what it cannot pack", () => {
    for (const text of ["\n", "a".repeat(1281)])
      expect(() => pack([Buffer.from(text)])).toThrowError(/^pack.js: a text/);
  });
});

/** Some text of a program. */
const freezable = sourcesIn("firmware/core")
  .map(({ text }) => text.replace(/\s+/g, " "))
  .join(" ");

describe("tools/frozen_drawers.js", () => {
  const warm = "function w0(_){return 0===_?function(a){return a+base}:function(a){return a-base}}";
  const cold = "function c0(_){return 0===_?function(a){return w0(0)(a)+3}:function(a){return c0(0)(2*a)}}";
  const code = `var base=100;${cold}${warm}${FIND}exports.f=function(a){return c0(1)(a)};exports.g=function(a){return w0(1)(a)};`;

  it("puts drawers in strings, and what they make sees the names around it", () => {
    const { board } = new Unpacker();
    board.storage.install("m", freeze(code));
    const module = board.modules.require("m") as { f(a: number): number; g(a: number): number };
    expect(module.f(7)).toBe(117);
    expect(module.g(7)).toBe(-93);
  });

  it("packs the cold ones, and the others not", () => {
    expect(freeze(code)).toContain("a-base");
    expect(freeze(code)).not.toContain("(a)+3");
  });

  it("leaves a bundle without cold ones as it is", () => {
    expect(freeze(warm)).toContain("w0");
    expect(freeze(warm)).not.toContain("thaw");
  });

  it("refuses a bundle whose core_find is in a drawer, or calls one", () => {
    expect(() => freeze(code.replace(FIND, ""))).toThrowError(/core_find/);
    expect(() => freeze(code.replace("return E", "return c0(0)(1),E"))).toThrowError(/core_find/);
  });

  /** `code` on a board that has found its core, and whose memory is in pieces from then on. */
  function inPieces(code: string) {
    const options = { flat: true };
    const { board, processor } = new Unpacker(options);
    board.storage.install("m", freeze(code));
    const module = board.modules.require("m") as { f(a: number): number };
    module.f(1);
    options.flat = false;
    return { module, processor };
  }

  it("unpacks where no cells lie in one piece", () => {
    const long = JSON.stringify(freezable.slice(0, 400));
    const { module, processor } = inPieces(code.replace("return a-base", `return ${long}`));
    expect(module.f(7)).toBe(117);
    expect(processor.interpreter.locked).toEqual([]);
  });

  it("unpacks nothing where the bundle has no address", () => {
    const { module, processor } = inPieces(code); // so short a text the simulator does not look for in its flash
    expect(() => module.f(7)).toThrow();
    expect(processor.fault).toBeUndefined();
  });

  /** Counts what a board unpacks from now on. */
  function thawing({ processor }: Machine): () => number {
    const call = spyOn(processor!.interpreter, "call").and.callThrough();
    return () => call.calls.allArgs().filter(([, words]) => words[0] === BOARD_UNPACK).length;
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
