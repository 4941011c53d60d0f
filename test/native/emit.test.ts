/**
 * The C of the native files: the same from run to run, on the lines of its TypeScript; and as Thumb it has no memory of its
 * own, wherever it lies.
 */
import ts from "typescript";
import { hasThumbCompiler, THUMBS } from "../../tools/native/cores";
import { emit, type Translation } from "../../tools/native/emit";
import { lineOf } from "../../tools/native/refusal";
import { thumbSizes } from "../../tools/native/sizes";
import { compile, inFolder, run } from "../../tools/native/thumb";
import { translateCore } from "./lib/core";
import { translateText } from "./lib/house";

describe("The C of native files", () => {
  let translation: Translation;

  beforeAll(() => {
    translation = translateCore();
  });

  it("is the same from run to run, and however often it is written", () => {
    const other = translateCore();
    const first = [...emit(other)];
    expect(first).toEqual([...emit(translation)]);
    expect([...emit(other)]).toEqual(first);
  });

  it("says of each statement on which line of the TypeScript it stands", () => {
    const functions = translation.modules.flatMap((module) => module.functions);
    let statements = 0;
    for (const { node, text } of functions) {
      const lines = linesOf(text!);
      for (const statement of node.body!.statements.filter((one) => !ts.isVariableStatement(one))) {
        expect(lines.has(lineOf(statement)))
          .withContext(`${node.name!.text}: ${statement.getText()}`)
          .toBeTrue();
        statements++;
      }
    }
    expect(statements).toBeGreaterThan(200);
  });

  for (const [name, cpu] of Object.entries(THUMBS))
    it(`compiles to ${name} without memory of its own`, () => {
      if (!hasThumbCompiler()) pending("needs arm-none-eabi-gcc");
      const symbols = inFolder((folder) => run("arm-none-eabi-nm", [compile("enc28j60", "full", cpu, folder)], folder));
      expect(symbols.match(/ [bBdDC] .*/g))
        .withContext("variables")
        .toBeNull();
      expect(symbols.match(/ U \S+/g))
        .withContext("functions of elsewhere")
        .toBeNull();
      const sizes = thumbSizes({ chip: "enc28j60", profile: "full" }, cpu);
      expect(sizes.get("firmware/net/kern/sockbuf.ts")).toBeGreaterThan(400);
      expect(sizes.get("firmware/net/kern/sockbuf.ts")).toBeLessThan(1200);
    });
});

describe("What is called from outside", () => {
  const SOURCE = `export const MORE = false;
    let used: number;
    let idle: number;
    let table: number;
    export function root(a: number): void { if (MORE && a) unreached(); else reached(a); }
    function reached(a: number): void { used = a; if (!MORE) return; unreached(); }
    function unreached(): void { idle = used; alone(); }
    function alone(): void { table = 1; }
    export function other(): void { idle = 2; }`;
  const textOf = (exports: string[]) => [...emit(translateText(SOURCE), exports).values()].join("\n");

  it("brings with it what it leads to as the constants are, and no more", () => {
    const text = textOf(["root"]);
    expect(text).toMatch(/^static void reached\(int32_t a\) \{/m);
    expect(text).not.toMatch(/^static void (unreached|alone|other)\(void\) \{/m);
    expect(text).toContain("int32_t used;");
    expect(text).not.toMatch(/int32_t (idle|table);/);
  });

  it("is everything when nothing is named", () => {
    const text = textOf([]);
    for (const name of ["reached", "unreached", "alone", "other"]) expect(text).toContain(`static void ${name}(`);
    for (const name of ["used", "idle", "table"]) expect(text).toContain(`int32_t ${name};`);
  });
});

/** The source lines on which there is text, as #line and the lines after it count. */
function linesOf(text: string): Set<number> {
  const found = new Set<number>();
  let line = 0;
  for (const row of text.split("\n")) {
    const directive = /^#line (\d+) /.exec(row);
    if (directive) line = Number(directive[1]);
    else if (row.trim()) found.add(line++);
    else line++;
  }
  return found;
}
