/**
 * The modules for Storage beside the stack, as text: small, and with nothing of the stack in them, which they have from
 * the interface that they are given.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";

const { findFaults } = require("../../tools/espruino_subset") as { findFaults(code: string): string[] };

/** Name, most bytes, and what it exports. */
const MODULES: [name: string, limit: number, exports: string[]][] = [
  ["netstat", 8192, ["netstat"]],
  ["nettools", 6144, ["install", "tools"]],
  ["mdns", 8192, ["start"]],
  ["sntp", 3072, ["start"]],
  ["traceroute", 2048, ["start"]],
  ["tcpdump", 8192, ["start"]],
  ["pcap", 6144, ["start"]],
  ["dhcpd", 8192, ["start"]],
  ["tftpd", 3072, ["start"]],
  ["vfs", 2048, ["mount"]],
];

/** What any file of the stack leaves in a bundle that has it: the arena, descriptors' errors, the interfaces' flags. */
const STACK = /ArrayBuffer|DataView|Uint8Array|getUint16|SPI|setWatch/;

for (const [name, limit, exported] of MODULES)
  describe(`The module ${name}`, () => {
    const code = readFileSync(join(__dirname, "../../dist", `${name}.min.js`), "latin1");

    it("is small", () => {
      console.log(`dist/${name}.min.js: ${code.length} bytes of ${limit}`);
      expect(code.length).toBeLessThanOrEqual(limit);
    });

    it("has nothing of the stack in it", () => expect(STACK.test(code)).toBeFalse());

    it("is what Espruino reads", () => {
      expect(findFaults(code)).toEqual([]);
      expect(() => parse(code, { ecmaVersion: 5, sourceType: "script" })).not.toThrow();
      expect(code).toMatch(/^[\x20-\x7e\n]*$/);
    });

    it(`exports ${exported.join(", ")}, and nothing else`, () => {
      expect([...code.matchAll(/exports\.(\w+)=/g)].map((match) => match[1]).sort()).toEqual(exported);
    });
  });
