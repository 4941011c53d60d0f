/**
 * Espruino's modules MQTT and ws, unchanged, over the bundle on the real interpreter: MQTT against mosquitto, which is
 * also restarted, ws against a client of ours.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeLive, HOST, type LiveBoard } from "./live_board";
import { moduleFile, program, whyNoModule } from "./programs";

const SLACK = 20;

/** mosquitto in the board's network, open to everybody there. */
class Broker {
  private readonly folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  private readonly settings = join(this.folder, "mosquitto.conf");
  private broker: ChildProcess | undefined;
  /** what it has said of itself */
  private log = "";
  private asked = 0;

  constructor(private readonly board: LiveBoard) {
    writeFileSync(this.settings, `listener 1883 ${HOST}\nallow_anonymous true\npersistence false\nuser root\n`);
  }

  start(): void {
    this.broker = this.board.spawn("mosquitto", "-v", "-c", this.settings);
    this.broker.stderr?.on("data", (text) => (this.log += text));
  }

  stop(): Promise<void> {
    const { broker } = this;
    if (!broker) return Promise.resolve();
    const ended = new Promise<void>((resolve) => broker.on("close", () => resolve()));
    broker.kill("SIGKILL");
    return ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Publishes for the board and gives what it answers. */
  async ask(message: string, qos: number): Promise<string> {
    const name = `listener${++this.asked}`;
    const words = ["-h", HOST, "-i", name, "-t", "board/out", "-q", "1", "-C", "1", "-W", "60"];
    const listener = this.board.spawn("mosquitto_sub", ...words);
    let answer = "";
    listener.stdout?.on("data", (text) => (answer += text));
    const done = new Promise<void>((resolve) => listener.on("close", () => resolve()));
    for (let tries = 0; tries < 500 && !this.log.includes(`SUBACK to ${name}`); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await this.board.run("mosquitto_pub", "-h", HOST, "-t", "board/in", "-q", `${qos}`, "-m", message);
    await done;
    return answer.trimEnd();
  }
}

describeLive(
  "the module MQTT, on a real Espruino,",
  { program: program("mqtt"), modules: { MQTT: moduleFile("MQTT") }, inMemory: true },
  (live, board) => {
    let broker: Broker;

    beforeAll(() => {
      if (!board()) return;
      broker = new Broker(board());
      broker.start();
    });
    afterAll(async () => {
      await broker?.stop();
      broker?.remove();
    });

    const subscribed = (times: number) => {
      const { console } = board();
      const count = () => console.lines("MQTT").filter((line) => line === "subscribed").length;
      return console.until(() => count() >= times, 60000, `MQTT subscribed ${times} times`);
    };

    live("subscribes and publishes at QoS 0", "mosquitto", async () => {
      await subscribed(1);
      expect(await broker.ask("hello", 0)).toBe("hello");
    });

    live("subscribes and publishes at QoS 1", "mosquitto", async () => {
      expect(await broker.ask("y".repeat(1500), 1)).toBe("y".repeat(1500));
      const { console } = board(); // the broker may send the message back before it acknowledges it
      await console.until(() => console.lines("MQTT").includes("puback"), 60000, "puback");
    });

    live("comes back when the broker was restarted", "mosquitto", async () => {
      await broker.stop();
      await board().console.until(() => board().console.lines("MQTT").includes("disconnected"), 60000, "disconnected");
      broker.start();
      await subscribed(2);
      expect(await broker.ask("again", 1)).toBe("again");
    });

    live("keeps no memory of 20 messages", "mosquitto", async () => {
      const flood = (count: number) =>
        board().run(
          "sh",
          "-c",
          `for i in $(seq ${count}); do mosquitto_pub -h ${HOST} -t board/in -q 1 -m "message $i"; done`,
        );
      await flood(5);
      const before = await board().settledCells(1);
      await flood(20);
      expect((await board().settledCells(1)) - before).toBeLessThan(SLACK);
    });
  },
  whyNoModule("MQTT"),
);

describeLive(
  "the module ws, on a real Espruino,",
  { program: program("ws"), modules: { ws: moduleFile("ws") }, inMemory: true },
  (live, board) => {
    const client = (mode: string, count: number) =>
      board()
        .run("node", "test/espruino/websocket.js", mode, `${count}`)
        .then(({ output }) => output.trim());

    live("echoes messages of 1 to 1,000 bytes", "node", async () => {
      expect(await client("echo", 28)).toBe("28 echoed");
    });

    live("serves pages beside it", "curl", async () => {
      expect((await board().run("curl", "-s", `http://${board().address}/`)).output).toBe("no socket\n");
    });

    live("keeps nothing of clients that vanish", "node", async () => {
      expect(await client("vanish", 4)).toBe("4 vanished");
      await board().requests(12);
      const before = await board().settledCells();
      expect(await client("vanish", 8)).toBe("8 vanished");
      await board().requests(12);
      expect((await board().settledCells()) - before).toBeLessThan(SLACK);
      expect(await board().console.evaluate("stats.opened - stats.closed")).toBe(0);
    });
  },
  whyNoModule("ws"),
);
