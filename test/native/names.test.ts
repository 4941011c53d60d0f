/**
 * A board with the machine code of the profile small, which asks for names: what a program connects to by name is found, the
 * servers being those that DHCP gave.
 */
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hasThumbCompiler } from "../../tools/native/gcc";
import { bundleFor } from "../lib/chip";

const PAGE = "Found by name. ".repeat(20);

/** A name server that knows all hosts of example.org, at its own address, but for nobody's; and what it was asked for. */
const SERVER = `
require("http").createServer(function (req, res) { res.writeHead(200, {}); res.end(${JSON.stringify(PAGE)}); }).listen(80);
var net = eth.net, asked = 0, fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: 53 });
net.setupcall(fd, function () {
  var from = {}, m = net.recvstring(fd, 512, 0, from);
  if (typeof m !== "string") return;
  asked++;
  var known = m.indexOf("nobody") < 0;
  var answer = "\\xc0\\x0c\\0\\x01\\0\\x01\\0\\0\\0\\x3c\\0\\x04\\x0a\\0\\0\\x02";
  var counts = "\\0\\x01\\0" + (known ? "\\x01" : "\\0") + "\\0\\0\\0\\0";
  net.sendto(fd, m.substr(0, 2) + "\\x81" + (known ? "\\x80" : "\\x83") + counts + m.substr(12) + (known ? answer : ""), 0, from);
});`;

describe("A board with machine code that is given names", () => {
  let clock: VirtualClock;
  let board: Machine;
  let peer: Machine;
  let printed: string;

  beforeAll(() => {
    if (!hasThumbCompiler()) return;
    printed = "";
    clock = new VirtualClock();
    const segment = new Segment(clock);
    const chip = "enc28j60";
    const common = { clock, segment, chip };
    peer = createMachine({
      ...common,
      bundle: bundleFor(chip, "test"),
      name: "peer",
      ip: "10.0.0.2/24",
      core: "javascript",
      app: SERVER,
    });
    board = createMachine({
      ...common,
      bundle: join(__dirname, `../../dist/${chip}-small.shell.tok.js`),
      name: "board",
      ip: "10.0.0.1/24",
      app: 'eth.setIP({ dns: "10.0.0.2" });',
      print: (line) => {
        printed += `${line}\n`;
      },
    });
    clock.runFor(3 * SECOND);
  });

  beforeEach(() => {
    if (!hasThumbCompiler()) pending("needs gcc-arm-none-eabi");
  });

  afterAll(() => {
    if (!board) return;
    expect([...board.errors, ...peer.errors]).toEqual([]);
    board.stop();
    peer.stop();
  });

  const evaluate = <T>(machine: Machine, text: string): T => machine.board.realm.evaluate<T>(text, "test");
  const asked = () => evaluate<number>(peer, "asked");
  const get = (host: string) =>
    evaluate(
      board,
      `require("http").get({ host: ${JSON.stringify(host)}, path: "/" }, function (res) {
         var text = "";
         res.on("data", function (data) { text += data; });
         res.on("close", function () { print("page: " + text); });
       }).on("error", function (e) { print("error: " + e.message); })`,
    );

  it("gets a page from a host by its name, in whatever case, and remembers where that is", () => {
    get("www.Example.org");
    clock.runFor(5 * SECOND);
    expect(printed).toBe(`page: ${PAGE}\n`);
    expect(asked()).toBe(1);
    get("www.example.org");
    clock.runFor(5 * SECOND);
    expect([asked(), printed]).toEqual([1, `page: ${PAGE}\n`.repeat(2)]);
  });

  it("says that there is no such host", () => {
    printed = "";
    get("nobody.example.org");
    clock.runFor(5 * SECOND);
    expect(printed).toContain("NetworkJS: unknown host: nobody.example.org");
    expect(printed).toContain("error: ");
  });

  it("asks for more names at once than it has questions, and those that it has not asked for are not found", () => {
    printed = "";
    const before = asked();
    for (const name of ["a", "b", "c", "d", "e"]) get(`${name}.example.org`);
    clock.runFor(20 * SECOND);
    expect(asked() - before).toBe(4);
    expect(printed.split(`page: ${PAGE}\n`).length - 1).toBe(4);
    expect(printed).toContain("error: ");
    get("e.example.org");
    clock.runFor(5 * SECOND);
    expect(printed.split(`page: ${PAGE}\n`).length - 1).toBe(5);
  });

  it("goes on when nobody answers, and gives up after half a minute", () => {
    printed = "";
    peer.port.unplug();
    get("late.example.org");
    clock.runFor(40 * SECOND);
    expect(printed).toContain("error: ");
    peer.port.plug();
    clock.runFor(5 * SECOND);
    get("late.example.org");
    clock.runFor(5 * SECOND);
    expect(printed).toContain(`page: ${PAGE}\n`);
  });
});
