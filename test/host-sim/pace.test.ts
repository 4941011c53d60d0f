/**
 * The model of a board's pace, beside what was measured; and programs at that pace.
 */
import { join } from "node:path";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { COUNTER, counted } from "../../host-sim/pace/count";
import { BOARDS } from "../../host-sim/pace/figures";
import { Segment } from "../../host-sim/segment";
import { javascriptOnly } from "../lib/javascript_only";

const dist = join(__dirname, "../../dist");
const PAGE = `
  require("http").createServer(function (req, res) {
    res.writeHead(200, { "Content-Type": "text/plain" });
    res.end(new Array(1001).join("x"));
  }).listen(80);
  var net = eth.net, u = net.socket(2, 2, 0);
  net.bind(u, { sin_family: 2, sin_addr: 0, sin_port: 7 });
  net.setupcall(u, function (fd) {
    var from = { sin_family: 0, sin_addr: 0, sin_port: 0 }, d;
    while (typeof (d = net.recvfrom(fd, 1472, 0, from)) !== "number") net.sendto(fd, d, 0, from);
  });`;

/** Tokens and skipped characters that are counted while `source` runs, and what it comes to. */
function run(source: string): { tokens: number; skipped: number; value: unknown } {
  let [tokens, skipped] = [0, 0];
  const count = (t: number, s: number) => {
    tokens += t;
    skipped += s;
  };
  const value = new Function(COUNTER, `return eval(${JSON.stringify(counted(source))});`)(count);
  return { tokens, skipped, value };
}

describe("The count of a program's work", () => {
  it("is of the tokens that are interpreted, and of the text that is read over", () => {
    expect(run("1 + 2")).toEqual({ tokens: 3, skipped: 0, value: 3 });
    expect(run("if (false) { 12345; }")).toEqual({ tokens: 4, skipped: 10, value: undefined });
    expect(run("if (true) { 12345; }")).toEqual({ tokens: 8, skipped: 10, value: 12345 });
    expect(run("0 && 12345")).toEqual({ tokens: 2, skipped: 5, value: 0 });
    expect(run("1 ? 2 : 3").value).toBe(2);
  });

  it("grows with each round of a loop and each call", () => {
    const rounds = (n: number) => run(`var s = 0; for (var i = 0; i < ${n}; i++) s += i; s`).tokens;
    expect(rounds(20) - rounds(10)).toBe(rounds(30) - rounds(20));
    expect(rounds(20) - rounds(10)).toBe(10 * 9); // i < n; i++; s += i;
    const calls = (n: number) => run(`function f(a) { return a && a + 1; } ${"f(1);".repeat(n)}`).tokens;
    expect(calls(2) - calls(1)).toBe(5 + 9); // f(1); and { return a && ; } a + 1
  });

  it("leaves alone what a program does", () => {
    const program =
      "var o = ''; for (var i in { a: 1, b: 2 }) o += i; do { o += 'x'; } while (o.length < 5); " +
      "for (;;) { if (o.length > 7) break; else o += o.length % 2 ? 'y' : 'z'; } " +
      "switch (o.length) { case 8: o += '8'; break; default: o = ''; } var f = (a) => a || 'none'; o + f(0) + f(1)";
    expect(run(program).value).toBe("abxxxyzy8none1");
    expect(counted("this is (no program")).toBe("this is (no program");
  });
});

