/**
 * Many short connections at once, and requests that are answered before they have come: what a board's web server meets when
 * several browsers and an uploader have found it. In virtual time.
 */
import { MS, SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import type { NetCalls } from "../../host-sim/net_calls";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP } from "../lib/chip";

const BOARD = "10.0.0.1";
const EAGAIN = -11;

/** Six ask at a time, as browsers do; so many pages in all. */
const PARALLEL = 6;
const PAGES = 240;
/** A page takes 20 ms; what lost its SYN, or the answer to that, takes a second more. */
const STALLED = 900 * MS;

const APP = `require("http").createServer(function (q, r) {
  if (q.method === "POST") { r.writeHead(413); r.end("too big\\n"); return; }
  r.writeHead(200, { "Content-Type": "text/plain" }); r.end("Hello\\n");
}).listen(80);
function unused() { var m = eth.stats().mbuf; return m.m_mfree + "," + m.m_clfree; }
var before = unused();`;

type Calls = NetCalls & { recvstring(fd: number, len: number, flags: number, from: null): string | number };

describe("A board's web server", () => {
  let clock: VirtualClock;
  let board: Machine;
  let visitor: Machine;
  let net: Calls;

  beforeEach(() => {
    clock = new VirtualClock();
    const segment = new Segment(clock);
    const machine = (chip: string, kind: "tok" | "test", ip: string, more: { app?: string; core?: "javascript" }) =>
      createMachine({ clock, segment, chip, bundle: bundleFor(chip, kind), name: kind, ip, ...more });
    // Has room for whatever the board sends: more, as machine code of a 64-bit host, than the 64 KB that an interpreter's views reach.
    visitor = machine("w5500-raw", "test", "10.0.0.9/24", { core: "javascript" });
    board = machine(CHIP, "tok", `${BOARD}/24`, { app: APP });
    net = visitor.net as Calls;
    clock.runFor(3 * SECOND);
  });

  afterEach(() => {
    clock.runFor(100 * SECOND);
    expect(board.board.realm.evaluate("unused()", "test")).toBe(board.board.realm.evaluate("before", "test"));
    visitor.stop();
    board.stop();
  });

  /** Says `request`, as fast as it may; `done` is told what was answered when the board has ended the connection. */
  function ask(request: string, done: (answer: string) => void): void {
    let heard = "";
    let unsaid = request;
    const pump = (fd: number) => {
      const sent = unsaid ? net.send(fd, unsaid, 0) : 0;
      if (sent > 0) unsaid = unsaid.slice(sent);
      let data = net.recvstring(fd, 1460, 0, null);
      for (; typeof data === "string" && data; data = net.recvstring(fd, 1460, 0, null)) heard += data;
      if (data === EAGAIN) return;
      net.close(fd);
      done(heard);
    };
    visitor.call(() => {
      const fd = net.socket(2, 1, 0);
      net.connect(fd, { sin_family: 2, sin_addr: net.inet_addr(BOARD), sin_port: 80 });
      net.setupcall(fd, () => pump(fd));
    });
  }

  it(`serves ${PAGES} pages to ${PARALLEL} who ask all the time, and keeps none of them waiting for a second`, () => {
    const took: number[] = [];
    let begun = 0;
    const next = () => {
      const start = clock.now();
      if (begun++ >= PAGES) return;
      ask("GET / HTTP/1.0\r\n\r\n", (answer) => {
        expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\nHello\n$/);
        took.push(clock.now() - start);
        clock.after(0, next);
      });
    };
    for (let i = 0; i < PARALLEL; i++) next();
    for (let s = 0; s < 120 && took.length < PAGES; s++) clock.runFor(SECOND);
    expect(took.length).toBe(PAGES);
    expect(took.filter((ns) => ns > STALLED)).toEqual([]);
  });

  for (const kilobytes of [5, 50])
    it(`ends an upload of ${kilobytes} kB that it has answered without reading it, and goes on serving`, () => {
      const answers: string[] = [];
      const body = "x".repeat(kilobytes * 1000);
      ask(`POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`, (answer) => answers.push(answer));
      clock.runFor(30 * SECOND);
      expect(answers.length).toBe(1);
      expect(answers[0]).toMatch(/^HTTP\/1.1 413/);
      ask("GET / HTTP/1.0\r\n\r\n", (answer) => answers.push(answer));
      clock.runFor(5 * SECOND);
      expect(answers[1]).toMatch(/Hello\n$/);
    });
});
