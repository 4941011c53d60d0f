/**
 * The modules in the layout of Espruino's documentation: each has its page, with wiring and an example that a board
 * understands and that compiles.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ts from "typescript";
import { boards } from "../../tools/flash/boards";

const { espruinoDocs } = require("../../tools/espruino_docs") as { espruinoDocs(): string[] };
const { CHIP_NAMES: CHIPS } = require("../../tools/chips") as { CHIP_NAMES: string[] };
const { OWN_MODULES } = require("../../tools/program") as { OWN_MODULES: string[] };
const { programFaults } = require("../../tools/espruino_subset") as {
  programFaults(code: string, file: string): string[];
};

const ROOT = join(__dirname, "../..");
const pages = readdirSync(join(ROOT, "docs/modules")).filter((name) => name.endsWith(".md"));
const text = (page: string) => readFileSync(join(ROOT, "docs/modules", page), "utf8");
const examples = (page: string) => [...text(page).matchAll(/^```js\n([\s\S]*?)^```$/gm)].map((match) => match[1]);

const { CHIPS: titles } = require("../../tools/chips") as { CHIPS: Record<string, { title: string }> };

describe("The pages of the modules", () => {
  it("are there for each chip and each module", () => {
    expect(pages.map((page) => basename(page, ".md")).sort()).toEqual([...CHIPS, ...OWN_MODULES].sort());
  });

  it("have keywords, wiring and an example that a board understands", () => {
    for (const page of pages) {
      expect(text(page))
        .withContext(page)
        .toMatch(/^# .+\n\n\* KEYWORDS: Module,/);
      expect(text(page)).withContext(page).toContain("\n## Wiring\n");
      expect(examples(page).length).withContext(page).toBeGreaterThan(0);
      for (const example of examples(page)) expect(programFaults(example, page)).toEqual([]);
    }
  });

  it("have examples that compile with our types", () => {
    const folder = mkdtempSync(join(tmpdir(), "pages-"));
    const files = pages.flatMap((page) =>
      examples(page).map((example, i) => {
        const path = join(folder, `${page}${i}.js`);
        writeFileSync(path, `${example}export {};\n`);
        return path;
      }),
    );
    const types = [join(ROOT, "index.d.ts"), join(__dirname, "../types/espruino.d.ts")];
    const options = {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      types: [],
      lib: ["lib.es5.d.ts"],
      ignoreDeprecations: "5.0",
    };
    const program = ts.createProgram([...types, ...files], { ...options, target: ts.ScriptTarget.ES5 });
    const found = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName} ${JSON.stringify(messageText)}`);
    rmSync(folder, { recursive: true });
    expect(found).toEqual([]);
  }, 60000);

  it("wire the chips as the boards are wired elsewhere", () => {
    for (const chip of CHIPS) {
      const all = text(`${chip}.md`).match(/^\| (?!VCC|GND|---).*/gm) ?? [];
      const rows = all.filter((row) => !row.startsWith(`| ${titles[chip].title} `));
      expect(rows.length).toBe(6);
      for (const [i, row] of rows.entries()) {
        const [pico, mdbt42q, pixljs, esp32] = row
          .split("|")
          .slice(2)
          .map((cell) => cell.trim());
        const pins = Object.fromEntries(boards.map((board) => [board.name, board.pins?.[i]]));
        expect([pico, pico, mdbt42q, pixljs, esp32]).toEqual(
          ["PICO_R1_3", "ESPRUINOWIFI", "MDBT42Q", "PIXLJS", "ESP32"].map((name) => `${pins[name]}`),
        );
      }
    }
  });

  it("come with their modules and pictures", () => {
    const made = espruinoDocs();
    for (const name of OWN_MODULES) expect(made).toContain(`modules/${name}.js`);
    for (const chip of CHIPS) {
      expect(made).toContain(`devices/${chip}.js`);
      const pictures = [...text(`${chip}.md`).matchAll(/\((\S+\.svg)\)/g)].map((match) => `devices/${match[1]}`);
      expect(pictures.length).toBe(boards.filter(({ pins }) => pins).length);
      for (const picture of pictures) expect(made).toContain(picture);
    }
  });
});
