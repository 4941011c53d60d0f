import { NEIGHBOUR, OTHER_NEIGHBOUR } from "../../../lib/host";
import { GROUP, MDNS, MdnsBoard, type Said } from "../../../lib/mdns_board";
import { chars, ipBytes, pattern } from "../../../lib/packets";
import {
  AUTHORITATIVE,
  a,
  CLASS_IN,
  nameBytes,
  ptr,
  RESPONSE,
  type Record,
  type Resource,
  srv,
  TOP_BIT,
  TRUNCATED,
  TYPE_A,
  TYPE_AAAA,
  TYPE_ANY,
  TYPE_NSEC,
  TYPE_PTR,
  TYPE_SRV,
  TYPE_TXT,
  txt,
} from "../../../lib/packets/dns";

const HTTP = { type: "_http._tcp", port: 80, txt: { path: "/", tls: false, on: true } };
const REVERSE = "1.2.0.192.in-addr.arpa";
const FLUSH = CLASS_IN | TOP_BIT;

/** A record in short: "name type class ttl data". */
function short({ name, type, class: cls, ttl, ...rest }: Record): string {
  const what = rest.ip ?? rest.strings?.join() ?? (rest.port ? `${rest.port} ${rest.target}` : rest.target) ?? "";
  const kind = { [TYPE_A]: "A", [TYPE_PTR]: "PTR", [TYPE_SRV]: "SRV", [TYPE_TXT]: "TXT", [TYPE_NSEC]: "NSEC" }[type];
  return `${name} ${kind ?? type} ${cls === FLUSH ? "flush" : cls} ${ttl} ${what}`.trim();
}

const A = "sensor1.local A flush 120 192.0.2.1";
const REVERSE_PTR = `${REVERSE} PTR flush 120 sensor1.local`;
const ENUM = "_services._dns-sd._udp.local PTR 1 4500 _http._tcp.local";
const PTR = "_http._tcp.local PTR 1 4500 sensor1._http._tcp.local";
const SRV = "sensor1._http._tcp.local SRV flush 120 80 sensor1.local";
const TXT = "sensor1._http._tcp.local TXT flush 4500 path=/,tls=false,on";
const ALL = [A, REVERSE_PTR, ENUM, PTR, SRV, TXT];