describe("A board's pace", () => {
  const addr = (machine: Machine) => machine.net.inet_addr("10.0.2.15");

  /** k instructions of the bundle on a Pico, for what `work` sets going, without what it does when nothing happens. */
  class Bench {
    readonly clock = new VirtualClock();
    readonly segment = new Segment(this.clock);
    readonly board = this.machine("board", "enc28j60.tok.js", "10.0.2.15/24", {
      pace: BOARDS["PICO"],
      app: PAGE,
    });
    readonly peer = this.machine("peer", "enc28j60.test.js", "10.0.2.2/24", {});

    constructor() {
      this.clock.runFor(20 * SECOND);
      expect(this.board.errors).toEqual([]);
    }

    /** The third of six stretches with it and without: into the dearer ones falls what the watchdog does every few seconds. */
    each(seconds: number, work: () => void): number {
      const third = (work: () => void) =>
        Array.from({ length: 6 }, () => this.spent(seconds, work)).sort((a, b) => a - b)[2];
      const idle = third(() => {});
      return Math.round((third(work) - idle) / 1000);
    }

    private spent(seconds: number, work: () => void): number {
      const { pace } = this.board.board;
      const before = pace?.instructions ?? 0;
      this.peer.call(work);
      this.clock.runFor(seconds * SECOND);
      return (pace?.instructions ?? 0) - before;
    }

    private machine(name: string, bundle: string, ip: string, more: object): Machine {
      const { clock, segment } = this;
      return createMachine({ clock, segment, chip: "enc28j60", name, bundle: join(dist, bundle), ip, ...more });
    }
  }

  /** What was measured with the real interpreter compiled for ARM, with 16,383 cells; the model is to be within two fifths of it. */
  const near = (model: number, measured: number) => {
    expect(model)
      .withContext(`model ${model}k, measured ${measured}k`)
      .toBeGreaterThan(measured * 0.6);
    expect(model)
      .withContext(`model ${model}k, measured ${measured}k`)
      .toBeLessThan(measured * 1.4);
  };

  it("is that of the real interpreter, within two fifths: pings, datagrams, pages, and a quiet second", () => {
    javascriptOnly("the pace is what an interpreter has to read");
    const bench = new Bench();
    const { peer } = bench;
    const ping = () => peer.run('eth.ping("10.0.2.15", {}, function () {});');
    bench.each(2, ping);
    const fd = peer.net.socket(2, 2, 0);
    const datagram = (length: number) => () =>
      void peer.net.sendto(fd, "x".repeat(length), 0, { sin_family: 2, sin_addr: addr(peer), sin_port: 7 });
    const get = () => {
      const s = peer.net.socket(2, 1, 0);
      let sent = false;
      peer.net.setupcall(s, () => {
        if (!sent) peer.net.send(s, "GET / HTTP/1.0\r\n\r\n", 0);
        sent = true;
        const data = peer.net.recv(s, 4000, 0);
        if (typeof data !== "number" && !data.length) peer.net.close(s);
      });
      peer.net.connect(s, { sin_family: 2, sin_addr: addr(peer), sin_port: 80 });
    };
    const figures = { ping: bench.each(2, ping), echo: 0, echo1400: 0, page: 0 };
    bench.each(2, datagram(64));
    figures.echo = bench.each(2, datagram(64));
    figures.echo1400 = bench.each(2, datagram(1400));
    figures.page = bench.each(10, get);
    console.log(`the model's thousands of instructions on a board: ${JSON.stringify(figures)}`);
    near(figures.ping, 3300);
    near(figures.echo, 5900);
    near(figures.echo1400, 7800);
    near(figures.page, 40800);
  });

  it("makes turns take the time that they would take, by the board's clock", () => {
    const taken = (name: string) => {
      const clock = new VirtualClock();
      const lines: string[] = [];
      createMachine({
        clock,
        segment: new Segment(clock),
        chip: "enc28j60",
        bundle: "exports.connect = function () { return {}; };",
        pace: BOARDS[name],
        app: "var t = getTime(), i; for (i = 0; i < 1000; i++) Math.sin(i); print((getTime() - t) * 1000);",
        print: (line) => lines.push(line),
      });
      clock.runFor(SECOND);
      return Number(lines[0]);
    };
    // about 16 tokens a round, 490 instructions each, 18.9 ns an instruction
    expect(taken("PICO")).toBeGreaterThan(100);
    expect(taken("PICO")).toBeLessThan(200);
    expect(taken("PICO") / taken("STM32F4DISCOVERY")).toBeCloseTo(2, 3);
  });

  it("does not charge the board with the simulator's own looks at it", () => {
    const bench = new Bench();
    const { pace } = bench.board.board;
    const before = pace?.instructions;
    const ip = pace?.uncounted(() => bench.board.board.realm.evaluate("eth.getIP().ip", "look") as string);
    expect(ip).toBe("10.0.2.15");
    expect(pace?.instructions).toBe(before);
  });

  it("delays what comes after a long turn, as timers", () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    createMachine({
      clock,
      segment: new Segment(clock),
      chip: "enc28j60",
      bundle: "exports.connect = function () { return {}; };",
      pace: BOARDS["PICO"],
      app: "setTimeout(function () { print('late'); }, 1); for (var i = 0; i < 5000; i++) Math.sin(i);",
      print: (line) => lines.push(`${line} ${Math.round(clock.now() / MS)}`),
    });
    clock.runFor(5 * SECOND);
    expect(Number(lines[0].split(" ")[1])).toBeGreaterThan(500);
  });
});
