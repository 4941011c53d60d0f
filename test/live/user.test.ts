/**
 * What a newcomer does first: `npm start`, and a browser at 127.0.0.1:8080. The default link, a real HTTP client, a real
 * TCP and UDP client; all on the loopback interface, without privileges.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { CHIP } from "../lib/chip";

const root = join(__dirname, "../..");

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Sends `data` to the TCP echo and gives what came back when the board had closed. */
function echoOverTcp(data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect(7007, "127.0.0.1", () => socket.end(data));
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("end", () => resolve(Buffer.concat(pieces)));
    socket.on("error", reject);
  });
}

function echoOverUdp(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const ask = () => socket.send(text, 7007, "127.0.0.1");
    const again = setInterval(ask, 500);
    socket.on("message", (message) => {
      clearInterval(again);
      socket.close();
      resolve(message.toString());
    });
    ask();
  });
}

describe("the simulator as it starts without options", () => {
  let simulator: ChildProcess | undefined;
  let printed = "";

  beforeAll(async () => {
    if (!(await isFree(8080)) || !(await isFree(7007))) return;
    simulator = spawn(process.execPath, ["-r", "./tools/typescript.js", "host-sim/cli.ts", "--chip", CHIP], {
      cwd: root,
    });
    simulator.stderr?.on("data", (chunk) => (printed += chunk));
    await new Promise<void>((resolve) => simulator?.stdout?.once("data", () => resolve()));
  }, 20000);

  afterAll(async () => {
    if (!simulator) return;
    const closed = new Promise((resolve) => simulator?.on("close", resolve));
    simulator.kill("SIGINT");
    expect(await closed)
      .withContext(printed)
      .toBe(0);
  }, 20000);

  function live(name: string, test: () => Promise<void>): void {
    it(name, async () => {
      if (!simulator) {
        console.log(`skipped: ${name}, because port 8080 or 7007 of this machine is taken`);
        pending("ports taken");
      }
      await test();
    }, 30000);
  }

  live("shows a page at http://127.0.0.1:8080", async () => {
    const answer = await fetch("http://127.0.0.1:8080/");
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Hello from Espruino");
  });

  live("gives the headers of the page without it to HEAD", async () => {
    const answer = await fetch("http://127.0.0.1:8080/", { method: "HEAD" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html"]);
    expect(await answer.text()).toBe("");
    expect((await fetch("http://127.0.0.1:8080/", { method: "DELETE" })).status).toBe(501);
  });

  live("echoes 100 KB over TCP, byte for byte", async () => {
    const data = Buffer.from(Array.from({ length: 100000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    expect((await echoOverTcp(data)).equals(data)).toBeTrue();
  });

  live("echoes a datagram", async () => {
    expect(await echoOverUdp("ahoy")).toBe("ahoy");
  });
});
