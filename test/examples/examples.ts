/**
 * What the programs in examples/ are to do, each on a board in a house with a DHCP server: run on the simulator
 * (examples.test.ts) and on a real interpreter (test/espruino/examples.test.ts).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { moduleFile, whyNoModule } from "../espruino/programs";
import { BOARD, type Conversation, HOUSE, House, type HouseBoard } from "../lib/house";
import { dns, parseDns } from "../lib/packets/dns";

const folder = join(__dirname, "../../examples");
const text = (name: string) => readFileSync(join(folder, name), "latin1");
/** Real time may be slow. ms */
const TEST_MS = 120000;
/** What a time server of the house tells: in the year 2027. */
const NOW = 1_800_000_000;
const NTP_EPOCH = 2_208_988_800;

/** Makes a board that has booted with `program`; skips the spec, aloud, when there can be none. */
export type Boards = (
  program: string,
  ours: string[],
  others: Record<string, string>,
  secondChip: boolean,
) => Promise<HouseBoard>;

export function describeExamples(where: string, boards: Boards): void {
  describe(`The examples, ${where},`, () => {
    const tried: string[] = [];
    let board: HouseBoard | undefined;

    /** Starts an example in a house. */
    async function start(name: string, ours: string[] = [], more: Partial<Start> = {}): Promise<House> {
      tried.push(name);
      const change = more.change ?? ((program: string) => program);
      board = await boards(change(text(name)), ours, more.others ?? {}, !!more.secondChip);
      return new House(board);
    }

    const example = (name: string, spec: () => Promise<void>) => it(name, spec, TEST_MS);

    afterEach(async () => {
      const ended = board;
      board = undefined;
      if (ended) expect(await ended.stop()).toEqual([]);
    }, TEST_MS);

    example("switch a LED by a web page", async () => {
      const house = await start("web-led.js");
      await house.lines(1);
      expect(house.printed).toEqual([`http://${BOARD}/`]);
      expect(await house.get("/")).toContain("The LED is off");
      expect(await house.get("/on")).toMatch(/^HTTP\/1\.\d 302 [\s\S]*Location: \//);
      expect(await house.get("/")).toContain("The LED is on");
      expect(await house.board.value("LED1.read()")).toBe(true);
    });

    example("tell an MQTT broker the temperature", async () => {
      const why = whyNoModule("MQTT");
      if (why) {
        tried.push("mqtt-sensor.js");
        console.log(`skipped: the example mqtt-sensor.js, because ${why}`);
        pending(why);
      }
      const house = await start("mqtt-sensor.js", [], { others: { MQTT: moduleFile("MQTT") } });
      const packets: string[] = [];
      let connection: Conversation | undefined;
      const serve = (broker: Conversation) => {
        connection = broker;
        while (broker.heard) {
          const length = 2 + broker.heard.charCodeAt(1);
          const packet = broker.heard.slice(0, length);
          broker.heard = broker.heard.slice(length);
          packets.push(packet);
          if (packet[0] === "\x10") broker.say("\x20\x02\0\0");
          if (packet[0] === "\x82") broker.say(`\x90\x03${packet.slice(2, 4)}\0\x30\x10\0\x0cespruino/ledon`);
        }
      };
      const temperature = () =>
        house.until(() => packets.some((packet) => /espruino\/temperature25\.0$/.test(packet)), "a temperature", 90);
      let close = house.serve(1883, serve);
      await temperature();
      expect(house.printed).toContain("broker found");
      expect(await house.board.value("LED1.read()")).toBe(true);
      // the broker goes away for longer than one try takes
      close();
      connection?.end();
      await house.pass(20);
      packets.length = 0;
      close = house.serve(1883, serve);
      await temperature();
      close();
    });

    example("log by datagrams, and show those that come", async () => {
      const house = await start("syslog.js");
      const logged: string[] = [];
      house.answer(514, (data) => {
        logged.push(Buffer.from(data).toString());
        return undefined;
      });
      await house.until(() => logged.length > 1, "two log lines", 90);
      expect(logged[0]).toBe(`<14>1 - espruino board - - - up at ${BOARD}`);
      expect(logged[1]).toContain("temperature 25.0");
      house.send(BOARD, 5140, "hello");
      await house.lines(1);
      expect(house.printed).toEqual([`${HOUSE}: hello`]);
    });

    example("fetch a page", async () => {
      const house = await start("http-client.js");
      house.serve(8000, (client) => {
        if (!client.heard.endsWith("\r\n\r\n")) return;
        expect(client.heard).toMatch(/^GET \/greeting\.txt HTTP/);
        client.heard = "";
        client.say("HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\nGood morning!");
        client.end();
      });
      await house.lines(1);
      expect(house.printed).toEqual(["200 Good morning!"]);
    });

    example("say what is wrong when there is no page to be had", async () => {
      const house = await start("http-client.js");
      await house.lines(1);
      expect(house.printed).toEqual([jasmine.stringMatching(/refused|reset/)]);
    });

    example("set the clock", async () => {
      const change = (program: string) => program.replace("pool.ntp.org", HOUSE);
      const house = await start("ntp-clock.js", ["sntp"], { change });
      house.answer(123, (data) => {
        const reply = Buffer.alloc(48);
        reply[0] = 0x24; // version 4, server
        reply[1] = 2;
        Buffer.from(data).copy(reply, 24, 40, 48);
        for (const at of [16, 32, 40]) reply.writeUInt32BE(NOW + NTP_EPOCH, at);
        return [...reply];
      });
      const set = () => house.printed.find((line) => line.startsWith("the clock is set: "));
      await house.until(() => set() !== undefined, "the time");
      expect(Math.round((await house.board.value(house.board.time)) as number)).toBe(NOW);
    });

    example("take an address by hand", async () => {
      const house = await start("static-ip.js");
      await house.lines(2);
      expect(house.printed).toContain(`up at ${BOARD}`);
      expect(house.printed.some((line) => line.includes('"gateway":"192.168.1.1"'))).toBe(true);
      await house.board.press();
      await house.lines(3);
      expect(house.printed[2]).toContain('"state":"online"');
    });

    example("give the console to whoever knows the password", async () => {
      const house = await start("telnet-console.js", ["telnet"]);
      await house.until(() => house.printed.includes(`telnet ${BOARD}`), "an address");
      const session = house.call(23);
      const hears = (what: string) => house.until(() => session.heard.includes(what), what);
      await hears("Password: ");
      session.say("guess\r\nanswer\r\n");
      await hears("Password: \r\nPassword: \r\nPassword: ");
      expect(session.heard).not.toContain("42");
      session.say("change me\r\n");
      await hears(">");
      session.say("answer\r\n");
      await hears("=42");
      session.end();
    });

    example("have a name", async () => {
      const house = await start("mdns-name.js", ["mdns"]);
      await house.online();
      const query = dns({ id: 7, questions: [{ name: "sensor1.local", type: 1, class: 1 }] });
      const replies: string[] = [];
      // until it has made sure that the name is nobody else's it does not answer
      for (let tries = 0; !replies.length && tries < 20; tries++) {
        const some = house.send("224.0.0.251", 5353, String.fromCharCode(...query));
        const due = house.board.clock.now() + 5e8;
        await house.until(() => some.length > 0 || house.board.clock.now() > due, "an answer");
        replies.push(...some);
      }
      const { answers } = parseDns([...Buffer.from(replies[0], "latin1")]);
      expect(answers.length).toBeGreaterThan(0);
      expect(await house.get("/")).toContain("25.0 degrees");
    });

    example("serve two networks by two chips", async () => {
      const house = await start("two-chips.js", [], { secondChip: true });
      const other = new House(house.board, 1, "10.1.0.9");
      await house.online("world");
      expect(await house.get("/")).toContain('"sensors":{"ip":"10.1.0.1"');
      expect(await other.get("/", "10.1.0.1")).toContain(`{"world":{"ip":"${BOARD}"`);
    });

    it("are all tried here, and none is longer than thirty lines", () => {
      const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
      expect([...new Set(tried)].sort()).toEqual(names.sort());
      for (const name of names) expect(text(name).split("\n").length).withContext(name).toBeLessThanOrEqual(31);
    });
  });
}

/** What an example needs beside itself. */
interface Start {
  /** modules of Espruino's, paths by name */
  others: Record<string, string>;
  secondChip: boolean;
  /** of its text */
  change(program: string): string;
}
