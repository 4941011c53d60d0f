/**
 * A board with the machine code of the profile tcp: the interpreter's own net and http, an address by DHCP or by hand, and nothing else. It
 * serves pages like any other, and says what it has not.
 */
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { hostCompiler } from "../../tools/native/host";
import { bundleFor } from "../lib/chip";
import { visit as visitAll } from "./lib/visitors";

const PAGE = "All is well. ".repeat(80);
const SERVER = `require("http").createServer(function (req, res) { res.writeHead(200, {}); res.end(${JSON.stringify(PAGE)}); }).listen(80);`;

describe("A board with the machine code of the profile tcp", () => {
  let clock: VirtualClock;
  let board: Machine;
  let peer: Machine;
  let printed: string;

  beforeEach(() => {
    if (!hostCompiler()) pending("needs gcc or clang");
    printed = "";
    clock = new VirtualClock();
    const segment = new Segment(clock);
    const chip = "enc28j60";
    const bundle = join(__dirname, `../../dist/${chip}-tcp.tok.js`);
    board = createMachine({
      clock,
      segment,
      chip,
      bundle,
      name: "board",
      ip: "dhcp",
      core: "native",
      app: SERVER,
      print: (line) => {
        printed += line;
      },
    });
    const whole = bundleFor(chip, "test");
    peer = createMachine({ clock, segment, chip, bundle: whole, name: "peer", ip: "10.0.0.2/24", core: "javascript" });
    serveDhcp(peer, { address: "10.0.0.1", length: 24 }, "10.0.0.2");
    clock.runFor(4 * SECOND);
  });

  afterEach(() => {
    if (!board) return;
    expect(board.errors).toEqual([]);
    board.stop();
    peer.stop();
  });

  const evaluate = <T>(machine: Machine, text: string): T => machine.board.realm.evaluate<T>(text, "test");

  const visit = (visitors: number, seconds: number) => visitAll(clock, peer, visitors, seconds);

  it("serves page after page, far more than it has connections and memory", () => {
    for (let n = 0; n < 40; n++) expect(visit(1, 3)).toEqual([PAGE]);
    clock.runFor(120 * SECOND);
    expect(visit(8, 60)).toEqual(Array(8).fill(PAGE));
  });

  it("has its address from a server, keeps it, and says how it stands", () => {
    const status = () => evaluate<{ [name: string]: unknown }>(board, "eth.getStatus()");
    const { dhcp, ip, lease, server, state } = status();
    expect([dhcp, ip, server, state]).toEqual(["bound", "10.0.0.1", "10.0.0.2", "online"]);
    clock.runFor(2 * (lease as number) * SECOND);
    expect(status()["ip"]).toBe("10.0.0.1");
    board.port.unplug();
    clock.runFor(5 * SECOND);
    expect(status()["ip"]).toBe("0.0.0.0");
    board.port.plug();
    clock.runFor(5 * SECOND);
    expect(status()["dhcp"]).toBe("bound");
    expect(visit(1, 10)).toEqual([PAGE]);
  });

  it("says what it has not", () => {
    const message = (text: string) =>
      evaluate<string>(board, `(function () { try { ${text} } catch (e) { return e.message; } })()`);
    expect(message('require("dgram").createSocket("udp4", function () {}).bind(9)')).toBe("Unable to create socket");
    expect(printed).toContain("NetworkJS: dgram is not in this bundle");
    expect(evaluate(board, "[eth.stats, eth.ping, eth.net].map(function (x) { return typeof x; }).join()")).toBe(
      "undefined,undefined,undefined",
    );
    expect(visit(1, 10)).toEqual([PAGE]);
  });
});
