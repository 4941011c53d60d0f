/**
 * A board of the small profile, whose program makes connections itself: that they stand is told without poll, which the
 * small profile is without.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { bundleFor, CHIP, smallBundle } from "../lib/chip";

const app = `var got = "", told = [];
function connect(port) {
  var socket = require("net").connect({ host: "10.0.0.2", port: port }, function (socket) {
    told.push("connected");
    socket.on("data", function (data) { got += data; });
    socket.write("hello");
  });
  socket.on("error", function (error) { told.push("error " + error.code); });
  socket.on("close", function () { told.push("closed"); });
}`;

describe("A board of the small profile", () => {
  it("connects, sends and receives, and is told of a port where nobody listens", async () => {
    const clock = new VirtualClock();
    const segment = new Segment(clock);
    const board = createMachine({
      clock,
      segment,
      chip: CHIP,
      name: "board",
      bundle: await smallBundle(),
      ip: "10.0.0.1/24",
      app,
    });
    const peer = createMachine({
      clock,
      segment,
      chip: CHIP,
      name: "peer",
      core: "javascript",
      bundle: bundleFor(CHIP, "test"),
      ip: "10.0.0.2/24",
      app: `require("net").createServer(function (c) { c.on("data", function (d) { c.write(d.toUpperCase()); c.end(); }); }).listen(7);`,
    });
    clock.runFor(4 * SECOND);
    const value = <T>(text: string) => board.board.realm.evaluate<T>(text, "test");
    board.call(() => value("connect(7)"));
    clock.runFor(2 * SECOND);
    expect(value<string>("got")).toBe("HELLO");
    expect(value<string>("told.join()")).toBe("connected,closed");
    board.call(() => value("told = []; connect(4)"));
    clock.runFor(2 * SECOND);
    expect(value<string>("told[0]")).toMatch(/^error -/);
    clock.runFor(20 * SECOND);
    expect(board.errors).toEqual([]);
    board.stop();
    peer.stop();
  });
});
