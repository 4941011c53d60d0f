/**
 * Turns that are broken off at any statement: what is left of the stack must go on, and give everything back.
 *
 *     npm run broken-turns -- --chip enc28j60 --every 1      (every statement of the exchange; default: every 500th)
 *
 * A board serves pages by Espruino's http, an echo by its net, and another by the system calls; a visitor uses all three. In one
 * round the n-th statement that the board's stack executes is not reached, nor is any other in that turn. In the next round
 * nothing is broken, and everything must work.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import type { NetCalls } from "../../host-sim/net_calls";
import { Segment } from "../../host-sim/segment";
import { breakableBundle } from "../lib/broken_bundle";

const dist = join(__dirname, "../../dist");
const BOARD = "10.0.0.1";
const PATTERN = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(32 + (i % 90))).join("");
/** How long a round may take; what it takes until TIME_WAIT, lingering and timeouts are over (s). */
const ROUND = 20;
const QUIET = 200;
const EAGAIN = -11;

const APP = `
require("http").createServer(function (q, r) { r.writeHead(200); r.end(new Array(1500).join("p")); }).listen(80);
require("net").createServer(function (c) { c.on("data", function (d) { c.write(d); }); }).listen(7);
var net = eth.net, echo = net.socket(2, 2, 0);
net.bind(echo, { sin_family: 2, sin_addr: 0, sin_port: 9 });
net.setupcall(echo, function (fd) {
  var from = {}, d;
  while (typeof (d = net.recvfrom(fd, 1472, 0, from)) !== "number") net.sendto(fd, d, 0, from);
});`;

export interface BrokenResult {
  /** statements that one round executes */
  statements: number;
  /** turns that were broken off */
  broken: number;
  /** what went wrong: the statement, and how */
  faults: string[];
}

type Calls = NetCalls & { recvstring(fd: number, len: number, flags: number, from: null): string | number };

export class BrokenTurns {
  private readonly clock = new VirtualClock();
  private readonly segment = new Segment(this.clock);
  private readonly visitor: Machine;
  private readonly board: Machine;
  private idle = "";
  readonly faults: string[] = [];
  /** turns that were broken off */
  broken = 0;

  constructor(chip: string) {
    const machine = (name: string, bundle: string, ip: string, app?: string) =>
      createMachine({
        clock: this.clock,
        segment: this.segment,
        chip,
        bundle,
        name,
        ip,
        ...(app ? { app, storageBytes: 4000000 } : {}),
      });
    this.visitor = machine("visitor", join(dist, "enc28j60.test.js").replace("enc28j60", chip), "10.0.0.9/24");
    const bundle = breakableBundle(readFileSync(join(dist, `${chip}.js`), "utf8"));
    this.board = machine("board", bundle, `${BOARD}/24`, APP);
    this.clock.runFor(4 * SECOND);
  }

  /** An unbroken round: how many statements it has, and how often the machine calls each of the stack's functions. */
  begin(): { statements: number; entries: Record<string, number> } {
    this.round();
    this.clock.runFor(QUIET * SECOND);
    this.idle = this.pools();
    this.arm(0);
    const fault = this.round();
    if (fault) this.faults.push(`unbroken: ${fault}`);
    const entries = JSON.parse(String(this.value("JSON.stringify($fault.entries)")));
    return { statements: Number(this.value("$fault.n")), entries };
  }

  /**
   * Breaks a turn off at the n-th statement of a round, at an entry ("softclock 2"), or at a statement of a function ("accept 2 5");
   * then, if `look`, the pools are looked at.
   */
  breakOff(at: number | string, look: boolean): void {
    this.arm(at);
    this.round();
    if (this.value("$fault.hit")) this.broken++;
    this.arm(0);
    this.clock.runFor(3 * SECOND);
    const fault = this.round() && this.round();
    if (fault) this.faults.push(`${at}: ${fault}`);
    if (!look && !fault) return;
    this.clock.runFor(QUIET * SECOND);
    const now = this.pools();
    if (now !== this.idle) this.faults.push(`${at}: ${now}, not ${this.idle}`);
  }

  /** For n from `first` on in steps of `every`; at each `check` of them the pools are looked at. */
  run(first: number, every: number, check = 20, say: (line: string) => void = () => {}): BrokenResult {
    const { statements } = this.begin();
    const { faults } = this;
    for (let n = first, i = 1; n <= statements && faults.length < 10; n += every, i++) {
      this.breakOff(n, i % check === 0);
      if (i % check === 0) say(`${n} of ${statements}, ${faults.length} faults ${faults[faults.length - 1] ?? ""}`);
    }
    this.stop();
    return { statements, broken: this.broken, faults };
  }

  stop(): void {
    this.visitor.stop();
    this.board.stop();
  }

