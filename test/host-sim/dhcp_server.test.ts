import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import { type CableFaults, Segment } from "../../host-sim/segment";

const DIST = join(__dirname, "../../dist");
const SERVICES = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "latin1");

/** The shipped bundle on a board that asks for its address, and the gateway of the user link, which gives it. */
class Pair {
  readonly clock = new VirtualClock();
  readonly printed: string[] = [];
  readonly board: Machine;
  readonly gateway: Machine;

  constructor(faults: Partial<CableFaults> = {}, bundle = "enc28j60.min.js", app = "") {
    const common = { clock: this.clock, segment: new Segment(this.clock, faults), chip: "enc28j60" };
    this.gateway = createMachine({
      ...common,
      name: "gateway",
      bundle: join(DIST, "enc28j60.test.js"),
      ip: "10.0.2.2/24",
    });
    serveDhcp(this.gateway, { address: "10.0.2.15", length: 24 }, "10.0.2.2");
    this.board = createMachine({
      ...common,
      bundle: join(DIST, bundle),
      ip: "dhcp",
      app: `${app}
eth.on("connected", function (ip) { print("address " + ip); });
eth.on("disconnected", function () { print("disconnected"); });`,
      print: (line) => this.printed.push(line),
    });
  }

  get info(): { [name: string]: string } {
    return (this.board.board.realm.global as unknown as { eth: { getIP(): { [name: string]: string } } }).eth.getIP();
  }

  run(seconds: number): void {
    this.clock.runFor(seconds * SECOND);
  }
}

describe("The gateway of the user link", () => {
  for (const bundle of ["enc28j60.min.js", "enc28j60-udp.shell.min.js"])
    it(`gives a board its address, by DHCP (${bundle})`, () => {
      const pair = new Pair({}, bundle);
      pair.run(5);
      expect(pair.printed).toEqual(["address 10.0.2.15"]);
      expect(pair.info).toEqual(
        jasmine.objectContaining({ ip: "10.0.2.15", subnet: "255.255.255.0", gateway: "10.0.2.2" }),
      );
      expect(pair.board.errors).toEqual([]);
    });

  it("gives it for longer, as long as the board asks for it", () => {
    const pair = new Pair();
    pair.run(6 * 3600);
    expect(pair.printed).toEqual(["address 10.0.2.15"]);
    expect(pair.info["ip"]).toBe("10.0.2.15");
  });

  it("gives it again when the cable was pulled", () => {
    const pair = new Pair();
    pair.run(5);
    pair.board.port.unplug();
    pair.run(5);
    pair.board.port.plug();
    pair.run(5);
    expect(pair.printed).toEqual(["address 10.0.2.15", "disconnected", "address 10.0.2.15"]);
  });

  it("leads to connections that live through a pulled cable, the address being the same", () => {
    const pair = new Pair({}, "enc28j60.min.js", SERVICES);
    const { net } = pair.gateway;
    const address = { sin_family: 2, sin_addr: net.inet_addr("10.0.2.15"), sin_port: 7 };
    let fd = -1;
    let echoed = "";
    const send = (text: string) => pair.gateway.call(() => void net.send(fd, text, 0));
    const read = () => {
      const data = net.recv(fd, 1000, 0);
      if (typeof data !== "number") echoed += Buffer.from(data).toString("latin1");
    };
    pair.run(5);
    pair.gateway.call(() => {
      fd = net.socket(2, 1, 0);
      net.setupcall(fd, read);
      net.connect(fd, address);
    });
    pair.run(1);
    send("before,");
    pair.run(1);
    expect(echoed).toBe("before,");
    pair.board.port.unplug();
    pair.run(2);
    send("while,");
    pair.run(8);
    expect(pair.info["ip"]).toBe("0.0.0.0");
    pair.board.port.plug();
    pair.run(40);
    send("after");
    pair.run(5);
    expect(echoed).toBe("before,while,after");
  });

  for (const seed of [1, 2, 3])
    it(`gives it over a cable that loses a third, doubles and reorders (seed ${seed})`, () => {
      const pair = new Pair({ loss: 0.33, dup: 0.1, reorder: 0.2, jitterMs: 50, seed });
      pair.run(180);
      expect(pair.info["ip"]).toBe("10.0.2.15");
      expect(pair.board.errors).toEqual([]);
    });
});
