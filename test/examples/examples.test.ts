/**
 * The programs in examples/, each on a simulated board in a house with a DHCP server, doing what it says it does.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOARD, House, ourModule } from "../lib/house";
import { dns, parseDns } from "../lib/packets/dns";

const folder = join(__dirname, "../../examples");
const text = (name: string) => readFileSync(join(folder, name), "latin1");
const others = process.env.ESPRUINO_MODULES;

describe("The examples", () => {
  const tried: string[] = [];
  let house: House;

  /** Starts an example and lets it find its address. */
  function start(name: string, modules: Record<string, string> = {}): House {
    tried.push(name);
    house = new House(text(name), modules);
    return house;
  }

  afterEach(() => {
    expect(house.board.errors).toEqual([]);
    house.board.stop();
  });

  it("switch a LED by a web page", () => {
    start("web-led.js").run(15);
    expect(house.printed).toEqual([`http://${BOARD}/`]);
    expect(house.get("/")).toContain("The LED is off");
    expect(house.get("/on")).toMatch(/^HTTP\/1\.\d 302 [\s\S]*Location: \//);
    expect(house.get("/")).toContain("The LED is on");
    expect(house.value("LED1.read()")).toBe(true);
  });

  it("tell an MQTT broker the temperature", () => {
    if (!others) {
      console.log("skipped: the example mqtt-sensor.js, because ESPRUINO_MODULES names no folder with MQTT.js");
      tried.push("mqtt-sensor.js");
      house = new House(text("static-ip.js"));
      pending("ESPRUINO_MODULES is not set");
    }
    start("mqtt-sensor.js", { MQTT: readFileSync(join(others as string, "MQTT.js"), "latin1") });
    const packets: string[] = [];
    house.serve(1883, (broker) => {
      while (broker.heard) {
        const length = 2 + broker.heard.charCodeAt(1);
        const packet = broker.heard.slice(0, length);
        broker.heard = broker.heard.slice(length);
        packets.push(packet);
        if (packet[0] === "\x10") broker.say("\x20\x02\0\0");
        if (packet[0] === "\x82") broker.say(`\x90\x03${packet.slice(2, 4)}\0\x30\x10\0\x0cespruino/ledon`);
      }
    });
    house.run(30);
    expect(house.printed).toContain("broker found");
    expect(packets.some((packet) => /espruino\/temperature25\.0$/.test(packet))).toBe(true);
    expect(house.value("LED1.read()")).toBe(true);
  });

  it("log by datagrams, and show those that come", () => {
    start("syslog.js");
    const logged: string[] = [];
    house.answer(514, (data) => {
      logged.push(Buffer.from(data).toString());
      return undefined;
    });
    house.run(80);
    expect(logged[0]).toBe(`<14>1 - espruino board - - - up at ${BOARD}`);
    expect(logged[1]).toContain("temperature 25.0");
    house.send(BOARD, 5140, "hello");
    expect(house.printed).toEqual(["192.168.1.10: hello"]);
  });

  it("fetch a page", () => {
    start("http-client.js");
    house.serve(8000, (client) => {
      if (!client.heard.endsWith("\r\n\r\n")) return;
      expect(client.heard).toMatch(/^GET \/greeting\.txt HTTP/);
      client.heard = "";
      client.say("HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\nGood morning!");
      client.end();
    });
    house.run(20);
    expect(house.printed).toEqual(["200 Good morning!"]);
  });

  it("say what is wrong when there is no page to be had", () => {
    start("http-client.js").run(20);
    expect(house.printed).toEqual([jasmine.stringMatching(/refused|reset/)]);
  });

  it("set the clock", () => {
    house = new House(text("ntp-clock.js").replace("pool.ntp.org", "192.168.1.10"), { sntp: ourModule("sntp") });
    tried.push("ntp-clock.js");
    house.answer(123, (data) => {
      const reply = Buffer.alloc(48);
      reply[0] = 0x24; // version 4, server
      reply[1] = 2;
      Buffer.from(data).copy(reply, 24, 40, 48);
      for (const at of [16, 32, 40]) reply.writeUInt32BE(1_800_000_000 + 2_208_988_800, at);
      return [...reply];
    });
    house.run(30);
    expect(house.printed[0]).toMatch(/^the clock is set: .*2027/);
  });

  it("take an address by hand", () => {
    start("static-ip.js").run(15);
    expect(house.printed).toContain(`up at ${BOARD}`);
    expect(house.printed.some((line) => line.includes('"gateway":"192.168.1.1"'))).toBe(true);
    house.board.board.pins.get("C13").drive(true);
    house.run(1);
    expect(house.printed.at(-1)).toContain("{");
  });

  it("give the console to whoever knows the password", () => {
    start("telnet-console.js", { telnet: ourModule("telnet") }).run(15);
    const session = house.call(23);
    session.say("change me\r\n");
    house.run(1);
    session.say("answer\r\n");
    house.run(1);
    expect(session.heard).toContain("=42");
    session.end();
    house.run(1);
  });

  it("have a name", () => {
    start("mdns-name.js", { mdns: ourModule("mdns") }).run(20);
    const query = dns({ id: 7, questions: [{ name: "sensor1.local", type: 1, class: 1 }] });
    const [reply] = house.send("224.0.0.251", 5353, String.fromCharCode(...query));
    const { answers } = parseDns([...Buffer.from(reply, "latin1")]);
    expect(answers.length).toBeGreaterThan(0);
    expect(house.get("/")).toContain("25.0 degrees");
  });

  it("serve two networks by two chips", () => {
    start("two-chips.js");
    house.secondChip();
    house.run(20);
    expect(house.get("/")).toContain('"ip":"10.1.0.1"');
  });

  it("are all tried here, and none is longer than thirty lines", () => {
    house = new House(text("static-ip.js"));
    const names = readdirSync(folder);
    expect([...new Set(tried)].sort()).toEqual(names.filter((name) => name.endsWith(".js")).sort());
    for (const name of names) expect(text(name).split("\n").length).withContext(name).toBeLessThanOrEqual(31);
    expect(existsSync(join(folder, "two-chips.js"))).toBe(true);
  });
});
