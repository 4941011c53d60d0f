/**
 * The module `telnet` on a real Espruino, from its Storage, against a terminal of the host's: the interpreter's own console
 * over TCP.
 */
import { join } from "node:path";
import { CONNECT } from "./boot";
import type { Caller } from "./caller";
import { describeLive } from "./live_board";

const telnet = join(__dirname, "../../dist/telnet.tok.js");
/** Two counts may differ by a connection that one of them has in TIME_WAIT and the other has not. */
const SLACK = 40;
/** Seconds of silence that end a session. */
const TIMEOUT = 3;
const program = `${CONNECT}
var answer = 42;
require("telnet").start(eth, { password: "sesame", timeout: ${TIMEOUT} });
`;

describeLive(
  "the console over TCP, on a real Espruino,",
  { program, modules: { telnet }, echo: true },
  (live, board) => {
    /** A session that has been let in, at the prompt. */
    async function enter(): Promise<Caller> {
      const caller = board().call(23);
      await caller.hears("Password: ");
      caller.say("sesame\n");
      await caller.hears(">");
      return caller;
    }

    /** Ends a session; waits until the console is back where it was. */
    async function leave(caller: Caller): Promise<void> {
      caller.hangUp();
      const { console } = board();
      await console.until(() => /<- LoopbackA\r\n>$/.test(console.output), 20000, "the console");
    }

    live("asks for a password, and shows nothing to whoever does not know it", "node", async () => {
      const caller = board().call(23);
      expect(await caller.hears("Password: ")).toBe("\xff\xfb\x01\xff\xfb\x03Password: ");
      caller.say("answer\n");
      expect(await caller.hears("Password: ")).toBe("\r\nPassword: ");
      caller.hangUp();
    });

    live("runs what is typed, and shows its value and what the program prints", "node", async () => {
      const caller = await enter();
      caller.say("answer + 1\r\n");
      expect(await caller.hears(">")).toBe("answer + 1\r\n=43\r\n>");
      caller.say("function f() {\n return 7;\n}\nf()\n");
      await caller.hears("=7");
      caller.say("nothing.here()\n");
      await caller.hears('Uncaught ReferenceError: "nothing" is not defined');
      caller.say('setTimeout(function () { print("from the program"); }, 100)\n');
      await caller.hears("from the program");
      caller.say("\x03answer\n"); // Ctrl-C takes nothing but what was typed
      await caller.hears("=42");
      await leave(caller);
    });

    live("shows a text of a thousand characters whole", "node", async () => {
      const caller = await enter();
      caller.say('for (var i = 0; i < 20; i++) print("line " + i + " of a text that goes on and on");\n');
      await caller.hears(";\r\n");
      const text = Array.from({ length: 20 }, (_, i) => `line ${i} of a text that goes on and on\r\n`).join("");
      expect(await caller.hears("=undefined")).toBe(`${text}=undefined`);
      await leave(caller);
    });

    live("has one session at a time", "node", async () => {
      const caller = await enter();
      const second = board().call(23);
      await second.goes();
      expect(second.heard).toBe("Busy\r\n");
      caller.say("answer\n");
      await caller.hears("=42");
      await leave(caller);
    });

    live("ends a silent session, and gives the console back", "node", async () => {
      const caller = await enter();
      const start = Date.now();
      await caller.goes();
      expect(Date.now() - start).toBeGreaterThan(1000 * (TIMEOUT - 1));
      expect(await board().console.evaluate("answer")).toBe(42);
    });

    live("keeps no memory of ten sessions", "node", async () => {
      const sessions = async (count: number) => {
        for (let i = 0; i < count; i++) {
          const caller = await enter();
          caller.say("answer\n");
          await caller.hears("=42");
          await leave(caller);
        }
        return board().settledCells();
      };
      const before = await sessions(10); // more than TIME_WAIT keeps
      expect((await sessions(10)) - before).toBeLessThan(SLACK);
    });

    live("locks the door after three wrong passwords", "node", async () => {
      const caller = board().call(23);
      await caller.hears("Password: ");
      caller.say("a\nb\nc\n");
      await caller.goes();
      expect(caller.heard).toMatch(/Locked\r\n$/);
      const next = board().call(23);
      await next.goes();
      expect(next.heard).toBe("Locked\r\n");
    });
  },
);