  private arm(at: number | string): void {
    const [n, words] = typeof at === "number" ? [at, 0] : [0, at.split(" ").length];
    this.value(
      `$fault.n = $fault.calls = 0, $fault.entries = {}, $fault.hit = $fault.broken = false, $fault.at = ${n},
        $fault.entry = "${words === 2 ? at : ""}", $fault.within = "${words === 3 ? at : ""}"`,
    );
  }

  private value(expression: string): unknown {
    return this.board.board.realm.evaluate(expression, "value");
  }

  /** Everything once; what did not work, or "". */
  private round(): string {
    const page = this.converse(80, "GET / HTTP/1.0\r\n\r\n", (heard) => /p{1499}$/.test(heard));
    const echo = this.converse(7, PATTERN, (heard) => heard === PATTERN);
    const datagram = this.datagram();
    for (let t = 0; t < ROUND * 10 && !(page.done() && echo.done() && datagram.done()); t++)
      this.clock.runFor(100 * MS);
    const fault = [page.done() ? "" : "page", echo.done() ? "" : "echo", datagram.done() ? "" : "datagram"].filter(
      Boolean,
    );
    for (const one of [page, echo, datagram]) one.close();
    this.clock.runFor(SECOND);
    return fault.join(" ");
  }

  private get net(): Calls {
    return this.visitor.net as Calls;
  }

  private address(port: number) {
    return { sin_family: 2, sin_addr: this.net.inet_addr(BOARD), sin_port: port };
  }

  private converse(port: number, say: string, good: (heard: string) => boolean) {
    const { net, visitor } = this;
    let heard = "";
    let unsaid = say;
    let fd = -1;
    const pump = () => {
      const sent = unsaid ? net.send(fd, unsaid, 0) : 0;
      if (sent > 0) unsaid = unsaid.slice(sent);
      for (let d = net.recvstring(fd, 1460, 0, null); typeof d === "string" && d; d = net.recvstring(fd, 1460, 0, null))
        heard += d;
    };
    visitor.call(() => {
      fd = net.socket(2, 1, 0);
      net.connect(fd, this.address(port));
      net.setupcall(fd, pump);
    });
    return { done: () => good(heard), close: () => visitor.call(() => net.close(fd)) };
  }

  /** A datagram may be lost: it is sent once a second. */
  private datagram() {
    const { net, visitor, clock } = this;
    let heard = false;
    let fd = -1;
    const send = () => {
      if (heard || fd < 0) return;
      net.sendto(fd, PATTERN.slice(0, 700), 0, this.address(9));
      clock.after(SECOND, () => visitor.call(send));
    };
    visitor.call(() => {
      fd = net.socket(2, 2, 0);
      net.setupcall(fd, () => {
        if (net.recvstring(fd, 1472, 0, null) !== EAGAIN) heard = true;
      });
      send();
    });
    return {
      done: () => heard,
      close: () =>
        visitor.call(() => {
          net.close(fd);
          fd = -1;
        }),
    };
  }

  /** Mbufs, clusters, PCBs by protocol, descriptors that a program can still have, connections that the interpreter has. */
  private pools(): string {
    const count = `(function (n, s) { for (s = []; (n = eth.net.socket(2, 2, 0)) >= 0; ) s.push(n);
      n = s.length; s.forEach(function (fd) { eth.net.close(fd); }); return n; })()`;
    const pcbs = `eth.stats().sockets.map(function (head) {
      var n = 0, p = head && head.inp_first; while (p) { n++; p = p.inp_next; } return n; }).join()`;
    const connections = `["HttpSC", "HttpCC"].reduce(function (n, list) { return n + (global["\\xff"][list] || []).length; }, 0)`;
    let answer = "";
    this.board.call(() => {
      answer = String(
        this.value(`(function (m) { return m.m_mfree + " mbufs, " + m.m_clfree + " clusters"; })(eth.stats().mbuf) +
          ", PCBs " + ${pcbs} + ", " + ${count} + " descriptors, " + ${connections} + " connections"`),
      );
    });
    this.clock.runFor(MS);
    return answer;
  }
}

/** Whole runs, from the command line. */
function main(args: string[]): void {
  const option = (name: string, otherwise: string) => args[args.indexOf(`--${name}`) + 1 || args.length] ?? otherwise;
  const every = Number(option("every", "500"));
  const first = Number(option("first", "1"));
  const { statements, broken, faults } = new BrokenTurns(option("chip", "enc28j60")).run(
    first,
    every,
    Number(option("check", "20")),
    console.log,
  );
  console.log(`${statements} statements in a round; ${broken} turns broken off; ${faults.length} faults`);
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length ? 1 : 0;
}

if (require.main === module) main(process.argv.slice(2));
