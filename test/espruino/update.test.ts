/**
 * The module `update` on a real Espruino, from its Storage: programs that `npm run update` sends, the board's restarts, and
 * the way back from programs that are no good.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONNECT } from "./boot";
import { describeLive, type LiveBoard } from "./live_board";

const update = join(__dirname, "../../dist/update.tok.js");
/** A program that can be updated, and says who it is; it must run for so many seconds. */
const app = (name: string, confirm = 100, more = "") => `${CONNECT}
function alive() { return "${name} lives"; }
print("HELLO ${name}");
var update = require("update").start(eth, { password: "sesame", confirm: ${confirm}${more} });
`;
/** A comment of that length. */
const long = (length: number) => `/*${"x".repeat(length)}*/`;

describeLive(
  "programs over the network, on a real Espruino,",
  { program: CONNECT, modules: { update } },
  (live, board) => {
    const folder = mkdtempSync(join(tmpdir(), "espruino-update-"));
    const hello = () => board().console.lines("HELLO");
    let greeted = 0;

    beforeAll(async () => {
      if (!board()) return;
      await board().console.evaluate(`require("update").install(${JSON.stringify(app("first"))})`);
      board().console.type("load()\n");
      await starts("first");
    }, 60000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** Waits for programs to say that they have started, one after another; none but these may have. */
    async function starts(...names: string[]): Promise<void> {
      const all = greeted + names.length;
      await board().console.until(() => hello().length >= all, 60000, `HELLO ${names}`);
      expect(hello().slice(greeted)).toEqual(names);
      greeted = all;
      await reachable(board());
    }

    /** Sends a program as a user does; what is printed. */
    async function send(text: string, password = "sesame"): Promise<string> {
      const file = join(folder, "app.js");
      writeFileSync(file, text);
      const words = ["--host", board().address, "--password", password, file];
      const { output, status } = await board().run("npm", "run", "--silent", "update", "--", ...words);
      expect(status).toBe(output === "ok\n" ? 0 : 1);
      return output.trim();
    }

    const value = (expression: string) => board().console.evaluate(expression);

    const onTrial = () => value('!!require("Storage").readJSON("update.json").trial');

    live("are run after the restart, and stay when they have proved good", "npm", async () => {
      expect(await send(app("second", 1) + long(3000))).toBe("ok");
      await starts("second");
      const start = Date.now();
      while (await onTrial()) expect(Date.now() - start).toBeLessThan(30000);
      board().powerCycle();
      await starts("second");
      expect(await value("alive()")).toBe("second lives");
    });

    live("are not taken from somebody who does not know the password", "npm", async () => {
      expect(await send(app("evil"), "open")).toBe("error proof");
    });

    live("go at once when they throw at their start", "npm", async () => {
      expect(await send('print("HELLO bad"); nothing.here();')).toBe("ok");
      await starts("bad", "second");
      expect(board().console.output).toContain('update: ReferenceError: "nothing" is not defined');
    });

    live("go when they hang at their start and somebody pulls the plug", "npm", async () => {
      expect(await send('print("HELLO hangs"); while (true);')).toBe("ok");
      await board().console.until(() => hello().at(-1) === "hangs", 60000, "HELLO hangs");
      board().powerCycle();
      await starts("hangs", "second");
      board().powerCycle();
      await starts("second");
    });

    live("go when the power fails before they have run for long enough", "npm", async () => {
      expect(await send(app("third"))).toBe("ok");
      await starts("third");
      board().powerCycle();
      await starts("second");
    });

    live("do not take the place of one that is on trial, which goes on whole", "npm", async () => {
      expect(await send(app("third"))).toBe("ok");
      await starts("third");
      expect(await send(app("fourth"))).toBe("error trial");
      expect(await value("alive()")).toBe("third lives");
      await value("update.confirm()");
      expect(await onTrial()).toBe(false);
      expect(await send(app("fourth", 100, ", restart: false"))).toBe("ok");
      await starts("fourth");
      await value("update.confirm()");
    });

    live("may be so long that Storage has to be tidied up, which the program that runs outlives", "npm", async () => {
      const free = () => board().console.evaluate<number>('require("Storage").getFree()');
      const junk = (await free()) - 30000;
      await value(`require("Storage").write("junk", "x", 0, ${junk})`);
      await value('require("Storage").erase("junk")');
      expect(await free()).toBeLessThan(31000);
      expect(await send(app("fifth") + long(50000))).toBe("ok");
      expect(await value("alive()")).toBe("fourth lives");
      expect(await free()).toBeGreaterThan(junk - 50000);
      board().console.type("load()\n");
      await starts("fifth");
      expect(await value("alive()")).toBe("fifth lives");
    });
  },
);

/** Waits until the board answers a ping. */
async function reachable(board: LiveBoard): Promise<void> {
  const ping = () => board.run("ping", "-c", "1", "-W", "1", board.address);
  for (let tries = 0; (await ping()).status !== 0; tries++) expect(tries).toBeLessThan(20);
}
