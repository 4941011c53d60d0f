/**
 * What a profile switches off is not there for the bundler: files with nothing in them but their names.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { emptied, SWITCHED, switchOf } = require("../../tools/switched") as {
  emptied(text: string): string;
  SWITCHED: { [file: string]: string };
  switchOf(path: string): string | undefined;
};
const { PROFILES, SHIPPED } = require("../../tools/profile") as {
  PROFILES: { [name: string]: { [constant: string]: number | boolean } };
  SHIPPED: string[];
};

const ROOT = join(__dirname, "../..");

describe("Files that a profile switches off", () => {
  it("are there, by a constant of config.ts that every bundle that is shipped sets to false", () => {
    const config = readFileSync(join(ROOT, "firmware/config.ts"), "utf8");
    for (const [file, constant] of Object.entries(SWITCHED)) {
      expect(existsSync(join(ROOT, file)))
        .withContext(file)
        .toBeTrue();
      expect(config).toContain(`export const ${constant} = true;`);
      for (const name of SHIPPED) expect(PROFILES[name][constant]).withContext(`${name}: ${constant}`).toBeFalse();
    }
  });

  it("keep the names that they export, and nothing else", () => {
    const text = `import { x } from "./x";
export const A = 1;
export let b: number;
export { c, d } from "./other";
export interface Gone {}
let own: number;
export function e(): number {
  return x;
}
`;
    expect(emptied(text)).toBe("export var A;\nexport var b;\nexport var e;\nexport var c;\nexport var d;\n");
  });

  it("are known by their whole path", () => {
    expect(switchOf("/somewhere/firmware/net/if/bpf.ts")).toBe("NET_BPF");
    expect(switchOf("/somewhere/firmware/net/if/ether.ts")).toBeUndefined();
  });
});
