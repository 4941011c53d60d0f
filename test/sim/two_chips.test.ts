/**
 * Two chips on one board: two interfaces of one stack, each with a network of its own.
 */
import { join } from "node:path";
import { chips } from "../../host-sim/chips";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";

const dist = join(__dirname, "../../dist");
const WIRING = { spi: "SPI1", cs: "A8", int: "B7", rst: "B6" };

const APP = `
SPI1.setup({ sck: A5, miso: A6, mosi: A7, baud: 10500000 });
var first = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
var second = require("enc28j60").connect({ spi: SPI1, cs: A8, int: B7, rst: B6 });
first.setIP({ ip: "10.0.1.1" });
second.setIP({ ip: "10.0.2.1" });
var net = first.net, from = {}, data, fd = net.socket(2, 2, 0);
net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 7 });
net.setupcall(fd, function () {
  while (typeof (data = net.recvfrom(fd, 1472, 0, from)) !== "number") net.sendto(fd, data, 0, from);
});
[first, second].forEach(function (eth, i) {
  eth.on("connected", function (ip) { print(i + " up " + ip); });
  eth.on("disconnected", function () { print(i + " down"); });
});`;

describe("A board with two chips", () => {
  let clock: VirtualClock;
  let board: Machine;
  let ports: { unplug(): void; plugIn(): void }[];
  let peers: Machine[];
  let printed: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    printed = [];
    const segments = [new Segment(clock), new Segment(clock)];
    const common = { clock, chip: "enc28j60", epoch: 1e9 };
    board = createMachine({
      ...common,
      segment: segments[0],
      bundle: join(dist, "enc28j60.min.js"),
      app: APP,
      print: (line) => printed.push(line),
    });
    const second = board.plugIn(chips.enc28j60, WIRING, segments[1], { seed: 2 });
    ports = [board.port, second.port] as never;
    peers = segments.map((segment, i) =>
      createMachine({
        ...common,
        segment,
        bundle: join(dist, "enc28j60.test.js"),
        name: `peer${i}`,
        ip: `10.0.${i + 1}.2/24`,
      }),
    );
    clock.runFor(4 * SECOND);
  });
  afterEach(() => expect(board.errors).toEqual([]));

  /** Does the board's echo answer peer `i` at its address in that peer's network? */
  function answers(i: number): boolean {
    const { net } = peers[i];
    let heard: unknown = -1;
    peers[i].call(() => {
      const fd = net.socket(2, 2, 0);
      net.sendto(fd, "hello", 0, { sin_family: 2, sin_addr: net.inet_addr(`10.0.${i + 1}.1`), sin_port: 7 });
      net.setupcall(fd, () => {
        const data = net.recvfrom(fd, 99, 0, { sin_family: 0, sin_addr: 0, sin_port: 0 });
        heard = typeof data === "object" ? Buffer.from(data).toString() : data;
        net.close(fd);
      });
    });
    clock.runFor(SECOND);
    return heard === "hello";
  }

  it("answers on both, each by its own address", () => {
    expect(printed.sort()).toEqual(["0 up 10.0.1.1", "1 up 10.0.2.1"]);
    expect([answers(0), answers(1)]).toEqual([true, true]);
    board.run("print(first.getIP().mac !== second.getIP().mac)");
    clock.runFor(SECOND);
    expect(printed).toContain("true");
  });

  it("goes on with one when the other loses its cable, or is ended", () => {
    ports[0].unplug();
    clock.runFor(3 * SECOND);
    expect(printed).toContain("0 down");
    expect(answers(1)).toBe(true);
    board.run("first.end()");
    clock.runFor(SECOND);
    expect(answers(1)).toBe(true);
  });

  it("takes a chip again that was ended, under its old name, and no chip twice", () => {
    board.run(`
      try { require("enc28j60").connect({ spi: SPI1, cs: B1 }); } catch (e) { print(e.message); }
      first.end();
      first = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
      first.setIP({ ip: "10.0.1.1" });`);
    clock.runFor(4 * SECOND);
    expect(printed).toContain("connect: already connected; end() it first");
    expect([answers(0), answers(1)]).toEqual([true, true]);
  });
});
