/**
 * The module nettools at the console of a board with two chips, whose stack is JavaScript or machine code: what its tools print, what
 * they answer, and what they change.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Connection, InterfaceInfo, MemoryInfo, Route } from "../../firmware/modules/nettools/nettools_stats";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";
import { CHIPS, shellFor } from "../lib/chip";
import { routerBoard } from "../lib/router_board";

const DIST = join(__dirname, "../../dist");
const CORES = ["javascript", "native"] as const;
const PEER = "10.0.1.2";

for (const chip of CHIPS)
  for (const core of CORES)
    describe(`The tools at the console of a board with two ${chip}, core ${core}`, () => {
      let clock: VirtualClock;
      let board: Machine;
      let peer: Machine;
      let printed: string[];

      beforeAll(async () => {
        if (core === "native" && !hostCompiler()) return;
        clock = new VirtualClock();
        printed = [];
        const segments: [Segment, Segment] = [new Segment(clock), new Segment(clock)];
        const kinds: [string, string] = [chip, chip];
        board = await routerBoard({ clock, segments, kinds, core, print: (line) => printed.push(...line.split("\n")) });
        const bundle = join(DIST, "enc28j60.test.js");
        const options = { clock, segment: segments[0], chip: "enc28j60", bundle, name: "peer", ip: `${PEER}/24` };
        peer = createMachine({ ...options, core: "javascript", seed: 7 });
        board.board.storage.install("nettools", readFileSync(join(DIST, "nettools.min.js"), "latin1"));
        clock.runFor(4 * SECOND);
        board.run(`require("net").createServer(function (c) { c.on("data", function () {}); }).listen(7);
          require("nettools").install(eth);`);
        peer.run(`require("net").connect({ host: "10.0.1.1", port: 7 }, function (c) { c.write("hello"); });`);
        clock.runFor(2 * SECOND);
      });
      beforeEach(() => {
        if (!board) pending("needs gcc or clang");
        printed.length = 0;
      });
      afterAll(() => {
        if (!board) return;
        expect(board.errors).toEqual([]);
        board.stop();
        peer.stop();
      });

      /** What a line at the console answers. */
      const typed = <T>(text: string): T =>
        JSON.parse(board.board.realm.evaluate<string>(`JSON.stringify(${text})`, "console"));
      const wrong = (text: string) =>
        board.board.realm.evaluate<string>(
          `(function () { try { ${text}; } catch (e) { return e.message; } })()`,
          "console",
        );

      it("ifconfig", () => {
        const found = typed<InterfaceInfo[]>("ifconfig()");
        const mac = typed<string>("en0.getIP().mac");
        const first = found.find(({ inet }) => inet === "10.0.1.1")!;
        expect(found.length).toBe(3);
        expect(first.ether).toBe(mac);
        expect([first.netmask, first.broadcast, first.status]).toEqual(["255.255.255.0", "10.0.1.255", "active"]);
        expect([first.ipackets, first.opackets].every((n) => n > 3)).toBeTrue();
        const at = printed.findIndex((line) => line.startsWith(`${first.name}: `));
        expect(printed.slice(at, at + 4)).toEqual([
          `${first.name}: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500`,
          `        ether ${mac}`,
          "        inet 10.0.1.1 netmask 0xffffff00 broadcast 10.0.1.255",
          "        status: active",
        ]);
        expect(found.at(-1)).toEqual(jasmine.objectContaining({ name: "lo0", inet: "127.0.0.1" }));
        expect(typed<unknown[]>(`ifconfig("lo0")`).length).toBe(1);
        expect(wrong(`ifconfig("zz9")`)).toBe("ifconfig: there is no interface zz9");
      });

      it("arp, which forgets a neighbour that is heard of again", () => {
        const [name] = typed<InterfaceInfo[]>("ifconfig()").filter(({ inet }) => inet === "10.0.1.1");
        const known = { ip: PEER, mac: peer.mac, interface: name.name, permanent: false };
        printed.length = 0;
        expect(typed<unknown>("arp()")).toEqual([known]);
        expect(printed).toEqual([`? (${PEER}) at ${peer.mac} on ${name.name}`]);
        expect(typed<unknown>(`arp("-d", "${PEER}")`)).toEqual([]);
        expect(typed<unknown>("arp()")).toEqual([]);
        expect(wrong(`arp("-d", "${PEER}")`)).toMatch(/^route: there is none/);
        board.run(`eth.ping("${PEER}", {}, function () {});`);
        clock.runFor(2 * SECOND);
        expect(typed<unknown>("arp()")).toEqual([known]);
        expect([wrong(`arp("-d", "x")`), wrong(`arp("-x")`)]).toEqual([
          "arp: -d and a host's address",
          "arp: no option -x; there are -a -d",
        ]);
      });

      it("route, which adds and deletes", () => {
        const nets = () => typed<Route[]>("route()");
        const before = nets();
        expect(before.filter(({ flags }) => flags === "U").map(({ destination }) => destination)).toContain(
          "10.0.1.0/24",
        );
        typed(`route("add", "10.9.0.0/16", "${PEER}", 3)`);
        typed(`route("add", "default", "${PEER}")`);
        printed.length = 0;
        const added = nets().filter(({ gateway }) => gateway === PEER);
        expect(added.map(({ destination, flags }) => [destination, flags])).toEqual([
          ["10.9.0.0/16", "UGS"],
          ["default", "UGS"],
        ]);
        expect(printed[0]).toBe("Destination        Gateway            Flags  Netif");
        expect(printed.some((line) => /^default +10\.0\.1\.2 +UGS +\w+0$/.test(line))).toBeTrue();
        typed(`route("delete", "10.9.0.0/16", "", 3)`);
        typed(`route("delete", "default")`);
        expect(nets()).toEqual(before);
        expect(wrong(`route("delete", "10.9.0.0/16")`)).toMatch(/^route: there is none/);
        expect(wrong(`route("add")`)).toBe("route: add, delete or change, and where to");
      });

      it("netstat and sockets", () => {
        const all = typed<Connection[]>("sockets()");
        expect(all).toContain({ proto: "tcp4", recvQ: 0, sendQ: 0, local: "*.7", foreign: "*.*", state: "LISTEN" });
        printed.length = 0;
        const active = typed<Connection[]>("netstat()");
        expect(active.length).toBe(1);
        expect([active[0].local, active[0].state]).toEqual(["10.0.1.1.7", "ESTABLISHED"]);
        expect(active[0].foreign).toMatch(/^10\.0\.1\.2\.\d+$/);
        expect(printed.slice(0, 2)).toEqual([
          "Active Internet connections",
          "Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)",
        ]);
        expect(printed[2]).toMatch(/^tcp4 +0 +0 +10\.0\.1\.1\.7 +10\.0\.1\.2\.\d+ +ESTABLISHED$/);
      });

      it("mbstat", () => {
        const { mbufs, mbufsInUse, clusters, denied } = typed<MemoryInfo>("mbstat()");
        expect(mbufs).toBeGreaterThan(30);
        expect([mbufsInUse, denied]).toEqual([0, 0]);
        expect(printed[0]).toBe(`0/${mbufs} mbufs in use`);
        expect(printed[1]).toBe(`0/${clusters} mbuf clusters in use (current/max)`);
      });
    });

describe("The tools on a board with a shipped stack", () => {
  it("show all, and say that they change nothing", () => {
    const clock = new VirtualClock();
    const bundle = shellFor("enc28j60", "small");
    const board = createMachine({ clock, segment: new Segment(clock), chip: "enc28j60", bundle, ip: "10.0.0.1/24" });
    board.board.storage.install("nettools", readFileSync(join(DIST, "nettools.tok.js"), "latin1"));
    clock.runFor(2 * SECOND);
    const said = board.board.realm.evaluate<string>(
      `(function () {
        var t = require("nettools").tools(eth);
        try { t.route("delete", "default"); } catch (e) { return t.ifconfig()[0].inet + ": " + e.message; }
      })()`,
      "console",
    );
    expect(said).toBe("10.0.0.1: route: this stack changes nothing: it is none of a router");
    expect(board.errors).toEqual([]);
    board.stop();
  });
});
