/**
 * Datagrams that are cut to pieces, on a cable that brings some of these later or twice, and boards whose stack is JavaScript or machine
 * code. A native core of the profile router is larger than the interpreter's views reach: what they are made of must lie below.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import type { Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";
import { CHIPS } from "../lib/chip";
import { endPair, routerPair } from "../lib/router_pair";

const CORES = ["javascript", "native"] as const;
const SEED = 14;

/** `datagram(n)`: n bytes that tell their place. A socket on each of `ports`. */
const APP = `
var net = eth.net, from = { sin_family: 0, sin_addr: 0, sin_port: 0 };
function datagram(n) {
  for (var text = ""; text.length < n;) text += "(" + text.length + ")";
  return text.substr(0, n);
}
function bound(port) {
  var fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  net.bind(fd, { sin_family: net.AF_INET, sin_addr: 0, sin_port: port });
  return fd;
}
function sends(fd, host, port, n) {
  return net.sendto(fd, datagram(n), 0, { sin_family: net.AF_INET, sin_addr: host, sin_port: port });
}`;

const ECHO = `${APP}
var echo = bound(7);
net.setupcall(echo, function () {
  var data;
  while (typeof (data = net.recvstring(echo, 9000, 0, from)) === "string") net.sendto(echo, data, 0, from);
});
var unread = [21, 22].map(bound);`;

const PEER = `${APP}
var fd = bound(99), back = [], wrong = 0;
net.setupcall(fd, function () {
  var data;
  while (typeof (data = net.recvstring(fd, 9000, 0, from)) === "string")
    if (data === datagram(data.length)) back.push(data.length);
    else wrong++;
});`;

for (const chip of CHIPS)
  for (const core of CORES)
    describe(`A board with ${chip}, core ${core}, and what is longer than a frame`, () => {
      let clock: VirtualClock;
      let board: Machine;
      let peer: Machine;
      let segment: Segment;
      const run = <T>(machine: Machine, text: string) => machine.board.realm.evaluate<T>(text, "test");
      const free = () => run<object>(board, "var m = eth.stats().mbuf; ({ mbufs: m.m_mfree, clusters: m.m_clfree })");

      beforeEach(async () => {
        if (core === "native" && !hostCompiler()) pending("needs gcc or clang");
        clock = new VirtualClock();
        segment = new Segment(clock, { seed: SEED });
        ({ board, peer } = await routerPair({ clock, segment, chip, core, app: ECHO, peerApp: PEER }));
      });
      afterEach(() => {
        if (!board) return;
        endPair([board, peer]);
      });

      it("has each of them back, in whatever order its pieces come and however often", () => {
        const before = free();
        segment.faults.reorder = segment.faults.dup = 0.3;
        const lengths = Array.from({ length: 14 }, (_, i) => 1 + i * 613);
        for (const length of lengths) {
          expect(run(peer, `sends(fd, 0x0a000001, 7, ${length})`)).toBe(length);
          clock.runFor(SECOND / 4);
        }
        expect(run(peer, "wrong")).toBe(0);
        const back = run<number[]>(peer, "back");
        expect(lengths.filter((length) => !back.includes(length))).toEqual([]);
        clock.runFor(40 * SECOND); // a piece that came twice waited for the rest
        expect(free()).toEqual(before);
      });

      it("reads those that fill the pool, from its last cluster too", () => {
        const before = free();
        run(peer, "sends(fd, 0x0a000001, 7, 1)"); // so that their hardware address is known
        clock.runFor(SECOND);
        for (const port of [21, 22]) {
          run(peer, `sends(fd, 0x0a000001, ${port}, 8000)`);
          clock.runFor(SECOND / 4);
        }
        expect(free()).not.toEqual(before);
        board.run(
          "var whole = unread.map(function (s) { return net.recvstring(s, 9000, 0, from) === datagram(8000); });",
        );
        clock.runFor(SECOND);
        expect(board.errors).toEqual([]);
        expect(run(board, "'' + whole")).toBe("true,true");
        expect(free()).toEqual(before);
      });
    });
