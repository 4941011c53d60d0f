/**
 * A board with the machine code of the profile server, as it is shipped (Thumb-1): the interpreter's own net and http, at an address that
 * the program names, and nothing else. It serves pages like any other, and says what it has not.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { whyNoCore } from "../../tools/native/cores";
import { bundleFor, CHIP, CHIPS, shellFor } from "../lib/chip";
import { visit as visitAll } from "./lib/visitors";

const SEED = 13;
const PAGE = "All is well. ".repeat(80);
const BY_HAND = '{ ip: "10.0.0.1", subnet: "255.255.255.0", gateway: "10.0.0.2" }';
const NO_DHCP = "DHCP is not in this bundle: setIP({ip, subnet, gateway})";
const APP = `
var told = [];
eth.on("connected", function (ip) { told.push("connected " + ip); });
eth.on("disconnected", function () { told.push("disconnected"); });
eth.on("error", function (message) { told.push(message); });
require("http").createServer(function (req, res) { res.writeHead(200, {}); res.end(${JSON.stringify(PAGE)}); }).listen(80);
require("net").createServer(function (c) { c.on("data", function (d) { c.write(d); }); }).listen(7);`;

for (const chip of CHIPS)
  describe(`A board with the machine code of the profile server and ${chip}`, () => {
    let clock: VirtualClock;
    let segment: Segment;
    let board: Machine;
    let peer: Machine;
    let printed: string;

    beforeEach(() => {
      const why = whyNoCore({ chip, profile: "server", thumb: "thumb1" });
      if (why) pending(why);
      printed = "";
      clock = new VirtualClock();
      segment = new Segment(clock, { seed: SEED });
      const print = (line: string) => {
        printed += `${line}\n`;
      };
      board = createMachine({ clock, segment, chip, bundle: shellFor(chip, "server"), app: APP, print });
      peer = other("peer", "10.0.0.2/24");
      clock.runFor(4 * SECOND);
    });

    afterEach(() => {
      if (!board) return;
      // whatever has happened, it has room for as many as ever
      segment.faults.loss = 0;
      clock.runFor(90 * SECOND);
      evaluate(board, `eth.setIP(${BY_HAND}); 0`);
      expect(visit(3, 10)).toEqual(Array(3).fill("whole"));
      expect(board.errors).toEqual([]);
      board.stop();
      peer.stop();
    });

    const other = (name: string, ip: string, app = "") =>
      createMachine({ clock, segment, chip, bundle: bundleFor(chip, "test"), name, ip, core: "javascript", app });
    const evaluate = <T>(machine: Machine, text: string): T => machine.board.realm.evaluate<T>(text, "test");
    /** What visitors get: "whole" where it is the page. */
    const visit = (visitors: number, seconds: number) =>
      visitAll(clock, peer, visitors, seconds).map((page) => (page === PAGE ? "whole" : String(page)));
    const told = () => [...evaluate<string[]>(board, "told")];
    /** What `text`, which may name a callback \`done\`, brings there within so many seconds. */
    const answersOf = (machine: Machine, text: string, seconds = 5): string[] => {
      evaluate(machine, `answers = []; function done(x) { answers.push("" + x); } ${text}; 0`);
      clock.runFor(seconds * SECOND);
      return [...evaluate<string[]>(machine, "answers")];
    };
    const takesAddress = () => {
      expect(answersOf(board, `eth.setIP(${BY_HAND}, done)`)).toEqual(["null"]);
      expect(told()).toEqual(["connected 10.0.0.1"]);
    };
    /** Echoes of 10.0.0.1 that come, of so many that are asked for. */
    const pings = (count: number) =>
      answersOf(
        peer,
        `for (var i = 0; i < ${count}; i++) eth.ping("10.0.0.1", {}, function (error) { done(error || "alive"); })`,
      ).filter((answer) => answer === "alive").length;

    it("answers pings and serves page after page, far more than it has connections and memory", () => {
      takesAddress();
      expect(pings(3)).toBe(3);
      for (let n = 0; n < 8; n++) expect(visit(1, 2)).toEqual(["whole"]);
      expect(visit(8, 60)).toEqual(Array(8).fill("whole"));
      expect(pings(3)).toBe(3);
    });
    if (chip !== CHIP) return;

    it("serves over a cable that loses a tenth of all frames", () => {
      takesAddress();
      segment.faults.loss = 0.1;
      const pages = Array.from({ length: 4 }, () => visit(1, 30)).flat();
      expect(pages).withContext(`seed ${SEED}`).toEqual(Array(4).fill("whole"));
      expect(segment.counters.lost).toBeGreaterThan(10);
    });

    it("echoes a stream, and resets who comes to a port where nobody listens", () => {
      takesAddress();
      const echo = `var c = require("net").connect({ host: "10.0.0.1", port: 7 }, function () { c.write(Array(5001).join("x")); }), n = 0;
        c.on("data", function (d) { n += d.length; if (n === 5000) { done(n); c.end(); } });`;
      expect(answersOf(peer, echo, 60)).toEqual(["5000"]);
      const knock = `require("http").get("http://10.0.0.1:81/", function () {}).on("error", function (e) { done(e.message); })`;
      expect(answersOf(peer, knock, 2)).toEqual(["connection reset"]);
    });

    it("says once, and at once, that there is no DHCP: by callback, or by an exception", () => {
      expect(answersOf(board, "eth.setIP(done)")).toEqual([NO_DHCP]);
      expect(answersOf(board, "eth.setIP(null, done)")).toEqual([NO_DHCP]);
      expect(answersOf(board, "try { eth.setIP(); } catch (e) { done(e.message); }")).toEqual([NO_DHCP]);
      expect(evaluate<{ state: string }>(board, "eth.getStatus()").state).not.toBe("online");
      expect(told()).toEqual([]);
      takesAddress();
      expect(evaluate<{ state: string }>(board, "eth.getStatus()").state).toBe("online");
    });

    it("says what is wrong with an address", () => {
      const fault = (options: string) => answersOf(board, `eth.setIP(${options}, done)`);
      expect(fault('{ ip: "10.0.0" }')).toEqual(["ip: not an address: 10.0.0"]);
      expect(fault('{ ip: "10.0.0.1", subnet: "255.0.255.0" }')).toEqual(["subnet: not a mask: 255.0.255.0"]);
      expect(fault('{ ip: "10.0.0.1", gateway: "10.0.1.1" }')).toEqual(["gateway 10.0.1.1 is not in the subnet"]);
      expect(fault('{ ip: "127.0.0.1" }')).toEqual(["ip 127.0.0.1 cannot be a host's in subnet 255.255.255.0"]);
      expect(told()).toEqual([]);
    });

    it("serves alone in its subnet, by a gateway elsewhere", () => {
      const alone = '{ ip: "10.0.0.1", subnet: "255.255.255.255", gateway: "10.0.0.2" }';
      expect(answersOf(board, `eth.setIP(${alone}, done)`)).toEqual(["null"]);
      expect(pings(2)).toBe(2);
      expect(visit(1, 5)).toEqual(["whole"]);
    });

    it("tells who connects to others that it cannot, by one error, and goes on serving", () => {
      takesAddress();
      const get = 'require("http").get("http://10.0.0.2/", done).on("error", function (e) { done(e.message); })';
      const connect = 'require("net").connect({ host: "10.0.0.2", port: 80 }, done)';
      for (const text of [get, `${connect}.on("error", function (e) { done(e.message); })`])
        for (let n = 0; n < 3; n++) expect(answersOf(board, text)).toEqual(["bad argument"]);
      expect(printed).toContain("NetworkJS: connections to others are not in this bundle");
      expect(visit(1, 10)).toEqual(["whole"]);
    });

    it("has no names, groups, datagrams and system calls, and says so", () => {
      takesAddress();
      const bind = 'require("dgram").createSocket("udp4", function () {}).bind(9)';
      expect(answersOf(board, `try { ${bind}; } catch (e) { done(e.message); }`)).toEqual(["Unable to create socket"]);
      expect(printed).toContain("NetworkJS: dgram is not in this bundle");
      const anyPort = 'require("net").createServer(function () {}).listen(0)';
      expect(answersOf(board, `try { ${anyPort}; } catch (e) { done(e.message); }`)).toEqual([
        "Unable to create socket",
      ]);
      const names = "[eth.stats, eth.ping, eth.net, eth.setHostname, eth.getHostname]";
      expect(evaluate(board, `${names}.every(function (x) { return x === undefined; })`)).toBeTrue();
    });

    it("announces its address, defends it, and tells of who else uses it", () => {
      const asked: string[] = [];
      segment.tap((_now, frame, from) => {
        if (from === "board" && frame[12] === 8 && frame[13] === 6 && frame[21] === 1)
          asked.push([...frame.slice(38, 42)].join("."));
      });
      takesAddress();
      expect(asked.filter((address) => address === "10.0.0.1").length).toBe(2);
      const thief = other("thief", "10.0.0.1/24");
      clock.runFor(5 * SECOND);
      expect(told()[1]).toMatch(/^10\.0\.0\.1 is also used by 0[0-9a-f:]+$/);
      expect(asked.filter((address) => address === "10.0.0.1").length).toBe(3);
      thief.stop();
      thief.port.unplug();
    });

    it("hears of its cable, and is there again behind another", () => {
      takesAddress();
      board.port.unplug();
      clock.runFor(5 * SECOND);
      board.port.plug();
      clock.runFor(5 * SECOND);
      expect(told()).toEqual(["connected 10.0.0.1", "disconnected", "connected 10.0.0.1"]);
      expect(visit(1, 10)).toEqual(["whole"]);
    });

    it("passes over what is for others, for many, or from nowhere, and datagrams", () => {
      takesAddress();
      const send = (to: string) =>
        answersOf(
          peer,
          `var net = eth.net, fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0); net.setsockopt(fd, net.SOL_SOCKET, net.SO_BROADCAST, 1);
          for (var i = 0; i < 30; i++) net.sendto(fd, "x", 0, { sin_family: 2, sin_addr: net.inet_addr("${to}"), sin_port: 9 }); net.close(fd)`,
        );
      let answers = 0;
      segment.tap((_now, frame, from) => {
        if (from === "board" && frame[12] === 8 && frame[13] === 0) answers++;
      });
      for (const to of ["10.0.0.1", "10.0.0.255", "255.255.255.255", "224.0.0.1"]) send(to);
      expect(answers).toBe(0);
      expect(visit(1, 10)).toEqual(["whole"]);
    });
  });
