/**
 * A board with the small profile's machine code: 12 KB of memory in all. It serves pages and echoes like any other, one visitor after
 * the other when there are many; what it has no room for is refused, not broken; and it promises no window that it cannot keep.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hasThumbCompiler, THUMBS } from "../../tools/native/gcc";
import { hostCompiler } from "../../tools/native/host";
import { memorySizes, stackSize, thumbSizes } from "../../tools/native/sizes";
import { bundleFor } from "../lib/chip";
import { visit as visitAll } from "./lib/visitors";

const dist = join(__dirname, "../../dist");
const ENOBUFS = -105;
const PAGE = "All is well. ".repeat(80);

const SERVER = `
require("http").createServer(function (req, res) { res.writeHead(200, {}); res.end(${JSON.stringify(PAGE)}); }).listen(80);
require("net").createServer(function (c) { c.on("data", function (d) { c.write(d); }); }).listen(7);`;

describe("A board with the small profile's machine code", () => {
  let clock: VirtualClock;
  let board: Machine;
  let peer: Machine;
  /** windows that the board has told, from the biggest on */
  let windows: Set<number>;

  beforeEach(() => {
    if (!hostCompiler()) pending("needs gcc or clang");
    clock = new VirtualClock();
    const segment = new Segment(clock);
    const chip = "enc28j60";
    board = createMachine({
      clock,
      segment,
      chip,
      bundle: join(dist, `${chip}-small.tok.js`),
      name: "board",
      ip: "10.0.0.1/24",
      core: "native",
      app: SERVER,
    });
    board.board.storage.install("netstat", readFileSync(join(dist, "netstat.min.js"), "latin1"));
    const bundle = bundleFor(chip, "test");
    peer = createMachine({ clock, segment, chip, bundle, name: "peer", ip: "10.0.0.2/24", core: "javascript" });
    windows = new Set();
    segment.tap((_now, frame, from) => {
      if (from === "board" && frame[12] === 8 && frame[13] === 0 && frame[23] === 6)
        windows.add(frame[48] * 256 + frame[49]); // without options of IP, which the board does not send
    });
    clock.runFor(4 * SECOND);
  });

  afterEach(() => {
    if (!board) return;
    expect(board.errors).toEqual([]);
    board.stop();
    peer.stop();
  });

  const evaluate = <T>(machine: Machine, text: string): T => machine.board.realm.evaluate<T>(text, "test");
  /** What netstat says of the pools. */
  const pools = () =>
    evaluate<string>(
      board,
      `(function () { var l = []; require("netstat").netstat(eth, "m", function (s) { l.push(s); }); return l.join(); })()`,
    ).replace(/\d+ \w+ denied|\d+ drops?/g, "");

  const visit = (visitors: number, seconds: number) => visitAll(clock, peer, visitors, seconds);

  it("has some 12 KB of memory in all, and that without TCP less", () => {
    if (!hasThumbCompiler()) pending("needs arm-none-eabi-gcc");
    const all = (profile: string) => memorySizes({ chip: "enc28j60", profile }).find(([what]) => what === "all")![1];
    expect(all("small")).toBeLessThanOrEqual(12 * 1024);
    expect(all("udp")).toBeLessThanOrEqual(11 * 1024);
    expect(all("full")).toBeLessThanOrEqual(35 * 1024);
  });

  it("has in its full form 30 KB of Thumb-2 that are the stack, and 5 that are the clients of DHCP and DNS", () => {
    if (!hasThumbCompiler()) pending("needs arm-none-eabi-gcc");
    const sizes = [...thumbSizes({ chip: "enc28j60", profile: "full" }, THUMBS["thumb2"])];
    // Net/3 had the one nowhere, the other in libc
    const isClient = ([file]: [string, number]) => /^firmware.net.inet.(dhcp|dns)./.test(file);
    const bytes = (chosen: [string, number][]) => stackSize(new Map(chosen));
    expect(bytes(sizes.filter((one) => !isClient(one)))).toBeLessThanOrEqual(30 * 1024);
    expect(bytes(sizes.filter(isClient))).toBeLessThanOrEqual(5 * 1024);
  });

  it("serves a page", () => {
    const before = pools();
    expect(visit(1, 10)).toEqual([PAGE]);
    clock.runFor(120 * SECOND);
    expect(pools()).toBe(before);
  });

  it("serves eight visitors who come at once, one after the other", () => {
    const before = pools();
    expect(visit(8, 60)).toEqual(Array(8).fill(PAGE));
    clock.runFor(120 * SECOND);
    expect(pools()).toBe(before);
  });

  it("echoes 16 kB", () => {
    const before = pools();
    evaluate(
      peer,
      `got = ""; sent = ""; for (var i = 0; sent.length < 16384; i++) sent += i + " "; sent = sent.substr(0, 16384);
      require("net").connect({ host: "10.0.0.1", port: 7 }, function (c) {
        function more() { c.write(sent.substr(got.length, 1024)); }
        c.on("data", function (d) {
          got += d;
          if (got.length === sent.length) c.end();
          else if (got.length % 1024 === 0) more();
        });
        more();
      })`,
    );
    clock.runFor(60 * SECOND);
    const { got, sent } = peer.board.realm.global as { got: string; sent: string };
    expect(got.length).toBe(16384);
    expect(got).toBe(sent);
    clock.runFor(120 * SECOND);
    expect(pools()).toBe(before);
  });

  it("refuses what it has no memory for, and goes on", () => {
    const before = pools();
    const { net } = board;
    const fds: number[] = [];
    for (let fd = net.socket(2, 2, 0); fd >= 0; fd = net.socket(2, 2, 0)) fds.push(fd);
    expect(fds.length).toBeGreaterThan(0);
    const from = peer.net.socket(2, 2, 0);
    for (const [i, fd] of fds.entries()) {
      net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 1000 + i });
      const to = { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: 1000 + i };
      for (let k = 0; k < 5; k++) {
        peer.call(() => peer.net.sendto(from, peer.bytes(1400), 0, to)); // which nobody reads
        clock.runFor(SECOND / 10);
      }
    }
    const to = { sin_family: 2, sin_addr: net.inet_addr("10.0.0.99"), sin_port: 9 }; // nobody answers: they wait
    const answers: number[] = [];
    board.call(() => {
      for (const fd of fds) answers.push(net.sendto(fd, board.bytes(1400), 0, to));
    });
    clock.runFor(SECOND);
    expect(answers.length).toBe(fds.length);
    expect(answers).toContain(ENOBUFS);
    expect(answers.filter((answer) => answer !== ENOBUFS && answer !== 1400)).toEqual([]);
    peer.call(() => peer.net.close(from));
    for (const fd of fds) net.close(fd);
    clock.runFor(60 * SECOND);
    expect(pools()).toBe(before);
    expect(visit(1, 10)).toEqual([PAGE]);
  });

  it("tells a window that its memory keeps, though nobody reads", () => {
    const { net } = board;
    const listening = net.socket(2, 1, 0);
    net.bind(listening, { sin_family: 2, sin_addr: 0, sin_port: 9 });
    net.listen(listening, 1);
    evaluate(
      peer,
      `require("net").connect({ host: "10.0.0.1", port: 9 }, function (c) { c.write(${JSON.stringify("x".repeat(9000))}); })`,
    );
    clock.runFor(20 * SECOND);
    const fd = net.accept(listening, { sin_family: 0, sin_addr: 0, sin_port: 0 });
    expect(fd).toBeGreaterThanOrEqual(0);
    expect(Math.max(...windows)).toBeLessThanOrEqual(2048); // TCP_RECVSPACE
    expect(windows).toContain(0);
    const stats = evaluate<string>(
      board,
      `(function () { var l = []; require("netstat").netstat(eth, "s", function (s) { l.push(s); }); return l.join("\\n"); })()`,
    );
    expect(stats).not.toContain("in sequence: no memory");
    let read = 0;
    for (let i = 0; i < 60 && read < 9000; i++) {
      board.call(() => {
        for (let data = net.recv(fd, 500, 0); typeof data !== "number" && data.length; data = net.recv(fd, 500, 0))
          read += data.length;
      });
      clock.runFor(SECOND);
    }
    expect(read).toBe(9000);
  });
});
