/**
 * Whole boards with the shell in JavaScript and the stack compiled (host-sim/native/shell.ts), beside boards with all of it in
 * JavaScript: a program is answered alike, and netstat prints the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SYS_RECEIVED } from "../../firmware/core/sysent";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";
import { bundleFor } from "../lib/chip";

const EAGAIN = -11;

/** What a program may do wrong, and right. Evaluates to all answers. */
const CALLS = `(function () {
  var net = eth.net, a = [], from = {};
  var udp = net.socket(2, 2, 0), tcp = net.socket(2, 1, 0);
  a.push(net.socket(9, 1, 0), net.socket(2, 7, 0), udp, tcp);
  a.push(net.bind(udp, null), net.bind(99, null), net.bind(udp, {}), net.bind(udp, { sin_family: 1, sin_addr: 0, sin_port: 1 }));
  a.push(net.bind(udp, { sin_family: 2, sin_addr: "1.2.3.4", sin_port: 1 }));
  a.push(net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 65536 }), net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 1.5 }));
  a.push(net.bind(udp, { sin_family: 2, sin_addr: 0x01020304, sin_port: 7 }), net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 7 }));
  a.push(net.bind(udp, { sin_family: 2, sin_addr: 0, sin_port: 8 }), net.getsockname(udp, from), from);
  a.push(net.sendto(udp, "hello", 0, {}), net.sendto(udp, "hello", 0, null), net.recvfrom(udp, 100, 0, from));
  a.push(net.sendto(udp, "hello", 0, { sin_family: 2, sin_addr: net.inet_addr("10.0.0.2"), sin_port: 9 }));
  a.push(net.setsockopt(udp, net.SOL_SOCKET, net.SO_RCVBUF, 1000000), net.setsockopt(udp, net.SOL_SOCKET, 12345, 1));
  a.push(net.getsockopt(udp, net.SOL_SOCKET, net.SO_RCVBUF), net.getsockopt(udp, net.IPPROTO_IP, net.IP_TTL), net.getsockopt(99, 0, 0));
  a.push(net.tcpinfo(udp), net.tcpinfo(tcp), net.tcpinfo(99), net.listen(udp, 1), net.accept(tcp, null), net.getpeername(tcp, from));
  a.push(net.send(tcp, "x", 0), net.recvstring(tcp, 10, 0, null), net.shutdown(tcp, 1), net.setupcall(99, null));
  a.push(net.shutdown(udp, 3), net.shutdown(udp, NaN), net.shutdown(udp, "1"), net.recvfrom(udp, NaN, 0, null), net.recvstring(udp, -1, 0, null));
  a.push(net.sendto(udp, 5, 0, null), net.sendto(udp, {}, 0, null), net.setsockopt(udp, net.IPPROTO_IP, net.IP_TTL, NaN));
  a.push(net.setsockopt(udp, net.SOL_SOCKET, net.SO_RCVBUF, NaN));
  a.push(net.close(udp), net.close(udp), net.close(tcp), net.close(0), net.close(-1));
  return JSON.stringify(a);
})()`;

/** IP_OPTIONS (4): a source route, and what is none. The bundle for tests has them. */
const OPTIONS = `(function () {
  var net = eth.net, a = [], udp = net.socket(2, 2, 0), tcp = net.socket(2, 1, 0);
  var route = String.fromCharCode(0x83, 11, 4, 10, 0, 0, 2, 203, 0, 113, 9);
  function set(fd, value) { a.push(net.setsockopt(fd, 0, 4, value)); }
  function get(fd) { a.push(net.getsockopt(fd, 0, 4)); }
  get(udp), set(udp, route), get(udp), set(tcp, "\\x01\\x01"), get(tcp), set(tcp, ""), get(tcp);
  set(udp, 5), set(udp, "x".repeat(41)), set(udp, "x"), set(99, route), get(99), get(udp);
  net.close(udp), net.close(tcp);
  return JSON.stringify(a);
})()`;

/** What an object says whose chip was let go of, alone and while another has its place. What it had counted is of no interest. */
const ENDED = `(function () {
  var old = eth, a = [];
  function look() {
    var s = old.getStatus();
    delete s.phylink, delete s.received, delete s.sent;
    a.push(old.getIP(), s);
    try { old.setIP({ ip: "10.0.0.9", subnet: "255.255.255.0" }); a.push("set"); } catch (e) { a.push(e.message); }
  }
  old.end();
  look();
  eth = require("enc28j60").connect({ spi: SPI1, cs: B1, int: B10, rst: B13 });
  eth.setIP({ ip: "10.0.0.7", subnet: "255.255.255.0" });
  look();
  a.push(eth.getIP().ip);
  old.end();
  a.push(eth.getIP().ip);
  return JSON.stringify(a);
})()`;

const APP = `var net = require("net"), got = "";
net.createServer(function (c) { c.on("data", function (d) { got += d; c.write(d); }); }).listen(7);`;