describe("The mDNS responder", () => {
  let board: MdnsBoard;

  beforeEach(() => {
    board = new MdnsBoard();
  });
  afterEach(() => board.end());

  /** When it says something, in ms from now, and what. */
  function schedule(ms: number, step = 10): [number, Said][] {
    const said: [number, Said][] = [];
    for (let t = 0; t < ms; t += step) {
      for (const message of board.said()) said.push([t, message]);
      board.host.wait(step);
    }
    return said;
  }

  function answers(message: Said): string[] {
    return message.answers.map(short);
  }

  /** Waits out any delay, and gives the one message that was said. */
  function answer(ms = 200): Said {
    board.host.wait(ms);
    return board.saidOnce();
  }

  describe("at first", () => {
    it("probes three times, a quarter of a second apart, then announces twice, a second apart", () => {
      board.start({ services: [HTTP] });
      const said = schedule(4000);
      const times = said.map(([time]) => time);
      expect(times[0]).toBeLessThanOrEqual(250);
      expect(times.slice(1).map((time, i) => Math.round((time - times[i]) / 50) * 50)).toEqual([250, 250, 250, 1000]);
      for (const [, message] of said) expect([message.to, message.toPort, message.ttl]).toEqual([GROUP, MDNS, 255]);
      for (const [, probe] of said.slice(0, 3)) {
        expect([probe.id, probe.flags, probe.answers]).toEqual([0, 0, []]);
        expect(probe.questions).toEqual([
          { name: "sensor1.local", type: TYPE_ANY, class: FLUSH },
          { name: "sensor1._http._tcp.local", type: TYPE_ANY, class: FLUSH },
        ]);
        expect(probe.authorities.map(short)).toEqual([A, SRV, TXT].map((line) => line.replace("flush", "1")));
      }
      for (const [, announcement] of said.slice(3)) {
        expect(announcement.flags).toBe(RESPONSE | AUTHORITATIVE);
        expect(answers(announcement)).toEqual(ALL);
        expect([announcement.questions, announcement.additionals]).toEqual([[], []]);
      }
      expect(board.named).toEqual(["sensor1.local"]);
    });

    it("says nothing and answers nothing without an address, and begins when there is one", () => {
      board.eth.ip = "0.0.0.0";
      board.start();
      board.host.wait(3000);
      expect(board.said()).toEqual([]);
      board.eth.ip = "192.0.2.1";
      board.eth.emit("connected", "192.0.2.1");
      expect(schedule(4000).length).toBe(5);
    });

    it("begins anew when the cable comes back, and with the new address when that has changed", () => {
      board.settle();
      board.host.configure("192.0.2.7", "255.255.255.0");
      board.eth.ip = "192.0.2.7";
      board.eth.emit("connected", "192.0.2.7");
      board.host.wait(1100);
      const said = board.said();
      expect(answers(said[3])).toEqual([
        "sensor1.local A flush 120 192.0.2.7",
        "7.2.0.192.in-addr.arpa PTR flush 120 sensor1.local",
      ]);
    });

    it("answers nobody before its names are its own", () => {
      board.start();
      board.asks([{ name: "sensor1.local", type: TYPE_A }]);
      expect(schedule(200).every(([, message]) => message.flags === 0)).toBeTrue();
    });

    const faults: [object, string][] = [
      [{ name: undefined }, "mdns: not a host's name: undefined"],
      [{ name: "" }, "mdns: not a host's name: "],
      [{ name: "a.b" }, "mdns: not a host's name: a.b"],
      [{ name: "x".repeat(64) }, `mdns: not a host's name: ${"x".repeat(64)}`],
      [{ services: [{ port: 80 }] }, 'mdns: not a type such as "_http._tcp": undefined'],
      [{ services: [{ type: "http", port: 80 }] }, 'mdns: not a type such as "_http._tcp": http'],
      [{ services: [{ type: "_http._sctp", port: 80 }] }, 'mdns: not a type such as "_http._tcp": _http._sctp'],
      [{ services: [{ type: "_http._tcp" }] }, "mdns: not a port: undefined"],
      [{ services: [{ ...HTTP, port: 65536 }] }, "mdns: not a port: 65536"],
      [{ services: [{ ...HTTP, name: "x".repeat(64) }] }, `mdns: not a service's name: ${"x".repeat(64)}`],
      [{ services: [{ ...HTTP, txt: { key: "x".repeat(252) } }] }, "mdns: more than 255 bytes of txt: key"],
    ];
    for (const [options, message] of faults)
      it(`says what is wrong: ${message.slice(0, 60)}`, () => {
        expect(() => board.start(options)).toThrowError(message);
        board.start(); // and can be started rightly
      });

    it("says so when the stack has no groups in it", () => {
      const setsockopt = () => -board.host.net.ENOPROTOOPT;
      Object.assign(board.eth, { net: { ...board.eth.net, setsockopt } });
      expect(() => board.start()).toThrowError("mdns: the stack's bundle has no groups (INET_MULTICAST)");
    });

    it("is started once at a time", () => {
      board.start();
      expect(() => board.start()).toThrowError("mdns: started already; end() it first");
      board.stop();
      board.stop();
      board.start();
    });
  });

  describe("at the end", () => {
    it("says that everything is no more", () => {
      board.settle({ services: [HTTP] });
      board.stop();
      expect(answers(board.saidOnce())).toEqual(ALL.map((line) => line.replace(/ (120|4500) /, " 0 ")));
      board.asks([{ name: "sensor1.local", type: TYPE_A }]);
      board.eth.emit("connected");
      board.host.wait(3000);
      expect(board.said()).toEqual([]);
    });

    it("has nothing to say when it is stopped before it has a name", () => {
      board.start();
      board.stop();
      board.host.wait(3000);
      expect(board.said()).toEqual([]);
    });
  });

  describe("answers all", () => {
    it("at once with what is the host's alone", () => {
      board.settle({ services: [HTTP] });
      board.asks([{ name: "SENSOR1.Local", type: TYPE_A }]);
      const message = board.saidOnce();
      expect([message.to, message.toPort, message.id, message.questions]).toEqual([GROUP, MDNS, 0, []]);
      expect(answers(message)).toEqual([A]);
    });

    it("with its name by its address", () => {
      board.settle();
      board.asks([{ name: REVERSE, type: TYPE_PTR }]);
      const message = board.saidOnce();
      expect([answers(message), message.additionals.map(short)]).toEqual([[REVERSE_PTR], [A]]);
    });

    it("20 to 120 ms later with what others may have as well, and what will be asked next", () => {
      board.settle({ services: [HTTP] });
      board.asks([{ name: "_http._tcp.local", type: TYPE_PTR }]);
      board.host.wait(19);
      expect(board.said()).toEqual([]);
      const message = answer(110);
      expect([answers(message), message.additionals.map(short)]).toEqual([[PTR], [SRV, TXT, A]]);
    });

    it("with the types of its services, each once", () => {
      const services = [HTTP, { ...HTTP, name: "second", port: 81 }, { type: "_coap._udp", port: 5683 }];
      board.settle({ services });
      board.asks([{ name: "_services._dns-sd._udp.local", type: TYPE_PTR }]);
      expect(answers(answer())).toEqual([ENUM, ENUM.replace("_http._tcp.local", "_coap._udp.local")]);
      board.asks([{ name: "_http._tcp.local", type: TYPE_PTR }]);
      expect(answers(answer())).toEqual([PTR, PTR.replace("sensor1", "second")]);
    });

    it("with all there is of a name when asked for any", () => {
      board.settle({ services: [HTTP] });
      board.asks([{ name: "sensor1._http._tcp.local", type: TYPE_ANY, class: 255 }]);
      expect(answers(board.saidOnce())).toEqual([SRV, TXT]);
    });

    it("several questions in one message", () => {
      board.settle({ services: [HTTP] });
      const names: [string, number][] = [
        ["sensor1.local", TYPE_A],
        ["sensor1._http._tcp.local", TYPE_SRV],
        ["sensor1.local", TYPE_A],
      ];
      board.asks(names.map(([name, type]) => ({ name, type })));
      expect(answers(board.saidOnce())).toEqual([A, SRV]);
    });

    it("that there is nothing else of its names (NSEC)", () => {
      board.settle({ services: [HTTP] });
      board.asks([{ name: "sensor1.local", type: TYPE_AAAA }]);
      const [host] = board.saidOnce().answers;
      expect([short(host), Array.from(host.data)]).toEqual([
        "sensor1.local NSEC flush 120",
        [...nameBytes("sensor1.local"), 0, 1, 0x40],
      ]);
      board.asks([{ name: "sensor1._http._tcp.local", type: TYPE_A }]);
      expect(Array.from(board.saidOnce().answers[0].data)).toEqual([
        ...nameBytes("sensor1._http._tcp.local"),
        ...[0, 5, 0, 0, 0x80, 0, 0x40],
      ]);
    });

    it("nothing to what it does not have", () => {
      board.settle({ services: [HTTP] });
      for (const question of [
        { name: "sensor2.local", type: TYPE_A },
        { name: "local", type: TYPE_ANY },
        { name: "_ipp._tcp.local", type: TYPE_PTR },
        { name: "sensor1.local", type: TYPE_A, class: 3 },
        { name: "_http._tcp.local", type: TYPE_SRV },
      ])
        board.asks([question]);
      board.host.wait(1000);
      expect(board.said()).toEqual([]);
    });

    it("at most once a second", () => {
      board.settle();
      for (let i = 0; i < 10; i++) {
        board.asks([{ name: "sensor1.local", type: TYPE_A }]);
        board.host.wait(100);
      }
      expect(board.said().length).toBeLessThanOrEqual(2);
    });

    it("questions that come while it waits in the same message", () => {
      const services = [HTTP, { type: "_coap._udp", port: 5683 }];
      board.settle({ services });
      board.asks([{ name: "_http._tcp.local", type: TYPE_PTR }]);
      board.asks([{ name: "_coap._udp.local", type: TYPE_PTR }]);
      expect(answers(answer())).toEqual([PTR, "_coap._udp.local PTR 1 4500 sensor1._coap._udp.local"]);
    });

    it("in two messages when one frame is too small", () => {
      const services = Array.from({ length: 8 }, (_, i) => ({
        ...HTTP,
        name: `${"n".repeat(50)}${i}`,
        port: 80 + i,
        txt: { t: "x".repeat(100) },
      }));
      board.settle({ services });
      board.asks([{ name: "_http._tcp.local", type: TYPE_PTR }]);
      board.host.wait(200);
      const said = board.said();
      expect(said.length).toBeGreaterThan(1);
      expect(said.flatMap((message) => message.answers).length).toBe(8);
      expect(said.flatMap((message) => message.additionals).length).toBe(17);
    });
  });

  describe("does not repeat", () => {
    const question = [{ name: "_http._tcp.local", type: TYPE_PTR }];
    const known = (ttl: number) => ptr("_http._tcp.local", "Sensor1._http._tcp.local", ttl);

    beforeEach(() => board.settle({ services: [HTTP] }));

    it("what the asker knows, unless he is about to forget it (7.1)", () => {
      board.asks(question, { answers: [known(2250)] });
      board.host.wait(200);
      expect(board.said()).toEqual([]);
      board.asks(question, { answers: [known(2249)] });
      expect(answers(answer())).toEqual([PTR]);
    });

    it("what another has told all meanwhile (7.4)", () => {
      board.asks(question);
      board.tells([known(4500)], OTHER_NEIGHBOUR);
      board.host.wait(200);
      expect(board.said()).toEqual([]);
    });

    it("what the asker turns out to know in further messages, for which it waits (7.2)", () => {
      board.asks(question, { flags: TRUNCATED });
      board.host.wait(300);
      expect(board.said()).toEqual([]);
      board.asks([], { answers: [known(4500)] });
      board.host.wait(500);
      expect(board.said()).toEqual([]);
    });

    it("but what another says that he knows does not count", () => {
      board.asks(question, { flags: TRUNCATED });
      board.asks([], { answers: [known(4500)] }, OTHER_NEIGHBOUR);
      expect(answers(answer(600))).toEqual([PTR]);
    });

    it("but another instance of the service is no answer of ours", () => {
      board.asks(question, { answers: [ptr("_http._tcp.local", "sensor2._http._tcp.local", 4500)] });
      expect(answers(answer())).toEqual([PTR]);
    });
  });

  describe("answers one", () => {
    const question = { name: "sensor1.local", type: TYPE_A };

    it("who asks for it, when all have been told a while ago (5.4)", () => {
      board.settle();
      board.asks([{ ...question, class: FLUSH }]);
      const message = board.saidOnce();
      expect([message.to, message.toPort, message.id, answers(message)]).toEqual([NEIGHBOUR.ip, MDNS, 0, [A]]);
      board.host.wait(31000);
      board.asks([{ ...question, class: FLUSH }]);
      expect(board.saidOnce().to).toBe(GROUP);
    });

    it("who asks from another port, as a server of the DNS does (6.7)", () => {
      board.settle({ services: [HTTP] });
      board.asks(
        [
          { name: "Sensor1.local", type: TYPE_A },
          { name: "_http._tcp.local", type: TYPE_PTR },
        ],
        { id: 0x1234 },
        NEIGHBOUR,
        40000,
      );
      const message = board.saidOnce();
      expect([message.to, message.toPort, message.id, message.flags]).toEqual([
        NEIGHBOUR.ip,
        40000,
        0x1234,
        RESPONSE | AUTHORITATIVE,
      ]);
      expect(message.questions).toEqual([
        { name: "Sensor1.local", type: TYPE_A, class: CLASS_IN },
        { name: "_http._tcp.local", type: TYPE_PTR, class: CLASS_IN },
      ]);
      const plain = (line: string) => line.replace("flush", "1").replace(/ (120|4500) /, " 10 ");
      expect(answers(message)).toEqual([A, PTR].map(plain));
      expect(message.additionals.map(short)).toEqual([SRV, TXT].map(plain));
    });

    for (const [how, port, cls] of [
      ["from another port", 40000, CLASS_IN],
      ["for an answer of his own", MDNS, FLUSH],
    ] as const)
      it(`ten times a second and no more, who asks ${how} for ever, and again the second after`, () => {
        board.settle();
        for (let second = 0; second < 3; second++) {
          for (let i = 0; i < 100; i++) board.asks([{ ...question, class: cls }], {}, NEIGHBOUR, port);
          const answered = board.said();
          expect(answered.length).withContext(`second ${second}`).toBe(10);
          expect(answered.every(({ to }) => to === NEIGHBOUR.ip)).toBeTrue();
          board.host.wait(1000);
        }
      });

    it("nobody who is not a neighbour (11)", () => {
      board.settle();
      board.asks([question], {}, { mac: NEIGHBOUR.mac, ip: "198.51.100.9" }, 40000);
      board.asks([question], {}, { mac: NEIGHBOUR.mac, ip: "198.51.100.9" });
      board.host.wait(1000);
      expect(board.said()).toEqual([]);
    });
  });

  describe("when somebody else has its name", () => {
    const other = (name = "sensor1.local") => ({ ...a(name, "192.0.2.2", 120), class: FLUSH });

    it("takes another one while it probes", () => {
      board.start();
      board.host.wait(300);
      board.tells([other()]);
      board.host.wait(3000);
      expect(board.named).toEqual(["sensor1-2.local"]);
      const last = board.said().at(-1)!;
      expect(answers(last)).toEqual([A, REVERSE_PTR].map((line) => line.replace("sensor1", "sensor1-2")));
    });

    it("goes on counting, and is patient when there are many", () => {
      board.start();
      const times: number[] = [];
      for (let i = 1; i <= 17; i++) {
        const name = i === 1 ? "sensor1.local" : `sensor1-${i}.local`;
        let t = 0;
        while (!board.said().some(({ questions }) => questions.some((question) => question.name === name))) {
          board.host.wait(50);
          t += 50;
          if (t > 10000) throw new Error(`never probed for ${name}`);
        }
        times.push(t);
        board.tells([other(name)]);
      }
      expect(Math.max(...times.slice(0, 15))).toBeLessThan(400);
      expect(times[16]).toBeGreaterThanOrEqual(4900);
      board.host.wait(7000);
      expect(board.named).toEqual(["sensor1-18.local"]);
    });

    it("renames a service alone when only that is taken", () => {
      board.start({ services: [HTTP] });
      board.host.wait(300);
      board.tells([srv("sensor1._http._tcp.local", 8080, "other.local")]);
      board.host.wait(3000);
      expect(answers(board.said().at(-1)!)).toEqual(
        ALL.map((line) => line.replace("sensor1._http", "sensor1-2._http")),
      );
    });

    it("cuts a long name to have room for the number", () => {
      board.start({ name: "x".repeat(63) });
      board.host.wait(300);
      board.tells([other(`${"x".repeat(63)}.local`)]);
      board.host.wait(3000);
      expect(board.named).toEqual([`${"x".repeat(61)}-2.local`]);
    });

    it("probes anew when that shows later, and keeps it when nobody objects (9)", () => {
      board.settle();
      board.tells([other()]);
      const said = schedule(3000);
      expect(said.slice(0, 3).every(([, { questions }]) => questions[0].name === "sensor1.local")).toBeTrue();
      expect(said.length).toBe(5);
      expect(board.named).toEqual(["sensor1.local", "sensor1.local"]);
    });

    it("is not disturbed by who says the same, by goodbyes, nor by what else others have", () => {
      board.settle({ services: [HTTP] });
      board.tells([{ ...a("sensor1.local", "192.0.2.1", 120), class: FLUSH }]);
      board.tells([{ ...other(), ttl: 0 }]);
      board.tells([ptr("_http._tcp.local", "sensor2._http._tcp.local"), other("sensor2.local")]);
      board.tells([{ name: "sensor1.local", type: TYPE_AAAA, data: pattern(16) }]);
      board.host.wait(2000);
      expect(board.said()).toEqual([]);
    });

    /** Another probes at the same time, with these records. */
    function simultaneously(...authorities: Resource[]): void {
      board.start();
      board.host.wait(300);
      board.said();
      board.asks([{ name: "sensor1.local", type: TYPE_ANY, class: FLUSH }], { authorities }, OTHER_NEIGHBOUR);
    }

    it("waits a second for one who probes at the same time and has the greater data, and gives way to it (8.2)", () => {
      simultaneously(a("sensor1.local", "192.0.2.3"));
      board.host.wait(900);
      expect(board.said()).toEqual([]);
      board.host.wait(200);
      expect(board.saidOnce().questions[0].name).toBe("sensor1.local");
      board.tells([other()], OTHER_NEIGHBOUR);
      board.host.wait(3000);
      expect(board.named).toEqual(["sensor1-2.local"]);
    });

    it("goes on when the other has the lesser data, the same, or less of it", () => {
      for (const authorities of [
        [a("sensor1.local", "10.0.2.3")],
        [a("sensor1.local", "192.0.2.1")],
        [],
        [a("sensor2.local", "200.0.2.1")],
      ]) {
        simultaneously(...authorities);
        board.host.wait(900);
        expect(board.named).toEqual(["sensor1.local"]);
        board.named.pop();
        board.stop();
      }
    });

    it("gives way when the other has the same and more", () => {
      simultaneously(a("sensor1.local", "192.0.2.1"), txt("sensor1.local", ["x"]));
      board.host.wait(900);
      expect(board.named).toEqual([]);
    });

    it("defends it against one who probes, even twice in a second (6)", () => {
      board.settle();
      for (let i = 0; i < 3; i++) {
        board.asks([{ name: "sensor1.local", type: TYPE_ANY }], { authorities: [other()] });
        expect(answers(board.saidOnce())).toEqual([A]);
        board.host.wait(250);
      }
    });
  });

  describe("pays no attention to", () => {
    beforeEach(() => board.settle({ services: [HTTP] }));
    afterEach(() => {
      board.host.wait(1000);
      expect(board.said()).toEqual([]);
      board.asks([{ name: "sensor1.local", type: TYPE_A }]);
      expect(answers(board.saidOnce())).toEqual([A]); // and answers as before
    });

    const question = { name: "sensor1.local", type: TYPE_A };
    it("what it said itself", () => board.asks([question], {}, { mac: NEIGHBOUR.mac, ip: "192.0.2.1" }));
    it("other kinds of message (18.3)", () => board.asks([question], { flags: 0x2800 }));
    it("responses from another port", () =>
      board.hears({ flags: RESPONSE, answers: [a("sensor1.local", "192.0.2.2")] }, NEIGHBOUR, 5354));
    it("messages that are cut short", () => {
      const whole = [
        0,
        0,
        0x84,
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        ...nameBytes("sensor1.local"),
        0,
        1,
        0,
        1,
        0,
        0,
        0,
        9,
        0,
        4,
      ];
      for (let length = 0; length < whole.length; length++) board.hears(whole.slice(0, length));
      board.hears([...whole, ...ipBytes("192.0.2.2").slice(1)]);
    });
    it("names that point at themselves", () => {
      board.asks([{ name: [0xc0, 12], type: TYPE_A }]);
      board.asks([{ name: [1, 120, 0xc0, 12], type: TYPE_A }]);
      board.tells([{ name: [0xc0, 12], type: TYPE_A, data: ipBytes("192.0.2.2") }]);
    });
    it("text that is no message", () => board.hears(chars("GET / HTTP/1.1\r\n\r\n")));
  });
});
