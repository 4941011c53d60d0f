import { join } from "node:path";
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { serveDhcp } from "../../host-sim/links/dhcp_server";
import { createMachine, type Machine } from "../../host-sim/machine";
import { type CableFaults, Segment } from "../../host-sim/segment";

const DIST = join(__dirname, "../../dist");

/** The shipped bundle on a board that asks for its address, and the gateway of the user link, which gives it. */
class Pair {
  readonly clock = new VirtualClock();
  readonly printed: string[] = [];
  readonly board: Machine;

  constructor(faults: Partial<CableFaults> = {}, bundle = "enc28j60.min.js") {
    const common = { clock: this.clock, segment: new Segment(this.clock, faults), chip: "enc28j60" };
    const gateway = createMachine({
      ...common,
      name: "gateway",
      bundle: join(DIST, "enc28j60.test.js"),
      ip: "10.0.2.2/24",
    });
    serveDhcp(gateway, { address: "10.0.2.15", length: 24 }, "10.0.2.2");
    this.board = createMachine({
      ...common,
      bundle: join(DIST, bundle),
      ip: "dhcp",
      app: 'eth.on("disconnected", function () { print("disconnected"); });',
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
  for (const bundle of ["enc28j60.min.js", "enc28j60-udp.min.js"])
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

  for (const seed of [1, 2, 3])
    it(`gives it over a cable that loses a third, doubles and reorders (seed ${seed})`, () => {
      const pair = new Pair({ loss: 0.33, dup: 0.1, reorder: 0.2, jitterMs: 50, seed });
      pair.run(180);
      expect(pair.info["ip"]).toBe("10.0.2.15");
      expect(pair.board.errors).toEqual([]);
    });
});
