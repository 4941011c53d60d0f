import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Bundle {
  name: string;
  files: string[];
  make: () => Promise<string[]>;
}
type BuilderClass = new (
  record: string,
  list: () => Bundle[],
  where: { root: string; tools: string[] },
) => { build(wanted?: string[], tell?: (files: string[]) => void): Promise<string[]> };

const { Builder } = require("../../tools/builder") as { Builder: BuilderClass };

/** Two bundles, of which each is its two sources, one of them shared. */
class Workshop {
  readonly root = mkdtempSync(join(tmpdir(), "build-"));
  made: string[] = [];
  listed = 0;

  constructor() {
    mkdirSync(join(this.root, "out"));
    for (const name of ["a", "b", "shared", "tool"]) this.write(name, name);
  }

  /** As of a second ago: of what changes while something is made of it nobody knows which version that was. */
  write(name: string, text: string): void {
    const path = join(this.root, name);
    const then = Date.now() / 1000 - 1;
    writeFileSync(path, text);
    utimesSync(path, then, then);
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), "utf8");
  }

  /** What the next process would build. */
  async build(...wanted: string[]): Promise<string[]> {
    const builder = new Builder("out/record", () => this.bundles(), { root: this.root, tools: ["tool"] });
    this.made = [];
    await builder.build(wanted.length ? wanted : undefined);
    return this.made.sort();
  }

  private bundles(): Bundle[] {
    this.listed++;
    return ["a", "b"].map((name) => ({
      name,
      files: [`out/${name}`],
      make: async () => {
        this.made.push(name);
        this.write(`out/${name}`, this.read(name) + this.read("shared"));
        return [name, "shared"];
      },
    }));
  }
}

describe("The builder", () => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
  });
  afterEach(() => rmSync(shop.root, { recursive: true }));

  it("makes only what is asked for, and once", async () => {
    expect(await shop.build("out/b")).toEqual(["b"]);
    expect(await shop.build("out/b")).toEqual([]);
    expect(await shop.build()).toEqual(["a"]);
    expect(await shop.build()).toEqual([]);
    expect(shop.listed).toBe(2); // whoever has nothing to do does not load what would do it
  });

  it("makes what has changed in its sources, and nothing else", async () => {
    await shop.build();
    shop.write("b", "other");
    expect(await shop.build()).toEqual(["b"]);
    expect(shop.read("out/b")).toBe("othershared");
    shop.write("shared", "too");
    expect(await shop.build("out/a")).toEqual(["a"]);
    expect(await shop.build()).toEqual(["b"]);
  });

  it("goes by contents, not by times: a source that is as it was, as after two changes of branch, is not built again", async () => {
    await shop.build();
    shop.write("a", "on another branch");
    shop.write("a", "a");
    expect(await shop.build()).toEqual([]);
  });

  it("makes again what was deleted or edited, and what a source went missing of", async () => {
    await shop.build();
    rmSync(join(shop.root, "out/a"));
    shop.write("out/b", "edited");
    expect(await shop.build()).toEqual(["a", "b"]);
    shop.write("out/record", "{ garbled");
    expect(await shop.build("out/a")).toEqual(["a"]);
  });

  it("makes everything when the tools have changed", async () => {
    await shop.build();
    shop.write("tool", "sharper");
    expect(await shop.build()).toEqual(["a", "b"]);
  });

  it("says what it cannot build", async () => {
    await expectAsync(shop.build("out/c")).toBeRejectedWithError("There is nothing of which out/c could be built");
  });
});
