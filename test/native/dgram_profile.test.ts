/**
 * A board with the machine code of the profile dgram: the interpreter's own dgram, an address by DHCP, names, and nothing else.
 */
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hasThumbCompiler } from "../../tools/native/gcc";
import { bundleFor } from "../lib/chip";

const ECHO = `
var echo = require("dgram").createSocket("udp4");
echo.on("message", function (msg, info) { echo.send(msg, 0, msg.length, info.port, info.address); });
echo.bind(7);`;

describe("A board with the machine code of the profile dgram", () => {
  let clock: VirtualClock;
  let board: Machine;
  let peer: Machine;

  beforeEach(() => {
    if (!hasThumbCompiler()) pending("needs gcc-arm-none-eabi");
    clock = new VirtualClock();
    const segment = new Segment(clock);
    const chip = "enc28j60";
    board = createMachine({
      clock,
      segment,
      chip,
      bundle: join(__dirname, `../../dist/${chip}-dgram.shell.tok.js`),
      name: "board",
      ip: "dhcp",
      app: ECHO,
    });
    peer = createMachine({
      clock,
      segment,
      chip,
      bundle: bundleFor(chip, "test"),
      name: "peer",
      ip: "10.0.0.2/24",
      core: "javascript",
      app: "var net = eth.net, back = [], fd = net.socket(net.AF_INET, net.SOCK_DGRAM, 0); net.setupcall(fd, function () { back.push(net.recvstring(fd, 1500, 0, null)); });",
    });
    serveDhcp(peer, { address: "10.0.0.1", length: 24 }, "10.0.0.2");
    clock.runFor(4 * SECOND);
  });

  afterEach(() => {
    if (!board) return;
    expect([...board.errors, ...peer.errors]).toEqual([]);
    board.stop();
    peer.stop();
  });

  const evaluate = <T>(machine: Machine, text: string): T => machine.board.realm.evaluate<T>(text, "test");
  const echoed = (length: number): string => {
    evaluate(
      peer,
      `back = []; net.sendto(fd, Array(${length + 1}).join("x"), 0, { sin_family: 2, sin_addr: net.inet_addr("10.0.0.1"), sin_port: 7 })`,
    );
    clock.runFor(2 * SECOND);
    return evaluate<string>(peer, "back.map(function (b) { return b.length; }).join()");
  };

  it("has its address from a server, and echoes datagrams of one byte to a whole frame", () => {
    expect(evaluate<{ dhcp: string }>(board, "eth.getStatus()").dhcp).toBe("bound");
    for (const length of [1, 2, 100, 512, 1400]) expect(echoed(length)).toBe(`${length}`);
  });

  it("says what it has not", () => {
    expect(evaluate(board, "[eth.stats, eth.ping, eth.net].map(function (x) { return typeof x; }).join()")).toBe(
      "undefined,undefined,undefined",
    );
    const listen = 'require("http").createServer(function () {}).listen(80)';
    expect(evaluate<string>(board, `(function () { try { ${listen} } catch (e) { return e.message; } })()`)).toBe(
      "Unable to create socket",
    );
    expect(echoed(10)).toBe("10");
  });
});
