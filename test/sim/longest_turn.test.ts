/**
 * How long the stack keeps a board from its program: the function calls in the longest turn, which need no clock of any
 * host, while everything goes wrong that can make a slower stack wait.
 */
import { readFileSync } from "node:fs";
import * as acorn from "acorn";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor } from "../lib/chip";

const { withoutFree } = require("../../tools/drop_free") as { withoutFree(code: string): string };

/** The longest turn here, 613, is that in which the program makes three requests and a datagram. */
const LONGEST = 700;

/** A chip's readable bundle, without what is not shipped, that counts in `exports.ALL` how often its functions are called. */
function instrumented(chip: string): string {
  const code = withoutFree(readFileSync(bundleFor(chip, "readable"), "latin1"));
  let text = "exports.ALL = 0;\n";
  let at = 0;
  for (const node of acorn.parse(code, { ecmaVersion: 5 }).body)
    if (node.type === "FunctionDeclaration") {
      text += `${code.slice(at, node.body.start + 1)}exports.ALL++;`;
      at = node.body.start + 1;
    }
  return text + code.slice(at);
}

/** Asks for a page by name, by way of the gateway, and of a neighbour who is not there; sends datagrams; listens. */
const PROGRAM = `
var failed = [], http = require("http");
function ask(url) {
  http.get(url, function () {}).on("error", function (e) { failed.push(e.code); });
}
http.createServer(function () {}).listen(80);
setInterval(function () {
  ask("http://no.such.name/");
  ask("http://198.51.100.1/");
  ask("http://10.0.0.77/");
  require("dgram").createSocket("udp4").send("x", 9, "10.0.0.78");
}, 8000);
`;

/** The calls in the longest turn of the board in three quarters of a minute, and how the requests failed. */
function longestTurn(meanwhile: (segment: Segment) => void): { calls: number; failed: number[] } {
  const clock = new VirtualClock();
  const segment = new Segment(clock);
  const board = createMachine({
    clock,
    segment,
    chip: "enc28j60",
    bundle: instrumented("enc28j60"),
    ip: "10.0.0.1/24",
    gateway: "10.0.0.99",
    app: PROGRAM,
  });
  board.run('eth.setIP({ ip: "10.0.0.1", subnet: "255.255.255.0", gateway: "10.0.0.99", dns: "10.0.0.98" });');
  const counts = board.board.modules.require("enc28j60") as { ALL: number };
  let calls = 0;
  const defer = clock.defer.bind(clock);
  clock.defer = (turn) =>
    defer(() => {
      const before = counts.ALL;
      turn();
      calls = Math.max(calls, counts.ALL - before);
    });
  clock.runFor(5 * SECOND);
  meanwhile(segment);
  clock.runFor(40 * SECOND);
  const failed = board.board.realm.evaluate<number[]>("failed", "test");
  expect(board.errors).toEqual([]);
  board.stop();
  return { calls, failed: [...new Set(failed)].sort((a, b) => b - a) };
}

describe("The longest turn of the stack", () => {
  it("is short while name servers, the gateway and a neighbour do not answer, and requests end with a reason", () => {
    const { calls, failed } = longestTurn(() => {});
    console.log(`longest turn: ${calls} function calls (nobody answers)`);
    expect(calls).toBeGreaterThan(20);
    expect(calls).toBeLessThan(LONGEST);
    expect(failed).toEqual([-4, -6]);
  });

  it("is short while the cable is pulled", () => {
    const { calls, failed } = longestTurn((segment) => segment.unplug());
    console.log(`longest turn: ${calls} function calls (no cable)`);
    expect(calls).toBeLessThan(LONGEST);
    expect(failed.length).toBeGreaterThan(0);
  });
});
