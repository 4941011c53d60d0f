/**
 * A board with two chips that leads from one network to the other, and a machine in each.
 */
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { GCC, hasThumbCompiler } from "../../tools/native/gcc";
import { hostCompiler } from "../../tools/native/host";
import { routerBoard } from "../lib/router_board";

const PEER = join(__dirname, "../../dist/enc28j60.test.js");
const ROUTERS: [string, string, MachineOptions["core"]?][] = [
  ["enc28j60", "w5500-raw"],
  ["enc28j60", "w5500-raw", "native"],
  ["enc28j60", "enc28j60"],
  ["w5500-raw", "w5500-raw"],
];

interface Networks {
  clock: VirtualClock;
  board: Machine;
  peers: Machine[];
  /** What all of them print, the peers with their numbers before it. */
  printed: string[];
}

/** A router with these chips, and a machine in each network. */
async function networks(kinds: [string, string], core: MachineOptions["core"]): Promise<Networks> {
  if (core === "native" && !hostCompiler()) pending("needs gcc or clang");
  if (core === "thumb" && !hasThumbCompiler()) pending(`needs ${GCC}`);
  const clock = new VirtualClock();
  const printed: string[] = [];
  const segments: [Segment, Segment] = [new Segment(clock), new Segment(clock)];
  const board = await routerBoard({ clock, segments, kinds, core, print: (line) => printed.push(line) });
  const peers = segments.map((segment, i) =>
    createMachine({
      ...{ clock, segment, chip: "enc28j60", bundle: PEER, epoch: 1e9, core: "javascript" },
      name: `peer${i}`,
      ip: `10.0.${i + 1}.2/24`,
      gateway: `10.0.${i + 1}.1`,
      print: (line: string) => printed.push(`${i}: ${line}`),
    } as never),
  );
  clock.runFor(4 * SECOND);
  return { clock, board, peers, printed };
}

/** What peer `i` prints when it has pinged. */
function pinged({ clock, peers, printed }: Networks, i: number, host: string): string | undefined {
  peers[i].run(`eth.ping("${host}", {}, function (e, r) { print(e ? "" + e : r.host + " ttl " + r.ttl); });`);
  clock.runFor(5 * SECOND);
  return printed.at(-1);
}

