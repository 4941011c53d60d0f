/**
 * The C of the native files: the same from run to run, on the lines of its TypeScript; and as Thumb it has no memory of its
 * own, wherever it lies.
 */
import ts from "typescript";
import { emit, type Translation } from "../../tools/native/emit";
import { hasThumbCompiler, run, THUMBS } from "../../tools/native/gcc";
import { hostCompiler } from "../../tools/native/host";
import { lineOf } from "../../tools/native/refusal";
import { thumbSizes } from "../../tools/native/sizes";
import { compile, inFolder } from "../../tools/native/thumb";
import { translateCore, translatedCore } from "./lib/core";
import { compileNative, translateText } from "./lib/house";

describe("The C of native files", () => {
  let translation: Translation;

  beforeAll(() => {
    translation = translatedCore();
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
    export function root(a: number): number { if (MORE && a) unreached(); else reached(a); return used; }
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

describe("What is stored and never read", () => {
  const SOURCE = `import { free } from "./net/kern/kern_malloc";
    export const MORE = false;
    export interface Part { p_read: u8; p_lost: u8; }
    export interface Base { b_read: i32; b_lost: i32; b_dead: i32; }
    export interface Thing extends Base { t_read: u16; t_lost: u16; t_last: i32; t_part: Embedded<Part>; t_lostpart: Embedded<Part>; }
    let counted: Words<3> = new Uint32Array(3);
    let looked: Words<3> = new Uint32Array(3);
    let lost: number;
    let handler: (() => void) | null = null;
    let called: (() => void) | null = null;
    export function root(a: number): number {
      const t: Thing | null = { b_read: a, b_lost: effect(1), b_dead: 2, t_lost: 3, t_part: { p_read: 4, p_lost: 5 } } as Thing;
      if (!t) return 0;
      counted[a]++;
      counted[1] += a;
      looked[a]++;
      lost = effect(6);
      t.t_last = a;
      t.t_read = a & 255;
      t.t_lost += 7;
      t.t_lostpart.p_lost = 8;
      handler = alone;
      called = together;
      if (called) called();
      if (MORE) { t.b_dead++; lost = t.b_dead; return counted[0] | 0; }
      const answer = t.b_read + t.t_read + t.t_part.p_read + (looked[0] | 0) + (t.t_last = 9);
      free(t);
      return answer;
    }
    function alone(): void { lost = 1; }
    function together(): void { lost = 2; }
    function effect(a: number): number { looked[1] = a; return a; }`;
  const pruned = () => translateText(SOURCE, { Thing: 2 }, {}, ["root"]);
  const text = (translation: ReturnType<typeof translateText>) => [...emit(translation, ["root"]).values()].join("\n");

  it("is not there, nor is the store, nor a function that is only stored there", () => {
    expect(pruned().refusals).toEqual([]);
    expect(text(pruned())).not.toMatch(/\b(b_lost|b_dead|p_lost|t_lost|t_lostpart|lost|handler|counted)\b[;[ ]/);
    expect(text(pruned())).not.toMatch(/^static void alone\(void\) \{/m);
  });

  it("is worked out all the same when that does something", () => {
    expect(text(pruned())).toContain("  effect(6);");
    expect(text(pruned())).toMatch(/\(\{ .*effect\(1\);.* pool_get/);
  });

  it("leaves what is read, if only by an assignment's value, and what is called", () => {
    for (const name of ["b_read", "p_read", "t_read", "t_last", "looked[3]"])
      expect(text(pruned())).toContain(` ${name};`);
    expect(text(pruned())).toMatch(/^static void together\(void\) \{/m);
    expect(text(pruned())).toContain("g->called = together;");
  });

  it("is there when nobody says what is called from outside", () => {
    for (const name of ["b_lost", "b_dead", "p_lost", "t_lost", "t_lostpart", "lost", "counted[3]"])
      expect(text(translateText(SOURCE, { Thing: 2 }))).toContain(` ${name};`);
  });

  it("makes no difference to who calls", () => {
    if (!hostCompiler()) pending("needs gcc or clang");
    const answers = [pruned(), translateText(SOURCE, { Thing: 2 })].map((translation) => {
      const answered: number[] = [];
      compileNative(translation, ["root"], (native) => {
        for (let a = 0; a < 3; a++) answered.push(native.function("int32_t native_root(int32_t)")(a));
      });
      return answered;
    });
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].length).toBe(3);
  });
});

describe("A pool of none", () => {
  it("takes no memory, and there is never one out of it", () => {
    const source = `import { free } from "./net/kern/kern_malloc";
      export interface Nothing { n_a: u8; }
      export function make(): Nothing | null { return { n_a: 1 }; }
      export function drop(p: Nothing): void { free(p); }`;
    const translation = translateText(source, { Nothing: 0 });
    expect(translation.refusals).toEqual([]);
    const text = [...emit(translation).values()].join("\n");
    expect(text).toContain("struct Nothing *t0_ = NULL;");
    expect(text).not.toMatch(/POOL_Nothing|all_Nothing/);
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
