/**
 * How the project's commands come to run without waiting for a compiler: tools/typescript.js.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

describe("A command in TypeScript", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(ROOT, "tools/test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const source = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const run = (name: string) =>
    spawnSync(process.execPath, ["-r", "./tools/typescript.js", join(folder, name)], { cwd: ROOT, encoding: "utf8" });

  it("runs with what it imports, at once or later, as its sources are at that time", () => {
    source("other.ts", "export const n: number = 1;");
    source("late.ts", "export default (n: number) => 10 * n;");
    source(
      "main.ts",
      `import { n } from "./other"; console.log(require.main === module);
      import("./late").then(({ default: f }) => console.log(f(n)));`,
    );
    expect(run("main.ts").stdout).toBe("true\n10\n");
    source("other.ts", "export const n: number = 2;");
    expect(run("main.ts").stdout).toBe("true\n20\n");
  }, 60000);

  it("keeps nothing of sources that have changed or gone", () => {
    source("main.ts", "console.log(1);");
    run("main.ts");
    const kept = () => readdirSync(join(ROOT, "dist/start/ts")).length;
    const before = kept();
    source("main.ts", "console.log(2);");
    expect(run("main.ts").stdout).toBe("2\n");
    expect(kept()).toBe(before);
  }, 60000);

  it("tells lines of the source, also of what does not compile", () => {
    source("main.ts", "type A = number;\n\nconst a: A = 1;\nif (a) throw new Error('oops');\n");
    expect(run("main.ts").stderr).toMatch(/Error: oops\n +at .*main\.ts:4:14/);
    source("main.ts", "\nconst a = ;\n");
    expect(run("main.ts").stderr).toMatch(/main\.ts:2:10: ERROR: Unexpected ";"/);
  }, 60000);
});