describe("A router with one chip of each kind, as machine code of a board's", () => {
  it("lets each ping the other", async () => {
    const nets = await networks(["enc28j60", "w5500-raw"], "thumb");
    expect(pinged(nets, 0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
    expect(pinged(nets, 1, "10.0.1.2")).toBe("1: 10.0.1.2 ttl 63");
    for (const machine of [nets.board, ...nets.peers]) expect(machine.errors).toEqual([]);
  }, 60000);
});

for (const [first, second, core] of ROUTERS)
  describe(`A router with ${first} and ${second}${core ? `, core ${core}` : ""}`, () => {
    let nets: Networks | undefined;
    let clock: VirtualClock;
    let board: Machine;
    let peers: Machine[];
    let printed: string[];
    const pings = (i: number, host: string) => pinged(nets!, i, host);

    beforeEach(async () => {
      nets = await networks([first, second], core);
      ({ clock, board, peers, printed } = nets);
    });
    afterEach(() => {
      if (nets) for (const machine of [board, ...peers]) expect(machine.errors).toEqual([]);
    });

    it("lets each ping the other, a hop further away than the router", () => {
      expect(pings(0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
      expect(pings(1, "10.0.1.2")).toBe("1: 10.0.1.2 ttl 63");
      expect(pings(0, "10.0.2.1")).toBe("0: 10.0.2.1 ttl 64");
    });

    it("carries a connection, and every byte of it", () => {
      peers[1].run(
        `require("net").createServer(function (c) { c.on("data", function (d) { c.write(d); }); }).listen(7);`,
      );
      peers[0].run(`
        var got = "", want = "";
        while (want.length < 20000) want += want.length + ",";
        var c = require("net").connect({ host: "10.0.2.2", port: 7 }, function () { c.write(want); });
        c.on("data", function (data) {
          got += data;
          if (got.length >= want.length) print(got === want ? "whole" : "spoilt");
        });`);
      clock.runFor(30 * SECOND);
      expect(printed).toContain("0: whole");
    });

    it("carries a datagram in fragments", () => {
      peers[1].run(`
        var net = eth.net, fd = net.socket(2, 2, 0), from = {}, data;
        net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 9 });
        net.setupcall(fd, function () {
          data = net.recvstring(fd, 9000, 0, from);
          print(data.length + (data === "x".repeat(4000) ? " whole" : " spoilt"));
        });`);
      clock.runFor(SECOND);
      peers[0].run(`
        var net = eth.net, fd = net.socket(2, 2, 0);
        net.sendto(fd, "x".repeat(4000), 0, { sin_family: 2, sin_addr: net.inet_addr("10.0.2.2"), sin_port: 9 });`);
      clock.runFor(SECOND);
      expect(printed).toContain("1: 4000 whole");
    });

    it("shares its address on one side with those on the other", () => {
      board.run("en1.setNAT(true)");
      peers[1].run(`
        require("net").createServer(function (c) {
          c.on("data", function (d) { c.write(d); });
        }).listen(7);
        var net = eth.net, fd = net.socket(2, 2, 0), from = {};
        net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 9 });
        net.setupcall(fd, function () {
          var data = net.recvstring(fd, 9000, 0, from);
          net.sendto(fd, data + net.inet_ntoa(from.sin_addr), 0, from);
        });`);
      clock.runFor(SECOND);
      expect(pings(0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
      expect(pings(1, "10.0.1.2")).not.toContain("ttl");
      peers[0].run(`
        var net = eth.net, fd = net.socket(2, 2, 0), from = {};
        net.setupcall(fd, function () { print("heard " + net.recvstring(fd, 9000, 0, from).substr(-12)); });
        net.sendto(fd, "x".repeat(3000) + "!", 0, { sin_family: 2, sin_addr: net.inet_addr("10.0.2.2"), sin_port: 9 });
        var c = require("net").connect({ host: "10.0.2.2", port: 7 }, function () { c.write("hello"); });
        c.on("data", function (data) { print("echo " + data); });`);
      clock.runFor(5 * SECOND);
      expect(printed).toContain("0: heard xxx!10.0.2.1");
      expect(printed).toContain("0: echo hello");
      printed.length = 0;
      board.run('require("netstat").netstat(en1, "x", print)');
      clock.runFor(SECOND);
      expect(printed.shift()).toBe("Proto Inside                Outside               Port  Seconds");
      const sessions = printed.map((line) => line.trim().split(/ +/));
      expect(
        sessions.map(([protocol, inside, outside]) => [protocol, inside.replace(/\.\d+$/, ""), outside]).sort(),
      ).toEqual([
        ["icmp", "10.0.1.2", "10.0.2.2.*"],
        ["tcp", "10.0.1.2", "10.0.2.2.7"],
        ["udp", "10.0.1.2", "10.0.2.2.9"],
      ]);
      for (const [, , , port, seconds] of sessions)
        expect([Number(port) > 0, Number(seconds) > 0]).toEqual([true, true]);
      board.run('require("netstat").netstat(en1, "s", print)');
      clock.runFor(SECOND);
      expect(printed.slice(printed.indexOf("nat:"))).toContain("        3 sessions begun");
    });

    it("leads from its address to somebody behind it, where its program says so", () => {
      peers[0].run(`require("net").createServer(function (c) { c.end("inside"); }).listen(80);`);
      board.run(`
        en1.setNAT(true);
        en1.forwardPort("add", { port: 8080, to: "10.0.1.2", toPort: 80 });
        [["melt", {}], ["add", { port: 8080, to: "10.0.1.3" }], ["add", { port: 81 }], ["add", { port: 0, to: "10.0.1.2" }],
         ["add", { protocol: "icmp", port: 1, to: "10.0.1.2" }], ["delete", { port: 9 }], ["add", { port: 9, to: "10.0.2.1" }]]
          .forEach(function (one) { try { en1.forwardPort(one[0], one[1]); } catch (e) { print(e.message); } });`);
      clock.runFor(SECOND);
      expect(printed).toEqual([
        "forwardPort: add or delete, not melt",
        "forwardPort: another rule has this port, or leads there: tcp 8080",
        "forwardPort: to is no address: undefined",
        "forwardPort: port: 1 to 65535",
        "forwardPort: protocol: tcp or udp, not icmp",
        "forwardPort: there is none: tcp 9",
        "forwardPort: to is no host's address, or one of this board: tcp 9",
      ]);
      const get = `
        var c = require("net").connect({ host: "10.0.2.1", port: 8080 });
        c.on("data", function (data) { print(data); });
        c.on("error", function (e) { print("refused"); });`;
      peers[1].run(get);
      clock.runFor(2 * SECOND);
      expect(printed.at(-1)).toBe("1: inside");
      board.run('en1.forwardPort("delete", { port: 8080 })');
      peers[1].run(get);
      clock.runFor(2 * SECOND);
      expect(printed.filter((line) => line === "1: inside").length).toBe(1);
    });

    it("gives those on its nets addresses, each of its own net", () => {
      board.run(`
        var dhcpd = require("dhcpd");
        dhcpd.start(en0, { first: "10.0.1.50", router: "10.0.1.1" });
        dhcpd.start(en1, { first: "10.0.2.60", router: "10.0.2.1" });`);
      for (const peer of peers)
        peer.run('eth.setIP(function (e) { var ip = eth.getIP(); print(e || ip.ip + " by " + ip.gateway); });');
      clock.runFor(15 * SECOND);
      expect(printed.sort()).toEqual(["0: 10.0.1.50 by 10.0.1.1", "1: 10.0.2.60 by 10.0.2.1"]);
      expect(pings(0, "10.0.2.60")).toBe("0: 10.0.2.60 ttl 63");
    });

    if (first !== second)
      it("takes its chips anew, the other one first", () => {
        board.run(`
          en0.end(); en1.end();
          en1 = router.w5500({ spi: SPI1, cs: A8, int: B7, rst: B6 });
          en0 = router.enc28j60({ spi: SPI1, cs: B1, int: B10, rst: B13 });
          [en0, en1].forEach(function (en, i) { en.setIP({ ip: "10.0." + (i + 1) + ".1" }); en.setForwarding(true); });`);
        clock.runFor(4 * SECOND);
        expect(pings(0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
      });

    if (core)
      it("refuses a chip for which its core has no room, and goes on", () => {
        board.run(`
          ["w5500", "enc28j60"].forEach(function (chip) {
            try { router[chip]({ spi: SPI1, cs: chip === "w5500" ? A0 : A1 }); } catch (e) { print(e.message); }
          });`);
        clock.runFor(SECOND);
        expect(printed.slice(-2)).toEqual(["connect: no room for one more chip", "connect: no room for one more chip"]);
        expect(pings(0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
      });

    it("stops when one side is told not to", () => {
      board.run("en1.setForwarding(false)");
      clock.runFor(SECOND);
      expect(pings(0, "10.0.2.2")).not.toContain("ttl");
      board.run("en1.setForwarding(true)");
      clock.runFor(SECOND);
      expect(pings(0, "10.0.2.2")).toBe("0: 10.0.2.2 ttl 63");
    });

    it("takes routes of its program", () => {
      board.run(`
        en0.route("add", { to: "203.0.113.0/24", gateway: "10.0.2.2", metric: 2 });
        try { en0.route("add", { to: "203.0.113.0/24", gateway: "10.9.9.9" }); } catch (e) { print(e.message); }
        try { en0.route("add", { to: "203.0.113.0/24", gateway: "10.0.2.2", metric: 2 }); } catch (e) { print(e.message); }
        try { en0.route("melt", { to: "default" }); } catch (e) { print(e.message); }
        try { en0.route("delete", { to: "10.7.0.0/16" }); } catch (e) { print(e.message); }
        en0.route("change", { to: "203.0.113.0/24", gateway: "10.0.1.2" });
        en0.route("delete", { to: "203.0.113.0/24" });`);
      clock.runFor(SECOND);
      expect(printed).toEqual([
        "route: the gateway is no neighbour, or there is none to change: 203.0.113.0/24",
        "route: there is one with this metric: 203.0.113.0/24",
        "route: add, delete or change, not melt",
        "route: there is none: 10.7.0.0/16",
      ]);
    });
  });
