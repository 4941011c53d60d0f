import { Host, NEIGHBOUR, OTHER_NEIGHBOUR } from "../../../lib/host";
import { type Asked, askedOnce, replies } from "../../../lib/name_server";
import { ipText, long } from "../../../lib/packets";
import { a, CLASS_IN, NAME_ERROR, RESPONSE, TOP_BIT, TYPE_A } from "../../../lib/packets/dns";

const MDNS = 5353;
const ERRORS = ["", "HOST_NOT_FOUND", "TRY_AGAIN", "NO_RECOVERY", "NO_DATA"];

describe("gethostbyname of a name in .local", () => {
  let host: Host;
  let told: string[];

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    host.knows(OTHER_NEIGHBOUR);
    told = [];
  });
  afterEach(() => {
    host.wait(60000);
    host.said();
    host.expectPoolsRestored();
  });

  function ask(name: string): void {
    host.net.gethostbyname(name, (addr, herror) => told.push(herror ? ERRORS[herror] : ipText(long(addr))));
  }

  function answers(question: Asked, ip: string, fromPort = MDNS, from = NEIGHBOUR): void {
    const answer = { ...a(question.message.questions[0].name, ip, 10), class: CLASS_IN | TOP_BIT };
    replies(host, from, question, { answers: [answer] }, { fromPort });
  }

  it("asks the group, without any server, and takes what a neighbour answers to it alone (RFC 6762 5.1)", () => {
    ask("Sensor1.local");
    const question = askedOnce(host, MDNS);
    expect([question.to, question.port >= 32768]).toEqual(["224.0.0.251", true]);
    expect(question.message.questions).toEqual([{ name: "sensor1.local", type: TYPE_A, class: CLASS_IN }]);
    answers(question, OTHER_NEIGHBOUR.ip, MDNS, OTHER_NEIGHBOUR);
    expect(told).toEqual([OTHER_NEIGHBOUR.ip]);
  });

  it("remembers it as any other", () => {
    ask("sensor1.local");
    answers(askedOnce(host, MDNS), NEIGHBOUR.ip);
    host.wait(9000);
    ask("sensor1.local.");
    host.wait(0);
    expect([told, host.said()]).toEqual([[NEIGHBOUR.ip, NEIGHBOUR.ip], []]);
  });

  it("asks three times, and then says that there is none", () => {
    ask("nobody.local");
    const sent: number[] = [];
    for (let t = 0; t < 13900; t += 100) {
      if (host.said().length) sent.push(t);
      host.wait(100);
    }
    expect(sent).toEqual([0, 2000, 6000]);
    host.wait(200);
    expect(told).toEqual(["HOST_NOT_FOUND"]);
  });

  it("does not take an answer from another port, nor that there is none", () => {
    ask("sensor1.local");
    const question = askedOnce(host, MDNS);
    answers(question, "192.0.2.66", 5354);
    replies(host, NEIGHBOUR, question, { flags: RESPONSE | NAME_ERROR }, { fromPort: MDNS });
    replies(host, NEIGHBOUR, question, {}, { fromPort: MDNS });
    expect(told).toEqual([]);
    answers(question, OTHER_NEIGHBOUR.ip);
    expect(told).toEqual([OTHER_NEIGHBOUR.ip]);
  });

  it("does not ask the servers, and asks them about names that only look like it", () => {
    host.net.res_setservers([0x0a000001]);
    ask("sensor1.local");
    expect(askedOnce(host, MDNS).to).toBe("224.0.0.251");
    ask("sensor1.notlocal");
    host.wait(0);
    expect(host.said().filter(({ udp }) => udp?.toPort === MDNS)).toEqual([]);
  });
});
