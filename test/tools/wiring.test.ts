import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { boards } from "../../tools/flash/boards";
import { pictures } from "../../tools/wiring";

const root = join(__dirname, "../..");

describe("The wiring pictures", () => {
  it("are those that the table of boards makes", () => {
    for (const [name, text] of pictures()) {
      const path = join(root, "docs/wiring", name);
      expect(existsSync(path) && readFileSync(path, "utf8") === text)
        .withContext(`${name}: run npx tsx tools/wiring.ts`)
        .toBe(true);
    }
  });

  it("agree with README's table", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const { title, pins } of boards) {
      if (!pins) continue;
      const row = new RegExp(`^\\| ${title.replace(".", "\\.")} \\| ${pins.join(" \\| ")} \\|`, "m");
      expect(row.test(readme)).withContext(title).toBe(true);
    }
  });
});
