/**
 * What runs the tests: whatever goes wrong in one process is told, and is the exit code of all.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chosen, runGroups } from "./run_files";

const FILES = {
  "well.test.ts": `describe("one", () => { it("is well", () => expect(1).toBe(1)); it("is left out", () => pending("why")); });`,
  "wrong.test.ts": `describe("two", () => { it("is wrong", () => expect(1).toBe(2)); });`,
  "dies.test.ts": `describe("one", () => { it("is well", () => expect(1).toBe(1)); it("dies", () => process.kill(process.pid, "SIGKILL")); });`,
  "none.test.ts": "nonsense(;",
};

describe("Test files in processes", () => {
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "run-files-"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    lines = [];
    spyOn(console, "log").and.callFake((text: string) => void lines.push(text));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const group = (...names: string[]) => ({
    name: names[0],
    files: names.map((name) => join(folder, `${name}.test.ts`)),
  });

  it("are counted together", async () => {
    expect(await runGroups([group("well")], 2, [group("well")])).toBe(0);
    expect(lines.length).toBe(3);
    expect(lines[0]).toMatch(/^well, [\d.]+ s\nStarted\n/);
    expect(lines[2]).toMatch(/^4 specs, 0 failures, 2 pending specs in [\d.]+ s$/);
  }, 60_000);

  it("tell which spec failed, which one a process died of, and which file is none", async () => {
    expect(await runGroups([group("well", "wrong"), group("dies"), group("none")], 3)).toBe(1);
    const said = lines.filter((line) => line.startsWith("failed: ")).sort();
    expect(said.length).toBe(3);
    expect(said[0]).toMatch(/^failed: \S+\/wrong\.test\.ts: two is wrong$/);
    expect(said[1]).toMatch(/^failed: dies ended with SIGKILL, last at \S+\/dies\.test\.ts: one dies$/);
    expect(said[2]).toMatch(/^failed: none ended with \d, last at before its first spec$/);
    expect(lines.at(-1)).toMatch(/^4 specs, 3 failures, 1 pending specs in /);
    expect(lines.join("\n")).toContain("Expected 1 to be 2.");
  }, 60_000);

  it("are chosen by a part of their path; when none is left, that is a failure", async () => {
    const all = [{ name: "a", files: ["test/a/one.test.ts", "test/a/two.test.ts"] }];
    expect(chosen(all, ["/two"])[0].files).toEqual(["test/a/two.test.ts"]);
    expect(await runGroups(chosen(all, ["three"]), 2)).toBe(1);
  });
});
