/**
 * What the shipped bundles take of a board's Storage, and that it leaves the room for a program that README.md promises.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boards, storageBytes } from "../../tools/flash/boards";
import { CHIPS, VARIETIES } from "../../tools/flash/bundles";
import { flashBytes } from "../../tools/flash/storage";

const CORES = require("../../cores/manifest.json").cores as Record<string, { bytes: number }>;

for (const chip of CHIPS)
  for (const { profile, machine } of VARIETIES)
    it(`The machine code of ${chip}, ${profile}, and its shell have at most ${machine} bytes`, () => {
      const shell = readFileSync(join(__dirname, `../../dist/${chip}-${profile}.shell.tok.js`));
      const core = CORES[`${chip}-${profile}.thumb2`];
      expect(core).withContext("npm run cores makes it").toBeDefined();
      expect(core.bytes + shell.length).toBeLessThanOrEqual(machine);
    });

for (const chip of CHIPS)
  for (const { suffix, most = 0 } of VARIETIES.filter((variety) => variety.most))
    describe(`The size of the bundle ${chip}${suffix}.tok.js`, () => {
      const content = readFileSync(join(__dirname, `../../dist/${chip}${suffix}.tok.js`), "latin1");

      it(`has at most ${most} bytes`, () => {
        console.log(`dist/${chip}${suffix}.tok.js: ${content.length} bytes of ${most}`);
        expect(content.length).toBeLessThanOrEqual(most);
      });

      it("leaves 800,000 bytes of an ESP32's Storage", () => {
        const board = boards.find(({ name }) => name === "ESP32")!;
        expect(storageBytes(board) - flashBytes([{ name: chip, content }])).toBeGreaterThanOrEqual(800_000);
      });
    });
