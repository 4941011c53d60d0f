/**
 * Espruino's own modules, unchanged, over the stack: each with a program of its page's kind, on a board in a house. Run on the
 * simulator (others.test.ts) and on a real interpreter (test/espruino/others.test.ts).
 */
import { createHash } from "node:crypto";
import { moduleFile, whyNoModule } from "../espruino/programs";
import { type Conversation, HOUSE, House, type HouseBoard } from "../lib/house";
import type { Boards } from "./examples";

const CONNECT = `var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
eth.on("error", function (message) { print(message); });
`;
const TEST_MS = 120000;

export function describeOthers(where: string, boards: Boards): void {
  describe(`Espruino's modules, ${where},`, () => {
    let board: HouseBoard | undefined;

    /** Starts a program that requires one of Espruino's modules. */
    async function start(module: string, program: string): Promise<House> {
      const why = whyNoModule(module);
      if (why) {
        console.log(`skipped: Espruino's module ${module}, because ${why}`);
        pending(why);
      }
      board = await boards(`${CONNECT}${program}\neth.setIP();\n`, [], { [module]: moduleFile(module) }, false);
      return new House(board);
    }

    const module = (name: string, spec: () => Promise<void>) => it(name, spec, TEST_MS);

    afterEach(async () => {
      const ended = board;
      board = undefined;
      if (ended) expect(await ended.stop()).toEqual([]);
    }, TEST_MS);

    module("ws: a server that echoes, and serves pages", async () => {
      const house = await start(
        "ws",
        `var server = require("ws").createServer(function (req, res) { res.writeHead(200); res.end("a page"); });
server.listen(80);
server.on("websocket", function (ws) { ws.on("message", function (m) { ws.send("you said " + m); }); });`,
      );
      await house.online();
      expect(await house.get("/")).toContain("a page");
      const socket = house.call(80);
      const key = "dGhlIHNhbXBsZSBub25jZQ==";
      socket.say(
        `GET /s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
      );
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      await house.until(() => socket.heard.includes("\r\n\r\n"), "the handshake");
      expect(socket.heard).toContain(accept);
      socket.heard = "";
      socket.say("\x81\x85\0\0\0\0hello"); // a masked text, its mask zero
      await house.until(() => socket.heard.includes("you said hello"), "the echo");
      socket.end();
    });

    module("MQTT: publishes and hears", async () => {
      const house = await start(
        "MQTT",
        `var mqtt = require("MQTT").create("${HOUSE}");
mqtt.on("connected", function () { mqtt.subscribe("in"); });
mqtt.on("publish", function (p) { print(p.topic + " " + p.message); mqtt.publish("out", "heard " + p.message); });
eth.on("connected", function () { mqtt.connect(); });`,
      );
      await exchange(house);
    });

    module("tinyMQTT: publishes and hears", async () => {
      const house = await start(
        "tinyMQTT",
        `var mqtt = require("tinyMQTT").create("${HOUSE}");
mqtt.on("connected", function () { mqtt.subscribe("in"); });
mqtt.on("message", function (m) { print(m.topic + " " + m.message); mqtt.publish("out", "heard " + m.message); });
eth.on("connected", function () { mqtt.connect(); });`,
      );
      await exchange(house);
    });

    module("WebServer: pages in memory, one of them made by a function", async () => {
      const house = await start(
        "WebServer",
        `var WebServer = require("WebServer");
var server = new WebServer({ port: 80, default_type: "text/html", memory: {
  "index.html": { content: "<p>the index</p>" },
  "made.njs": { content: function (req, res, url) { return { type: "text/plain", content: "made for " + url.query.who }; } },
} });
server.createServer();`,
      );
      await house.online();
      expect(await house.get("/")).toContain("<p>the index</p>");
      expect(await house.get("/made.njs?who=me")).toContain("made for me");
      expect(await house.get("/none.html")).toMatch(/ 404 [\s\S]*not found/);
    });

    module("fetch: a text by a promise", async () => {
      const house = await start(
        "fetch",
        `var fetch = require("fetch");
eth.on("connected", function () {
  fetch("http://${HOUSE}:8000/text").then(function (response) { return response.text(); }).then(function (text) { print("got " + text); });
});`,
      );
      house.serve(8000, (client) => {
        if (!client.heard.endsWith("\r\n\r\n")) return;
        client.heard = "";
        client.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nfine.\n");
        client.end();
      });
      await house.until(() => house.printed.some((line) => line.startsWith("got fine.")), "the text");
    });
  });
}

/** A broker that tells whoever has subscribed something, and waits for the answer. */
async function exchange(house: House): Promise<void> {
  const packets: string[] = [];
  let client: Conversation | undefined;
  house.serve(1883, (broker) => {
    client = broker;
    while (broker.heard) {
      const packet = broker.heard.slice(0, 2 + broker.heard.charCodeAt(1));
      broker.heard = broker.heard.slice(packet.length);
      packets.push(packet);
      if (packet[0] === "\x10") broker.say("\x20\x02\0\0");
      if (packet[0] === "\x82") broker.say(`\x90\x03${packet.slice(2, 4)}\0`);
    }
  });
  await house.until(() => packets.some((packet) => packet[0] === "\x82"), "a subscription");
  await house.pass(0.5); // tinyMQTT does not look behind an acknowledgement
  client?.say("\x30\x09\0\x02inhello");
  await house.until(() => packets.some((packet) => packet.includes("outheard hello")), "a message");
  expect(house.printed).toContain("in hello");
}
