/**
 * Espruino's own http over the bundle, on the real interpreter: its server against curl, ab and clients that break off,
 * its client against Node's server.
 */
import type { ChildProcess } from "node:child_process";
import { whyNoClient } from "./interpreter";
import { describeLive } from "./live_board";
import { program } from "./programs";

/** Cells that may be more in use after many requests than before: free ones change places. */
const SLACK = 20;
/** More connections than the stack keeps in TIME_WAIT, so that what these take is the same in every count of cells. */
const ENOUGH = 12;

describeLive(
  "Espruino's http server, on a real Espruino,",
  { program: program("http_server"), inMemory: true },
  (live, board) => {
    live("serves a page to curl", "curl", async () => {
      const { output } = await board().run("curl", "-s", "-m", "60", `http://${board().address}/`);
      expect(output).toBe("Hello from Espruino\n");
    });

    live("sends 64 KB, byte for byte", "node", async () => {
      expect(await board().peer("long")).toBe("65536 bytes intact");
    });

    live("takes a body of 20,000 bytes", "node", async () => {
      expect(await board().peer("post", 20000)).toBe("posted intact");
    });

    live("serves ab -c 4 a thousand requests, and keeps no memory of them", "ab", async () => {
      const count = board().some(500);
      const start = await board().settledCells();
      await board().requests(ENOUGH);
      const before = await board().settledCells();
      const rates = [await board().requests(count), await board().requests(count)];
      const after = await board().settledCells();
      console.log(
        `http server: ${rates} requests/s; cells ${start}, with TIME_WAIT full ${before}, after ${2 * count} more ${after}`,
      );
      expect(after - before).toBeLessThan(SLACK);
      expect(await board().console.evaluate("stats.served - stats.closed")).toBe(0);
    });

    live("keeps nothing of 40 clients that break off, and goes on serving", "node", async () => {
      await board().peer("aborts", 40); // what is held once, whoever comes: more descriptors in use than ever before
      await board().requests(ENOUGH);
      const before = await board().settledCells();
      expect(await board().peer("aborts", 40)).toBe("40 broken off");
      await board().requests(ENOUGH);
      expect((await board().settledCells()) - before).toBeLessThan(SLACK);
      expect(await board().console.evaluate("stats.served - stats.closed")).toBe(0);
      expect(await board().console.evaluate(`Object.keys(global["\xff"].HttpSC).length`)).toBe(0);
    });
  },
);

describeLive(
  "Espruino's http client, on a real Espruino,",
  { program: program("http_client"), inMemory: true },
  (live, board) => {
    let servers: ChildProcess;

    beforeAll(async () => {
      if (!board()) return;
      servers = board().spawn("node", "test/espruino/peers.js", "servers");
      await new Promise((resolve) => servers.stdout?.once("data", resolve));
    }, 60000);
    afterAll(() => servers?.kill());

    const ask = async (name: string, options: object, data = "") => {
      await board().console.evaluate(`ask("${name}", ${JSON.stringify(options)}, ${JSON.stringify(data)})`);
      return board().console.line(`ANSWER ${name}`, 60000);
    };
    /** the sum of bytes of the first `pieces` pieces of the long text */
    const sum = (pieces: number) => {
      let total = 0;
      for (let i = 0; i < pieces; i++)
        for (const digit of i.toString(16).padStart(8, "0")) total += digit.charCodeAt(0) * 64;
      return total;
    };

    live("gets a page", "node", async () => {
      expect(await ask("page", { path: "/" })).toBe(`200 7 ${sumOf("GET 0 0")}`);
    });

    live("gets 64 KB, none lost", "node", async () => {
      expect(await ask("long", { path: "/long" })).toBe(`200 65536 ${sum(128)}`);
    });

    live("gets a page in chunks", "node", async () => {
      const text = Array.from({ length: 8 }, (_, i) => `chunk ${i} `.padEnd(512, "-")).join("");
      expect(await ask("chunks", { path: "/chunked" })).toBe(`200 4096 ${sumOf(text)}`);
    });

    live("posts 3,000 bytes", "node", async () => {
      const data = "x".repeat(3000);
      const options = { path: "/post", method: "POST", headers: { "Content-Length": 3000 } };
      expect(await ask("post", options, data)).toBe(`200 16 ${sumOf(`POST 3000 ${3000 * 120}`)}`);
    });

    live("is told of a port where nobody listens, and of a server that resets", "node", async () => {
      expect(await ask("refused", { port: 4 })).toMatch(/^error -/);
      expect(await ask("reset", { path: "/reset" })).toMatch(/^error -/);
    });

    live("keeps no memory of 30 requests", "node", async () => {
      const series = async (name: string, count: number) => {
        for (let i = 0; i < count; i++) await ask(`${name}${i}`, { path: "/" });
        return board().settledCells();
      };
      const before = await series("first", 10);
      expect((await series("second", 20)) - before).toBeLessThan(SLACK);
    });
  },
  whyNoClient,
);

function sumOf(text: string): number {
  return Buffer.from(text, "latin1").reduce((total, byte) => total + byte, 0);
}
