/**
 * A board that listens to its own cable: lines on its console (tcpdump), and a capture for another machine (pcap). What tcpdump and
 * tshark, the real ones, read in that capture is what the board has printed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { PcapFile } from "../../host-sim/pcap";
import { Segment } from "../../host-sim/segment";
import { CHIPS } from "../lib/chip";
import { tcpdumpCode } from "../lib/libpcap";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };
const PEER = join(__dirname, "../../dist/enc28j60.test.js");
const hasTcpdump = tcpdumpCode("ip") !== undefined;
const hasTshark = !spawnSync("tshark", ["-v"]).error;
if (!hasTcpdump) console.log("tcpdump is not here: what it says of captures is skipped");
if (!hasTshark) console.log("tshark is not here: what it says of captures is skipped");

/** The filter that tcpdump makes of the expression; without it one that was made before. */
const PINGS =
  tcpdumpCode("icmp") ??
  "{ 0x28, 0, 0, 12 }, { 0x15, 0, 3, 2048 }, { 0x30, 0, 0, 23 }, { 0x15, 0, 1, 1 }, { 6, 0, 0, 262144 }, { 6, 0, 0, 0 }";

for (const chip of CHIPS)
  describe(`A board with ${chip} that listens to its cable`, () => {
    let clock: VirtualClock;
    let segment: Segment;
    let board: Machine;
    let peer: Machine;
    let printed: string[];
    let said: string[];
    let folder: string;

    beforeEach(async () => {
      const [bundle, tcpdump, pcap] = await quickBundles([`${chip}-router`, "tcpdump", "pcap"]);
      folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      clock = new VirtualClock();
      segment = new Segment(clock);
      printed = [];
      said = [];
      board = createMachine({
        ...{ clock, segment, chip, bundle, modules: { tcpdump, pcap }, epoch: 1.7e9, ip: "10.0.0.1/24" },
        print: (line: string) => printed.push(line),
      });
      peer = createMachine({
        ...{ clock, segment, chip: "enc28j60", bundle: PEER, epoch: 1e9, core: "javascript", name: "peer" },
        ip: "10.0.0.2/24",
        print: (line: string) => said.push(line),
      } as never);
      clock.runFor(4 * SECOND);
      board.run("var free = eth.stats().mbuf.m_mfree, clfree = eth.stats().mbuf.m_clfree;");
      clock.runFor(SECOND);
    });

    afterEach(() => {
      clock.runFor(40 * SECOND);
      board.run(`
        var mbuf = eth.stats().mbuf;
        print("pools " + (mbuf.m_mfree - free) + " " + (mbuf.m_clfree - clfree));`);
      clock.runFor(SECOND);
      expect(printed.at(-1)).toBe("pools 0 0");
      expect([...board.errors, ...peer.errors]).toEqual([]);
      rmSync(folder, { recursive: true, force: true });
    });

    const run = (program: string, seconds = 2) => {
      board.run(program);
      clock.runFor(seconds * SECOND);
    };
    const peerRuns = (program: string, seconds = 3) => {
      peer.run(program);
      clock.runFor(seconds * SECOND);
    };
    /** Without their times. */
    const lines = () => printed.filter((line) => /^\d\d:\d\d/.test(line)).map((line) => line.replace(/^\S+ /, ""));

    it("prints what a filter of tcpdump's wants, and nothing else", () => {
      run(`var dump = require("tcpdump").start(eth, { filter: ${JSON.stringify(PINGS)} });`);
      peerRuns(`eth.ping("10.0.0.1", { size: 56 }, function (e, r) { print(e || "pong"); });`);
      peerRuns(
        `var net = eth.net, fd = net.socket(2, 2, 0); net.sendto(fd, "x", 0, { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: 9 });`,
      );
      expect(said).toEqual(["pong"]);
      expect(lines().length).toBe(3);
      expect(lines()[0]).toMatch(/^IP 10\.0\.0\.2 > 10\.0\.0\.1: ICMP echo request, id \d+, seq \d+, length 64$/);
      expect(lines()[1]).toMatch(/^IP 10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo reply, id \d+, seq \d+, length 64$/);
      expect(lines()[2]).toBe("IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 udp port 9 unreachable, length 36");
      run(`dump.end(); print(JSON.stringify(dump.stats()));`);
      expect(printed.at(-1)).toMatch(/^\{"received":\d+,"dropped":0\}$/);
      peerRuns(`eth.ping("10.0.0.1", {}, function (e, r) { print(e || "pong"); });`);
      expect(lines().length).toBe(3);
    });

    it("sends frames as datagrams to whom it is told, its own not among them", () => {
      peer.run(`
        var net = eth.net, fd = net.socket(2, 2, 0), got = [], d;
        net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 37008 });
        net.setupcall(fd, function () { while (typeof (d = net.recvstring(fd, 2000, 0, null)) === "string") got.push(d); });`);
      board.run(`var cap = require("pcap").start(eth, { to: "10.0.0.2", filter: ${JSON.stringify(PINGS)} });`);
      clock.runFor(SECOND);
      peer.run('eth.ping("10.0.0.1", {}, function (e, r) { print("" + (e || r.host)); });');
      clock.runFor(3 * SECOND);
      peer.run(
        'print(got.length + " " + got.map(function (d) { return d.substr(0, 5) === "\\x01\\0\\0\\x01\\x01" ? d.charCodeAt(5 + 34) : d; }));',
      );
      board.run("var n = cap.stats(); print(n.dropped); cap.end(); cap.end();");
      clock.runFor(SECOND);
      expect(said).toEqual(["10.0.0.1", "2 8,0"]);
      expect(printed).toEqual(["0"]);
    });

    it("sends them so that tshark takes each apart to the frame that it carries", () => {
      if (!hasTshark) return pending("needs tshark");
      const capture = join(folder, "cable.pcap");
      const file = new PcapFile(capture);
      segment.tap((time, frame) => file.frame(time, frame));
      board.run(`var cap = require("pcap").start(eth, { to: "10.0.0.2", filter: ${JSON.stringify(PINGS)} });`);
      clock.runFor(SECOND);
      peer.run('eth.ping("10.0.0.1", { size: 1000 }, function () {});');
      clock.runFor(3 * SECOND);
      board.run("cap.end();");
      clock.runFor(SECOND);
      file.close();
      const tshark = (...args: string[]) =>
        spawnSync("tshark", ["-r", capture, ...args], { encoding: "utf8" })
          .stdout.trim()
          .split("\n");
      expect(
        tshark("-Y", "tzsp", "-T", "fields", "-e", "tzsp.type", "-e", "ip.src", "-e", "icmp.type", "-e", "ip.len"),
      ).toEqual(["0\t10.0.0.1,10.0.0.2\t8\t1075,1028", "0\t10.0.0.1,10.0.0.1\t0\t1075,1028"]);
      expect(tshark("-Y", "tzsp && _ws.malformed")).toEqual([""]);
    });

    it("sends all that goes by to a port that is closed, and does not fill the cable with that", () => {
      board.run('var cap = require("pcap").start(eth, { to: "10.0.0.2" });');
      peer.run('eth.ping("10.0.0.1", {}, function () {});');
      clock.runFor(10 * SECOND);
      board.run("print(cap.stats().received < 60); cap.end();");
      clock.runFor(SECOND);
      expect(printed).toEqual(["true"]);
    });

    it("sends nothing where nothing can be sent", () => {
      board.run(`["nowhere", "10.0.0.2", "10.0.0.2", "203.0.113.7"].forEach(function (to, i) {
        try { require("pcap").start(eth, [{ to: to }, { to: to, snaplen: 1500 }, { to: to, interface: "lo0" }, { to: to }][i]); print("started"); }
        catch (e) { print(e.message); }
      });`);
      clock.runFor(SECOND);
      expect(printed).toEqual([
        "pcap: to is no address: nowhere",
        "pcap: snaplen: 1 to 1467 to an address",
        "pcap: lo0 has no frames: only by TCP",
        "pcap: nothing can be sent there, error 101",
      ]);
    });

    it("streams a capture that tcpdump reads as the board has printed it, and tshark finds nothing wrong in", () => {
      run(`
        var dump = require("tcpdump").start(eth, { filter: "6 0 0 65535" });
        var pcap = require("pcap").start(eth);
        require("net").createServer(function (c) { c.on("data", function (d) { c.write(d); }); }).listen(7777);`);
      peerRuns(`
        var got = [];
        var c = require("net").connect({ host: "10.0.0.1", port: 2002 }, function () { print("connected"); });
        c.on("data", function (data) { got.push(data); });
        c.on("close", function () { print("HEX " + got.join("").split("").map(function (c) { return (256 + c.charCodeAt(0)).toString(16).substr(1); }).join("")); });`);
      expect(said).toEqual(["connected"]);
      const before = lines().length;
      peerRuns(TRAFFIC, 6);
      run("pcap.end(); dump.end(); print(pcap.stats().dropped + dump.stats().dropped);", 4);
      expect(printed.at(-1)).toBe("0");
      expect(said.filter((line) => line.startsWith("done"))).toEqual(["done 2000"]);
      const capture = join(folder, "board.pcap");
      const hex = said.find((line) => line.startsWith("HEX "))?.slice(4);
      writeFileSync(capture, Buffer.from(hex ?? "", "hex"));
      const own = /10\.0\.0\.[12]\.2002\b/;
      const ours = lines()
        .slice(before)
        .filter((line) => !own.test(line));
      expect(ours.length).toBeGreaterThan(15);
      if (hasTcpdump) {
        const { stdout } = spawnSync("tcpdump", ["-nnSr", capture], { encoding: "utf8" });
        expect(
          stdout
            .trim()
            .split("\n")
            .map((line) => line.replace(/^\S+ /, "")),
        ).toEqual(ours);
      }
      if (!hasTshark) return;
      const faults = spawnSync("tshark", [
        "-r",
        capture,
        "-o",
        "tcp.check_checksum:TRUE",
        "-Y",
        "_ws.malformed || tcp.checksum.status == 0",
      ]);
      expect(faults.stdout.toString()).toBe("");
      const count = spawnSync("tshark", ["-r", capture], { encoding: "utf8" });
      expect(count.stdout.trim().split("\n").length).toBe(ours.length);
    });
  });

/** A ping, datagrams, a datagram in fragments, a connection that is refused, and one that is echoed. */
const TRAFFIC = `
  var net = eth.net, fd = net.socket(2, 2, 0), to = { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: 9 };
  eth.ping("10.0.0.1", { size: 1000 }, function () {});
  net.sendto(fd, "datagram", 0, to);
  setTimeout(function () { net.sendto(fd, "x".repeat(2500), 0, to); }, 500);
  setTimeout(function () { require("net").connect({ host: "10.0.0.1", port: 81 }, function () {}).on("error", function () {}); }, 1000);
  setTimeout(function () {
    var text = "", want = "x".repeat(2000);
    var c = require("net").connect({ host: "10.0.0.1", port: 7777 }, function () { c.write(want); });
    c.on("data", function (data) { text += data; if (text === want) { print("done " + text.length); c.end(); } });
  }, 1500);`;
