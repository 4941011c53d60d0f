import { FAR_AWAY, GATEWAY, Host, NEIGHBOUR, OTHER_NEIGHBOUR, US } from "../../../lib/host";
import { asked, askedOnce, replies, replyTo } from "../../../lib/name_server";
import { icmp, ipNumber, ipText, ipv4, long, PORT_UNREACHABLE, UDP, UNREACHABLE, udp } from "../../../lib/packets";
import {
  a,
  CLASS_IN,
  cname,
  NAME_ERROR,
  RECURSION_DESIRED,
  REFUSED,
  RESPONSE,
  SERVER_FAILURE,
  soa,
  TRUNCATED,
  TYPE_A,
  TYPE_AAAA,
} from "../../../lib/packets/dns";

const NOT_FOUND = "HOST_NOT_FOUND";
const ERRORS = ["", NOT_FOUND, "TRY_AGAIN", "NO_RECOVERY", "NO_DATA"];

describe("gethostbyname", () => {
  let host: Host;
  /** what the callbacks were told: an address or an error, by name */
  let told: string[];

  beforeEach(() => {
    host = new Host({ gateway: true });
    for (const station of [NEIGHBOUR, OTHER_NEIGHBOUR, GATEWAY]) host.knows(station);
    told = [];
    serve(NEIGHBOUR.ip);
  });
  afterEach(() => {
    host.wait(60000); // whatever is being asked is given up
    host.said();
    host.expectPoolsRestored();
  });

  function serve(...ips: string[]): void {
    host.net.res_setservers(ips.map(ipNumber));
  }

  function ask(name: string): void {
    host.net.gethostbyname(name, (addr, herror) => told.push(herror ? ERRORS[herror] : ipText(long(addr))));
  }

  /** Asks, is answered by the server, and gives what was told. */
  function resolve(
    name: string,
    ...answer: Parameters<typeof replies> extends [unknown, unknown, unknown, ...infer R] ? R : never
  ) {
    ask(name);
    replies(host, NEIGHBOUR, askedOnce(host), ...answer);
    return told.pop();
  }

  function counted(counter: "QUERIES" | "ANSWERS" | "BADREPLY" | "CANTREAD" | "TIMEOUTS" | "REFUSED"): number {
    return host.net.resstat[host.net[`RESS_${counter}`]];
  }

  describe("of what needs no server", () => {
    const known: [string, string][] = [
      ["192.0.2.77", "192.0.2.77"],
      ["0.0.0.0", "0.0.0.0"],
      ["255.255.255.255", "255.255.255.255"],
      ["localhost", "127.0.0.1"],
      ["LocalHost", "127.0.0.1"],
      ["", NOT_FOUND],
      [".", NOT_FOUND],
      ["a..example.org", NOT_FOUND],
      [`${"x".repeat(64)}.example.org`, NOT_FOUND],
      [`${"x.".repeat(127)}x`, NOT_FOUND],
    ];
    for (const [name, answer] of known)
      it(`says that ${JSON.stringify(name.slice(0, 70))} is ${answer}, but not before the call is over`, () => {
        ask(name);
        expect(told).toEqual([]);
        host.wait(0);
        expect(told).toEqual([answer]);
        expect(host.said()).toEqual([]);
      });

    it("says TRY_AGAIN of a name while there is no server", () => {
      serve();
      ask("example.org");
      host.wait(0);
      expect(told).toEqual(["TRY_AGAIN"]);
    });

    it("takes what is no text for a name that there is not", () => {
      serve();
      for (const value of [undefined, null, {}, 12]) ask(value as unknown as string);
      host.wait(0);
      expect(told.length).toBe(4);
    });
  });

  describe("of a name", () => {
    it("asks the server one question, and believes its answer", () => {
      ask("www.Example.org");
      const { to, message } = askedOnce(host);
      expect(to).toBe(NEIGHBOUR.ip);
      expect(message).toEqual({
        id: message.id,
        flags: RECURSION_DESIRED,
        questions: [{ name: "www.example.org", type: TYPE_A, class: CLASS_IN }],
        answers: [],
        authorities: [],
        additionals: [],
      });
      host.wait(0);
      expect(told).toEqual([]);
      host.net.resstat.fill(0);
    });

    it("tells the address, in a turn of its own", () => {
      expect(resolve("www.example.org", { answers: [a("www.example.org", "203.0.113.5")] })).toBe("203.0.113.5");
      expect(counted("ANSWERS")).toBe(1);
    });

    it("takes an answer that repeats the question in another case (RFC 4343)", () => {
      ask("www.example.org");
      const question = askedOnce(host);
      const questions = question.message.questions.map((q) => ({ ...q, name: q.name.toUpperCase() }));
      replies(host, NEIGHBOUR, question, { questions, answers: [a("wwW.eXample.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("takes the first of several addresses, in whatever case the owner is written", () => {
      const answers = [a("WWW.example.ORG", "203.0.113.5"), a("www.example.org", "203.0.113.6")];
      expect(resolve("www.example.org", { answers })).toBe("203.0.113.5");
    });

    it("takes a name that ends in a dot for the same without", () => {
      expect(resolve("example.org.", { answers: [a("example.org", "203.0.113.5")] })).toBe("203.0.113.5");
    });

    it("puts the domain behind a name that has no dot, unless it ends in one", () => {
      host.net.res_setdomain("lan");
      ask("printer");
      ask("printer.");
      ask("printer.example.org");
      const names = asked(host).map(({ message }) => message.questions[0].name);
      expect(names).toEqual(["printer.lan", "printer", "printer.example.org"]);
    });

    it("asks once for all who want to know at the same time", () => {
      ask("example.org");
      ask("EXAMPLE.org");
      ask("example.org.");
      const question = askedOnce(host);
      replies(host, NEIGHBOUR, question, { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5", "203.0.113.5", "203.0.113.5"]);
    });

    it("asks about four names at a time, and refuses a fifth", () => {
      for (const name of ["a.example", "b.example", "c.example", "d.example", "e.example"]) ask(name);
      expect(asked(host).length).toBe(4);
      host.wait(0);
      expect(told).toEqual(["TRY_AGAIN"]);
      expect(counted("REFUSED")).toBe(1);
    });

    it("lets eight wait for one name, and refuses a ninth", () => {
      for (let i = 0; i < 9; i++) ask("example.org");
      host.wait(0);
      expect(told).toEqual(["TRY_AGAIN"]);
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("example.org", "203.0.113.5")] });
      expect(told.length).toBe(9);
    });

    it("uses another ID and another port for each question", () => {
      const ids = new Set<number>();
      const ports = new Set<number>();
      for (let i = 0; i < 40; i++) {
        ask(`h${i}.example.org`);
        const question = askedOnce(host);
        replies(host, NEIGHBOUR, question, { answers: [a(`h${i}.example.org`, "203.0.113.5")] });
        ids.add(question.message.id);
        ports.add(question.port);
      }
      expect(ids.size).toBeGreaterThan(35);
      expect(ports.size).toBeGreaterThan(35);
      expect(Math.max(...ids) - Math.min(...ids)).toBeGreaterThan(20000);
    });

    it("asks again from within a callback", () => {
      host.net.gethostbyname("one.example", () => ask("two.example"));
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("one.example", "203.0.113.5")] });
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("two.example", "203.0.113.6")] });
      expect(told).toEqual(["203.0.113.6"]);
    });
  });

  describe("of an alias", () => {
    it("follows a chain of them", () => {
      const answers = [
        cname("www.example.org", "web.example.org"),
        cname("web.example.org", "host7.example.net"),
        a("host7.example.net", "203.0.113.7"),
      ];
      expect(resolve("www.example.org", { answers })).toBe("203.0.113.7");
    });

    it("follows a chain in any order", () => {
      const answers = [a("c.example", "203.0.113.7"), cname("b.example", "c.example"), cname("a.example", "b.example")];
      expect(resolve("a.example", { answers })).toBe("203.0.113.7");
    });

    it("takes no address that the chain does not lead to", () => {
      const answers = [cname("a.example", "b.example"), a("a.evil", "203.0.113.66"), a("c.example", "203.0.113.67")];
      expect(resolve("a.example", { answers })).toBe("NO_DATA");
    });

    it("comes out of a circle", () => {
      const circle = [
        cname("a.example", "b.example"),
        cname("b.example", "c.example"),
        cname("c.example", "a.example"),
      ];
      expect(resolve("a.example", { answers: circle })).toBe("NO_DATA");
      expect(resolve("a.example", { answers: circle.reverse() })).toBeUndefined();
      expect(counted("CANTREAD")).toBe(1);
      host.wait(14000);
      expect(told).toEqual(["TRY_AGAIN"]);
    });
  });

  describe("of a name that there is not, or that has no address", () => {
    it("says HOST_NOT_FOUND", () => {
      expect(resolve("no.example.org", { flags: RESPONSE | NAME_ERROR })).toBe(NOT_FOUND);
    });

    it("says NO_DATA", () => {
      expect(resolve("v6.example.org", {})).toBe("NO_DATA");
      const answers = [{ name: "v7.example.org", type: TYPE_AAAA, data: new Array(16).fill(1) }];
      expect(resolve("v7.example.org", { answers })).toBe("NO_DATA");
    });

    it("says NO_DATA of one whose address is 0.0.0.0, which is what blockers answer", () => {
      expect(resolve("ads.example.org", { answers: [a("ads.example.org", "0.0.0.0")] })).toBe("NO_DATA");
    });
  });

  describe("remembers", () => {
    it("an address as long as it may, and no longer", () => {
      resolve("example.org", { answers: [a("example.org", "203.0.113.5", 100)] });
      host.wait(99000);
      ask("example.org");
      host.wait(0);
      expect([told.pop(), host.said()]).toEqual(["203.0.113.5", []]);
      host.wait(1100);
      expect(resolve("example.org", { answers: [a("example.org", "203.0.113.6", 100)] })).toBe("203.0.113.6");
    });

    it("what comes by an alias only as long as the whole chain holds", () => {
      const answers = [cname("a.example", "b.example", 20), a("b.example", "203.0.113.5", 100)];
      resolve("a.example", { answers });
      host.wait(21000);
      ask("a.example");
      expect(asked(host).length).toBe(1);
    });

    it("nothing whose time to live is 0, or more than there is", () => {
      for (const ttl of [0, 0x80000000, 0xffffffff]) {
        resolve("example.org", { answers: [a("example.org", "203.0.113.5", ttl)] });
        host.wait(10);
      }
      expect(counted("QUERIES")).toBe(3);
    });

    it("nothing longer than a day", () => {
      resolve("example.org", { answers: [a("example.org", "203.0.113.5", 1e6)] });
      host.wait(86390000);
      ask("example.org");
      host.wait(0);
      expect(asked(host)).toEqual([]);
      host.wait(20000);
      ask("example.org");
      expect(asked(host).length).toBe(1);
    });

    for (const [error, flags] of [
      [NOT_FOUND, NAME_ERROR],
      ["NO_DATA", 0],
    ] as const)
      it(`${error} as long as the SOA says, the lesser of its two times (RFC 2308 5)`, () => {
        for (const [minimum, ttl] of [
          [30, 100],
          [100, 30],
        ]) {
          const authorities = [soa("example.org", minimum, ttl)];
          expect(resolve("no.example.org", { flags: RESPONSE | flags, authorities })).toBe(error);
          host.wait(29000);
          ask("no.example.org");
          host.wait(0);
          expect([told.pop(), host.said()]).toEqual([error, []]);
          host.wait(1500);
        }
      });

    it("no failure of which no SOA tells how long it lasts", () => {
      resolve("no.example.org", { flags: RESPONSE | NAME_ERROR });
      resolve("no.example.org", { flags: RESPONSE | NAME_ERROR });
      expect(counted("QUERIES")).toBe(2);
    });

    it("eight names, and forgets first what would be forgotten soonest", () => {
      for (let i = 0; i < 8; i++)
        resolve(`h${i}.example`, { answers: [a(`h${i}.example`, "203.0.113.5", i === 5 ? 50 : 90)] });
      resolve("h8.example", { answers: [a("h8.example", "203.0.113.5", 90)] });
      for (let i = 0; i < 9; i++) ask(`h${i}.example`);
      expect(asked(host).map(({ message }) => message.questions[0].name)).toEqual(["h5.example"]);
    });

    it("nothing that other servers have said", () => {
      resolve("example.org", { answers: [a("example.org", "203.0.113.5")] });
      serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip);
      ask("example.org");
      expect(asked(host).length).toBe(1);
    });
  });

  describe("when servers are silent or of no use", () => {
    /** When questions are sent from now on, and to whom: "ms ip". */
    function schedule(ms: number): string[] {
      const sent: string[] = [];
      for (let t = 0; t <= ms; t += 100) {
        for (const { to } of asked(host)) sent.push(`${t} ${to}`);
        host.wait(100);
      }
      return sent;
    }

    it("asks one server three times, after 2 s and 4 s more, and gives up 8 s later", () => {
      ask("example.org");
      const ip = NEIGHBOUR.ip;
      expect(schedule(13900)).toEqual([`0 ${ip}`, `2000 ${ip}`, `6000 ${ip}`]);
      host.wait(200);
      expect(told).toEqual(["TRY_AGAIN"]);
      expect(counted("TIMEOUTS")).toBe(1);
    });

    it("asks three servers in turn, and is as patient with all as with one", () => {
      serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip, FAR_AWAY.ip, GATEWAY.ip);
      ask("example.org");
      const sent = schedule(14000);
      const order = sent.map((line) => line.split(" ")[1]);
      const servers = [NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip, FAR_AWAY.ip];
      expect(order).toEqual([...servers, ...servers, ...servers]);
      expect(told).toEqual(["TRY_AGAIN"]);
    });

    it("asks the next server half a second later, in each round, and is as patient with all as with one", () => {
      serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip);
      ask("example.org");
      const times = schedule(14000).map((line) => Number(line.split(" ")[0]));
      expect(times).toEqual([0, 500, 2000, 2500, 6000, 6500]);
      expect(told).toEqual(["TRY_AGAIN"]);
    });

    for (const server of [NEIGHBOUR, OTHER_NEIGHBOUR, GATEWAY])
      it(`believes whoever answers first of all that were asked, ${server.ip} here, however late`, () => {
        const servers = [NEIGHBOUR, OTHER_NEIGHBOUR, GATEWAY];
        serve(...servers.map(({ ip }) => ip));
        ask("example.org");
        const questions = [askedOnce(host)];
        for (let i = 1; i < 3; i++) {
          host.wait(600);
          questions.push(askedOnce(host));
        }
        host.wait(3000);
        host.said();
        expect(new Set(questions.map(({ port }) => port)).size).toBe(1);
        replies(host, server, questions[servers.indexOf(server)], { answers: [a("example.org", "203.0.113.5")] });
        expect(told).toEqual(["203.0.113.5"]);
      });

    it("believes nobody else, on whatever port, when several are asked", () => {
      serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip);
      ask("example.org");
      host.wait(600);
      const [, second] = asked(host);
      const wrong = { answers: [a("example.org", "203.0.113.66")] };
      replies(host, GATEWAY, second, wrong);
      replies(host, NEIGHBOUR, second, wrong, { fromPort: 5353 });
      expect(told).toEqual([]);
      expect(counted("BADREPLY")).toBe(2);
      replies(host, OTHER_NEIGHBOUR, second, { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("asks again although there was no way to the server at first", () => {
      host.net.in_setgateway(0);
      serve(FAR_AWAY.ip);
      ask("example.org");
      expect(asked(host)).toEqual([]);
      host.net.in_setgateway(ipNumber(GATEWAY.ip));
      host.wait(2100);
      expect(askedOnce(host).to).toBe(FAR_AWAY.ip);
    });

    it("takes a late answer of the only server there is", () => {
      ask("example.org");
      const question = askedOnce(host);
      host.wait(5000);
      replies(host, NEIGHBOUR, question, { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    for (const [name, rcode, error] of [
      ["fails", SERVER_FAILURE, "TRY_AGAIN"],
      ["refuses", REFUSED, "NO_RECOVERY"],
    ] as const)
      it(`asks the next server at once when one ${name}; all having done so, says ${error}`, () => {
        serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip);
        ask("example.org");
        for (let round = 0; round < 3; round++)
          for (const server of [NEIGHBOUR, OTHER_NEIGHBOUR]) {
            const question = askedOnce(host);
            expect(question.to).toBe(server.ip);
            replies(host, server, question, { flags: RESPONSE | rcode });
            if (server === OTHER_NEIGHBOUR) {
              expect(asked(host)).toEqual([]); // but does not ask all of them again at once
              host.wait((2000 << round) - 500);
            }
          }
        expect(told).toEqual([error]);
      });

    it("asks the next server at once when nobody listens on one's port", () => {
      serve(NEIGHBOUR.ip, OTHER_NEIGHBOUR.ip);
      ask("example.org");
      const [question] = host.said();
      const { ip, udp: datagram } = question;
      const ends = { from: US.ip, to: NEIGHBOUR.ip };
      const payload = udp({ ...ends, fromPort: datagram!.fromPort, toPort: 53, payload: datagram!.payload });
      const returned = ipv4({ ...ends, protocol: UDP, id: ip!.id, payload }).slice(0, 28);
      host.hearsIcmp(icmp({ type: UNREACHABLE, code: PORT_UNREACHABLE, payload: returned }));
      host.wait(0);
      expect(askedOnce(host).to).toBe(OTHER_NEIGHBOUR.ip);
    });

    it("asks no more when the last server has been taken away", () => {
      ask("example.org");
      host.said();
      serve();
      host.wait(2100);
      expect([told, host.said()]).toEqual([["TRY_AGAIN"], []]);
    });
  });

  describe("does not believe", () => {
    const right = { answers: [a("example.org", "203.0.113.66")] };
    const forged: [string, Parameters<typeof replies>[3], Parameters<typeof replies>[4]?][] = [
      ["another ID", { id: -1 }],
      ["a question", { flags: 0 }],
      ["another kind of query", { flags: RESPONSE | 0x1000 }],
      ["another name's question", { questions: [{ name: "example.net", type: TYPE_A }] }],
      ["another type's question", { questions: [{ name: "example.org", type: TYPE_AAAA }] }],
      ["another class's question", { questions: [{ name: "example.org", type: TYPE_A, class: 3 }] }],
      ["no question", { questions: [] }],
      [
        "two questions",
        {
          questions: [
            { name: "example.org", type: TYPE_A },
            { name: "example.org", type: TYPE_A },
          ],
        },
      ],
      ["an empty message", {}, { payload: [] }],
      ["a message of one byte", {}, { payload: [0] }],
    ];
    for (const [what, fields, wrong] of forged)
      it(`${what}, but goes on waiting`, () => {
        ask("example.org");
        const question = askedOnce(host);
        const id = "id" in fields ? question.message.id ^ 1 : question.message.id;
        replies(host, NEIGHBOUR, question, { ...right, ...fields, id }, wrong);
        expect([told, counted("BADREPLY")]).toEqual([[], 1]);
        replies(host, NEIGHBOUR, question, { answers: [a("example.org", "203.0.113.5")] });
        expect(told).toEqual(["203.0.113.5"]);
      });

    it("another host, or another port of the server, or one that was told to another port of ours", () => {
      ask("example.org");
      const question = askedOnce(host);
      replies(host, OTHER_NEIGHBOUR, question, right);
      replies(host, NEIGHBOUR, question, right, { fromPort: 54 });
      replies(host, NEIGHBOUR, question, right, { port: question.port ^ 1 });
      expect(told).toEqual([]);
      replies(host, NEIGHBOUR, question, { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("an address of a class other than the Internet's, or of another length", () => {
      const other = { ...a("example.org", "203.0.113.66"), class: 3 };
      const long = { ...a("example.org", "203.0.113.66"), data: [203, 0, 113, 66, 1] };
      expect(resolve("example.org", { answers: [other, long, a("example.org", "203.0.113.5")] })).toBe("203.0.113.5");
    });
  });

  describe("survives", () => {
    /** A reply that is of no use: the next server is asked, here the same one when its time has come. */
    function survives(payload: (question: ReturnType<typeof askedOnce>) => number[]): void {
      ask("example.org");
      const question = askedOnce(host);
      replies(host, NEIGHBOUR, question, {}, { payload: payload(question) });
      expect([told, counted("CANTREAD")]).toEqual([[], 1]);
      host.wait(2100);
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    }

    /** Where the first answer's owner begins: behind header and question. */
    const FIRST = 12 + 13 + 4;
    const data = [203, 0, 113, 66];
    const hostile: [string, (question: ReturnType<typeof askedOnce>) => number[]][] = [
      ["a name that points at itself", (q) => replyTo(q, { answers: [{ name: [0xc0, FIRST], type: TYPE_A, data }] })],
      [
        "names that point at each other",
        (q) => replyTo(q, { answers: [{ name: [0xc0, FIRST + 2, 0xc0, FIRST], type: TYPE_A, data }] }),
      ],
      [
        "a name that adds labels for ever",
        (q) => replyTo(q, { answers: [{ name: [1, 120, 0xc0, FIRST], type: TYPE_A, data }] }),
      ],
      [
        "a name that points behind the message",
        (q) => replyTo(q, { answers: [{ name: [0xff, 0xff], type: TYPE_A, data, length: 60000 }] }),
      ],
      [
        "labels of a kind that there is not",
        (q) => replyTo(q, { answers: [{ name: [0x41, 0, 0], type: TYPE_A, data }] }),
      ],
      [
        "a record that is longer than the message",
        (q) => replyTo(q, { answers: [{ ...a("other", "1.2.3.4"), length: 5 }] }),
      ],
      ["counts that promise more than there is", (q) => replyTo(q, { counts: [1, 65535, 65535, 65535] })],
      ["an answer cut in the middle", (q) => replyTo(q, { answers: [a("example.org", "203.0.113.66")] }).slice(0, -1)],
      ["an answer cut short by its sender, with nothing in it", (q) => replyTo(q, { flags: RESPONSE | TRUNCATED })],
      [
        "an answer whose first 512 bytes tell nothing",
        (q) => replyTo(q, { answers: Array.from({ length: 40 }, () => a("x.example", "1.2.3.4")) }),
      ],
    ];
    for (const [what, payload] of hostile) it(what, () => survives(payload));

    it("an answer cut short that has the address", () => {
      const flags = RESPONSE | TRUNCATED;
      expect(resolve("example.org", { flags, answers: [a("example.org", "203.0.113.5")] })).toBe("203.0.113.5");
    });

    it("an answer that is too long to be read to its end, but begins with the address", () => {
      const answers = Array.from({ length: 60 }, (_, i) => a("example.org", `203.0.113.${i + 5}`));
      expect(resolve("example.org", { answers })).toBe("203.0.113.5");
    });

    it("a flood of wrong replies", () => {
      ask("example.org");
      const question = askedOnce(host);
      for (let i = 0; i < 300; i++) replies(host, NEIGHBOUR, question, { id: (question.message.id + 1 + i) & 65535 });
      expect(counted("BADREPLY")).toBe(300);
      replies(host, NEIGHBOUR, question, { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("a pool without an mbuf to ask with: it says so, and asks when there is one", () => {
      host.withMbufsLeft(0, () => ask("example.org"));
      expect(asked(host)).toEqual([]);
      host.wait(0);
      expect([told.pop(), counted("REFUSED")]).toEqual(["TRY_AGAIN", 1]);
      ask("example.org");
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("a pool without an mbuf to ask again with: it asks later", () => {
      ask("example.org");
      askedOnce(host);
      host.withMbufsLeft(0, () => host.wait(2100));
      expect(asked(host)).toEqual([]);
      host.wait(4100);
      replies(host, NEIGHBOUR, askedOnce(host), { answers: [a("example.org", "203.0.113.5")] });
      expect(told).toEqual(["203.0.113.5"]);
    });

    it("a program that has taken all descriptors that it can: it asks without one", () => {
      const { net } = host.net;
      const taken: number[] = [];
      for (let fd = net.socket(2, 2, 0); fd >= 0; fd = net.socket(2, 2, 0)) taken.push(fd);
      ask("example.org");
      host.wait(0);
      expect(asked(host).length).toBe(1);
      for (const fd of taken) net.close(fd);
      host.wait(30000);
      expect(told).toEqual(["TRY_AGAIN"]);
    });
  });

  it("begins anew with the stack", () => {
    ask("example.org");
    host.wait(14100);
    host.net.res_init();
    ask("example.org");
    host.wait(0);
    expect(told).toEqual(["TRY_AGAIN", "TRY_AGAIN"]);
  });
});