describe("A board whose stack is machine code", () => {
  beforeEach(() => {
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  /** Two boards on a cable, the second in JavaScript; `work` is given the first, of each kind in turn. */
  function both<T>(
    work: (board: Machine, clock: VirtualClock, peer: Machine) => T,
    bundle: "tok" | "test" = "tok",
  ): T[] {
    return (["javascript", "native"] as const).map((core) => {
      const clock = new VirtualClock();
      const segment = new Segment(clock);
      const machine = (ip: string, kind: "tok" | "test", which: typeof core, app: string) =>
        createMachine({
          clock,
          segment,
          chip: "enc28j60",
          bundle: bundleFor("enc28j60", kind),
          name: kind,
          ip,
          core: which,
          app,
        });
      const board = machine("10.0.0.1/24", bundle, core, APP);
      const peer = machine("10.0.0.2/24", "test", "javascript", "");
      board.board.storage.install("netstat", readFileSync(join(__dirname, "../../dist/netstat.min.js"), "latin1"));
      clock.runFor(4 * SECOND);
      const result = work(board, clock, peer);
      expect(board.errors).withContext(core).toEqual([]);
      board.stop();
      peer.stop();
      return result;
    });
  }

  it("answers programs as that in JavaScript does, whatever they ask for", () => {
    const [javascript, native] = both((board) => board.board.realm.evaluate<string>(CALLS, "calls"));
    expect(JSON.parse(native)).toEqual(JSON.parse(javascript));
  });

  it("takes options of the IP header from programs, and gives them back", () => {
    const [javascript, native] = both((board) => board.board.realm.evaluate<string>(OPTIONS, "options"), "test");
    expect(JSON.parse(native)).toEqual(JSON.parse(javascript));
    expect(JSON.parse(native)[1]).toBe(0);
    expect(JSON.parse(native)[2].length).toBe(12);
  });

  it("tells no sender of a stream's data", () => {
    const [javascript, native] = both((board, clock, peer) => {
      const open = `var from = { sin_port: 1 }, fds = [eth.net.socket(2, 1, 0)], answer;
        eth.net.bind(fds[0], { sin_family: 2, sin_addr: 0, sin_port: 77 }); eth.net.listen(fds[0], 1);`;
      board.board.realm.evaluate(open, "open");
      const fd = peer.net.socket(2, 1, 0);
      peer.call(() => peer.net.connect(fd, { sin_family: 2, sin_addr: peer.net.inet_addr("10.0.0.1"), sin_port: 77 }));
      clock.runFor(SECOND);
      peer.call(() => peer.net.send(fd, "data", 0));
      clock.runFor(SECOND);
      const take = "JSON.stringify([eth.net.recvstring(eth.net.accept(fds[0], null), 99, 0, from), from])";
      return board.board.realm.evaluate<string>(take, "take");
    });
    expect(native).toEqual(javascript);
    expect(JSON.parse(native)).toEqual(["data", { sin_port: 1 }]);
  });

  it("gives what it has found again when a receive was broken off, and nothing of a socket that is closed meanwhile", () => {
    const heard = both((board, clock, peer) => {
      const run = (text: string) => board.board.realm.evaluate<string>(text, "receive");
      const says = (text: string) => {
        const to = { sin_family: 2, sin_addr: peer.net.inet_addr("10.0.0.1"), sin_port: 9 };
        peer.call(() => peer.net.sendto(peer.net.socket(2, 2, 0), text, 0, to));
        clock.runFor(SECOND);
      };
      run(`function open() { var fd = eth.net.socket(2, 2, 0); eth.net.bind(fd, { sin_family: 2, sin_addr: 0, sin_port: 9 }); return fd; }
        var fd = open();`);
      const take = "eth.net.recvstring(fd, 99, 0, null)";
      says("one");
      breaksOff(board, () => run(take));
      const again = run(take);
      says("two");
      breaksOff(board, () => run(take));
      run("eth.net.close(fd); fd = open()");
      says("three");
      return [again, run(take), run(take)];
    });
    for (const each of heard) expect(each as unknown[]).toEqual(["one", "three", EAGAIN]);
  });

  /** What is found in the core's memory is not taken out of it; in a board without such a core nothing is broken off. */
  function breaksOff({ nativeCore }: Machine, receive: () => void): void {
    if (!nativeCore) return;
    const { entry } = nativeCore;
    nativeCore.entry = (code, ...args) => {
      if (code === SYS_RECEIVED) throw new Error("broken off");
      return entry.call(nativeCore, code, ...args);
    };
    expect(receive).toThrowError("broken off");
    nativeCore.entry = entry;
  }

  it("has an object whose chip was let go of say so, and no more", () => {
    const [javascript, native] = both((board) => board.board.realm.evaluate<string>(ENDED, "ended"));
    expect(JSON.parse(native)).toEqual(JSON.parse(javascript));
  });

  it("has netstat print the same", () => {
    const [javascript, native] = both((board, clock, peer) => {
      const { net } = peer;
      const fd = net.socket(2, 1, 0);
      peer.call(() => net.connect(fd, { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: 7 }));
      clock.runFor(SECOND);
      peer.call(() => net.send(fd, peer.bytes(700).fill(65), 0));
      clock.runFor(SECOND);
      expect(board.board.realm.global.got).toBe("A".repeat(700));
      const text = `(function () { var l = []; require("netstat").netstat(eth, "iarnsm", function (s) { l.push(s); }); return l.join("\\n"); })()`;
      return board.board.realm.evaluate<string>(text, "netstat").split("\n");
    }, "test"); // whose pools are the same in both worlds
    expect(native).toEqual(javascript);
    expect(native.length).toBeGreaterThan(40);
  });
});
