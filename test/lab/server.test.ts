/**
 * The lab's server: at 127.0.0.1 alone, for whoever knows the token and comes from its own page.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { Command } from "../../host-sim/lab/messages";
import { LabServer } from "../../host-sim/lab/server";

interface Answer {
  status: number;
  body: string;
}

function get(url: URL, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method, agent: false }, (response) => {
      let body = "";
      response.on("data", (data) => (body += data));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("The lab's server", () => {
  let folder: string;
  let server: LabServer;
  let url: URL;
  let commands: Command[];
  let visitors = 0;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lab-server-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "the page");
    writeFileSync(join(folder, "assets/a.js"), "the script");
    writeFileSync(join(folder, "secret"), "no");
    commands = [];
    visitors = 0;
    server = await LabServer.open(folder, 0, {
      joined: () => visitors++,
      left: () => visitors--,
      command: (_visitor, command) => {
        commands.push(command);
        if (command.do === "pause") throw new Error("nothing runs");
      },
    });
    url = new URL(server.address);
  });

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
    expect(visitors).toBe(0);
  });

  const at = (path: string) => new URL(path, url);
  const socketUrl = (token = url.searchParams.get("token")) => `ws://${url.host}/lab?token=${token}`;

  function connect(address: string, origin: string): Promise<WebSocket | Error> {
    return new Promise((resolve) => {
      const socket = new WebSocket(address, { origin });
      socket.once("open", () => resolve(socket));
      socket.once("error", resolve);
    });
  }

  it("gives the page to whoever has the token, and its scripts", async () => {
    expect(url.hostname).toBe("127.0.0.1");
    expect(await get(url)).toEqual({ status: 200, body: "the page" });
    expect((await get(at("/assets/a.js"))).body).toBe("the script");
    expect((await get(url, {}, "HEAD")).body).toBe("");
  });

  it("refuses others, other hosts' names, other methods and other files", async () => {
    expect((await get(at("/"))).status).toBe(403);
    expect((await get(at("/?token=x"))).status).toBe(403);
    expect((await get(url, { host: "evil.example" })).status).toBe(421);
    expect((await get(url, {}, "POST")).status).toBe(405);
    for (const path of ["/secret", "/assets/..%2fsecret", "/assets/../secret", "/assets/b.js", "/assets/", "/%00"])
      expect((await get(at(path))).status)
        .withContext(path)
        .toBe(404);
  });

  it("opens its WebSocket to its own page only, with the token", async () => {
    expect(await connect(socketUrl(), "http://evil.example")).toBeInstanceOf(Error);
    expect(await connect(socketUrl("x"), url.origin)).toBeInstanceOf(Error);
    expect(await connect(socketUrl().replace("/lab", "/other"), url.origin)).toBeInstanceOf(Error);
    const socket = await connect(socketUrl(), url.origin);
    expect(socket).toBeInstanceOf(WebSocket);
    (socket as WebSocket).terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it("says sorry to what is no command, and goes on", async () => {
    const socket = (await connect(socketUrl(), url.origin)) as WebSocket;
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(String(data)));
    for (const text of ["{", "[]", "null", '{"do":7}', '{"do":"pause"}', '{"do":"run"}']) socket.send(text);
    for (let i = 0; i < 100 && commands.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(commands).toEqual([{ do: "pause" }, { do: "run" }]);
    expect(heard.length).toBe(5);
    for (const text of heard) expect(JSON.parse(text).say).toBe("sorry");
    socket.terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
