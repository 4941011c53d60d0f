import { readdirSync } from "node:fs";
import { Player } from "./player";
import { readScript, SCRIPTS } from "./script";

/** Each folder of scripts/ but `reach`: an event of the grid, or a subject. */
const folders = readdirSync(SCRIPTS)
  .filter((name) => name !== "reach")
  .sort();

describe("TCP", () => {
  for (const folder of folders)
    describe(folder, () => {
      for (const name of readdirSync(`${SCRIPTS}/${folder}`).sort()) {
        const file = `${folder}/${name}`;
        const script = readScript(file);
        it(`${script.title} (${name})`, () => {
          const player = new Player();
          player.play(script);
          player.finish();
        });
      }
    });
});
