/**
 * Machine code and what the interpreter keeps for it: the objects of its sockets, which are looked through for how much a program may
 * be given (runtime/objects.h), and its timers (runtime/timer.h).
 */
import { SECOND } from "../../host-sim/clock";
import { VisitedBoard } from "../lib/visitor";
import { needsCore } from "./lib/thumb";

const HTTP = 80;
const ECHO = 7;
const LAZY = 8;
const APP = `
require("http").createServer(function (req, res) { res.writeHead(200, {}); res.end("well"); }).listen(${HTTP});
var pieces = [], lazy, net = require("net");
net.createServer(function (c) { c.on("data", function (d) { pieces.push(d.length); c.write(d); }); }).listen(${ECHO});
net.createServer(function (c) { lazy = c; }).listen(${LAZY});`;

/** Text of which each piece is another. */
const text = (length: number) =>
  Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7 + (i >> 6)) % 90))).join("");

describe("Machine code that looks at the interpreter's objects", () => {
  let bench: VisitedBoard;

  beforeEach(() => {
    needsCore();
    bench = new VisitedBoard([], { core: "thumb", app: APP });
  });

  afterEach(() => {
    if (!bench) return;
    expect(bench.board.errors).toEqual([]);
    bench.board.stop();
  });

  const evaluate = <T>(program: string): T => bench.board.board.realm.evaluate<T>(program, "test");

  it("gives a program pieces as large as segments", () => {
    const client = bench.visit(ECHO);
    client.say(text(4380));
    bench.clock.runFor(3 * SECOND);
    expect(client.heard === text(4380)).toBeTrue();
    const given = evaluate<number[]>("pieces");
    expect(given[0]).toBeLessThanOrEqual(512); // its program may not have been called yet
    expect(given.filter((length) => length > 1400).length).toBe(2);
  });

  it("gives no more than the interpreter keeps of what nobody reads, and the rest to who reads later", () => {
    const client = bench.visit(LAZY);
    client.say(text(3000));
    bench.clock.runFor(2 * SECOND);
    expect(evaluate<number>("lazy.available()")).toBeLessThanOrEqual(512);
    evaluate('var late = ""; lazy.on("data", function (d) { late += d; }); 0');
    bench.clock.runFor(2 * SECOND);
    expect(evaluate<number>("late.length")).toBe(3000);
  });

  it("answers headers without an end by 431, and goes on serving", () => {
    const client = bench.visit(HTTP);
    client.say(`GET / HTTP/1.1\r\nX: ${"y".repeat(9000)}`);
    bench.clock.runFor(5 * SECOND);
    expect(client.heard).toMatch(/^HTTP\/1.1 431 /);
    expect(client.ended).toBeTrue();
    const other = bench.visit(HTTP);
    other.say("GET / HTTP/1.0\r\n\r\n");
    bench.clock.runFor(2 * SECOND);
    expect(other.heard).toContain("well");
  });

  it("lets go of a connection whose client ends it without a request", () => {
    const client = bench.visit(HTTP);
    client.leave();
    bench.clock.runFor(10 * SECOND);
    expect(evaluate<number>('Object.keys(global["\\xff"].HttpSC).length')).toBe(0);
  });

  it("goes on after a program has cleared all timers", () => {
    evaluate("clearTimeout(); clearInterval(); 0");
    bench.clock.runFor(10 * SECOND);
    const client = bench.visit(ECHO);
    client.say(text(1000));
    bench.clock.runFor(20 * SECOND);
    expect(client.heard === text(1000)).toBeTrue();
  });
});
